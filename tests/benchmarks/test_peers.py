"""Other engines are asked the same: they find and count alike, and what is not installed is left out and said."""

import json
from pathlib import Path

import pytest

from benchmarks.child import Absent, Child
from benchmarks.engines import Feed
from benchmarks.engines.worker import ENGINES
from benchmarks.peers import ROLE
from benchmarks.place import Place
from benchmarks.rows import question, row, write_rows
from catalog.model import Entry, Kind, LearningResource, RoleFit, TopicMatch
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.query import NOT_STATED
from tests.catalog.test_store import put

TITLES = ("SQL queries", "SQL for teams", "Querying with SQL", "Teams that last")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "record").mkdir()
    place = Place(folder=tmp_path)
    put(Store.open(place.record), *(entry(number, title) for number, title in enumerate(TITLES, 1)))
    return place


def entry(number: int, title: str) -> Entry:
    return Entry(
        id=number,
        resource=LearningResource(kind=Kind.BOOK, title=title, description="Learn the query language", language="en"),
        roles=(RoleFit(role=ROLE, fit=0.5),) if number != 2 else (),
        topics=(TopicMatch(topic="sql", confidence=0.9),) if "SQL" in title else (),
    )


def child(engine: str, place: Place) -> Child:
    try:
        return Child(engine, place)
    except Absent as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_find_and_count_alike(engine: str, place: Place, tmp_path: Path) -> None:
    rows, folder = tmp_path / "rows.jsonl", tmp_path / engine
    count = write_rows((entry(number, title) for number, title in enumerate(TITLES, 1)), rows)
    folder.mkdir()
    with child(engine, place) as asked:
        assert asked.order("build", Feed(str(rows), place.record, count), str(folder))["wall"] > 0
        assert {"all", "facets"} <= set(asked.order("open", str(folder)))
        assert asked.order("ask", "all", [question("the sql"), question("queries")], ROLE)["totals"] == [3, 4]
        told = asked.order("counts", question("sql"), ROLE)
        assert told["total"] == 2
        assert told["counts"]["kind"] == {"book": 2}
        assert told["counts"]["level"] == {NOT_STATED: 2}
        assert told["counts"]["topic"]["sql"] == 2
        assert asked.order("memory")["resident"] > 0


def test_an_engine_that_is_absent_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.child._PYTHONS", {"xapian": "/nowhere/python3"})
    with pytest.raises(Absent, match=r"xapian is left out: .*apt install python3-xapian"):
        Child("xapian", place)


def test_a_row_has_every_text_and_says_what_is_not_stated() -> None:
    told = row(entry(2, "SQL for teams"), load_vocabulary())
    assert json.loads(json.dumps(told)) == told
    assert told["text"] == "SQL\nLearn the query language"
    assert told["facets"]["role"] == [NOT_STATED]
    assert told["facets"]["topic"][0] == "sql"


def test_a_question_has_its_words_without_stop_words() -> None:
    assert question("Learn the Node.js")[1:] == (("learn", "node", "js"), ("learn", "the", "node", "js"))
    assert question("how to").words == ("how", "to")
