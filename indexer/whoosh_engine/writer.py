"""Writing generations: a whole one aside, or changes into the published one."""

import gc
import inspect
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from whoosh import index

from catalog.errors import IndexDamaged, IndexMissing, Overtaken, SearchError
from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer import fields, prior, text
from indexer.names import Names
from indexer.synonyms import Synonyms
from indexer.whoosh_engine import order, parts
from indexer.whoosh_engine import schema as schema_rules
from indexer.whoosh_engine.blocks import GatheringWriter
from indexer.whoosh_engine.generations import Generations, fingerprint
from indexer.whoosh_engine.reader import OpenGeneration
from indexer.whoosh_engine.schema import document, schema

_STEP = 500  # entries between reports of progress
_PATIENCE = 60.0  # seconds to wait with a whole generation for one that takes in changes
_NO_NAMES = Names(topics={}, choices={}, labels={}, synonyms=Synonyms())  # nobody asks a writer
_LAYOUT = 1  # raise it when the same rules give another index


class WhooshWriter:
    """The `IndexWriter` over a folder of generations."""

    def __init__(self, generations: Generations, vocabulary: Vocabulary, checked: set[str]) -> None:
        self._generations = generations
        self._checked = checked
        self._vocabulary = vocabulary
        written = [inspect.getsource(module) for module in (fields, text, schema_rules, order, prior)]
        self._fingerprint = fingerprint(_LAYOUT, written, vocabulary.fingerprint)

    def revision(self) -> int | None:
        try:
            name = self._generations.published()
            state = self._generations.state(name)
            self._generations.check(name, state)
            self._opened(name)
        except (IndexMissing, IndexDamaged):
            return None
        return state.revision if state.fingerprint == self._fingerprint else None

    def apply(self, puts: Sequence[Entry], removes: Sequence[int], revision: int, *, since: int | None = None) -> None:
        with self._generations.writing(), _full_disk_told():
            name = self._generations.published()
            if since is not None and self._generations.state(name).revision != since:
                raise Overtaken("the index was published anew meanwhile; its changes are looked at again")
            opened = self._opened(name)
            gone = [entry.id for entry in puts] + list(removes)
            with _committed(GatheringWriter(self._generations.path(name))) as writer:
                for number in opened.numbers(gone):
                    writer.delete_document(number)
                for entry in puts:
                    writer.add(document(entry, self._vocabulary))
            self._generations.note(name, revision=revision, fingerprint=self._fingerprint)
            opened.refresh()
            opened.prune()

    def build(self, entries: Iterable[Entry], revision: int, on_progress: Callable[[int], None] | None = None) -> str:
        with self._generations.writing(), _full_disk_told():
            name = self._generations.new()
            try:
                self._fill(self._generations.path(name), entries, on_progress)
                self._opened(name)
                self._generations.note(name, revision=revision, fingerprint=self._fingerprint)
            except BaseException:
                self._generations.discard(name)
                raise
        return name

    def publish(self, generation: str) -> None:
        with self._generations.writing(_PATIENCE), _full_disk_told():
            self._generations.publish(generation)

    def discard(self, generation: str) -> None:
        self._generations.discard(generation)

    def _fill(self, home: Path, entries: Iterable[Entry], on_progress: Callable[[int], None] | None) -> None:
        place = home / "whoosh"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        index.create_in(str(place), schema())
        with _without_collecting():
            parts.write(home, _counted(entries, on_progress or _ignore), self._vocabulary)

    def _opened(self, name: str) -> OpenGeneration:
        opened = OpenGeneration(self._generations.path(name), name, _NO_NAMES, self._checked)
        opened.refresh()
        return opened


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare the garbage collector from looking through millions of postings, none of them garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _committed(writer: GatheringWriter) -> Iterator[GatheringWriter]:
    """Commit at the end; after an error undo what was written and let the lock go."""
    try:
        yield writer
        writer.commit()
    except BaseException:
        with suppress(Exception):
            writer.cancel()
        raise


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SearchError(f"the index could not be written ({error}); the published one is as it was") from error


def _counted(entries: Iterable[Entry], report: Callable[[int], None]) -> Iterator[Entry]:
    """The entries, reported as they are taken."""
    count = 0
    for count, entry in enumerate(entries, 1):
        yield entry
        if count % _STEP == 0:
            report(_STEP)
    report(count % _STEP)


def _ignore(_count: int) -> None:
    """Nobody watches."""
