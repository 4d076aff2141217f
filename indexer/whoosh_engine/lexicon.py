"""The words of all segments at one moment: how many documents have them, near which others, and together with which."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_engine import spelling
from indexer.whoosh_engine.found import among
from indexer.whoosh_engine.postings import Ids
from indexer.whoosh_engine.ranges import places
from indexer.whoosh_engine.schema import SPELLING
from indexer.whoosh_engine.segments import Segment
from indexer.whoosh_engine.spelling import Counts, SegmentWords

Weights = list[Counts]  # for each segment a number for each of its words
_KEPT = 8  # contexts; who types letter by letter asks for the same again
_WORDS = 64  # words, for which the likeliest meaning is kept
_SAMPLE = 2000  # documents of a segment that tell which words go together


class Lexicon:
    """What completion and correction ask of the words."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._words = [segment.words for segment in segments]
        self._together: dict[tuple[str, ...], Weights] = {}
        self._found: dict[str, str] = {}
        self._deleted = sum(segment.size - segment.live_count for segment in segments)

    def everywhere(self) -> Weights:
        """How many documents have each word, deleted ones with them."""
        return [words.counts for words in self._words]

    def together(self, context: Sequence[str]) -> Weights:
        """In how many of the live documents that have all of these words each word stands; where these are many, a
        sample tells it.
        """
        asked = tuple(context)
        if (found := self._together.get(asked)) is None:
            pairs = zip(self._words, self._documents(asked), strict=True)
            found = [_held(words, documents) for words, documents in pairs]
            self._together = dict([*self._together.items()][1 - _KEPT :]) | {asked: found}
        return found

    def count(self, *words: str) -> int:
        """How many live documents have all of these words in this spelling."""
        return sum(map(len, self._documents(words)))

    def at_least(self, word: str, documents: int) -> bool:
        """Whether so many live documents have a word; they are counted only if the deleted ones may matter."""
        of_all = int(self.weigh([word], self.everywhere())[0])
        return of_all >= documents and (of_all - self._deleted >= documents or self.count(word) >= documents)

    def weigh(self, words: list[str], weights: Weights) -> Counts:
        """The weight of each word over all segments."""
        found = np.zeros(len(words), np.int64)
        for segment, own in zip(self._words, weights, strict=True):
            found += segment.weigh(words, own)
        return found

    def once(self, word: str, find: Callable[[], str]) -> str:
        """What was found for a word the last time, else what is found now: who types goes on with the next word."""
        found = self._found.get(word)
        if found is None:
            found = find()
            self._found = dict([*self._found.items()][1 - _WORDS :]) | {word: found}
        return found

    def near(self, word: str, edits: int) -> tuple[list[str], NDArray[np.int8]]:
        """The words within so many edits, and how many these are."""
        return spelling.near(self._words, word, edits)

    def beginning(self, prefixes: list[str], weights: Weights, limit: int) -> list[str]:
        """At least ``limit`` words that begin with any of the prefixes, those of most weight in each segment."""
        found: set[str] = set()
        asked = spelling.prefixes(prefixes)
        for segment, own in zip(self._words, weights, strict=True):
            begun = _places(*segment.beginning(asked))
            begun = begun.take(own.take(begun).nonzero()[0])  # of most contexts few words, and ties are slow to part
            if len(begun) > limit:
                begun = begun.take(np.argpartition(own.take(begun), -limit)[-limit:])
            found.update(bytes(word).decode() for word in segment.words[begun])
        return sorted(found)

    def _documents(self, words: Sequence[str]) -> list[Ids]:
        """The live documents of each segment that have all of these words."""
        return [_in_all([segment.documents(SPELLING, word) for word in words]) for segment in self._segments]


def _held(words: SegmentWords, documents: Ids) -> Counts:
    if not len(documents):
        return np.zeros(len(words.words), np.int64)
    step = -(-len(documents) // _SAMPLE)
    counts = np.bincount(words.of_documents.of(documents[::step]), minlength=len(words.words))
    return counts * step if step > 1 else counts


def _in_all(lists: list[Ids]) -> Ids:
    """What stands in all of some rising lists."""
    first, *rest = sorted(lists, key=len)
    for other in rest:
        first = first[among(first, other)]
    return first


def _places(starts: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.int64]:
    """All places of some ranges, each once, rising."""
    found = places(starts, np.maximum(ends - starts, 0))
    return found if len(starts) == 1 else np.unique(found)
