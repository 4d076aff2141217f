"""A career page: how much there is for each topic, what is known and missing, comparison and feed."""

import xml.etree.ElementTree as ET

import pytest
from bs4 import Tag
from flask.testing import FlaskClient

from catalog.guidance.moves import move
from catalog.vocabulary import Vocabulary
from tests.webui.conftest import Soup

CAREER = "/roles/back-end-engineer"
ATOM = "{http://www.w3.org/2005/Atom}"


def row(page: Tag, topic: str) -> Tag:
    found = page.select_one(f'input[name="know"][value="{topic}"]')
    assert found is not None
    parent = found.find_parent("tr")
    assert isinstance(parent, Tag)
    return parent


def test_each_topic_has_a_row_and_each_number_is_a_search(soup: Soup, vocabulary: Vocabulary) -> None:
    page, role = soup(CAREER), vocabulary.roles["back-end-engineer"]
    assert {found["value"] for found in page.select('input[name="know"]')} == {one.topic for one in role.topics}
    numbers = list(row(page, "python").select("td a"))
    assert numbers
    for number in numbers:
        heading = soup(str(number["href"])).select_one("h1")
        assert heading is not None
        assert heading.get_text(strip=True).startswith(number.get_text(" ", strip=True).split()[0])


def test_books_and_courses_stand_at_the_level_they_have(soup: Soup) -> None:
    page = soup(CAREER)
    beginner, intermediate, advanced, other = row(page, "rest-apis").select("td")
    assert beginner.get_text(" ", strip=True) == "1 course"  # the word is for who hears the page
    assert [cell.get_text(strip=True) for cell in (intermediate, advanced, other)] == ["–"] * 3
    assert "wanted-here" in intermediate["class"]
    assert "wanted-here" not in beginner["class"]
    books = row(page, "python").select_one("td:last-child .books")
    assert books is not None
    assert books.get_text(strip=True) == "1 book"  # the notes are ambiguous: Python is a snake too


def test_the_best_few_say_why(soup: Soup) -> None:
    picks = row(soup(CAREER), "python").select(".picks li")
    text = " ".join(picks[0].get_text(" ", strip=True).split())
    assert picks[0].select_one('a[href^="/resources/"]')
    assert "·" in text
    whole = row(soup(CAREER), "python").get_text(" ", strip=True)
    assert "named in its title" in whole or "also teaches" in whole


def test_what_is_known_stays_in_the_address_and_changes_what_comes_next(soup: Soup) -> None:
    new, knows = soup(CAREER), soup(CAREER + "?know=python,sql&know=web-development&know=nonsense")
    assert not new.select("meter")
    meter = knows.select_one("meter")
    assert meter is not None
    assert 0 < float(str(meter["value"])) < 1
    assert {found["value"] for found in knows.select("input[checked]")} >= {"python", "sql", "web-development"}
    assert "known" in row(knows, "sql")["class"]
    adds = [found.get_text() for found in knows.select("#next ~ .shelf .likeness, section .shelf .likeness")]
    assert adds
    assert not any("Python" in one or "SQL," in one for one in adds)
    assert any("Python" in found.get_text() for found in new.select("section .shelf .likeness"))
    assert knows.select_one('meta[name="robots"][content="noindex"]')
    assert not new.select_one('meta[name="robots"]')


def test_who_knows_all_is_told_no_more(soup: Soup, vocabulary: Vocabulary) -> None:
    every = ",".join(one.topic for one in vocabulary.roles["back-end-engineer"].topics)
    page = soup(f"{CAREER}?know={every}")
    assert "You know 100 %" in page.get_text()
    assert not page.select("#next")


def test_two_careers_side_by_side(soup: Soup, vocabulary: Vocabulary) -> None:
    first, second = vocabulary.roles["back-end-engineer"], vocabulary.roles["database-administrator"]
    page = soup(f"{CAREER}/compare/{second.id}")
    rows = [found.get_text(strip=True) for found in page.select("tbody th")]
    asked = {one.topic for one in first.topics} | {one.topic for one in second.topics}
    assert sorted(rows) == sorted(vocabulary.topics[topic].label for topic in asked)
    difference = page.select_one('section[aria-labelledby="difference"]')
    assert difference is not None
    for one in move(first, second, vocabulary).missing:
        assert difference.select_one(f'a[href="/topics/{one.topic}"]')
    assert page.select_one(f'a[href="/roles/{second.id}/compare/{first.id}"]')


def test_the_form_leads_to_the_pair(client: FlaskClient) -> None:
    assert client.get(f"{CAREER}/compare?with=data-engineer").headers["Location"] == f"{CAREER}/compare/data-engineer"
    assert client.get(f"{CAREER}/compare").headers["Location"] == CAREER
    assert client.get(f"{CAREER}/compare/back-end-engineer").headers["Location"] == CAREER
    assert client.get(f"{CAREER}/compare?with=astronaut").status_code == 404
    assert client.get(f"{CAREER}/compare/astronaut").status_code == 404


def test_the_feed_holds_the_newest_of_the_career(client: FlaskClient) -> None:
    answer = client.get(f"{CAREER}/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.text)
    dates = [found.text or "" for found in feed.iterfind(f"{ATOM}entry/{ATOM}updated")]
    assert dates
    assert dates == sorted(dates, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == dates[0]
    links = [found.get("href", "") for found in feed.iterfind(f"{ATOM}entry/{ATOM}link")]
    assert all(link.startswith("https://lodestar.example/resources/") for link in links)
    assert client.get("/roles/astronaut/feed.atom").status_code == 404


@pytest.mark.parametrize("know", ["%00", "a" * 5000, ",,,", "<script>", "🐍"])
def test_no_address_breaks_the_page(soup: Soup, know: str) -> None:
    assert soup(f"{CAREER}?know={know}").h1
