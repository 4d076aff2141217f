"""The two small interfaces of a search engine: what the site asks, and what `follow` writes.

An engine is one file ``indexer/<scheme>_engine.py`` with a function ``open_engine(location, vocabulary, *, keep,
synonyms) -> Engine``; being there is being registered, and the contract tests pick it up.
"""

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from catalog.errors import ConfigError
from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer.query import Explanation, Hits, IndexStatus, Query, Similar, Suggestion
from indexer.synonyms import Synonyms, load_synonyms


class SearchIndex(Protocol):
    """What the site asks. Every method raises `IndexMissing` while no generation is published."""

    def search(self, query: Query) -> Hits:
        """Answer a query. Raises `BadQuery` for an unknown facet or sort."""
        ...

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        """Completions of the last word that lead to hits, the most frequent first; after them such as need a letter
        mended.
        """
        ...

    def similar(self, entry_id: int, limit: int = 6, *, title: str = "") -> list[Similar]:
        """The entries nearest to one by topics, the words of its title, careers and level, the nearest first."""
        ...

    def explain(self, query: Query, entry_id: int) -> Explanation:
        """The score of one entry for a query, taken apart."""
        ...

    def status(self) -> IndexStatus:
        """What the published generation holds."""
        ...


class IndexWriter(Protocol):
    """What `follow` writes with. One writer process at a time."""

    def revision(self) -> int | None:
        """The last change the published generation knows; None when it must be built anew (absent, damaged, other
        rules).
        """
        ...

    def apply(self, puts: Sequence[Entry], removes: Sequence[int], revision: int, *, since: int | None = None) -> None:
        """Bring the published generation from one revision to a later one. Doing it twice changes nothing.

        Raises `Overtaken` where it is not at ``since``, as another one was published: changes would be lost.
        """
        ...

    def build(self, entries: Iterable[Entry], revision: int, on_progress: Callable[[int], None] | None = None) -> str:
        """Write a new generation aside and return its name; the published one stays as it is."""
        ...

    def publish(self, generation: str) -> None:
        """Make a built generation the published one, atomically, and drop generations too old to keep.

        Raises `SearchError` where a later one was published meanwhile.
        """
        ...

    def discard(self, generation: str) -> None:
        """Remove a built generation that is not to be published."""
        ...


class Engine(Protocol):
    """A place of an index: opened once for asking, once for writing."""

    def reader(self) -> SearchIndex:
        """Open for asking."""
        ...

    def candidate(self, generation: str) -> SearchIndex:
        """Open a built but unpublished generation for asking, so that the gate can judge it."""
        ...

    def writer(self) -> IndexWriter:
        """Open for writing."""
        ...


def open_index(url: str, vocabulary: Vocabulary, *, keep: int = 3, synonyms: Synonyms | None = None) -> Engine:
    """The engine that a URL names, such as ``whoosh:index_data``; ``keep`` old generations stay for a way back.

    Queries are understood by the ``synonyms``, those that come with the product where none are given.
    Raises `ConfigError` when no such engine is installed.
    """
    scheme, _, location = url.partition(":")
    name = f"indexer.{scheme}_engine"
    if not scheme.isidentifier() or importlib.util.find_spec(name) is None:
        raise ConfigError(f"no search engine {scheme!r} for index url {url!r}; write for example whoosh:index_data")
    engine: Engine = importlib.import_module(name).open_engine(
        location, vocabulary, keep=keep, synonyms=load_synonyms() if synonyms is None else synonyms
    )
    return engine
