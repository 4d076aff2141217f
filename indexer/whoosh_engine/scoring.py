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

from indexer.fields import TEXTS, Field
from indexer.query import Contribution
from indexer.text import Alternatives
from indexer.whoosh_engine.segments import Found, Segment, either, every, terms_of, together

K1 = 1.2
DIGITS = 4  # scores are compared to this many decimals, so that equal ones tie on every machine


class Scoring:
    """The scores of all segments for the terms of one query."""

    def __init__(self, segments: Sequence[Segment], averages: dict[str, float], words: Sequence[Alternatives]) -> None:
        self._segments = segments
        self._averages = averages
        self._words = words
        self._documents = sum(segment.live_count for segment in segments)
        self._scored = {term: self._term(term) for term in terms_of(words)}

    def found(self, number: int) -> Found:
        """The documents of one segment that answer all words, with their scores."""
        words = [
            either([every([together(self._scored[term][number]) for term in way]) for way in ways])
            for ways in self._words
        ]
        ids, scores = every(words)
        return ids, np.round(scores, DIGITS)

    def answer(self, number: int, document: int, ways: Alternatives) -> list[Contribution]:
        """What the best way to answer one word adds to the score of one document; nothing if it does not answer it."""
        best: list[Contribution] = []
        for way in ways:
            of_terms = [self._parts(number, document, term) for term in way]
            told = [part for parts in of_terms for part in parts]
            if all(of_terms) and sum(part.score for part in told) > sum(part.score for part in best):
                best = told
        return best

    def _parts(self, number: int, document: int, term: str) -> list[Contribution]:
        found = []
        for field, (ids, scores) in zip(TEXTS, self._scored[term][number], strict=True):
            at = np.searchsorted(ids, document)
            if at < len(ids) and ids[at] == document:
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
