"""How sure a conclusion is: by the place of its words, how often they stand there, and beside what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.classify import Classifier
from catalog.confidence import BARE_SKILL, LEAST_CONFIDENCE, SHORT, lines
from catalog.model import Kind, LearningResource, TopicMatch
from catalog.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
CLASSIFIER = Classifier(VOCABULARY)
PADDING = "We meet each week and talk about what was built. " * (SHORT // 40)


def matches(title: str, about: str | None = None, skills: tuple[str, ...] = ()) -> dict[str, TopicMatch]:
    resource = LearningResource(kind=Kind.COURSE, title=title, description=about, skills=skills)
    return {match.topic: match for match in CLASSIFIER.topics(resource)}


def test_what_is_named_more_often_is_surer() -> None:
    texts = [PADDING + "PostgreSQL is compared. " * times for times in (1, 2, 3)]
    sure = [matches("Relational databases in practice", text)["postgresql"].confidence for text in texts]
    assert sure == sorted(set(sure))


def test_a_topic_named_once_counts_beside_one_above_it() -> None:
    assert "postgresql" in matches("Relational databases in practice", PADDING + "PostgreSQL is compared.")


def test_and_not_in_a_long_text_about_another() -> None:
    assert "postgresql" not in matches("Machine learning in practice", PADDING + "PostgreSQL is compared.")


def test_nor_is_it_lost_in_a_short_text() -> None:
    assert "postgresql" in matches("Machine learning in practice", "With PostgreSQL.")


def test_a_skill_of_which_nothing_else_speaks_counts_less() -> None:
    bare = matches("Spreadsheets for accountants", "Sums and tables.", ("PostgreSQL",))["postgresql"]
    told = matches("Spreadsheets for accountants", "Sums, tables and PostgreSQL.", ("PostgreSQL",))["postgresql"]
    kin = matches("MySQL", "Rows.", ("Relational Databases",))["relational-databases"]
    assert bare.confidence == BARE_SKILL < kin.confidence <= told.confidence


def test_skills_alone_make_no_back_end_course_of_a_spreadsheet_course() -> None:
    resource = LearningResource(
        kind=Kind.COURSE,
        title="Spreadsheets for accountants",
        description="Sums, tables, charts and how to print them on one page.",
        skills=("Databases", "SQL", "Accounting", "Data Analysis"),
    )
    assert "back-end-engineer" not in {fit.role for fit in CLASSIFIER.roles(resource, CLASSIFIER.topics(resource))}


def test_evidence_says_where_its_words_begin() -> None:
    title, about = "Notes on PostgreSQL", "Rows and columns. Why PostgreSQL locks, and how Postgres unlocks."
    resource = LearningResource(
        kind=Kind.COURSE,
        title=title,
        description=about,
        skills=("Data, and PostgreSQL",),
        syllabus=("First PostgreSQL",),
    )
    for match in CLASSIFIER.topics(resource):
        for found in match.evidence:
            told = getattr(resource, found.field)
            texts = [told] if isinstance(told, str) else told
            assert any(text[found.start :].startswith(found.phrase) for text in texts)


def test_lines_go_both_ways() -> None:
    found = lines(VOCABULARY)
    assert all(one in found[other] for one, others in found.items() for other in others)
    assert not any(topic in found[topic] for topic in VOCABULARY.topics)


@pytest.mark.parametrize("topic", ["sql", "redis", "kubernetes"])
@given(st.integers(1, 8), st.integers(0, 12))
@settings(max_examples=20, deadline=None)
def test_more_mentions_never_make_less_sure(topic: str, times: int, padding: int) -> None:
    label = VOCABULARY.topics[topic].label
    about = [PADDING * padding + f"Then {label} follows. " * count for count in (times, times + 1)]
    fewer, more = (matches("A course", text).get(topic) for text in about)
    assert more is not None
    assert fewer is None or LEAST_CONFIDENCE <= fewer.confidence <= more.confidence
