"""The contract of a search index by brute force: slow, short, and right. Engines are held against it."""

import math
from collections import Counter

import numpy as np

from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer import asking, text
from indexer.fields import FACETS, SORTS, TEXTS, Field, published_number
from indexer.names import names_of
from indexer.prior import factor, named_in_title, prior
from indexer.query import NOT_STATED, RELEVANCE, Hits, Query
from indexer.synonyms import load_synonyms

K1 = 0.9
GRAIN = 2**-17  # what a field adds is a multiple of this


class ReferenceIndex:
    """Answers `search` by looking at every entry."""

    def __init__(self, entries: list[Entry], vocabulary: Vocabulary) -> None:
        self.entries = entries
        self.vocabulary = vocabulary
        self.names = names_of(vocabulary, load_synonyms())
        self.counts = {
            field.name: {
                entry.id: Counter(t for told in field.tell(entry, vocabulary) for t in text.terms(told))
                for entry in entries
            }
            for field in TEXTS
        }

    def search(self, query: Query) -> Hits:
        asked = asking.asked(query, self.names)
        demands = asked.demands
        if query.words.strip() and not asked:
            return Hits(ids=(), scores=(), total=0, complete=0, facets={field.name: {} for field in FACETS})
        wanted = [entry for entry in self.entries if not self.unwanted(entry, asked)]
        answers = {entry.id: [self.demand(entry, demand) for demand in demands] for entry in wanted}
        met = {entry: sum(score is not None for score in scores) for entry, scores in answers.items()}
        musts = [place for place, demand in enumerate(demands) if all(part.needed for part in demand)]
        matched: list[Entry] = []
        for least in asking.enough(demands):
            if len(matched) < asking.FEW:
                some = [entry for entry in wanted if met[entry.id] >= least]
                matched = [entry for entry in some if all(answers[entry.id][place] is not None for place in musts)]
        scores = {entry.id: self.score(entry, asked, answers[entry.id]) for entry in wanted}
        hits = [entry for entry in matched if self.chosen(entry, query)]
        hits.sort(key=lambda entry: (-(met[entry.id] == len(demands)), *self.order(entry, query, scores[entry.id])))
        page = hits[(query.page - 1) * query.page_size : query.page * query.page_size]
        return Hits(
            ids=tuple(entry.id for entry in page),
            scores=tuple(scores[entry.id] for entry in page),
            total=len(hits),
            complete=sum(met[entry.id] == len(demands) for entry in hits),
            facets={field.name: self.facet(field.name, matched, query) for field in FACETS},
            marks=asked.marks,
            topics=asked.topics,
            wishes=asked.chosen_by_wish,
        )

    def score(self, entry: Entry, asked: asking.Asked, answers: list[float | None]) -> float:
        met = [answer for answer in answers if answer is not None]
        share = 1.0 if len(met) == len(answers) else asking.partly(len(met), len(answers))
        taught = any(topic in self.values("topic", entry) for topic in asked.topics)
        beside = factor(prior(entry), len(named_in_title(entry)), asked=taught)
        exact = len(met) == len(answers) and asked.title and asked.title == text.main_title(entry.resource.title)
        wished = sum(self.wish(entry, part) for part in asked.wishes)
        score = (sum(met) + wished + asked.base) * share * beside + (asking.EXACT_SCORE if exact else 0.0)
        return float(np.round(score, 6))  # as arrays are rounded, where a score is in the middle

    def wish(self, entry: Entry, part: asking.Part) -> float:
        as_wished = part.wished is not None and part.wished[1] in self.values(part.wished[0], entry)
        return (self.part(entry, part) or 0.0) + (asking.WISH_SCORE if as_wished else 0.0)

    def unwanted(self, entry: Entry, asked: asking.Asked) -> bool:
        return any(self.part(entry, part) is not None for part in asked.without)

    def demand(self, entry: Entry, demand: asking.Demand) -> float | None:
        met = [score for part in demand if (score := self.part(entry, part)) is not None]
        return sum(met) if met else None

    def part(self, entry: Entry, part: asking.Part) -> float | None:
        if part.choice:
            return 0.0 if part.choice[1] in self.values(part.choice[0], entry) else None
        if part.dates:
            return 0.0 if part.dates[0] <= (published_number(entry) or 0) <= part.dates[1] else None
        words = [self.word(entry, word, part.field) for word in part.words]
        missing = None in words or not self.holds(entry, part)
        by_words = None if missing else sum(word or 0.0 for word in words)
        by_topic = asking.TOPIC_SCORE if part.topic in self.values("topic", entry) else None
        if by_topic and part.topic in named_in_title(entry):
            by_topic += asking.TITLE_SCORE
        return None if by_words is None and by_topic is None else (by_words or 0.0) + (by_topic or 0.0)

    def holds(self, entry: Entry, part: asking.Part) -> bool:
        fields = [field for field in TEXTS if part.field in {None, field.name}]
        texts = [tuple(text.in_order(told)) for field in fields for told in field.tell(entry, self.vocabulary)]
        size = len(part.phrase)
        return not size or any(
            told[at : at + size] == part.phrase for told in texts for at in range(len(told) - size + 1)
        )

    def word(self, entry: Entry, word: asking.Word, field: str | None) -> float | None:
        met = [way for way in word if all(self.term(entry, term, field) for term in way.terms)]
        return max((way.share * sum(self.term(entry, t, field) for t in way.terms) for way in met), default=None)

    def term(self, entry: Entry, term: str, only: str | None) -> float:
        return sum(self.field_term(field, entry, term) for field in TEXTS if only in {None, field.name})

    def field_term(self, field: Field, entry: Entry, term: str) -> float:
        counts = self.counts[field.name][entry.id]
        times = counts[term]
        if not times:
            return 0.0
        having = sum(1 for other in self.entries if any(self.counts[name][other.id][term] for name in self.counts))
        idf = math.log(len(self.entries) / (having + 1)) + 1
        share = (1 - field.b) + field.b * counts.total() / field.usual
        return idf * round(field.weight * (K1 + 1) * times / (times + K1 * share) / GRAIN) * GRAIN

    def values(self, name: str, entry: Entry) -> tuple[str, ...]:
        field = next(field for field in FACETS if field.name == name)
        return field.tell(entry, self.vocabulary) or (NOT_STATED,)

    def chosen(self, entry: Entry, query: Query, but: str | None = None) -> bool:
        return all(set(values) & set(self.values(name, entry)) for name, values in query.choices if name != but)

    def facet(self, name: str, matched: list[Entry], query: Query) -> dict[str, int]:
        if not query.counted:
            return {}
        counted = [entry for entry in matched if self.chosen(entry, query, but=name)]
        return dict(Counter(value for entry in counted for value in dict.fromkeys(self.values(name, entry))))

    def order(self, entry: Entry, query: Query, score: float) -> tuple[float, float, int]:
        first = -score
        if query.sort != RELEVANCE:
            field = next(field for field in SORTS if field.name == query.sort)
            value = field.number(entry) if field.number else None
            first = math.inf if value is None else -value if field.sort == "descending" else value
        return first, -(published_number(entry) or 0), entry.id
