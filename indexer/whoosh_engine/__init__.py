"""The embedded engine: an ordinary Whoosh index, asked through NumPy arrays that are derived from it.

Postings find and score; facets are counted from integer columns. Everything stands in generations under one folder.
"""

from pathlib import Path

from catalog.vocabulary import Vocabulary
from indexer.engine import IndexWriter, SearchIndex
from indexer.names import names_of
from indexer.synonyms import Synonyms
from indexer.whoosh_engine.generations import Generations
from indexer.whoosh_engine.reader import WhooshIndex
from indexer.whoosh_engine.suggestions import Labels
from indexer.whoosh_engine.writer import WhooshWriter


class WhooshEngine:
    """A folder of generations of one index."""

    def __init__(self, generations: Generations, vocabulary: Vocabulary, synonyms: Synonyms) -> None:
        self._generations = generations
        self._vocabulary = vocabulary
        self._names = names_of(vocabulary, synonyms)
        self._labels = Labels(vocabulary)
        self._checked: set[str] = set()

    def reader(self) -> SearchIndex:
        return WhooshIndex(self._generations, self._names, self._labels)

    def candidate(self, generation: str) -> SearchIndex:
        return WhooshIndex(self._generations, self._names, self._labels, generation)

    def writer(self) -> IndexWriter:
        return WhooshWriter(self._generations, self._vocabulary, self._checked)


def open_engine(location: str, vocabulary: Vocabulary, *, keep: int, synonyms: Synonyms) -> WhooshEngine:
    """The engine over a folder; ``keep`` old generations stay for a way back."""
    return WhooshEngine(Generations(Path(location), keep=keep), vocabulary, synonyms)
