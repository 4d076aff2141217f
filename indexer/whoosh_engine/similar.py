"""What is near to an entry: topics shared, rare ones weighing more; words of the title; careers and level.

    score = 0.6 × cosine of the topics + 0.3 × share of the title's words + 0.05 × share of careers + 0.05 × same level

A topic or word weighs ln(1 + N ÷ n), n of N entries having it. Only entries that share a rare topic or a rare word of
the title are looked at, and of frequent topics the latest and those that share words that are not frequent.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from indexer import text
from indexer.fields import TOPIC
from indexer.query import NOT_STATED, Similar
from indexer.whoosh_engine.found import any_of, members
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.schema import facet_field
from indexer.whoosh_engine.segments import Segment
from indexer.whoosh_engine.snapshot import DIGITS, top

_TOPICS, _TITLE, _ROLES, _LEVEL = 0.6, 0.3, 0.05, 0.05
_POOL = 1500  # entries of a segment that one topic or word brings in
_SPARE = 5  # times as many as wanted are found, to leave out what is nearly the same
_ENOUGH = 0.6  # of the title's words will do without a shared topic
_TINY = 1e-9  # keeps from dividing by nothing

Weights = Mapping[str, float]


@dataclass(frozen=True)
class _Own:
    """What is known of the entry itself."""

    entry_id: int
    topics: Weights  # the rarest first
    words: Mapping[str, tuple[str, float]]  # term → the word as it is written, and its weight
    roles: frozenset[str]
    level: frozenset[str]
    title_length: float


@dataclass(frozen=True)
class _Pool:
    """Documents of one segment, how near they are, and which word of the title each has: a row for each word."""

    documents: Ids
    scores: Floats
    words: NDArray[np.bool_]


class Neighbours:
    """Answers `similar` over the segments of one moment."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._documents = sum(segment.live_count for segment in segments)
        self._known: dict[tuple[int, str], Ids] = {}

    def of(self, entry_id: int, limit: int, words: str) -> list[Similar]:
        """The entries nearest to one, the nearest first, later ones before others; ``words`` is its title."""
        own = self._own(entry_id, words)
        if own is None:
            return []
        pools = [self._pool(number, own) for number in range(len(self._segments))]
        numbers = np.repeat(np.arange(len(pools)), [len(pool.documents) for pool in pools])
        documents = np.concatenate([pool.documents for pool in pools])
        held = np.concatenate([pool.words for pool in pools], axis=1)
        scores = np.concatenate([pool.scores for pool in pools])
        columns = [segment.columns for segment in self._segments]
        entries = np.concatenate([of.entries[pool.documents] for of, pool in zip(columns, pools, strict=True)])
        dates = np.concatenate([of.dates[pool.documents] for of, pool in zip(columns, pools, strict=True)])
        found: list[Similar] = []
        told: set[tuple[object, ...]] = set()
        for at in top([scores, dates, -entries], limit * _SPARE):
            segment, document, score = self._segments[numbers[at]], int(documents[at]), float(scores[at])
            shared = dict(compress(own.words.items(), held[:, at].tolist()))
            mark = _mark(segment, document, score, frozenset(shared), own)
            if mark not in told and len(found) < limit:
                runs = dict.fromkeys(run for run, _ in shared.values())
                found.append(_told(segment, document, score, tuple(runs), own))
            told.add(mark)
            if len(found) == limit:
                break
        return found

    def _own(self, entry_id: int, words: str) -> _Own | None:
        for segment in self._segments:
            if (document := segment.document(entry_id)) is not None:
                topics = {one: self._weights[one] for one in _values(segment, TOPIC, document) if one in self._weights}
                terms = {term: run for run in text.telling(words) for term in text.terms_of_run(run)}
                return _Own(
                    entry_id=entry_id,
                    topics=dict(sorted(topics.items(), key=lambda one: (-one[1], one[0]))),
                    words={term: (run, self._weight_of_word(term)) for term, run in terms.items()},
                    roles=_values(segment, "role", document),
                    level=_values(segment, "level", document),
                    title_length=float(segment.columns.lengths["title"][document]),
                )
        return None

    @cached_property
    def _weights(self) -> Weights:
        """How much each topic weighs."""
        counts: dict[str, int] = {}
        for segment in self._segments:
            column, live = segment.columns.facets[TOPIC], segment.live()
            held = column.codes[live if column.documents is None else live[column.documents]]
            for value, number in zip(column.values, np.bincount(held, minlength=len(column.values)), strict=True):
                counts[value] = counts.get(value, 0) + int(number)
        return {value: self._weight(number) for value, number in counts.items() if number and value != NOT_STATED}

    def _weight_of_word(self, term: str) -> float:
        return self._weight(sum(segment.count("title", term) for segment in self._segments))

    def _weight(self, documents: int) -> float:
        return float(np.log(1 + self._documents / max(documents, 1)))

    @cached_property
    def _norms(self) -> list[Floats]:
        """For each segment the length of each document's vector of topics."""
        return [_norms(segment, self._weights) for segment in self._segments]

    def _pool(self, number: int, own: _Own) -> _Pool:
        segment = self._segments[number]
        documents = self._near(number, own)
        documents = documents[segment.columns.entries[documents] != own.entry_id]
        topics = _shared(segment, TOPIC, {one: weight**2 for one, weight in own.topics.items()}, documents)
        topics /= math.hypot(*own.topics.values()) * self._norms[number][documents] + _TINY
        words = np.zeros((len(own.words), len(documents)), bool)
        title = np.zeros(len(documents))
        for row, (term, (_, weight)) in zip(words, own.words.items(), strict=True):
            row[:] = members(documents, segment.documents("title", term), segment.size)
            title[row] += weight
        title /= sum(weight for _, weight in own.words.values()) + _TINY
        scores = _TOPICS * topics + _TITLE * title
        for facet, values, weight in (("role", own.roles, _ROLES), ("level", own.level, _LEVEL)):
            scores += _shared(segment, facet, dict.fromkeys(values, weight / len(values or "-")), documents)
        kept = (topics > 0) | (title >= _ENOUGH)
        return _Pool(documents[kept], np.round(scores[kept], DIGITS), words[:, kept])

    def _near(self, number: int, own: _Own) -> Ids:
        """The documents to look at: of a frequent topic the latest, and those that share words of the title."""
        segment = self._segments[number]
        named = [segment.documents("title", term) for term in own.words]
        titled = any_of([ids for ids in named if len(ids) <= 2 * _POOL])
        found = [ids for ids in named if len(ids) <= _POOL]
        for topic in own.topics:
            taught = segment.documents(facet_field(TOPIC), topic)
            found += [titled[members(titled, taught, segment.size)], self._latest(number, topic)]
            if len(taught) >= _POOL:
                break
        return any_of(found)

    def _latest(self, number: int, topic: str) -> Ids:
        """The latest documents of a topic."""
        found = self._known.get((number, topic))
        if found is None:
            segment = self._segments[number]
            found = segment.documents(facet_field(TOPIC), topic)
            if len(found) > _POOL:
                found = found[top([segment.columns.dates[found]], _POOL)]
            self._known[number, topic] = found
        return found


def _mark(segment: Segment, document: int, score: float, words: frozenset[str], own: _Own) -> tuple[object, ...]:
    """What versions of one course have in common; those of the entry itself have its title."""
    length = float(segment.columns.lengths["title"][document])
    if words and len(words) == len(own.words) and length == own.title_length:
        return ("itself",)
    return score, length, words or _values(segment, "provider", document)


def _told(segment: Segment, document: int, score: float, words: tuple[str, ...], own: _Own) -> Similar:
    topics = _values(segment, TOPIC, document)
    reasons = {
        TOPIC: tuple(topic for topic in own.topics if topic in topics),
        "title": words,
        "role": tuple(sorted(own.roles & _values(segment, "role", document))),
        "level": tuple(own.level & _values(segment, "level", document)),
    }
    told = tuple((field, values) for field, values in reasons.items() if values)
    return Similar(entry_id=int(segment.columns.entries[document]), score=score, reasons=told)


def _shared(segment: Segment, facet: str, weights: Weights, documents: Ids) -> Floats:
    """For each document the sum of the weights of the values that it has."""
    column = segment.columns.facets[facet]
    return column.sums(np.array([weights.get(value, 0.0) for value in column.values]), documents)


def _norms(segment: Segment, weights: Weights) -> Floats:
    column = segment.columns.facets[TOPIC]
    squares = np.array([weights.get(value, 0.0) ** 2 for value in column.values])
    documents = np.arange(segment.size) if column.documents is None else column.documents
    norms: Floats = np.sqrt(np.bincount(documents, squares[column.codes], segment.size))
    return norms


def _values(segment: Segment, facet: str, document: int) -> frozenset[str]:
    """The values of one document."""
    return segment.columns.facets[facet].of(document) - {NOT_STATED}
