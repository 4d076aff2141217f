"""A new index is published only if it holds what the record holds and still finds what people look for."""

from dataclasses import dataclass, field

import pytest

from catalog.errors import IndexMissing, SearchError
from indexer.gate import golden_queries, judge
from indexer.query import Explanation, Hits, IndexStatus, Query, Similar, Suggestion


@dataclass
class Held:
    """An index of so many entries that finds so many for each query."""

    entries: int = 100
    hits: int = 40
    lost: dict[str, int] = field(default_factory=dict)
    missing: bool = False

    def status(self) -> IndexStatus:
        if self.missing:
            raise IndexMissing("none")
        return IndexStatus(entries=self.entries, revision=1, generation="000001")

    def search(self, query: Query) -> Hits:
        return Hits(ids=(), scores=(), total=(hits := self.lost.get(query.words, self.hits)), complete=hits, facets={})

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        raise NotImplementedError

    def similar(self, entry_id: int, limit: int = 6, *, title: str = "") -> list[Similar]:
        raise NotImplementedError

    def explain(self, query: Query, entry_id: int) -> Explanation:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("candidate", "live"),
    [
        (Held(), Held()),
        (Held(), Held(missing=True)),
        (Held(entries=95), Held()),
        (Held(lost={"C++": 20}), Held()),
        (Held(entries=100, lost={"C++": 0}), Held(entries=1000)),
        (Held(hits=0), Held(hits=0)),
    ],
)
def test_a_sound_index_passes(candidate: Held, live: Held) -> None:
    judge(candidate, live=live, expected=100)


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (Held(entries=50), "holds 50 entries and the record 100"),
        (Held(lost={"C++": 0}), "finds 0 for 'C\\+\\+'"),
        (Held(lost={"rest api": 19}), "finds 19 for 'rest api'"),
    ],
)
def test_an_index_that_lost_much_is_refused(candidate: Held, why: str) -> None:
    with pytest.raises(SearchError, match=why):
        judge(candidate, live=Held(), expected=100)


def test_the_golden_queries_are_distinct_words() -> None:
    queries = golden_queries()
    assert len(queries) >= 30
    assert len(set(queries)) == len(queries)
    assert all(words.strip() == words for words in queries)
