"""Recombined entries: as many as wanted, the same each time, no id twice, and words that stay near their topic."""

from pathlib import Path

import pytest
from stdnum import isbn

from benchmarks.recombined import recombined
from catalog.model import Entry, Kind, LearningResource, TopicMatch
from catalog.store import Store
from tests.catalog.test_store import put

SUBJECTS = ("sql", "go")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(f"sqlite:///{tmp_path / 'record.db'}")
    put(store, *(_entry(number) for number in range(1, 11)))
    return store


def _entry(number: int) -> Entry:
    subject = SUBJECTS[number % 2]
    return Entry(
        id=number,
        resource=LearningResource(
            kind=Kind.BOOK,
            title=f"{subject} one{number} {subject} two{number}",
            description=f"{subject} description{number}",
            isbn="9780306406157",
        ),
        topics=(TopicMatch(topic=subject, confidence=0.9),),
    )


@pytest.mark.parametrize("size", [1, 3, 10, 11, 25, 40])
def test_there_are_as_many_as_wanted_each_with_an_id_of_its_own(store: Store, size: int) -> None:
    found = list(recombined(store, size))
    assert len({entry.id for entry in found}) == len(found) == size
    assert found == list(recombined(store, size))


def test_within_the_record_entries_are_as_they_stand(store: Store) -> None:
    assert [entry.resource for entry in recombined(store, 10)] == [_entry(number).resource for number in range(1, 11)]


def test_beyond_the_record_titles_and_descriptions_are_of_two_entries_of_one_topic(store: Store) -> None:
    copies = list(recombined(store, 30))[10:]
    assert copies[5].resource.title == "sql one6 sql two4"
    assert copies[5].resource.description == "sql description4"
    assert copies[15].resource.title == "sql one6 sql two2"
    for entry in copies:
        subject, other = entry.topics[0].topic, SUBJECTS[entry.topics[0].topic == "sql"]
        assert other not in f"{entry.resource.title} {entry.resource.description}".split()
        assert subject in entry.resource.title
    assert len({entry.resource.isbn for entry in copies}) == 20
    assert all(isbn.is_valid(entry.resource.isbn) for entry in copies)


def test_an_empty_record_gives_nothing(tmp_path: Path) -> None:
    assert list(recombined(Store.open(f"sqlite:///{tmp_path / 'empty.db'}"), 5)) == []
