"""The answer of the segments to one query: which documents meet its demands, and with what score."""

import math
from collections.abc import Sequence

import numpy as np

from indexer.asking import EXACT_SCORE, FEW, TOPIC_SCORE, Asked, Demand, Part, Way, is_needed, least, partly
from indexer.fields import TEXTS, TOPIC
from indexer.prior import MOST_STRAYS, factor
from indexer.query import Contribution
from indexer.whoosh_engine.found import NOTHING, Found, Mask, counted, either, every, less, score_in, together
from indexer.whoosh_engine.order import key
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.schema import facet_field
from indexer.whoosh_engine.segments import Segment

_FIELDS = {field.name: field for field in TEXTS}
_WITH_STRAYS = np.array([factor(1.0, strays, asked=False) for strays in range(MOST_STRAYS + 1)])
_KEPT = 50_000  # terms whose rarity is remembered


class Rarity:
    """How much a term tells: the fewer of the live documents hold it, the more."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._documents = sum(segment.live_count for segment in segments)
        self._known: dict[str, float] = {}

    def __call__(self, term: str) -> float:
        """ln(N ÷ (n + 1)) + 1, as Whoosh has it."""
        found = self._known.get(term)
        if found is None:
            frequency = sum(segment.frequency(term) for segment in self._segments)
            found = math.log(self._documents / (frequency + 1)) + 1 if self._documents else 0.0
            if len(self._known) >= _KEPT:
                self._known = {}
            self._known[term] = found
        return found


class Scoring:
    """The documents of all segments for one query."""

    def __init__(self, segments: Sequence[Segment], rarity: Rarity, asked: Asked) -> None:
        self._segments = segments
        self._rarity = rarity
        self._demands = asked.demands
        self._title = asked.title
        self._topics = tuple(sorted(asked.topics))
        self._unwanted = [self._left_out(segment, asked.without) for segment in segments]
        self._found = [[self._demand(segment, demand) for demand in asked.demands] for segment in segments]
        self._complete = [self._all_of(number) for number in range(len(segments))]
        count = len(self._demands)
        self.complete = sum(len(ids) for ids, _ in self._complete)  # documents that meet all
        self.least = least(self._demands) if self.complete < FEW else count  # demands that a document must meet

    def found(self, number: int) -> tuple[Ids, Floats, Mask]:
        """The documents of one segment that meet enough demands, their scores, and which of them meet all."""
        if self.least == len(self._demands):
            ids, scores = self._complete[number]
            return ids, scores * self._factors(number, ids) + self._exact(number, ids), np.ones(len(ids), bool)
        segment = self._segments[number]
        ids, scores, met = counted(self._found[number], self.least, segment.size)
        enough = np.ones(len(ids), bool)
        if (unwanted := self._unwanted[number]) is not None:
            enough &= ~unwanted[ids]
        for found, demand in zip(self._found[number], self._demands, strict=True):
            if is_needed(demand):
                enough &= np.isin(ids, found[0])
        ids, scores, met = ids[enough], scores[enough], met[enough]
        whole = met == len(self._demands)
        scores = scores * self._shares()[met] * self._factors(number, ids) + whole * self._exact(number, ids)
        return ids, scores, whole

    def answer(self, number: int, document: int) -> list[Contribution] | None:
        """What each demand adds to the score of one document; None if it meets too few."""
        unwanted = self._unwanted[number]
        if unwanted is not None and unwanted[document]:
            return None
        answers = [self._answer(number, document, demand) for demand in self._demands]
        met = sum(answer is not None for answer in answers)
        missed = (demand for demand, answer in zip(self._demands, answers, strict=True) if answer is None)
        if met < self.least or any(map(is_needed, missed)):
            return None
        here = np.array([document], np.int32)
        share = self._shares()[met] * self._factors(number, here)[0]
        told = [
            Contribution(field=one.field, term=one.term, score=one.score * share)
            for answer in answers
            for one in answer or ()
        ]
        if met == len(self._demands) and (exact := float(self._exact(number, here)[0])):
            told.append(Contribution(field="title", term=" ".join(self._title), score=exact))
        return told

    # ---- finding

    def _all_of(self, number: int) -> Found:
        """The documents that meet every demand."""
        segment = self._segments[number]
        if self._demands:
            found = every(self._found[number], segment.size)
        else:
            found = (ids := segment.live_documents(), np.zeros(len(ids)))
        return less(found, self._unwanted[number])

    def _left_out(self, segment: Segment, without: Sequence[Part]) -> Mask | None:
        """Which documents are deleted or hold what is not wanted; None if none are."""
        if not without:
            return segment.deleted
        mask = np.zeros(segment.size, bool) if segment.deleted is None else segment.deleted.copy()
        for part in without:
            mask[self._part(segment, part)[0]] = True
        return mask

    def _demand(self, segment: Segment, demand: Demand) -> Found:
        return together([self._part(segment, part) for part in demand], segment.size)

    def _part(self, segment: Segment, part: Part) -> Found:
        if part.choice is not None:
            return _unscored(segment.having(part.choice[0], (part.choice[1],)))
        if part.dates is not None:
            first, last = part.dates
            return _unscored((segment.columns.dates >= first) & (segment.columns.dates <= last))
        return together([self._words(segment, part), self._topic(segment, part)], segment.size)

    def _words(self, segment: Segment, part: Part) -> Found:
        """The documents that hold all words of a part, in any of the ways, and its phrase."""
        words = [either([self._way(segment, part, way) for way in word], segment.size) for word in part.words]
        ids, scores = every(words, segment.size)
        if not part.phrase or not len(ids):
            return ids, scores
        kept = segment.columns.order.holding(ids, part.phrase, part.field)
        return ids[kept], scores[kept]

    def _way(self, segment: Segment, part: Part, way: Way) -> Found:
        field = _FIELDS[part.field] if part.field else None
        terms = [segment.of_term(term, self._rarity(term), field) for term in way.terms]
        ids, scores = every(terms, segment.size)
        return (ids, scores) if way.share == 1.0 else (ids, scores * way.share)

    def _topic(self, segment: Segment, part: Part) -> Found:
        """The documents that teach the topic of a part."""
        if part.topic is None:
            return NOTHING
        ids, _ = segment.postings.of_term(facet_field(TOPIC), part.topic)
        return ids, np.full(len(ids), TOPIC_SCORE)

    def _factors(self, number: int, ids: Ids) -> Floats:
        """What speaks for each document beside the words; see `indexer.prior`."""
        columns = self._segments[number].columns
        strays = columns.in_title[ids]
        if self._topics:
            strays = strays - np.minimum(self._teaches(number)[ids], strays)
        found: Floats = columns.priors[ids] * _WITH_STRAYS[np.minimum(strays, MOST_STRAYS)]
        return found

    def _exact(self, number: int, ids: Ids) -> Floats:
        """What each document gains by a title that is what was asked for."""
        found: Floats = np.zeros(len(ids))
        if self._title:
            found[self._segments[number].columns.title_keys[ids] == key(self._title)] = EXACT_SCORE
        return found

    def _teaches(self, number: int) -> Mask:
        """Which documents teach a topic that is named."""
        segment = self._segments[number]
        mask = np.zeros(segment.size, bool)
        for topic in self._topics:
            mask[segment.postings.of_term(facet_field(TOPIC), topic)[0]] = True
        return mask

    def _shares(self) -> Floats:
        """The share of its score that a document keeps, by how many demands it meets."""
        count = len(self._demands)
        return np.array([*(partly(met, count) for met in range(count)), 1.0])

    # ---- explaining

    def _answer(self, number: int, document: int, demand: Demand) -> list[Contribution] | None:
        """What the parts of a demand add; None if none is met."""
        met = [told for part in demand if (told := self._of_part(self._segments[number], document, part)) is not None]
        return [one for told in met for one in told] if met else None

    def _of_part(self, segment: Segment, document: int, part: Part) -> list[Contribution] | None:
        """What one part adds: by its words, by its topic, or by both; None if it is not met."""
        if score_in(self._part(segment, part), document) is None:
            return None
        words = [self._best(segment, document, part, word) for word in part.words]
        whole = all(words) and score_in(self._words(segment, part), document) is not None if words else False
        told = [one for best in words for one in best] if whole else []
        if (topic := score_in(self._topic(segment, part), document)) is not None:
            told.append(Contribution(field=TOPIC, term=part.topic or "", score=topic))
        return told

    def _best(self, segment: Segment, document: int, part: Part, word: Sequence[Way]) -> list[Contribution]:
        """What the best way to answer one word adds; nothing if the document does not answer it."""
        best: list[Contribution] = []
        for way in word:
            told = [one for term in way.terms for one in self._fields(segment, document, term, way.share, part.field)]
            whole = {one.term for one in told} == set(way.terms)
            if whole and sum(one.score for one in told) > sum(one.score for one in best):
                best = told
        return best

    def _fields(self, segment: Segment, document: int, term: str, share: float, only: str | None) -> list[Contribution]:
        rarity = self._rarity(term)
        return [
            Contribution(field=name, term=term, score=score * share)
            for name, field in _FIELDS.items()
            if only in {None, name} and (score := score_in(segment.of_term(term, rarity, field), document)) is not None
        ]


def _unscored(mask: Mask) -> Found:
    ids = np.flatnonzero(mask).astype(np.int32)
    return ids, np.zeros(len(ids))
