"""The answer of the segments to one query: which documents meet its demands, and with what score."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from indexer.asking import EXACT_SCORE, FEW, WISH_SCORE, Asked, Demand, Part, Word, enough, is_needed, partly
from indexer.fields import TOPIC
from indexer.query import Contribution
from indexer.whoosh_engine.finding import FIELDS, Finder, Terms
from indexer.whoosh_engine.found import Counts, Found, Mask, among, counted, less, members
from indexer.whoosh_engine.order import key
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.schema import facet_field
from indexer.whoosh_engine.segments import Segment

Some = tuple[Ids, Floats, Counts]


class Scoring:
    """The documents of all segments for one query."""

    def __init__(self, segments: Sequence[Segment], terms: Terms, asked: Asked) -> None:
        self._segments = segments
        self._finders = [Finder(segment, number, terms) for number, segment in enumerate(segments)]
        self._demands = asked.demands
        self._wishes = asked.wishes
        self._base = asked.base
        self._title = asked.title
        self._topics = tuple(sorted(asked.topics))
        self._unwanted = [self._left_out(number, asked.without) for number in range(len(segments))]

    @cached_property
    def complete(self) -> int:
        """How many documents meet all demands."""
        return sum(len(ids) for ids, _ in self._complete)

    def found(self, number: int) -> tuple[Ids, Floats, Mask | None]:
        """The documents of one segment that meet enough demands, their scores, and which of them meet all; None if
        each does.
        """
        _, some = self._enough
        if not some:
            ids, scores = self._complete[number]
            scores = self._with_wishes(number, ids, scores) * self._factors(number, ids)
            scores[self._exact(number, ids)] += EXACT_SCORE
            return ids, scores, None
        ids, scores, met = some[number]
        whole = met == len(self._demands)
        scores = self._with_wishes(number, ids, scores) * self._shares().take(met) * self._factors(number, ids)
        scores[whole & self._exact(number, ids)] += EXACT_SCORE
        return ids, scores, whole

    def answer(self, number: int, document: int) -> list[Contribution] | None:
        """What each demand adds to the score of one document; None if it meets too few."""
        unwanted = self._unwanted[number]
        if unwanted is not None and unwanted[document]:
            return None
        answers = [self._answer(number, document, demand) for demand in self._demands]
        met = sum(answer is not None for answer in answers)
        missed = (demand for demand, answer in zip(self._demands, answers, strict=True) if answer is None)
        if met < len(self._demands) and (met < self._enough[0] or any(map(is_needed, missed))):
            return None
        here = np.array([document], np.int32)
        share = self._shares()[met] * self._factors(number, here)[0]
        if self._base:
            answers.append([Contribution(field="", term="", score=self._base)])
        answers += [_of_wish(self._finders[number], here, part) for part in self._wishes]
        told = [
            Contribution(field=one.field, term=one.term, score=one.score * share)
            for answer in answers
            for one in answer or ()
        ]
        if met == len(self._demands) and self._exact(number, here)[0]:
            told.append(Contribution(field="title", term=" ".join(self._title), score=EXACT_SCORE))
        return told

    # ---- finding

    @cached_property
    def _complete(self) -> list[Found]:
        """In each segment, the documents that meet all demands."""
        return [self._all_of(number) for number in range(len(self._segments))]

    @cached_property
    def _each(self) -> list[list[Found]]:
        """In each segment, the documents that meet each demand."""
        return [[finder.demand(demand) for demand in self._demands] for finder in self._finders]

    @cached_property
    def _enough(self) -> tuple[int, list[Some]]:
        """How many demands a document must meet and, in each segment, which do; nothing there if all must be met."""
        least, *less_will_do = enough(self._demands)
        found, some = self.complete, list[Some]()
        for fewer in less_will_do:
            if found >= FEW:
                break
            least, some = fewer, [self._meeting(number, fewer) for number in range(len(self._segments))]
            found = sum(len(ids) for ids, _, _ in some)
        return least, some

    def _all_of(self, number: int) -> Found:
        """The documents that meet every demand."""
        if self._demands:
            found = self._finders[number].all_of(self._demands)
        else:
            found = (ids := self._segments[number].live_documents(), np.zeros(len(ids)))
        return less(found, self._unwanted[number])

    def _meeting(self, number: int, least: int) -> Some:
        """The documents that meet so many demands and all that is needed, their scores, and how many they meet."""
        each = self._each[number]
        ids, scores, met = counted(each, least, self._segments[number].size)
        kept = np.ones(len(ids), bool)
        if (unwanted := self._unwanted[number]) is not None:
            kept &= ~unwanted.take(ids)
        for found, demand in zip(each, self._demands, strict=True):
            if is_needed(demand):
                kept &= among(ids, found[0])
        return (ids, scores, met) if kept.all() else (ids[kept], scores[kept], met[kept])

    def _left_out(self, number: int, without: Sequence[Part]) -> Mask | None:
        """Which documents are deleted or hold what is not wanted; None if none are."""
        segment = self._segments[number]
        if not without:
            return segment.deleted
        mask = np.zeros(segment.size, bool) if segment.deleted is None else segment.deleted.copy()
        for part in without:
            mask[self._finders[number].part(part)[0]] = True
        return mask

    def _factors(self, number: int, ids: Ids) -> Floats:
        """What speaks for each document beside the words; see `indexer.prior`."""
        factors = self._segments[number].columns.factors
        found: Floats = factors.plain.take(ids)
        if self._topics:
            taught = np.logical_or.reduce([self._teaching(number, ids, topic) for topic in self._topics]).nonzero()[0]
            found[taught] = factors.taught.take(ids.take(taught))
        return found

    def _with_wishes(self, number: int, ids: Ids, scores: Floats) -> Floats:
        for part in self._wishes:
            scores = scores + self._finders[number].wish(part, ids)
        return scores + self._base if self._base else scores

    def _exact(self, number: int, ids: Ids) -> Mask:
        """Which of the documents have a title that is what was asked for."""
        if not self._title:
            return np.zeros(len(ids), bool)
        return among(ids, self._segments[number].columns.titles.of(key(self._title)))

    def _teaching(self, number: int, ids: Ids, topic: str) -> Mask:
        """Which of the documents teach a topic."""
        segment = self._segments[number]
        return members(ids, segment.postings.of_term(facet_field(TOPIC), topic)[0], segment.size)

    def _shares(self) -> Floats:
        """The share of its score that a document keeps, by how many demands it meets."""
        count = len(self._demands)
        return np.array([*(partly(met, count) for met in range(count)), 1.0])

    # ---- explaining

    def _answer(self, number: int, document: int, demand: Demand) -> list[Contribution] | None:
        """What the parts of a demand add; None if none is met."""
        here, finder = np.array([document], np.int32), self._finders[number]
        met = [told for part in demand if (told := _of_part(finder, here, part)) is not None]
        return [one for told in met for one in told] if met else None


def _of_part(finder: Finder, here: Ids, part: Part) -> list[Contribution] | None:
    """What one part adds to a document: by its words, by its topic, or by both; None if it is not met."""
    if not len(finder.part(part, here)[0]):
        return None
    whole = part.words and len(finder.words(part, here)[0])
    told = [one for word in part.words for one in _best(finder, here, part, word)] if whole else []
    told += [
        Contribution(field=TOPIC, term=part.topic or "", score=float(topic)) for topic in finder.topic(part, here)[1]
    ]
    return told


def _of_wish(finder: Finder, here: Ids, part: Part) -> list[Contribution]:
    """What a wish adds to a document: by its words or topic, and by what the document is."""
    told = _of_part(finder, here, part) or []
    if part.wished is not None and finder.is_so(part.wished, here)[0]:
        told.append(Contribution(field=part.wished[0], term=part.wished[1], score=WISH_SCORE))
    return told


def _best(finder: Finder, here: Ids, part: Part, word: Word) -> list[Contribution]:
    """What the best way to answer one word adds; nothing if the document does not answer it."""
    best: list[Contribution] = []
    for way in word:
        told = [one for term in way.terms for one in _fields(finder, here, term, way.share, part.field)]
        whole = {one.term for one in told} == set(way.terms)
        if whole and sum(one.score for one in told) > sum(one.score for one in best):
            best = told
    return best


def _fields(finder: Finder, here: Ids, term: str, share: float, only: str | None) -> list[Contribution]:
    return [
        Contribution(field=name, term=term, score=float(score) * share)
        for name in FIELDS
        if only in {None, name}
        for score in finder.term(term, name, here)[1]
    ]
