"""BM25F over NumPy arrays: the formula of `whoosh.scoring.BM25F`, a term and field at a time, fields weighted and
summed.

    score(term, field) = weight × idf × tf × (K1 + 1) ÷ (tf + K1 × (1 - b + b × length ÷ average length))
    idf = ln(N ÷ (n + 1)) + 1

N live documents, n of them with the term in the field; weight and b are the field's.
Source: Robertson, Zaragoza & Taylor 2004, as Whoosh writes it.
"""

import math
from collections.abc import Sequence

import numpy as np

from indexer.asking import FEW, TOPIC_SCORE, Asked, Part, needed, partly
from indexer.fields import TEXTS, TOPIC, Field
from indexer.query import Contribution
from indexer.text import Alternatives
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.schema import facet_field
from indexer.whoosh_engine.segments import NOTHING, Found, Mask, Segment, counted, either, every, less, together

K1 = 1.2
_PLACES = {field.name: place for place, field in enumerate(TEXTS)}
DIGITS = 4  # scores are compared to this many decimals, so that equal ones tie on every machine


class Scoring:
    """The scores of all segments for the parts of one query."""

    def __init__(self, segments: Sequence[Segment], averages: dict[str, float], asked: Asked) -> None:
        self._segments = segments
        self._averages = averages
        self._parts = asked.parts
        self._documents = sum(segment.live_count for segment in segments)
        self._scored = {term: self._term(term) for part in (*asked.parts, *asked.without) for term in part.terms}
        self._unwanted = [self._any_of(number, asked.without) for number in range(len(segments))]
        self._found = [[self._wanted(number, part) for part in asked.parts] for number in range(len(segments))]
        self._complete = [every(found) if found else self._all(number) for number, found in enumerate(self._found)]
        meets_all = sum(len(ids) for ids, _ in self._complete)
        count = len(self._parts)
        self.least = needed(count) if meets_all < FEW else count  # parts that an entry must meet

    def found(self, number: int) -> tuple[Ids, Floats, Mask]:
        """The documents of one segment that meet enough parts, their scores, and which of them meet all."""
        if self.least == len(self._parts):
            ids, scores = self._complete[number]
            return ids, np.round(scores, DIGITS), np.ones(len(ids), bool)
        ids, scores, met = counted(self._found[number])
        enough = met >= self.least
        for found, part in zip(self._found[number], self._parts, strict=True):
            if part.field is not None:
                enough &= np.isin(ids, found[0])
        ids, scores, met = ids[enough], scores[enough], met[enough]
        all_parts = len(self._parts)
        shares = np.array([*(partly(count, all_parts) for count in range(all_parts)), 1.0])
        return ids, np.round(scores * shares[met], DIGITS), met == all_parts

    def answer(self, number: int, document: int) -> list[Contribution] | None:
        """What each part adds to the score of one document; None if it meets too few."""
        if document in self._unwanted[number]:
            return None
        answers = [self._answer(number, document, part) for part in self._parts]
        met = sum(answer is not None for answer in answers)
        missed = (part for part, answer in zip(self._parts, answers, strict=True) if answer is None)
        if met < self.least or any(part.field is not None for part in missed):
            return None
        share = 1.0 if met == len(self._parts) else partly(met, len(self._parts))
        return [
            Contribution(field=one.field, term=one.term, score=one.score * share)
            for answer in answers
            for one in answer or ()
        ]

    def _answer(self, number: int, document: int, part: Part) -> list[Contribution] | None:
        """What one part adds: by its words, by its topic, or by both; None if neither is met."""
        words = [self._best(number, document, ways, part.field) for ways in part.words]
        told = [one for best in words for one in best] if all(words) else []
        ids, scores = self._topic(number, part)
        at = np.searchsorted(ids, document)
        if part.topic is not None and at < len(ids) and ids[at] == document:
            told.append(Contribution(field=TOPIC, term=part.topic, score=float(scores[at])))
        return told or None

    def _best(self, number: int, document: int, ways: Alternatives, field: str | None) -> list[Contribution]:
        """What the best way to answer one word adds; nothing if the document does not answer it."""
        best: list[Contribution] = []
        for way in ways:
            of_terms = [self._fields(number, document, term, field) for term in way]
            told = [part for parts in of_terms for part in parts]
            if all(of_terms) and sum(part.score for part in told) > sum(part.score for part in best):
                best = told
        return best

    def _wanted(self, number: int, part: Part) -> Found:
        return less(together([self._words(number, part), self._topic(number, part)]), self._unwanted[number])

    def _words(self, number: int, part: Part) -> Found:
        """The documents that hold all words of a part, in any of the ways."""
        return every(
            [
                either([every([self._in(part.field, number, term) for term in way]) for way in ways])
                for ways in part.words
            ]
        )

    def _in(self, field: str | None, number: int, term: str) -> Found:
        """The documents that hold a term in one field, or in any."""
        scored = self._scored[term][number]
        return together(scored) if field is None else scored[_PLACES[field]]

    def _any_of(self, number: int, parts: Sequence[Part]) -> Ids:
        """The documents that hold any of these parts."""
        ids, _ = together([self._words(number, part) for part in parts])
        return ids

    def _all(self, number: int) -> Found:
        """All wanted documents, where no words are asked for."""
        live = np.flatnonzero(self._segments[number].live()).astype(np.int32)
        return less((live, np.zeros(len(live))), self._unwanted[number])

    def _topic(self, number: int, part: Part) -> Found:
        """The documents that teach the topic of a part."""
        if part.topic is None:
            return NOTHING
        ids, _ = self._segments[number].of_term(facet_field(TOPIC), part.topic)
        return ids, np.full(len(ids), TOPIC_SCORE)

    def _fields(self, number: int, document: int, term: str, only: str | None) -> list[Contribution]:
        found = []
        for field, (ids, scores) in zip(TEXTS, self._scored[term][number], strict=True):
            at = np.searchsorted(ids, document)
            if only in {None, field.name} and at < len(ids) and ids[at] == document:
                found.append(Contribution(field=field.name, term=term, score=float(scores[at])))
        return found

    def _term(self, term: str) -> list[list[Found]]:
        """Scores by segment and field."""
        by_field = [self._field(field, term) for field in TEXTS]
        return [[scored[number] for scored in by_field] for number in range(len(self._segments))]

    def _field(self, field: Field, term: str) -> list[Found]:
        found = [segment.of_term(field.name, term) for segment in self._segments]
        frequency = sum(len(ids) for ids, _ in found)
        if not frequency:
            return found
        factor = field.weight * (math.log(self._documents / (frequency + 1)) + 1) * (K1 + 1)
        average = self._averages[field.name]
        scored = []
        for segment, (ids, times) in zip(self._segments, found, strict=True):
            lengths = segment.columns.lengths[field.name][ids]
            scored.append((ids, factor * times / (times + K1 * ((1 - field.b) + field.b * lengths / average))))
        return scored
