"""Asking the published generation: opened anew when it changes, answers meanwhile from what is open."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from catalog.errors import IndexDamaged, IndexMissing
from indexer.asking import FEW
from indexer.names import Names
from indexer.query import Explanation, Hits, IndexStatus, Query, Similar, Suggestion
from indexer.whoosh_engine.columns import prune
from indexer.whoosh_engine.corrections import corrections
from indexer.whoosh_engine.generations import Generations
from indexer.whoosh_engine.lexicon import Lexicon
from indexer.whoosh_engine.segments import Segment, SegmentArrays
from indexer.whoosh_engine.similar import Neighbours
from indexer.whoosh_engine.snapshot import Snapshot
from indexer.whoosh_engine.storage import MappedStorage
from indexer.whoosh_engine.suggestions import Labels, suggestions

_LOOK = 0.3  # seconds between looks at whether the index has changed
_SPELLINGS = 4  # of a query that are searched for, since each costs as much as the query itself
_FAR_MORE = 5  # times as many hits make another spelling worth naming


class OpenGeneration:
    """A generation with its segments opened; segments that stay keep their arrays from one look to the next."""

    def __init__(self, home: Path, name: str, names: Names, checked: set[str] | None = None) -> None:
        """``checked`` are segments whose arrays were held against their checksums; where it is given, others are."""
        self.name = name
        self._checked = checked
        self._names = names
        self._columns = home / "columns"
        self._home = home / "whoosh"
        self._arrays: dict[str, SegmentArrays] = {}
        self._commit: tuple[int, ...] = ()
        self.revision = 0
        self.snapshot = Snapshot([], names)
        self.lexicon = Lexicon([])
        self.neighbours = Neighbours([])
        with _damage_told(home):
            self._index = MappedStorage(str(self._home)).open_index()

    def refresh(self, revision: int = 0) -> None:
        """Open the latest commit. Raises `IndexDamaged`; what was open stays then.

        ``revision`` was read before: what is open then knows all changes up to it, and perhaps later ones. Readers are
        opened, never refreshed: a refreshed one may count wrongly after a merge.
        """
        with _damage_told(self._home):
            commit = self._latest_commit()
            if commit != self._commit:
                self._open_segments()
                self._commit = commit
            self.revision = revision

    def _latest_commit(self) -> tuple[int, ...]:
        """The number of the commit and when it was made: an index that was deleted and built anew counts from 1."""
        number = self._index.latest_generation()
        status = (self._home / f"_{self._index.indexname}_{number}.toc").stat()
        return number, status.st_mtime_ns, status.st_ino

    def _open_segments(self) -> None:
        reader = self._index.reader()
        segments, kept = [], {}
        for leaf in _leaves(reader):
            name, deleted = str(leaf.segment().segment_id()), sorted(leaf.segment().deleted_docs())
            if name in self._arrays:
                kept[name] = self._arrays[name]
                leaf.close()
            else:
                kept[name] = SegmentArrays(leaf, self._columns, checked=self._is_to_check(name))
            segments.append(Segment(kept[name], deleted))
        self._arrays = kept
        self.snapshot = Snapshot(segments, self._names)
        self.lexicon = Lexicon(segments)
        self.neighbours = Neighbours(segments)

    def _is_to_check(self, segment: str) -> bool:
        if self._checked is None or segment in self._checked:
            return False
        self._checked.add(segment)
        return True

    def numbers(self, entry_ids: Iterable[int]) -> list[int]:
        """Whoosh's document numbers of these entries, over all segments."""
        wanted = np.array(sorted(set(entry_ids)), np.int64)
        found, base = [], 0
        for segment in self.snapshot.segments:
            hits = np.isin(segment.columns.entries, wanted) & segment.live()
            found += (np.flatnonzero(hits) + base).tolist()
            base += segment.size
        return found

    def prune(self) -> None:
        """Remove the arrays of segments that this generation no longer has."""
        prune(self._columns, set(self._arrays))


class WhooshIndex:
    """The `SearchIndex` over a folder of generations; safe to ask from many threads."""

    def __init__(self, generations: Generations, names: Names, labels: Labels, generation: str | None = None) -> None:
        self._generations = generations
        self._names = names
        self._labels = labels
        self._fixed = generation
        self._open: OpenGeneration | None = None
        self._looked = 0.0
        self._lock = threading.Lock()

    def search(self, query: Query) -> Hits:
        now = self._current()
        hits = now.snapshot.search(query)
        if query.literal or not query.words or hits.complete >= FEW:
            return hits
        return _respelt(now, query, hits)

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        now = self._current()
        return suggestions(prefix, limit, self._labels, now.snapshot.search(Query()).facets, now.lexicon)

    def similar(self, entry_id: int, limit: int = 6, *, title: str = "") -> list[Similar]:
        return self._current().neighbours.of(entry_id, limit, title)

    def explain(self, query: Query, entry_id: int) -> Explanation:
        return self._current().snapshot.explain(query, entry_id)

    def status(self) -> IndexStatus:
        now = self._current()
        return IndexStatus(entries=now.snapshot.documents, revision=now.revision, generation=now.name)

    def _current(self) -> OpenGeneration:
        """What is published now, or what was when it cannot be opened at the moment."""
        if self._open and time.monotonic() - self._looked < _LOOK:
            return self._open
        with self._lock:
            if self._open and time.monotonic() - self._looked < _LOOK:
                return self._open
            try:
                name = self._fixed or self._generations.published()
                revision = self._generations.state(name).revision
                if self._open is None or self._open.name != name:
                    opened = OpenGeneration(self._generations.path(name), name, self._names)
                    opened.refresh(revision)
                    self._open = opened
                else:
                    self._open.refresh(revision)
            except (IndexMissing, IndexDamaged) as error:
                if self._open is None:
                    raise error if isinstance(error, IndexMissing) else IndexMissing(str(error)) from error
            self._looked = time.monotonic()
        return self._open


@contextmanager
def _damage_told(home: Path) -> Iterator[None]:
    """Whatever goes wrong while an index is opened is damage: Whoosh unpickles its files, so that it can be
    anything.
    """
    try:
        yield
    except Exception as error:
        raise IndexDamaged(f"the index in {home} cannot be opened ({error!r}); run `lodestar reindex`") from error


def _leaves(reader: Any) -> Iterable[Any]:
    if reader.doc_count_all():
        return [leaf for leaf, _ in reader.leaf_readers()]
    reader.close()
    return []


def _respelt(now: OpenGeneration, query: Query, hits: Hits) -> Hits:
    """The hits with another spelling that leads to far more; those of that spelling where there are none.

    What is chosen beside the words does not count for it: who chooses more sees less of the same.
    """
    count = now.snapshot.count
    found = count(query.words) if query.choices else hits.complete
    for words in islice(corrections(query.words, now.lexicon, count), _SPELLINGS) if found < FEW else ():
        better = count(words)
        if better and not found:
            other = now.snapshot.search(msgspec.structs.replace(query, words=words))
            return msgspec.structs.replace(other, corrections=(words,), instead=words)
        if better > found * _FAR_MORE:
            return msgspec.structs.replace(hits, corrections=(words,))
    return hits
