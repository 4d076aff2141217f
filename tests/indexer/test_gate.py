"""A new index is published only if it holds what the record holds and still finds what people look for."""

from dataclasses import dataclass, field

import pytest

from catalog.errors import IndexMissing, SearchError
from catalog.model import Entry, Kind, LearningResource
from indexer import text
from indexer.gate import golden_queries, judge, noting, verdicts
from indexer.query import Explanation, Hits, IndexStatus, Query, Similar, Suggestion


@dataclass
class Held:
    """An index of so many entries that finds so many for each query."""

    entries: int = 100
    hits: int = 40
    lost: dict[str, int] = field(default_factory=dict)
    missing: bool = False
    ids: tuple[int, ...] = ()
    met: tuple[int, ...] = ()  # entries that every query explains

    def status(self) -> IndexStatus:
        if self.missing:
            raise IndexMissing("none")
        return IndexStatus(entries=self.entries, revision=1, generation="000001")

    def search(self, query: Query) -> Hits:
        return Hits(
            ids=self.ids, scores=(), total=(hits := self.lost.get(query.words, self.hits)), complete=hits, facets={}
        )

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        raise NotImplementedError

    def similar(self, entry_id: int, limit: int = 6, *, title: str = "") -> list[Similar]:
        raise NotImplementedError

    def explain(self, query: Query, entry_id: int) -> Explanation:
        return Explanation(entry_id=entry_id, matches=entry_id in self.met, score=0.0)


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
    queries = [golden.words for golden in golden_queries()]
    assert len(queries) >= 150
    assert len(set(queries)) == len(queries)
    assert all(words.strip() == words for words in queries)


def test_what_golden_queries_want_is_noted_by_title_provider_and_isbn() -> None:
    told = [
        ("EFFECTIVE  java", None, None),
        ("Learn Docker", "Boot.dev", None),
        ("Learn Docker", "Other", None),
        ("Some edition", None, "9781449373320"),
        ("Unknown", None, None),
        ("Grokking Algorithms", "Aditya Bhargava", None),
    ]
    held: dict[str, set[int]] = {}
    passed = list(noting([entry_of(number, *one) for number, one in enumerate(told)], held))
    assert [entry.id for entry in passed] == [0, 1, 2, 3, 4, 5]
    assert held == {
        "effective java": {0},
        "learn docker | boot.dev": {1},
        "9781449373320": {3},
        "grokking algorithms": {5},
        "grokking algorithms | aditya bhargava": {5},
    }


def entry_of(number: int, title: str, provider: str | None, isbn: str | None) -> Entry:
    return Entry(id=number, resource=LearningResource(kind=Kind.BOOK, title=title, provider=provider, isbn=isbn))


def test_a_golden_query_holds_where_what_it_wants_comes_early() -> None:
    held = {"effective java": {7}}
    why = {verdict.golden.words: verdict.why for verdict in verdicts(Held(ids=(3, 7)), held)}
    assert why["Effective Java"] == ""
    assert "100 Go Mistakes and How to Avoid Them" not in why
    why = {verdict.golden.words: verdict.why for verdict in verdicts(Held(ids=(3, 4)), held)}
    assert why["Effective Java"] == "not among the first 3: Effective Java"


def test_a_golden_query_fails_where_what_it_must_not_find_comes_early() -> None:
    why = {verdict.golden.words: verdict.why for verdict in verdicts(Held(ids=(3, 7), met=(7,)), {})}
    assert why["java"] == "entries 7 are 'title:javascript -title:java'"


def test_an_index_that_fails_many_golden_queries_is_refused() -> None:
    held = {text.fold(want): {7} for golden in golden_queries() for want in golden.wants}
    judge(Held(ids=(7,)), live=Held(), expected=100, held=held)
    with pytest.raises(SearchError, match=r"fails \d+ of \d+ golden queries \("):
        judge(Held(ids=(8,)), live=Held(), expected=100, held=held)
