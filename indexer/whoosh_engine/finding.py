"""Finding in one segment what is asked for: the demands of a query, their parts, words and ways.

Of several things that must all be met the rarest is found first, and the others only among the documents that it left.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.asking import TITLE_SCORE, TOPIC_SCORE, WISH_SCORE, Demand, Part, Way, Word
from indexer.fields import TEXTS, TOPIC
from indexer.whoosh_engine.found import NOTHING, Found, Mask, either, every, members, narrowed, together
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.schema import TITLE_TOPIC, facet_field
from indexer.whoosh_engine.segments import Segment

FIELDS = {field.name: field for field in TEXTS}
_KEPT = 20_000  # terms that are remembered

Wanted = TypeVar("Wanted")


class Term(NamedTuple):
    """How much a term tells, and for each segment its documents and impacts; deleted documents are among them."""

    rarity: float
    found: list[tuple[Ids, NDArray[np.float32]]]


class Terms:
    """What the segments hold of each term that was asked for."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._documents = sum(segment.live_count for segment in segments)
        self._known: dict[str, Term] = {}

    def of(self, term: str) -> Term:
        """A term, which tells the more the fewer of the live documents hold it: ln(N ÷ (n + 1)) + 1, as Whoosh has
        it.
        """
        known = self._known.get(term)
        if known is None:
            found = [segment.of_term(term) for segment in self._segments]
            pairs = zip(self._segments, found, strict=True)
            frequency = sum(segment.living(ids) for segment, (ids, _) in pairs)
            rarity = math.log(self._documents / (frequency + 1)) + 1 if self._documents else 0.0
            known = Term(rarity, found)
            if len(self._known) >= _KEPT:
                self._known = {}
            self._known[term] = known
        return known


class Finder:
    """Finds in one segment; among documents that are given, where some are."""

    def __init__(self, segment: Segment, number: int, terms: Terms) -> None:
        self._segment = segment
        self._number = number
        self._terms = terms

    def all_of(self, demands: Sequence[Demand]) -> Found:
        """The documents that meet every demand."""
        return self._every(demands, self.demand, self._size, None)

    def demand(self, demand: Demand, among: Ids | None = None) -> Found:
        """The documents that meet any part of a demand."""
        return together([found for part in demand for found in self._answers(part, among)], self._segment.size)

    def part(self, part: Part, among: Ids | None = None) -> Found:
        """The documents that hold what a part asks for, or teach its topic."""
        return self.demand((part,), among)

    def _answers(self, part: Part, among: Ids | None) -> list[Found]:
        if part.choice is not None:
            return [_unscored(self._segment.having(part.choice[0], (part.choice[1],)), among)]
        if part.dates is not None:
            first, last = part.dates
            dates = self._segment.columns.dates
            return [_unscored((dates >= first) & (dates <= last), among)]
        return [self.words(part, among), self.topic(part, among)]

    def words(self, part: Part, among: Ids | None = None) -> Found:
        """The documents that hold all words of a part, in any of the ways, and its phrase."""
        if not part.words:
            return NOTHING

        def word(ways: Word, among: Ids | None) -> Found:
            return either([self._way(way, part.field, among) for way in ways], self._segment.size)

        ids, scores = self._every(part.words, word, self._size_of_word, among)
        if not part.phrase or not len(ids):
            return ids, scores
        kept = self._segment.columns.order.holding(ids, part.phrase, part.field)
        return ids[kept], scores[kept]

    def topic(self, part: Part, among: Ids | None = None) -> Found:
        """The documents that teach the topic of a part; it counts more where the title names it."""
        if part.topic is None:
            return NOTHING
        size, postings = self._segment.size, self._segment.postings
        ids, _ = narrowed(postings.of_term(facet_field(TOPIC), part.topic), among, size)
        scores = np.full(len(ids), TOPIC_SCORE)
        scores[members(ids, postings.of_term(TITLE_TOPIC, part.topic)[0], size)] += TITLE_SCORE
        return ids, scores

    def wish(self, part: Part, among: Ids) -> Floats:
        """What each of some documents gains by a wish: by its words or topic, and by being as it was wished."""
        gained = np.zeros(len(among))
        ids, scores = self.part(part, among)
        gained[members(among, ids, self._segment.size)] = scores
        if part.wished is not None:
            gained[self.is_so(part.wished, among)] += WISH_SCORE
        return gained

    def is_so(self, wished: tuple[str, str], among: Ids) -> Mask:
        """Which of some documents have a value of a facet."""
        facet, value = wished
        found: Mask = self._segment.having(facet, (value,)).take(among)
        return found

    def term(self, term: str, field: str | None, among: Ids | None = None) -> Found:
        """The documents that hold a term, in one field or in any, and what it adds to their scores."""
        rarity, found = self._terms.of(term)
        if field is None:
            ids, impacts = narrowed(found[self._number], among, self._segment.size)
        else:
            ids, impacts = self._segment.of_term_in(term, FIELDS[field], among)
        return ids, impacts * np.float64(rarity)

    def _way(self, way: Way, field: str | None, among: Ids | None) -> Found:
        ids, scores = self._every(
            way.terms, lambda term, among: self.term(term, field, among), self._size_of_term, among
        )
        return (ids, scores) if way.share == 1.0 else (ids, scores * way.share)

    def _every(
        self,
        wanted: Sequence[Wanted],
        find: Callable[[Wanted, Ids | None], Found],
        size: Callable[[Wanted], int],
        among: Ids | None,
    ) -> Found:
        """The documents of all that is wanted with the sum of their scores."""
        if len(wanted) == 1:
            return find(wanted[0], among)
        found: dict[int, Found] = {}
        left = among
        for at in sorted(range(len(wanted)), key=lambda at: size(wanted[at])):
            found[at] = find(wanted[at], left)
            left = found[at][0]
            if not len(left):
                return NOTHING
        return every([found[at] for at in range(len(wanted))], self._segment.size)

    # ---- how many documents these are at most, nearly

    def _size(self, demand: Demand) -> int:
        return sum(self._size_of_part(part) for part in demand)

    def _size_of_part(self, part: Part) -> int:
        if part.choice is not None or part.dates is not None:
            return self._segment.size
        topic = self._segment.postings.of_term(facet_field(TOPIC), part.topic)[0] if part.topic is not None else ()
        return min(map(self._size_of_word, part.words), default=0) + len(topic)

    def _size_of_word(self, word: Word) -> int:
        return sum(min(map(self._size_of_term, way.terms)) for way in word)

    def _size_of_term(self, term: str) -> int:
        return len(self._terms.of(term).found[self._number][0])


def _unscored(mask: Mask, among: Ids | None) -> Found:
    ids = np.flatnonzero(mask).astype(np.int32) if among is None else among[mask[among]]
    return ids, np.zeros(len(ids))
