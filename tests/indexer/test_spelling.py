"""Words completed, measured and mended: the arrays against plain definitions, the answers on a small catalogue."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model import Entry, Kind, LearningResource, TopicMatch
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import Query
from indexer.whoosh_engine import spelling
from indexer.whoosh_engine.spelling import SegmentWords

VOCABULARY = load_vocabulary()
TITLES = {
    "Python Django by Example": 30,
    "Python Basics": 30,
    "Java Basics": 30,
    "Machine Learning in Practice": 30,
    "REST API Design": 30,
    "Set Theory": 60,
    "Kubernetes in Action": 25,
    "Программирование баз": 2,
    "Pyhton Tricks": 1,
}
WORDS = [*TITLES, "naïve", "データ", "go"]
words = st.text(st.sampled_from("abcдеéデ"), min_size=1, max_size=8)


def edits(one: str, other: str) -> int:
    """Optimal string alignment as it is defined."""
    away = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            here = away[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            away[i][j] = min(away[i - 1][j] + 1, away[i][j - 1] + 1, here)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                away[i][j] = min(away[i][j], away[i - 2][j - 2] + 1)
    return away[-1][-1]


def segment(*terms: str) -> SegmentWords:
    kept = np.array(sorted(term.encode() for term in terms), np.bytes_)
    kept = kept[np.char.str_len(kept) <= spelling.LONGEST].astype(f"S{spelling.LONGEST}")
    nowhere = spelling.words_of_documents(np.empty(0, np.int32), np.empty(0, np.int64), 0)
    return SegmentWords(kept, np.ones(len(kept), np.int64), nowhere)


@settings(deadline=None)
@given(st.sets(words, min_size=1, max_size=12), words, st.integers(1, 2))
def test_the_near_words_are_those_within_so_many_edits(terms: set[str], wanted: str, most: int) -> None:
    near, away = spelling.near([segment(*terms)], wanted, most)
    expected = {term: edits(term, wanted) for term in terms if edits(term, wanted) <= most}
    assert dict(zip(near, away.tolist(), strict=True)) == expected


@settings(deadline=None)
@given(words)
def test_one_edit_away_is_one_edit_away(word: str) -> None:
    made = spelling.one_edit_away(word)
    assert {edits(word, one) for one in made} == {1}
    assert word[1:] in made
    assert "x" + word in made


def test_documents_know_their_words() -> None:
    held = spelling.words_of_documents(np.array([0, 2, 2, 0], np.int32), np.array([2, 1, 1]), 3)
    assert sorted(held.of(np.array([0])).tolist()) == [0, 2]
    assert held.of(np.array([1])).tolist() == []
    assert sorted(held.of(np.array([0, 1, 2])).tolist()) == [0, 0, 1, 2]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    place: Path = tmp_path_factory.mktemp("index")
    engine = open_index(f"whoosh:{place}", VOCABULARY)
    titles = [title for title, count in TITLES.items() for _ in range(count)]
    entries = [
        Entry(
            id=number,
            resource=LearningResource(kind=Kind.BOOK, title=title, authors=("Donald Knuth",) if number == 1 else ()),
            topics=(TopicMatch(topic="machine-learning", confidence=0.9),) if "Machine" in title else (),
        )
        for number, title in enumerate(titles, 1)
    ]
    writer = engine.writer()
    writer.publish(writer.build(entries, 1))
    return engine.reader()


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("kuebrnetes", "kubernetes"),
        ("ubernetes", "kubernetes"),
        ("kubenretse", "kubernetes"),
        ("pyhton djnago", "python django"),
        ("machinelearning", "machine learning"),
        ("kuber netes", "kubernetes"),
        ("rset api", "rest api"),
        ("author:knuht", "author:knuth"),
        ("програмирование", None),  # too long to be kept
        ("-pyhton djnago", "-pyhton django"),
    ],
)
def test_what_leads_to_nothing_is_answered_in_the_spelling_meant(
    index: SearchIndex, asked: str, instead: str | None
) -> None:
    hits = index.search(Query(words=asked))
    assert hits.instead == instead
    if instead:
        assert hits.complete
        assert hits.ids == index.search(Query(words=instead)).ids
        literal = index.search(Query(words=asked, literal=True))
        assert (literal.instead, literal.corrections, literal.complete) == (None, (), 0)


def test_a_choice_does_not_change_the_spelling(index: SearchIndex) -> None:
    asked = Query(words="pyhton djnago")
    counts = index.search(asked).facets["kind"]
    for kind in ("book", "course"):
        hits = index.search(asked.choose("kind", (kind,)))
        assert (hits.instead, hits.total) == ("python django", counts.get(kind, 0))


@pytest.mark.parametrize(
    "asked", ["java", "set theory", '"pyhton djnago"', "zebra", "python kubernetes", "9781449373320"]
)
def test_what_is_known_quoted_or_like_nothing_stays(index: SearchIndex, asked: str) -> None:
    hits = index.search(Query(words=asked))
    assert (hits.instead, hits.corrections) == (None, ())


def test_few_hits_stay_and_name_the_spelling_with_far_more(index: SearchIndex) -> None:
    hits = index.search(Query(words="pyhton"))
    assert (hits.complete, hits.instead, hits.corrections) == (1, None, ("python",))


def suggested(index: SearchIndex, typed: str) -> list[str]:
    return [one.words for one in index.suggest(typed)]


def test_names_and_words_complete_what_is_typed(index: SearchIndex) -> None:
    assert suggested(index, "mach")[:2] == ["Machine learning", "machine"]
    assert suggested(index, "learni")[0] == "Machine learning"
    assert suggested(index, "machine l")[0] == "Machine learning"
    assert suggested(index, "kub") == ["kubernetes"]
    assert suggested(index, "") == suggested(index, "author:kn") == suggested(index, "zebra") == []


def test_a_beginning_may_be_one_edit_off(index: SearchIndex) -> None:
    assert suggested(index, "kubre") == suggested(index, "ubern") == ["kubernetes"]
    assert suggested(index, "pyht") == ["pyhton", "python"]


def test_words_go_with_those_before(index: SearchIndex) -> None:
    assert suggested(index, "python d") == ["python django", "python donald"]
    assert suggested(index, "java d") == []
    assert suggested(index, "pyhton dja") == ["python django"]


def test_every_suggestion_leads_to_hits_with_all_of_its_words(index: SearchIndex) -> None:
    for typed in "abcdefghijklmnopqrstuvwxyzп":
        for one in index.suggest(typed, limit=20):
            assert index.search(Query(words=one.words, literal=True)).complete, one
