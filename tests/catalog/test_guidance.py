"""What covers what of a role, what a move asks for, and which few resources complete each other."""

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.guidance.coverage import covered, covering, known_of, level_factor, share, spared, weighed
from catalog.guidance.moves import move
from catalog.guidance.order import after, before
from catalog.guidance.worth import Worth
from catalog.model import Entry, Kind, LearningResource, Level, RoleFit, TopicMatch
from catalog.vocabulary import OneOf, Role, RoleTopic, Topic, Vocabulary


def topic(name: str, *broader: str) -> Topic:
    return Topic(id=name, label=name.title(), definition=f"{name}.", broader=broader)


def asks(name: str, weight: float = 3.0, need: str = "must", level: str = "intermediate") -> RoleTopic:
    return RoleTopic(topic=name, need=need, weight=weight, level=level)


BACK = Role(id="back", label="Back", summary="", topics=(asks("web", 4.0), asks("sql"), asks("git", 1.0, "nice")))
DATA = Role(id="data", label="Data", summary="", topics=(asks("sql", 3.0, "must", "advanced"), asks("spark", 2.0)))
TOPICS = (topic("web"), topic("django", "web"), topic("sql"), topic("git"), topic("spark"), topic("cooking"))
VOCABULARY = Vocabulary(topics={one.id: one for one in TOPICS}, roles={"back": BACK, "data": DATA})
COVERS = covering(BACK, VOCABULARY)
WORTH = Worth(BACK, COVERS, VOCABULARY)


def entry(number: int, topics: Iterable[tuple[str, float]] = (), **facts: object) -> Entry:
    resource = LearningResource(**{"kind": Kind.COURSE, "title": f"Number {number}", **facts})  # type: ignore[arg-type]
    matches = tuple(TopicMatch(topic=name, confidence=confidence) for name, confidence in topics)
    return Entry(id=number, resource=resource, topics=matches)


def test_a_topic_covers_itself_or_what_is_asked_for_above_it() -> None:
    assert {name: one.topic for name, one in COVERS.items()} == {
        "web": "web",
        "django": "web",
        "sql": "sql",
        "git": "git",
    }


def test_who_knows_a_narrower_topic_knows_what_was_asked_for() -> None:
    assert known_of(("django", "cooking", "nonsense"), COVERS) == {"web"}
    assert share(BACK, {"web"}) == pytest.approx(0.5)
    assert share(BACK, ()) == 0
    assert share(BACK, {"web", "sql", "git"}) == 1


def test_the_best_confidence_of_what_covers_counts() -> None:
    matches = entry(1, [("django", 0.9), ("web", 0.5), ("cooking", 0.9)]).topics
    assert covered(matches, COVERS) == {"web": 0.9}


def test_a_level_loses_with_its_distance() -> None:
    one = asks("web", level="beginner")
    told = [level_factor(level, one) for level in (None, Level.ALL, Level.BEGINNER, Level.INTERMEDIATE, Level.ADVANCED)]
    assert told == [1, 1, 1, pytest.approx(0.95), pytest.approx(0.9)]


def test_a_move_tells_what_is_brought_deepened_and_new() -> None:
    there, back = move(BACK, DATA, VOCABULARY), move(DATA, BACK, VOCABULARY)
    assert [one.topic for one in there.deeper] == ["sql"]
    assert [one.topic for one in there.missing] == ["spark"]
    assert there.carried == ()
    assert there.share == pytest.approx(0.6)
    assert [one.topic for one in back.carried] == ["sql"]  # advanced is more than was asked for
    assert [one.topic for one in back.missing] == ["web", "git"]  # the weightiest first


EITHER = Role(
    id="either",
    label="Either",
    summary="",
    topics=(asks("git"), asks("web", 2.0), asks("django", 1.0), asks("sql", 4.0), asks("spark", 1.0, "nice")),
    one_of=(OneOf(label="Way", choices=(("web", "django"), ("sql",), ("spark",))),),
)


def test_alternatives_count_once() -> None:
    assert share(EITHER, ()) == 0
    assert share(EITHER, {"git"}) == pytest.approx(3 / 7)
    assert share(EITHER, {"sql"}) == share(EITHER, {"spark"}) == share(EITHER, {"sql", "web"}) == pytest.approx(4 / 7)
    assert share(EITHER, {"web"}) == pytest.approx(4 / 7 * 2 / 3)  # what goes with it is still missing
    assert share(EITHER, {"git", "web", "django"}) == 1


def test_who_has_one_of_alternatives_needs_none_of_the_others() -> None:
    assert spared(EITHER, {"git"}) == frozenset()
    assert spared(EITHER, {"sql"}) == {"web", "django", "spark"}
    assert spared(EITHER, {"web"}) == {"sql", "spark"}
    assert spared(EITHER, {"web", "sql"}) == {"spark"}


def test_choices_of_the_same_need_weigh_the_same() -> None:
    weights = {topic: one.weight for topic, one in weighed(EITHER).items()}
    assert weights == {"git": 3.0, "web": 4.0, "django": 1.0, "sql": 4.0, "spark": 1.0}


def test_a_move_names_alternatives_together_until_one_is_brought() -> None:
    wants_git = Role(id="git", label="Git", summary="", topics=(asks("git"),))
    assert [[one.topic for one in some] for some in move(wants_git, EITHER, VOCABULARY).to_learn] == [
        ["sql", "web", "spark"]
    ]
    assert [[one.topic for one in some] for some in move(DATA, EITHER, VOCABULARY).to_learn] == [["git"]]
    assert move(DATA, EITHER, VOCABULARY).share == pytest.approx(4 / 7)


def test_nobody_knows_which_of_alternatives_somebody_brings() -> None:
    wants_sql = Role(id="sql", label="SQL", summary="", topics=(asks("sql"),))
    assert move(EITHER, wants_sql, VOCABULARY).share == 0
    assert move(EITHER, EITHER, VOCABULARY).share == 1


def test_what_to_begin_with_keeps_to_one_of_alternatives() -> None:
    worth = Worth(EITHER, covering(EITHER, VOCABULARY), VOCABULARY)
    some = [entry(1, [("sql", 0.9)]), entry(2, [("web", 0.9)]), entry(3, [("git", 0.9)])]
    assert [one.id for one, _ in worth.complementary(some, (), 6)] == [1, 3]
    assert [one.id for one, _ in worth.complementary(some, ("web",), 6)] == [3]


def test_nobody_brings_what_is_only_nice_to_know() -> None:
    wants_git = Role(id="git", label="Git", summary="", topics=(asks("git"),))
    assert move(BACK, wants_git, VOCABULARY).share == 0


def test_a_mention_is_no_gain_and_learners_are_heard() -> None:
    assert WORTH.gains(entry(1, [("web", 0.5)])) == {}
    plain, praised, blamed = (
        WORTH.gains(entry(1, [("web", 0.9)], rating=rating, rating_count=5000))["web"] for rating in (None, 4.8, 3.0)
    )
    assert blamed < plain < praised


def test_each_choice_completes_those_before_it() -> None:
    both, web, sql = entry(1, [("web", 0.9), ("sql", 0.9)]), entry(2, [("web", 0.95)]), entry(3, [("sql", 0.95)])
    chosen = WORTH.complementary([web, sql, both], (), 2)
    assert [(one.id, adds) for one, adds in chosen] == [(1, ("web", "sql")), (2, ("web",))]
    assert [one.id for one, _ in WORTH.complementary([web, sql, both], {"web"}, 1)] == [3]
    assert WORTH.complementary([entry(4, [("cooking", 0.9)])], (), 3) == []


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from([one.id for one in TOPICS]), st.floats(0.1, 0.99)), max_size=4), max_size=8
    ),
    st.sets(st.sampled_from(["web", "sql", "git"])),
    st.integers(1, 5),
)
def test_every_choice_adds_something_unknown(told: list[list[tuple[str, float]]], known: set[str], most: int) -> None:
    chosen = WORTH.complementary([entry(number, topics) for number, topics in enumerate(told, 1)], known, most)
    assert len(chosen) <= most
    assert len({one.id for one, _ in chosen}) == len(chosen)
    assert all(adds and known.isdisjoint(adds) for _, adds in chosen)


def test_who_serves_the_role_comes_before_who_does_not() -> None:
    strange = entry(1, [("web", 0.9), ("sql", 0.9)])
    fitting = msgspec.structs.replace(entry(2, [("web", 0.9)]), roles=(RoleFit(role="back", fit=0.8),))
    assert [one.id for one, _ in WORTH.complementary([strange, fitting], (), 2)] == [2, 1]


def test_the_best_few_hold_a_book_where_there_is_one() -> None:
    courses = [entry(number, [("sql", 0.9)], hours_max=40.0) for number in range(1, 4)]
    book = entry(9, [("sql", 0.8)], kind=Kind.BOOK)
    assert [one.id for one in WORTH.best_of([*courses, book], "sql", 3)] == [1, 2, 9]
    assert [one.id for one in WORTH.best_of(courses, "sql", 3)] == [1, 2, 3]
    assert [one.id for one in WORTH.best_of([book, entry(5)], "sql", 3)] == [9]  # what does not teach it is left out


LADDER = Vocabulary(
    topics={
        one.id: one
        for one in (
            Topic(id="python", label="Python", definition="P."),
            Topic(id="http", label="HTTP", definition="H."),
            Topic(id="frameworks", label="Frameworks", definition="F.", prerequisites=("http",)),
            Topic(
                id="django", label="Django", definition="D.", broader=("frameworks",), prerequisites=("python", "http")
            ),
            Topic(id="deploy", label="Deploying", definition="E.", prerequisites=("frameworks", "linux")),
            Topic(id="linux", label="Linux", definition="L."),
            Topic(id="asyncio", label="Asyncio", definition="A.", prerequisites=("python",)),
        )
    },
    roles={},
)


def test_prerequisites_are_read_both_ways() -> None:
    assert before(["django"], LADDER) == ("python", "http")
    assert before(["django", "python"], LADDER) == ("http",)
    assert before(["deploy", "django"], LADDER) == ("linux", "python", "http")  # Django is a framework
    assert after(["python"], LADDER) == ("asyncio", "django")  # nothing else is missing for the first
    assert after(["django"], LADDER) == ("deploy",)
    assert after(["nonsense"], LADDER) == before(["nonsense"], LADDER) == ()
