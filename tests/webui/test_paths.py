"""Plans on the site: the address says it all, nothing in it is an error, and every export tells the same."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import icalendar
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from werkzeug.datastructures import MultiDict

from catalog.classify import Classifier
from catalog.ingest import ingest
from catalog.ledger import Crawls
from catalog.model import Kind, LearningResource, Level, Listing, Price
from catalog.store import Store
from catalog.vocabulary import Vocabulary
from indexer.query import Hits, Query
from tests.webui.conftest import CONFIG
from tests.webui.plain_index import PlainIndex
from webui.app import create_app
from webui.paths.exports import harmless
from webui.paths.wishes import Wishes, args_for_wishes, next_monday, wishes_from_args

TODAY = date(2026, 11, 25)
ROLE = "/roles/back-end-engineer/path"
FORMULA = '=HYPERLINK("http://example.org") in PHP'


def resources() -> Iterable[LearningResource]:
    """Enough to plan with: hours and prices stated or not, two kinds, and a title that means harm."""

    def one(title: str, hours: float | None, price: float | None = None, **facts: object) -> LearningResource:
        told: dict[str, object] = {
            "kind": Kind.COURSE,
            "language": "en",
            "hours_max": hours,
            "provider": "edX",
            **facts,
        }
        if price is not None:
            told |= {"price": Price(amount=price, currency="USD"), "is_free": False} if price else {"is_free": True}
        return LearningResource(title=title, url=f"https://example.org/{len(title)}", **told)  # type: ignore[arg-type]

    yield one("SQL from the start", 12.0, 0.0, level=Level.BEGINNER, rating=4.6, rating_count=900)
    yield one("SQL again, and longer", 20.0, 0.0, level=Level.BEGINNER)
    yield one("REST APIs with Django and Python", 18.0, 40.0)
    yield one("Docker in practice", None, 0.0)
    yield one("PostgreSQL for programmers", 10.0, None)
    yield one("Redis and <b>caching</b> [fast]", 6.0, 0.0)
    yield one(FORMULA, 8.0, 0.0)
    yield one("Kubernetes: 5 practice exams", 12.0, 0.0)
    yield one("Linux, a book", None, 0.0, kind=Kind.BOOK, pages=200)
    yield one("Datenbanken und SQL", 9.0, 0.0, language="de")
    yield one("Git for back-end developers, in no language", 30.0, 0.0, language=None)


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterable[Flask]:
    folder: Path = tmp_path_factory.mktemp("plans")
    store = Store.open(f"sqlite:///{folder / 'record.db'}")
    listings = [Listing(source="test", key=one.title, resource=one) for one in resources()]
    ingest(store, listings, classifier=Classifier(vocabulary), crawl=Crawls(store).begin("test"))
    entries = store.entries(range(1, 30))
    yield create_app(
        CONFIG, store=store, index=PlainIndex(entries, vocabulary, store.last_change(), {}), vocabulary=vocabulary
    )
    store.close()


@pytest.fixture
def client(planner: Flask) -> FlaskClient:
    return planner.test_client()


def read(client: FlaskClient, query: str = "") -> BeautifulSoup:
    answer = client.get(ROLE + query)
    assert answer.status_code == 200, answer.text[:500]
    return BeautifulSoup(answer.text, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [found.get_text(strip=True) for found in page.select(".path .name")]


def test_a_career_leads_to_its_plan_and_each_step_explains_itself(client: FlaskClient) -> None:
    career = BeautifulSoup(client.get("/roles/back-end-engineer").text, "html.parser")
    link = career.find("a", string="Plan my way")
    assert link is not None
    assert link["href"] == ROLE
    page = read(client)
    assert "SQL from the start" in titles(page)
    step = next(found for found in page.select(".path > li") if "SQL from the start" in found.get_text())
    text = step.get_text(" ", strip=True)
    assert re.search(r"SQL must know, taught (in depth|well|in its basics) found in the title: “?\s?SQL", text)
    assert "12 hours" in text
    assert "Free" in text
    assert "SQL again, and longer" in step.select_one(".other summary").get_text()
    assert "longer" in step.select_one(".other").get_text()


def test_nothing_comes_before_what_it_builds_on(client: FlaskClient) -> None:
    order = titles(read(client))
    assert order.index("SQL from the start") < order.index("PostgreSQL for programmers")


def test_money_is_kept_to_and_what_states_no_price_comes_in_when_asked_for(client: FlaskClient) -> None:
    assert "REST APIs with Django and Python" not in titles(read(client, "?budget=39&choose=python&know=http"))
    assert "REST APIs with Django and Python" in titles(read(client, "?budget=40&choose=python&know=http"))
    assert "PostgreSQL for programmers" not in titles(read(client, "?budget=40"))
    page = read(client, "?budget=40&unknown_prices=in&choose=postgresql")
    assert "PostgreSQL for programmers" in titles(page)
    assert "1 step does not state a price" in page.select_one(".sums").get_text()


def test_hours_that_are_not_stated_are_marked_or_left_out(client: FlaskClient) -> None:
    page = read(client, "?kinds=course,book")
    assert "about 10 hours, our estimate" in page.get_text()
    assert "Linux, a book" in titles(page)
    stated = read(client, "?kinds=course,book&unknown_hours=out")
    assert not {"Linux, a book", "Docker in practice"} & set(titles(stated))
    assert "our estimate" not in stated.select_one(".path").get_text()


def test_one_of_several_is_enough_and_can_be_chosen(client: FlaskClient) -> None:
    page = read(client)
    assert FORMULA in titles(page)
    assert "REST APIs with Django and Python" not in titles(page)
    assert "PHP as programming language" in page.select_one(".kept").get_text()
    choices = page.find("label", string="Programming language").find_next("select")
    assert choices["name"] == "choose"
    assert {"", "php", "python", "java"} <= {one["value"] for one in choices.select("option")}
    other = read(client, "?choose=python&choose=&know=http")
    assert "REST APIs with Django and Python" in titles(other)
    assert FORMULA not in titles(other)
    assert other.select_one("#choose1 option[selected]")["value"] == "python"
    known = read(client, "?know=python")
    assert "Python, which you know" in known.select_one("#choose1").get_text()
    assert "programming language" not in known.select_one(".kept").get_text()


def test_what_states_no_language_is_marked_or_said_to_be_left_out(client: FlaskClient) -> None:
    page = read(client)
    step = next(found for found in page.select(".path > li") if "in no language" in found.get_text())
    assert "Language not stated" in step.select_one(".facts").get_text()
    assert "1 step does not state the language" in page.get_text()
    for query in ("?language=de", "?unknown_language=out"):
        page = read(client, query)
        assert "Git for back-end developers, in no language" not in titles(page)
        assert "1 resource for this career does not state the language and is left out" in page.get_text()
    again = page.find("a", string="Plan with it")
    assert "Git for back-end developers, in no language" in titles(
        BeautifulSoup(client.get(again["href"]).text, "html.parser")
    )


def test_kinds_language_and_level_limit_what_is_planned(client: FlaskClient) -> None:
    assert titles(read(client, "?kinds=book")) == ["Linux, a book"]
    assert titles(read(client, "?language=de")) == ["Datenbanken und SQL"]
    assert "SQL from the start" not in titles(read(client, "?level=advanced"))


def test_what_is_known_is_not_planned_and_counts(client: FlaskClient) -> None:
    for query in ("?know=sql&know=relational-databases&know=databases", "?know=sql,relational-databases,databases"):
        page = read(client, query)
        assert "SQL from the start" not in titles(page)
        assert "You know" in page.select_one(".legend").get_text()
        assert page.select_one('input[name="know"][value="sql"]').has_attr("checked")


def test_a_topic_can_be_left_out_and_a_resource_exchanged_by_links(client: FlaskClient) -> None:
    page = read(client)
    leave = next(found for found in page.select(".change a") if found.get_text() == "Leave it out: Docker")
    less = BeautifulSoup(client.get(leave["href"]).text, "html.parser")
    assert "Docker in practice" not in titles(less)
    assert "You left out: Docker" in less.get_text(" ", strip=True)
    swap = next(found for found in page.select(".other a[rel]") if "SQL from the start" in found.get_text())
    other = BeautifulSoup(client.get(swap["href"]).text, "html.parser")
    assert "SQL from the start" not in titles(other)
    assert "SQL again, and longer" in titles(other)
    assert "Take back the one thing left out" in other.get_text()


def test_what_stays_open_says_why(client: FlaskClient) -> None:
    text = read(client).select_one('section[aria-labelledby="open"]').get_text(" ", strip=True)
    assert "plainly teaches it" in text
    small = read(client, "?hours=0.5&weeks=1&budget=0")
    assert "No step fits" in small.get_text()
    assert "longer or dearer than your limits" in small.get_text()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?hours=lots", "“lots” is no number for hours; 8 is taken."),
        ("?hours=-3", "-3 is too little for hours; 0.5 is taken."),
        ("?weeks=1e9", "“1e9” is no number for weeks; 20 is taken."),
        ("?weeks=9999", "9999 is too much for weeks; 260 is taken."),
        ("?budget=nan", "“nan” is no number for budget; no limit is taken."),
        ("?kinds=zoo", "There is no kind of resource “zoo”; it is left out."),
        ("?know=alchemy", "There is no topic “alchemy”; it is left out."),
        ("?language=klingon%21", "“klingon!” is no language here; en is taken."),
        ("?level=wizard", "“wizard” is no level here; any is taken."),
        ("?start=tomorrow", "“tomorrow” is no day;"),
        ("?start=9999-12-31", "9999-12-31 is too far away;"),
        ("?currency=gold", "“gold” is no currency here; USD is taken."),
        ("?unknown_hours=maybe", "“maybe” is neither in nor out for unknown_hours; in is taken."),
        ("?without=x", "There is no number of a resource “x”; it is left out."),
    ],
)
def test_what_cannot_be_read_is_put_right_in_words(client: FlaskClient, query: str, words: str) -> None:
    assert words in read(client, query).select_one('.empty[role="status"]').get_text()


@pytest.mark.parametrize("path", ["/roles/astronaut/path", "/roles/astronaut/path.ics", ROLE + ".exe"])
def test_there_are_no_plans_for_what_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_days_follow_the_first_one(client: FlaskClient) -> None:
    page = read(client, "?start=2027-01-04&hours=12")
    first = page.select_one(".path .when").get_text(" ", strip=True)
    assert first.startswith("Week 1")
    assert "4 to 10 January 2027" in first


def test_a_plan_without_a_day_is_not_kept_by_browsers(client: FlaskClient) -> None:
    assert "ETag" not in client.get(ROLE).headers
    dated = client.get(ROLE + "?start=2027-01-04")
    assert "ETag" in dated.headers
    assert client.get(ROLE + "?start=2027-01-04", headers={"If-None-Match": dated.headers["ETag"]}).status_code == 304


def test_searches_are_remembered_while_the_index_stays(planner: Flask, client: FlaskClient) -> None:
    site = planner.extensions["lodestar"]
    asked: list[object] = []
    searching, revision = type(site.index).search, site.index.revision

    class Counting(PlainIndex):
        def search(self, query: Query) -> Hits:
            asked.append(query)
            return searching(self, query)

    site.index.__class__ = Counting
    try:
        site.index.revision = revision + 1
        first = titles(read(client, "?hours=3"))
        once = len(asked)
        assert once > 10
        read(client, "?hours=9&budget=10000&unknown_prices=in")
        assert len(asked) == once
        site.index.revision = revision
        assert titles(read(client, "?hours=3")) == first
        assert len(asked) == 2 * once
    finally:
        site.index.__class__, site.index.revision = PlainIndex, revision


def test_remembered_candidates_are_those_of_the_wishes(planner: Flask, client: FlaskClient) -> None:
    site = planner.extensions["lodestar"]
    read(client, "?hours=7")
    remembered = site.remembered("candidates of plans", dict)
    before = len(remembered)
    read(client, "?hours=11&weeks=3&budget=500&unknown_prices=in")
    assert len(remembered) == before
    for other in ("?hours=7&language=de", "?hours=7&budget=500&currency=EUR&unknown_prices=in", "?hours=7&kinds=book"):
        fresh = titles(read(client, other))
        remembered.clear()
        assert titles(read(client, other)) == fresh
    read(client, "?hours=7")
    assert len(remembered) == 2
    assert "REST APIs with Django and Python" not in titles(read(client, "?budget=500&currency=EUR&unknown_prices=out"))
    assert "REST APIs with Django and Python" in titles(
        read(client, "?budget=500&currency=USD&choose=python&know=http")
    )


def test_candidates_are_those_of_the_record_as_it_is(
    planner: Flask, client: FlaskClient, vocabulary: Vocabulary
) -> None:
    site = planner.extensions["lodestar"]
    told = {one.title: Listing(source="test", key=one.title, resource=one) for one in resources()}
    title = "PostgreSQL for programmers"

    def hours() -> str:
        steps = read(client, "?know=sql&choose=postgresql").select(".path > li")
        return next(step for step in steps if title in step.get_text()).select_one(".facts li").get_text()

    def tell(listing: Listing) -> None:
        some = [*(other for key, other in told.items() if key != title), listing]
        ingest(site.store, some, classifier=Classifier(vocabulary), crawl=Crawls(site.store).begin("test"))

    assert hours() == "10 hours"
    try:
        shorter = structs.replace(told[title].resource, hours_max=7.0)
        tell(Listing(source="test", key=title, resource=shorter))
        assert hours() == "7 hours"
    finally:
        tell(told[title])
    assert hours() == "10 hours"


def test_the_address_makes_the_same_plan_again(client: FlaskClient) -> None:
    page = read(client, "?hours=6&budget=40&know=git")
    address = page.select_one("#address")["value"].removeprefix("https://lodestar.example")
    again = BeautifulSoup(client.get(address).text, "html.parser")
    assert titles(again) == titles(page)
    assert again.select_one("#address")["value"].endswith(address)


# ---- exports


def test_the_calendar_has_an_event_for_each_step(client: FlaskClient) -> None:
    answer = client.get(ROLE + ".ics?start=2027-01-04")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "back-end-engineer.ics" in answer.headers["Content-Disposition"]
    events = [part for part in icalendar.Calendar.from_ical(answer.text).walk() if part.name == "VEVENT"]
    assert [re.sub(r"^\d+\. ", "", str(event["summary"])) for event in events] == titles(read(client))
    assert events[0].decoded("dtstart") == date(2027, 1, 4)
    for event in events:
        whole = event.decoded("dtend") - event.decoded("dtstart")
        assert whole >= timedelta(days=7)
        assert whole.days % 7 == 0
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert client.get(ROLE + ".ics?start=2027-01-04").text == answer.text


def test_the_table_has_a_row_for_each_step_and_no_formula(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(ROLE + ".csv?start=2027-01-04").text)))
    assert [row["title"].lstrip("'") for row in rows] == titles(read(client))
    assert f"'{FORMULA}" in [row["title"] for row in rows]
    assert all(float(row["hours"]) > 0 and row["hours stated"] in {"yes", "no"} for row in rows)
    assert all(bool(row["price"]) == bool(row["currency"]) and float(row["price"] or 0) >= 0 for row in rows)
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_markdown_escapes_what_titles_say(client: FlaskClient) -> None:
    text = client.get(ROLE + ".md?start=2027-01-04").text
    assert "# The way to Back-End Engineer" in text
    assert r"Redis and \<b\>caching\</b\> \[fast\]" in text
    assert "2027-01-04 to" in text
    assert "start=2027-01-04" in text.splitlines()[-1]


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    cell = harmless(text)
    assert cell.removeprefix("'") == text or cell == text
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


# ---- addresses


def test_the_next_monday_is_always_ahead() -> None:
    for day in range(14):
        monday = next_monday(TODAY + timedelta(days=day))
        assert monday.weekday() == 0
        assert 1 <= (monday - TODAY - timedelta(days=day)).days <= 7


@given(st.dictionaries(st.sampled_from(["hours", "weeks", "budget", "kinds", "language", "know", "start"]), st.text()))
def test_no_address_is_an_error_and_each_has_one_form(told: dict[str, str]) -> None:
    vocabulary = Vocabulary(topics={}, roles={})
    wishes, _ = wishes_from_args(MultiDict(told), vocabulary, TODAY)
    again, corrections = wishes_from_args(MultiDict(args_for_wishes(wishes)), vocabulary, TODAY)
    assert corrections == ()
    assert again == wishes


wishes = st.builds(
    Wishes,
    start=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    hours=st.integers(1, 160).map(lambda halves: halves / 2),
    weeks=st.integers(1, 260),
    budget=st.none() | st.integers(0, 10_000_000).map(lambda cents: cents / 100),
    currency=st.sampled_from(["USD", "EUR"]),
    kinds=st.sampled_from([(Kind.BOOK,), (Kind.COURSE, Kind.BOOK)]),
    unknown_hours=st.booleans(),
    unknown_prices=st.booleans(),
    without=st.lists(st.integers(1, 99), unique=True, max_size=3).map(tuple),
)


@given(wishes)
def test_an_address_says_all_of_a_wish(wished: Wishes) -> None:
    if wished.budget is None:
        wished = Wishes(**{**{name: getattr(wished, name) for name in wished.__dataclass_fields__}, "currency": "USD"})
    read_back, corrections = wishes_from_args(
        MultiDict(args_for_wishes(wished)), Vocabulary(topics={}, roles={}), TODAY
    )
    assert corrections == ()
    assert read_back == wished
