"""What is likely the same for a reader is told in one place, and nothing else is."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from catalog.classify import Classifier
from catalog.model import Entry, Kind, LearningResource
from catalog.store import Store
from catalog.vocabulary import Vocabulary
from tests.webui.catalogue import crawl_once
from tests.webui.conftest import CONFIG
from tests.webui.plain_index import PlainIndex
from webui.app import create_app
from webui.paths.finding import of_each_title
from webui.versions import gathered

COURSE = LearningResource(kind=Kind.COURSE, title="Intro to Kafka", provider="Streams Academy")
BOOK = LearningResource(kind=Kind.BOOK, title="Queues in Practice: A Field Guide", authors=("Ada Stone",))
change = msgspec.structs.replace


def groups(*resources: LearningResource) -> list[list[int]]:
    entries = [Entry(id=number, resource=resource) for number, resource in enumerate(resources)]
    return [[entry.id for entry in group] for group in gathered(entries)]


@pytest.mark.parametrize(
    "other",
    [
        COURSE,
        change(COURSE, title="The Intro to KAFKA"),
        change(COURSE, provider=None),
        change(COURSE, kind=Kind.PROGRAM),
        change(COURSE, authors=("Ben Reed",)),
    ],
)
def test_courses_of_one_title_and_provider_are_versions(other: LearningResource) -> None:
    assert groups(COURSE, other) == [[0, 1]]


@pytest.mark.parametrize(
    "other",
    [
        change(COURSE, provider="Another School"),
        change(COURSE, title="Intro to Kafka Streams"),
        change(COURSE, title="Intro to Kafka: Part 2"),
        change(COURSE, kind=Kind.BOOK),
    ],
)
def test_other_courses_are_not(other: LearningResource) -> None:
    assert groups(COURSE, other) == [[0], [1]]


def test_courses_by_other_people_are_not() -> None:
    assert groups(change(COURSE, authors=("Ben Reed",)), change(COURSE, authors=("Cy Lane",))) == [[0], [1]]


def test_books_are_versions_by_their_author_whatever_the_subtitle() -> None:
    second = change(BOOK, title="Queues in Practice", authors=("STONE, A.", "Ádá Stone"), published="2024")
    assert groups(BOOK, second, change(BOOK, authors=("Dee Wolf",))) == [[0, 1], [2]]


def test_a_book_without_author_needs_a_telling_title() -> None:
    assert groups(BOOK, change(BOOK, authors=())) == [[0], [1]]
    longer = change(BOOK, title="Reliable Queues in Practice")
    assert groups(longer, change(longer, authors=())) == [[0, 1]]


def test_groups_stand_where_the_first_of_them_stands() -> None:
    other = change(COURSE, title="Kafka in depth")
    assert groups(COURSE, other, COURSE, other, BOOK) == [[0, 2], [1, 3], [4]]


def test_a_plan_looks_at_the_version_that_tells_its_hours() -> None:
    told = [COURSE, change(COURSE, hours_max=4.0), change(COURSE, is_free=True), BOOK]
    entries = [Entry(id=number, resource=resource) for number, resource in enumerate(told)]
    assert [entry.id for entry in of_each_title(entries)] == [1, 3]


def test_a_page_of_results_tells_versions_on_one_card(tmp_path: Path, vocabulary: Vocabulary) -> None:
    listed = [change(COURSE, url=f"https://www.example.org/kafka/{number}", rating=4.0 + number) for number in (0, 1)]
    with closing(Store.open(f"sqlite:///{tmp_path}/record.db")) as store:
        crawl_once(store, Classifier(vocabulary), [*listed, change(BOOK, description="Queues such as Kafka.")])
        index = PlainIndex(store.entries(range(1, 9)), vocabulary, store.last_change(), {})
        app = create_app(CONFIG, store=store, index=index, vocabulary=vocabulary)
        page = app.test_client().get("/search?q=kafka").text
    assert page.count('class="card"') == 2
    assert "1 more of this title" in page
    assert page.count(">Intro to <mark>Kafka</mark></a>") == 1
    assert page.count(">Intro to Kafka</a>") == 1
    assert "3 resources for" in page
