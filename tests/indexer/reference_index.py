"""The contract of a search index by brute force: slow, short, and right. Engines are held against it."""

import math
from collections import Counter

from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.fields import FACETS, SORTS, TEXTS, Field, published_number
from indexer.query import NOT_STATED, RELEVANCE, Hits, Query

K1 = 1.2


class ReferenceIndex:
    """Answers `search` by looking at every entry."""

    def __init__(self, entries: list[Entry], vocabulary: Vocabulary) -> None:
        self.entries = entries
        self.vocabulary = vocabulary
        self.counts = {
            field.name: {
                entry.id: Counter(t for told in field.tell(entry, vocabulary) for t in text.terms(told))
                for entry in entries
            }
            for field in TEXTS
        }

    def search(self, query: Query) -> Hits:
        words = text.asked(query.words)
        if query.words.strip() and not words:
            return Hits(ids=(), scores=(), total=0, facets={field.name: {} for field in FACETS})
        scores = {entry.id: self.score(entry, words) for entry in self.entries}
        matched = [entry for entry in self.entries if scores[entry.id] is not None]
        hits = [entry for entry in matched if self.chosen(entry, query)]
        hits.sort(key=lambda entry: self.order(entry, query, scores[entry.id] or 0.0))
        page = hits[(query.page - 1) * query.page_size : query.page * query.page_size]
        return Hits(
            ids=tuple(entry.id for entry in page),
            scores=tuple(scores[entry.id] or 0.0 for entry in page),
            total=len(hits),
            facets={field.name: self.facet(field.name, matched, query) for field in FACETS},
        )

    def score(self, entry: Entry, words: list[text.Alternatives]) -> float | None:
        total = 0.0
        for ways in words:
            ways_met = [way for way in ways if all(self.term(entry, term) for term in way)]
            if not ways_met:
                return None
            total += max(sum(self.term(entry, term) for term in way) for way in ways_met)
        return round(total, 4)

    def term(self, entry: Entry, term: str) -> float:
        return sum(self.field_term(field, entry, term) for field in TEXTS)

    def field_term(self, field: Field, entry: Entry, term: str) -> float:
        counts = self.counts[field.name]
        times = counts[entry.id][term]
        if not times:
            return 0.0
        having = sum(1 for other in counts.values() if other[term])
        average = sum(other.total() for other in counts.values()) / len(counts) or 1.0
        idf = math.log(len(counts) / (having + 1)) + 1
        share = (1 - field.b) + field.b * counts[entry.id].total() / average
        return field.weight * idf * (K1 + 1) * times / (times + K1 * share)

    def values(self, name: str, entry: Entry) -> tuple[str, ...]:
        field = next(field for field in FACETS if field.name == name)
        return field.tell(entry, self.vocabulary) or (NOT_STATED,)

    def chosen(self, entry: Entry, query: Query, but: str | None = None) -> bool:
        return all(set(values) & set(self.values(name, entry)) for name, values in query.choices if name != but)

    def facet(self, name: str, matched: list[Entry], query: Query) -> dict[str, int]:
        counted = [entry for entry in matched if self.chosen(entry, query, but=name)]
        return dict(Counter(value for entry in counted for value in dict.fromkeys(self.values(name, entry))))

    def order(self, entry: Entry, query: Query, score: float) -> tuple[float, float, int]:
        first = -score
        if query.sort != RELEVANCE:
            field = next(field for field in SORTS if field.name == query.sort)
            value = field.number(entry) if field.number else None
            first = math.inf if value is None else -value if field.sort == "descending" else value
        return first, -(published_number(entry) or 0), entry.id
