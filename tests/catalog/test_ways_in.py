"""What counts as having learnt a prerequisite: time spent on the topic itself, or on a way into it that is wanted."""

import pytest

from catalog.guidance.candidates import Candidate, candidate
from catalog.guidance.knowing import Foundations
from catalog.guidance.limits import Limits
from catalog.guidance.missing import Why
from catalog.guidance.offers import Standpoint
from catalog.guidance.path import Path, path
from catalog.model import Entry, Evidence, Kind, LearningResource, TopicMatch
from catalog.vocabulary import Role, RoleTopic
from tests.catalog.small_vocabulary import small_vocabulary

BROADER = {
    "java": ("languages",),
    "php": ("languages",),
    "languages": ("programming",),
    "concurrency": ("programming",),
}
BEFORE = {"concurrency": ("programming",), "testing": ("programming",)}
NAMES = ("programming", "languages", "java", "php", "concurrency", "testing", "arrays")
WANTED = ("java", "concurrency", "testing")
ROLE = Role(
    id="tester",
    label="Tester",
    summary="",
    topics=tuple(RoleTopic(topic=one, need="must", weight=3.0, level="beginner") for one in WANTED),
)
VOCABULARY = small_vocabulary(ROLE, NAMES, broader=BROADER, before=BEFORE)
FOUNDATIONS = Foundations(VOCABULARY)


def course(number: int, *teaches: str, hours: float = 10.0, named: tuple[str, ...] = ()) -> Candidate:
    return Candidate(
        id=number, kind=Kind.COURSE, hours=hours, teaches=dict.fromkeys(teaches, 0.9), named=frozenset(named)
    )


TESTING = course(9, "testing")


def planned(*some: Candidate, leave_out: tuple[str, ...] = (), choose: tuple[str, ...] = ()) -> Path:
    stand = Standpoint(role=ROLE, foundations=FOUNDATIONS, leave_out=frozenset(leave_out), choose=frozenset(choose))
    return path(stand, some, Limits(hours_a_week=10, weeks=20))


def ids(found: Path) -> list[int]:
    return [step.candidate.id for step in found.steps]


def test_a_topic_that_the_plan_wants_leads_into_the_one_above_it() -> None:
    found = planned(course(1, "java"), TESTING)
    assert ids(found) == [1, 9]
    assert found.steps[0].prepares == ("programming",)


def test_a_narrower_topic_that_nobody_wants_prepares_nothing() -> None:
    found = planned(course(1, "php"), TESTING)
    assert ids(found) == []
    left = next(left for left in found.missing if left.asked.topic == "testing")
    assert (left.why, left.needs) == (Why.PREREQUISITES, ("programming",))


def test_a_topic_that_is_left_out_prepares_nothing_unless_it_is_chosen() -> None:
    assert ids(planned(course(1, "java"), TESTING, leave_out=("java",))) == []
    assert ids(planned(course(1, "php"), TESTING, choose=("php",))) == [1, 9]


@pytest.mark.parametrize(("hours", "steps"), [(0.5, []), (1.0, [1, 9])])
def test_what_only_touches_a_topic_is_no_ground_for_others(hours: float, steps: list[int]) -> None:
    assert ids(planned(course(1, "programming", hours=hours), TESTING)) == steps


def test_hours_are_shared_by_all_topics_but_those_above_others() -> None:
    assert ids(planned(course(1, "programming", "arrays", "php", hours=1.5), TESTING)) == []
    assert ids(planned(course(1, "languages", "php", "programming", hours=1.5), TESTING, choose=("php",))) == [1, 9]


def test_what_stands_on_a_topic_does_not_introduce_it_unless_its_title_says_so() -> None:
    assert ids(planned(course(1, "programming", "concurrency"), TESTING)) == [1]
    assert ids(planned(course(1, "programming", "concurrency", named=("programming",)), TESTING)) == [1, 9]


def test_a_way_into_a_topic_is_what_does_not_build_on_it() -> None:
    assert FOUNDATIONS.place("java").way_into == {"languages", "programming"}
    assert FOUNDATIONS.place("java").built_on == frozenset()
    assert FOUNDATIONS.place("concurrency").way_into == frozenset()
    assert FOUNDATIONS.place("concurrency").built_on == {"programming"}


def test_a_candidate_tells_what_its_title_names() -> None:
    entry = Entry(
        id=1,
        resource=LearningResource(kind=Kind.COURSE, title="Java", hours_max=10.0),
        topics=tuple(
            TopicMatch(topic=topic, confidence=0.9, evidence=(Evidence(field=field, phrase=topic),))
            for topic, field in (("java", "title"), ("programming", "subjects"))
        ),
    )
    assert candidate(entry, VOCABULARY, "USD").named == {"java"}
