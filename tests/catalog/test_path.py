"""The way into a role: within hours and money, nothing before what it asks for, and each step with its reasons."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.guidance.candidates import (
    CONFIDENT,
    LEAST_WORTH,
    Candidate,
    candidate,
    only_examines,
    price_in,
    quality,
    worth_of,
)
from catalog.guidance.coverage import covering
from catalog.guidance.effort import USUAL_HOURS, effort
from catalog.guidance.knowing import Foundations
from catalog.guidance.limits import Limits
from catalog.guidance.missing import Why
from catalog.guidance.offers import Standpoint
from catalog.guidance.packing import in_order, worth
from catalog.guidance.path import Path, path
from catalog.model import Entry, Kind, LearningResource, Level, Price, TopicMatch
from catalog.vocabulary import OneOf, Role, RoleTopic
from tests.catalog.small_vocabulary import small_vocabulary

BEFORE = {"django": ("python",), "flask": ("python",), "orm": ("sql",), "kubernetes": ("docker",)}
BROADER = {"django": ("frameworks",), "flask": ("frameworks",), "postgresql": ("databases",)}
NAMES = ("python", "django", "flask", "frameworks", "sql", "orm", "databases", "postgresql", "docker", "kubernetes")
ROLE = Role(
    id="back-end",
    label="Back end",
    summary="",
    topics=(
        RoleTopic(topic="python", need="must", weight=3.0, level="beginner"),
        RoleTopic(topic="frameworks", need="must", weight=3.0, level="intermediate"),
        RoleTopic(topic="databases", need="should", weight=2.0, level="intermediate"),
        RoleTopic(topic="orm", need="should", weight=2.0, level="intermediate"),
        RoleTopic(topic="kubernetes", need="nice", weight=1.0, level="advanced"),
    ),
)
VOCABULARY = small_vocabulary(ROLE, NAMES, broader=BROADER, before=BEFORE)
FOUNDATIONS = Foundations(VOCABULARY)
PLENTY = Limits(hours_a_week=10, weeks=20)


def course(number: int, *teaches: str, hours: float = 10.0, **facts: object) -> Candidate:
    return Candidate(id=number, kind=Kind.COURSE, hours=hours, teaches=dict.fromkeys(teaches, 0.9), **facts)  # type: ignore[arg-type]


def stand(*know: str, leave_out: tuple[str, ...] = ()) -> Standpoint:
    return Standpoint(role=ROLE, foundations=FOUNDATIONS, know=frozenset(know), leave_out=frozenset(leave_out))


EITHER = replace(
    ROLE, one_of=(OneOf(label="Ways", choices=(("python", "frameworks"), ("kubernetes",), ("databases",))),)
)


def either(*know: str, **facts: tuple[str, ...]) -> Standpoint:
    return replace(stand(*know), role=EITHER, **{name: frozenset(topics) for name, topics in facts.items()})


def ids(found: Path) -> list[int]:
    return [step.candidate.id for step in found.steps]


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 99),
        kind=st.sampled_from([Kind.COURSE, Kind.BOOK]),
        hours=st.sampled_from([0.5, 2.0, 3.5, 8.25, 14.0, 40.0]),
        hours_stated=st.booleans(),
        price=st.sampled_from([0.0, 0.0, 9.99, 30.0, None]),
        level=st.sampled_from([None, *Level]),
        quality=st.floats(0, 1),
        teaches=st.dictionaries(st.sampled_from(NAMES), st.sampled_from([0.7, 0.85, 0.99]), max_size=3),
    ),
    max_size=9,
    unique_by=lambda one: one.id,
)
limits = st.builds(
    Limits,
    hours_a_week=st.sampled_from([0.5, 3.0, 8.0]),
    weeks=st.integers(1, 12),
    budget=st.sampled_from([None, 0.0, 9.99, 40.0]),
    unknown_hours=st.booleans(),
    unknown_prices=st.booleans(),
)
known = st.sets(st.sampled_from(NAMES), max_size=3)
many = settings(max_examples=150, deadline=None)


def test_a_plan_keeps_to_one_of_alternatives() -> None:
    some = [
        course(1, "python"),
        course(2, "databases"),
        course(3, "kubernetes", "docker"),
        course(4, "sql"),
        course(5, "orm"),
    ]
    found = path(either(), some, PLENTY)
    assert found.stand.choose in ({"databases"}, {"python"})
    assert len({1, 2, 3} & set(ids(found))) == 1
    assert {one.asked.topic for one in found.missing}.isdisjoint({"kubernetes"})
    assert 3 in ids(path(either(choose=("kubernetes",)), some, PLENTY))
    assert 2 in ids(path(either(leave_out=("python", "kubernetes")), some, PLENTY))


def test_what_is_known_decides_unless_another_choice_is_asked_for() -> None:
    some = [course(1, "python"), course(2, "databases"), course(3, "frameworks")]
    assert ids(path(either("python"), some, PLENTY)) == [3]  # goes with it
    assert ids(path(either("databases"), some, PLENTY)) == []
    assert ids(path(either("databases", choose=("python",)), some, PLENTY)) == [1, 3]


def test_a_resource_about_another_choice_is_not_taken_for_what_else_it_teaches() -> None:
    some = [course(1, "databases"), course(2, "python", "sql", "orm"), course(3, "sql"), course(4, "orm", hours=30)]
    assert 2 in ids(path(stand(), some, PLENTY))
    assert sorted(ids(path(either(choose=("databases",)), some, PLENTY))) == [1, 3, 4]


def test_the_choice_is_the_one_that_promises_most() -> None:
    poor, rich = [course(1, "python", hours=2.0)], [course(number, "databases", "orm") for number in (2, 3)]
    assert path(either(), [*poor, *rich, course(9, "sql")], PLENTY).stand.choose == {"databases"}
    assert path(
        either(), [course(1, "python"), course(2, "frameworks"), course(3, "databases", hours=2.0)], PLENTY
    ).stand.choose == {"python"}


@many
@given(candidates, limits, known)
def test_every_plan_with_alternatives_is_about_one(some: list[Candidate], within: Limits, know: set[str]) -> None:
    found = path(either(*know), some, within)
    kept = found.stand.kept(EITHER.one_of[0])
    allowed = frozenset[str]().union(*kept) | found.stand.had
    for step in found.steps:
        about = EITHER.one_of[0].topics & {up for topic in step.candidate.teaches for up in above(topic)}
        assert not about or about & allowed


@many
@given(candidates, limits, known)
def test_no_plan_breaks_its_limits_or_its_order(some: list[Candidate], within: Limits, know: set[str]) -> None:
    who = stand(*know)
    found = path(who, some, within)
    assert found.hours <= within.hours + 1e-9
    assert within.budget is None or found.money <= within.budget + 1e-9
    assert len(set(ids(found))) == len(found.steps)
    had = {other for topic in know for other in up_to_the_roots(topic)}
    for step in found.steps:
        one = step.candidate
        assert within.unknown_hours or one.hours_stated
        assert within.unknown_prices or within.budget is None or one.price is not None
        own = {other for topic in one.teaches for other in above(topic)}
        for topic in one.teaches:
            assert set(BEFORE.get(topic, ())) <= had | own
        had |= own


def above(topic: str) -> set[str]:
    return {topic, *BROADER.get(topic, ())}


def up_to_the_roots(topic: str) -> set[str]:
    return {other for one in (topic, *BEFORE.get(topic, ())) for other in above(one)}


@many
@given(candidates, limits, known)
def test_a_plan_for_few_candidates_is_the_best_there_is(some: list[Candidate], within: Limits, know: set[str]) -> None:
    who = stand(*know)
    options = who.options([who.offer(one) for one in some if within.admit(one)])
    plans = (plan for size in range(len(options) + 1) for plan in itertools.combinations(options, size))
    best = max(worth(plan) for plan in plans if within.room.holds(plan) and len(in_order(plan)) == len(plan))
    assert path(who, some, within).worth == pytest.approx(best)


@many
@given(candidates, limits, st.integers(0, 5), st.sampled_from([0.0, 20.0]))
def test_more_time_or_money_never_makes_a_plan_worse(
    some: list[Candidate], within: Limits, weeks: int, money: float
) -> None:
    more = Limits(
        hours_a_week=within.hours_a_week,
        weeks=within.weeks + weeks,
        budget=None if within.budget is None else within.budget + money,
        unknown_hours=within.unknown_hours,
        unknown_prices=within.unknown_prices,
    )
    assert path(stand(), some, more).worth >= path(stand(), some, within).worth - 1e-9


@many
@given(candidates, limits, known)
def test_every_asked_topic_is_known_or_added_once_or_missing(
    some: list[Candidate], within: Limits, know: set[str]
) -> None:
    found = path(stand(*know), some, within)
    told = [one.topic for one in (*found.known, *found.covered, *(left.asked for left in found.missing))]
    assert sorted(told) == sorted(one.topic for one in ROLE.topics)
    assert found == path(stand(*know), some[::-1], within)
    assert 0 <= found.share(found.known) + found.share(found.covered) <= 1 + 1e-9
    assert found.bound >= found.worth - 1e-6


@many
@given(candidates, limits)
def test_weeks_follow_one_another(some: list[Candidate], within: Limits) -> None:
    found = path(stand(), some, within)
    for step in found.steps:
        assert 1 <= step.first_week <= step.last_week <= within.weeks
    for before, after in itertools.pairwise(found.steps):
        assert before.last_week <= after.first_week + 1
        assert before.first_week <= after.first_week
        assert after.before == pytest.approx(before.before + before.candidate.hours)


@many
@given(candidates, limits)
def test_runners_up_are_not_in_the_plan(some: list[Candidate], within: Limits) -> None:
    found = path(stand(), some, within)
    for number, other in found.runners_up.items():
        assert number in ids(found)
        assert other.candidate.id not in ids(found)


def test_a_prerequisite_is_taken_for_the_sake_of_what_needs_it() -> None:
    sql = course(9, "sql", hours=2)
    found = path(stand(), [course(1, "orm"), sql], PLENTY)
    assert ids(found) == [9, 1]
    first, second = found.steps
    assert (first.adds, first.prepares, first.needed_for) == ((), ("sql",), (2,))
    assert [added.asked.topic for added in second.adds] == ["orm"]
    assert (first.first_week, first.last_week, second.first_week, second.last_week) == (1, 1, 1, 2)


def test_what_nobody_prepares_is_not_planned_and_the_reason_is_told() -> None:
    found = path(stand(), [course(1, "orm"), course(2, "kubernetes", hours=300)], PLENTY)
    assert found.steps == ()
    why = {left.asked.topic: (left.why, left.needs) for left in found.missing}
    assert why["orm"] == (Why.PREREQUISITES, ("sql",))
    assert why["kubernetes"] == (Why.TOO_LARGE, ())
    assert why["python"] == (Why.NOTHING, ())


def test_who_knows_the_prerequisite_may_begin() -> None:
    assert ids(path(stand("sql"), [course(1, "orm")], PLENTY)) == [1]


def test_a_resource_may_teach_its_own_prerequisite() -> None:
    assert ids(path(stand(), [course(1, "orm", "sql")], PLENTY)) == [1]


def test_knowing_a_topic_knows_what_it_covers_and_what_comes_before_it() -> None:
    found = path(stand("django"), [course(1, "python"), course(2, "flask")], PLENTY)
    assert [one.topic for one in found.known] == ["python", "frameworks"]
    assert found.steps == ()


def test_a_passing_mention_neither_covers_nor_asks() -> None:
    entry = Entry(
        id=1,
        resource=LearningResource(kind=Kind.COURSE, title="Python", hours_max=10.0, is_free=True),
        topics=(TopicMatch(topic="python", confidence=0.9), TopicMatch(topic="orm", confidence=CONFIDENT - 0.01)),
    )
    one = candidate(entry, VOCABULARY, "USD")
    assert dict(one.teaches) == {"python": 0.9}
    assert ids(path(stand(), [one], PLENTY)) == [1]


def test_topics_left_out_are_neither_planned_nor_missed() -> None:
    found = path(stand(leave_out=("python",)), [course(1, "python")], PLENTY)
    assert found.steps == ()
    assert "python" not in [left.asked.topic for left in found.missing]
    assert found.known == ()


def test_what_is_not_told_comes_in_only_when_asked_for() -> None:
    untold: Sequence[Candidate] = [course(1, "python", price=None), course(2, "databases", hours_stated=False)]
    assert ids(path(stand(), untold, Limits(hours_a_week=10, weeks=20, budget=0))) == [2]
    assert sorted(ids(path(stand(), untold, Limits(hours_a_week=10, weeks=20)))) == [1, 2]
    everything = Limits(hours_a_week=10, weeks=20, budget=0, unknown_prices=True)
    assert sorted(ids(path(stand(), untold, everything))) == [1, 2]
    nothing = path(stand(), untold, Limits(hours_a_week=10, weeks=20, budget=0, unknown_hours=False))
    assert nothing.steps == ()
    assert {left.why for left in nothing.missing if left.asked.topic in {"python", "databases"}} == {Why.UNTOLD}


def test_books_and_courses_are_mixed_where_both_are_there() -> None:
    book = Candidate(id=3, kind=Kind.BOOK, hours=14, hours_stated=False, teaches={"databases": 0.9})
    some = [course(1, "python", hours=4), course(2, "databases", hours=4), book]
    assert {step.candidate.kind for step in path(stand(), some, PLENTY).steps} == {Kind.COURSE, Kind.BOOK}


def test_the_runner_up_says_what_speaks_for_it_and_what_it_lacks() -> None:
    best = course(1, "python", "databases", hours=20, quality=0.5)
    deep = course(2, "python", hours=25, quality=0.9)
    found = path(stand(), [best, deep], Limits(hours_a_week=10, weeks=2))
    assert ids(found) == [1]
    other = found.runners_up[1]
    assert other.candidate == deep
    assert other.without == ("databases",)
    assert (other.deeper, other.better_rated, other.fits, other.admitted) == (True, True, False, True)


def test_money_is_counted_in_one_currency() -> None:
    def resource(**facts: object) -> LearningResource:
        return LearningResource(kind=Kind.COURSE, title="Python", **facts)  # type: ignore[arg-type]

    dollars = Price(amount=20.0, currency="USD")
    assert price_in(resource(price=dollars), "USD") == 20.0
    assert price_in(resource(price=dollars), "EUR") is None
    assert price_in(resource(price=dollars, is_free=True), "EUR") == 0.0
    assert price_in(resource(price=Price(amount=0.0, currency="USD")), "USD") is None
    assert price_in(resource(), "USD") is None


@pytest.mark.parametrize(
    ("title", "only"),
    [
        ("AZ-900: Azure Fundamentals Practice Exam", True),
        ("CISM: 6 mock exams, 900 questions", True),
        ("Practice Tests | Python Certification", True),
        ("dbt certification preparation tests", True),
        ("100 Java interview questions", False),
        ("CompTIA Network+: full course & practice exam", False),
        ("Certified Kubernetes Administrator with practice tests", False),
        ("Practical testing with Python", False),
        ("Sample size and statistical tests", False),
        ("Mocking in unit tests", False),
    ],
)
def test_practice_tests_teach_nothing(title: str, only: bool) -> None:
    assert only_examines(title) is only


def test_hours_are_those_told_else_an_estimate() -> None:
    def hours(kind: Kind = Kind.COURSE, **facts: object) -> tuple[float, bool]:
        found = effort(LearningResource(kind=kind, title="Python", **facts))  # type: ignore[arg-type]
        return found.hours, found.stated

    assert hours(hours_min=3.0, hours_max=5.0) == (5.0, True)
    assert hours(hours_min=3.0) == (3.0, True)
    assert hours(Kind.BOOK, pages=300) == (15.0, False)
    assert hours(Kind.BOOK) == (USUAL_HOURS[Kind.BOOK], False)
    assert hours(Kind.TUTORIAL) == (3.5, False)


def test_quality_is_rating_by_many_and_not_of_long_ago() -> None:
    def of(**facts: object) -> float:
        return quality(LearningResource(kind=Kind.BOOK, title="Python", **facts))  # type: ignore[arg-type]

    assert of(rating=5.0, rating_count=1) < of(rating=4.8, rating_count=5000)
    assert of(rating=2.0, rating_count=500) < of() < of(rating=4.5, rating_count=500)
    assert of(published="1985") == 0.0
    assert of(published="2002") < of(published="2020") == of(published="unknown") == of()


def test_half_an_hour_covers_nothing_and_more_hours_cover_better() -> None:
    covers = covering(ROLE, VOCABULARY)
    worths = [worth_of(course(1, "python", hours=hours), covers).get("python", 0.0) for hours in (0.5, 2, 10, 40)]
    assert worths[0] == 0.0
    assert LEAST_WORTH <= worths[1] < worths[2] < worths[3] < 1
