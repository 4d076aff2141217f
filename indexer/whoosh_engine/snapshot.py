"""The index at one moment: answers to queries, the same however the documents are spread over segments."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from catalog.errors import BadQuery
from indexer import asking
from indexer.asking import Asked
from indexer.fields import FACETS, SORTS
from indexer.names import Names
from indexer.query import RELEVANCE, Explanation, Hits, Query
from indexer.whoosh_engine.facet_columns import Counts
from indexer.whoosh_engine.finding import Terms
from indexer.whoosh_engine.found import Mask
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.scoring import Scoring
from indexer.whoosh_engine.segments import Segment

DIGITS = 6  # scores are compared to this many decimals, so that equal ones tie on every machine
Page = tuple[Ids, Floats, Mask | None]  # documents, their scores, which meet every demand of the words: None for all
_KEPT = 31  # answers to queries without words and choices that are kept
_FACET_NAMES = frozenset(field.name for field in FACETS)
_SORTS = {field.name: field for field in SORTS}


class Snapshot:
    """Segments that do not change any more."""

    def __init__(self, segments: Sequence[Segment], names: Names) -> None:
        self.segments = segments
        self._names = names
        self.documents = sum(segment.live_count for segment in segments)
        self._of_everything: dict[Query, Hits] = {}  # the front page asks it again and again
        self._terms = Terms(segments)
        self._values = _Values(segments)

    def search(self, query: Query) -> Hits:
        """Answer a query. Raises `BadQuery`."""
        _check(query)
        if query.words.strip() or query.choices:
            return self._answer(query)
        if query not in self._of_everything:
            self._of_everything = dict(list(self._of_everything.items())[-_KEPT:]) | {query: self._answer(query)}
        return self._of_everything[query]

    def _answer(self, query: Query) -> Hits:
        asked = asking.asked(query, self._names)
        if query.words.strip() and not asked:
            return Hits(ids=(), scores=(), total=0, complete=0, facets=_no_counts())
        scoring = self._scoring(asked)
        counts = self._values.nothing() if query.counted else None
        pages = [self._segment(number, scoring, query, counts) for number in range(len(self.segments))]
        found, scores = self._page(pages, query)
        return Hits(
            ids=found,
            scores=scores,
            total=sum(len(ids) for ids, _, _ in pages),
            complete=sum(len(ids) if complete is None else int(complete.sum()) for ids, _, complete in pages),
            facets=_no_counts() if counts is None else self._values.named(counts),
            marks=asked.marks,
            topics=asked.topics,
            wishes=asked.chosen_by_wish,
            cut=asked.cut,
        )

    def count(self, words: str) -> int:
        """How many entries meet every demand of some words."""
        asked = asking.understood(words, self._names)
        return self._scoring(asked).complete if asked else 0

    def _scoring(self, asked: Asked) -> Scoring:
        return Scoring(self.segments, self._terms, asked)

    def explain(self, query: Query, entry_id: int) -> Explanation:
        """The parts of one entry's score: for each word its best way to be answered, and each topic named."""
        place = self._place(entry_id)
        if place is None:
            return Explanation(entry_id=entry_id, matches=False, score=0.0)
        number, document = place
        asked = asking.asked(query, self._names)
        told = self._scoring(asked).answer(number, document) if asked or not query.words.strip() else []
        chosen = all(self.segments[number].having(facet, values)[document] for facet, values in query.choices)
        score = round(sum(part.score for part in told or ()), DIGITS)
        return Explanation(entry_id=entry_id, matches=chosen and told is not None, score=score, parts=tuple(told or ()))

    def _place(self, entry_id: int) -> tuple[int, int] | None:
        """(segment, document) of an entry."""
        for number, segment in enumerate(self.segments):
            if (document := segment.document(entry_id)) is not None:
                return number, document
        return None

    def _segment(self, number: int, scoring: Scoring, query: Query, counts: Counts | None) -> Page:
        """The chosen documents of one segment; its facet counts are added to ``counts`` where there are any."""
        segment = self.segments[number]
        page = ids, scores, complete = scoring.found(number)
        if not len(ids):
            return page
        having = [segment.having(facet, values).take(ids) for facet, values in query.choices]
        if having:
            kept = np.logical_and.reduce(having).nonzero()[0]
            page = ids.take(kept), scores.take(kept), None if complete is None else complete.take(kept)
        if counts is None:
            return page
        counted = segment.facets.count(page[0])
        for at, (facet, _) in enumerate(query.choices):
            others = having[:at] + having[at + 1 :]
            among = ids.take(np.logical_and.reduce(others).nonzero()[0]) if others else ids
            counted[segment.facets.places[facet]] = segment.facets.count_one(facet, among)
        counts[self._values.places[number]] += counted
        return page

    def _page(self, pages: Sequence[Page], query: Query) -> tuple[tuple[int, ...], tuple[float, ...]]:
        pages = [_front(page, query) if query.sort == RELEVANCE else page for page in pages]
        if not any(len(ids) for ids, _, _ in pages):
            return (), ()
        segments = [segment.columns for segment in self.segments]
        scores = np.round(np.concatenate([scores for _, scores, _ in pages]), DIGITS)
        entries = np.concatenate([of.entries.take(ids) for of, (ids, _, _) in zip(segments, pages, strict=True)])
        dates = np.concatenate([of.dates.take(ids) for of, (ids, _, _) in zip(segments, pages, strict=True)])
        complete = [complete for _, _, complete in pages if complete is not None]
        first = scores
        if query.sort != RELEVANCE:
            values = np.concatenate(
                [of.sorts[query.sort][ids] for of, (ids, _, _) in zip(segments, pages, strict=True)]
            )
            values = values if _SORTS[query.sort].sort == "descending" else -values
            first = np.where(np.isnan(values), -np.inf, values)
        start = (query.page - 1) * query.page_size
        keys = [first, dates, -entries]
        if complete:
            keys.insert(0, np.concatenate(complete).astype(np.int8))
        at = top(keys, start + query.page_size)[start:]
        return tuple(entries[at].tolist()), tuple(scores[at].tolist())


class _Values:
    """The values of all facets in any of the segments, numbered through, facet after facet."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        columns = [segment.columns.facets for segment in segments]
        values = {
            field.name: list(dict.fromkeys(value for of in columns for value in of[field.name].values))
            for field in FACETS
        }
        self._names = list(values)
        self._starts = np.cumsum([0, *map(len, values.values())])
        self._labels = np.array([value for some in values.values() for value in some], object)
        numbers = {(name, value): at for at, (name, value) in enumerate((n, v) for n in values for v in values[n])}
        self.places = [  # for each segment, where its values stand here
            np.array([numbers[name, value] for name, column in of.items() for value in column.values], np.intp)
            for of in columns
        ]

    def nothing(self) -> Counts:
        return np.zeros(len(self._labels), np.int64)

    def named(self, counts: Counts) -> dict[str, dict[str, int]]:
        """The counts that are not 0 by facet and value."""
        found = np.flatnonzero(counts)
        labels, numbers = self._labels[found].tolist(), counts[found].tolist()
        cuts = pairwise(np.searchsorted(found, self._starts).tolist())
        return {
            name: dict(zip(labels[start:end], numbers[start:end], strict=True))
            for name, (start, end) in zip(self._names, cuts, strict=True)
        }


def _front(page: Page, query: Query) -> Page:
    """The documents of one segment that can stand on the page or before it: those whose score, rounded, is not below
    that of the last one there.
    """
    ids, scores, complete = page
    count = query.page * query.page_size
    if len(ids) <= count or complete is not None:
        return page
    edge = np.partition(scores, len(scores) - count)[len(scores) - count]
    kept = np.flatnonzero(scores >= edge - 10.0**-DIGITS)
    return ids.take(kept), scores.take(kept), None


def top(keys: Sequence[NDArray[np.generic]], count: int) -> NDArray[np.intp]:
    """The places of the ``count`` greatest by the first key, ties by the next, in order; linear in their number."""
    pool = np.arange(len(keys[0]))
    sure: list[NDArray[np.intp]] = []
    need = count
    for key in keys:
        if len(pool) <= need or not need:
            break
        values = key.take(pool)
        edge = np.partition(values, len(values) - need)[len(values) - need]
        sure.append(pool[values > edge])
        need -= len(sure[-1])
        pool = pool[values == edge]
    chosen = np.concatenate([*sure, pool[:need]])
    return chosen[np.lexsort([-key[chosen] for key in reversed(keys)])]


def _no_counts() -> dict[str, dict[str, int]]:
    return {field.name: {} for field in FACETS}


def _check(query: Query) -> None:
    for facet, _ in query.choices:
        if facet not in _FACET_NAMES:
            raise BadQuery(f"there is no facet {facet!r}; there are {', '.join(sorted(_FACET_NAMES))}")
    if query.sort != RELEVANCE and query.sort not in _SORTS:
        raise BadQuery(f"there is no sort {query.sort!r}; there are {', '.join((RELEVANCE, *_SORTS))}")
