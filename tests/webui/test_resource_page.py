import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from tests.webui.catalogue import HOSTILE
from tests.webui.conftest import Soup
from webui.pages.resources import _short as short

Entries = dict[str, Entry]


def data(page: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(page.select_one('script[type="application/ld+json"]').string)
    return read


def facts(page: Any) -> dict[str, str]:
    return {
        line.dt.get_text(strip=True): line.dd.get_text(" ", strip=True) for line in page.select(".factsheet dl > div")
    }


@pytest.mark.parametrize("tail", ["", "/wrong", "/django-for-everybody/"])
def test_one_address_is_the_right_one(client: FlaskClient, entries: Entries, tail: str) -> None:
    number = entries["Django for Everybody"].id
    response = client.get(f"/resources/{number}{tail}")
    if tail.endswith("/"):
        assert response.status_code == 200
    else:
        assert response.status_code == 301
        assert response.location == f"/resources/{number}/django-for-everybody"


def test_a_title_without_latin_letters_has_the_number_alone(client: FlaskClient, entries: Entries) -> None:
    number = entries["数据库系统"].id
    assert client.get(f"/resources/{number}").status_code == 200
    assert client.get(f"/resources/{number}/x").location == f"/resources/{number}"


def test_facts_are_told_and_missing_ones_named(soup: Soup, entries: Entries) -> None:
    told = facts(soup(f"/resources/{entries['Django for Everybody'].id}"))
    assert told["Level"].startswith("Intermediate")
    assert told["Effort"].startswith("about 6–8 hours")
    assert told["Cost"].startswith("Free; a price of US$ 49")
    assert told["Dates"].startswith("1 September 2026 to 1 December 2026 (online)")
    bare = facts(soup(f"/resources/{entries['Fluent Python'].id}"))
    assert bare["Cost"] == bare["Level"] == bare["Effort"] == "not stated"
    assert bare["ISBN"] == "9781492056355"
    assert "Rating" not in bare


def test_topics_show_their_evidence_and_roles_their_fit(soup: Soup, entries: Entries) -> None:
    page = soup(f"/resources/{entries['Django for Everybody'].id}")
    teaches = page.select_one('section[aria-labelledby="teaches"]')
    serves = page.select_one('section[aria-labelledby="serves"]')
    assert teaches
    assert serves
    assert "found in the title: Django" in " ".join(teaches.get_text().split())
    assert "fit: it covers" in serves.get_text(" ", strip=True)


def test_who_told_what_and_what_changed(soup: Soup, entries: Entries) -> None:
    page = soup(f"/resources/{entries['Django for Everybody'].id}")
    rows = [row.th.get_text(strip=True) for row in page.select(".provenance tbody tr") if row.th]
    assert rows == ["mooc", "other list"]
    told = page.select_one(".told")
    assert told
    assert "Enrolled learners other list" in told.get_text(" ", strip=True).replace("\n", " ")
    assert "told by other list" in facts(page)["Enrolled"]
    history = page.select_one(".history")
    assert history
    assert "Added to the catalogue" in history.text
    assert "not stated → 5000" in history.text


def test_similar_resources_are_near(soup: Soup, entries: Entries) -> None:
    page = soup(f"/resources/{entries['Django for Everybody'].id}")
    near = page.select('section[aria-labelledby="similar"] li:has(> .card)')
    assert near
    assert all(one.select_one(".likeness").text.startswith("Also teaches ") for one in near)  # type: ignore[union-attr]


def test_linked_data_is_complete_and_absolute(soup: Soup, entries: Entries) -> None:
    read = data(soup(f"/resources/{entries['Django for Everybody'].id}"))
    assert read["@type"] == ["Course"]
    assert read["@id"].startswith("https://lodestar.example/resources/")
    assert read["provider"] == {"@type": "Organization", "name": "Coursera"}
    assert read["timeRequired"] == "PT8H"
    assert read["offers"]["priceCurrency"] == "USD"
    assert read["aggregateRating"]["ratingCount"] == 1234
    assert read["hasCourseInstance"][0]["startDate"] == "2026-09-01"
    assert "Django" in read["teaches"]
    book = data(soup(f"/resources/{entries['PostgreSQL: Up and Running'].id}"))
    assert book["@type"] == ["Book", "LearningResource"]
    assert book["isbn"] == "9781491963418"
    assert "aggregateRating" not in book  # a rating without its count is not one to pass on


def test_hostile_words_stay_words(client: FlaskClient, soup: Soup, entries: Entries) -> None:
    address = f"/resources/{entries[HOSTILE].id}"
    page = soup(address)
    assert data(page)["name"] == HOSTILE
    assert len(page.select("script")) == 1
    assert page.h1
    assert page.h1.text == HOSTILE
    assert 'href="javascript' not in client.get(address, follow_redirects=True).text
    assert not page.select(".title .button")


def test_what_is_gone_leaves_a_tombstone(soup: Soup, entries: Entries) -> None:
    entry = entries["A course that is no longer there"]
    page = soup(f"/resources/{entry.id}/a-course-that-is-no-longer-there", 410)
    assert "No longer offered" in page.get_text()
    assert "no longer lists it" in page.get_text()
    assert not page.select('script, section[aria-labelledby="similar"]')
    assert page.select_one('meta[name="robots"][content="noindex"]')


@pytest.mark.parametrize("number", ["99999", "99999999999999999999999", "0"])
def test_an_unknown_number_is_nothing(soup: Soup, number: str) -> None:
    assert "no resource with the number" in soup(f"/resources/{number}", 404).get_text()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not stated"),
        ([], "not stated"),
        (True, "yes"),
        (4.5, "4.5"),
        (["a", "b"], "a, b"),
        ({"amount": 49.0, "currency": "USD"}, "US$ 49"),
        ({"start": "2026-09-01", "mode": "online"}, "2026-09-01 online"),
        ("x" * 500, "x" * 119 + "…"),
    ],
)
def test_old_and_new_values_are_readable(value: object, words: str) -> None:
    assert short(value) == words


def test_what_comes_before_and_after_and_what_to_read(soup: Soup, entries: Entries, vocabulary: Vocabulary) -> None:
    page = soup(f"/resources/{entries['Django for Everybody'].id}")
    first, then = (page.select_one(f'section[aria-labelledby="way{number}"]') for number in (1, 2))
    assert first is None or "Python" not in first.get_text()  # it teaches Python itself
    assert then is not None
    opened = [str(found["href"]).removeprefix("/topics/") for found in then.select("a")]
    taught = {match.topic for match in entries["Django for Everybody"].topics}
    for topic in opened:
        above = {broader for one in taught for broader in vocabulary.ancestors(one)}
        assert (taught | above) & set(vocabulary.topics[topic].prerequisites)
    reading = page.select_one('section[aria-labelledby="reading"]')
    assert reading is not None
    assert {found.get_text() for found in reading.select(".kind")} == {"Book"}
    assert "On Python" in reading.get_text()


def test_a_page_without_an_index_has_no_reading_list(app_without_index: Flask, entries: Entries) -> None:
    shown = app_without_index.test_client().get(
        f"/resources/{entries['Django for Everybody'].id}", follow_redirects=True
    )
    assert shown.status_code == 200
    assert 'id="reading"' not in shown.text
