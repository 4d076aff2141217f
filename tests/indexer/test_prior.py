"""What speaks for an entry beside the words."""

import pytest

from catalog.model import Entry, Evidence, Kind, LearningResource, TopicMatch
from indexer.prior import MOST_STRAYS, factor, named_in_title, prior


def entry(kind: Kind = Kind.COURSE, sources: int = 1, **told: int) -> Entry:
    resource = LearningResource(kind=kind, title="x", **told)  # type: ignore[arg-type]
    return Entry(id=1, resource=resource, listings=tuple((f"source{number}", None) for number in range(sources)))


def test_nothing_known_speaks_neither_for_nor_against() -> None:
    assert prior(entry()) == 1.0
    assert prior(Entry(id=1, resource=LearningResource(kind=Kind.BOOK, title="x"))) == 1.0


def test_learners_ratings_and_sources_speak_for_an_entry_within_limits() -> None:
    assert 1.0 < prior(entry(rating_count=10)) < prior(entry(rating_count=1000)) < prior(entry(rating_count=10**5))
    assert prior(entry(rating_count=10**5)) == prior(entry(rating_count=10**9))
    assert prior(entry(enrolment_count=10**6)) == prior(entry(rating_count=10**5)) == pytest.approx(1.3, abs=1e-3)
    assert prior(entry(sources=1)) < prior(entry(sources=2)) < prior(entry(sources=6)) == prior(entry(sources=9))
    assert prior(entry(Kind.PROGRAM)) > prior(entry()) > prior(entry(Kind.PODCAST))


def test_priors_are_exact_in_any_floating_point() -> None:
    assert all((prior(entry(rating_count=count)) * 1024).is_integer() for count in range(0, 5000, 7))


def test_topics_that_nobody_asked_for_speak_against_it() -> None:
    assert factor(1.5, 0, asked=False) == factor(1.5, 1, asked=True) == factor(1.5, 0, asked=True) == 1.5
    told = [factor(1.0, count, asked=False) for count in range(MOST_STRAYS + 2)]
    assert told[:-1] == sorted(told[:-1], reverse=True)
    assert told[-1] == told[-2]


def test_only_topics_of_the_title_are_named_in_it() -> None:
    in_title, elsewhere = (
        TopicMatch(topic=topic, confidence=0.9, evidence=(Evidence(field=field, phrase=topic),))
        for topic, field in (("python", "title"), ("django", "description"))
    )
    told = Entry(id=1, resource=LearningResource(kind=Kind.BOOK, title="Python"), topics=(in_title, elsewhere))
    assert named_in_title(told) == {"python"}
