"""A pasted advert: its topics are marked where they stand, the nearest career is named, nothing of it stays."""

import logging

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.webui.conftest import Soup

ADVERT = """Senior Backend Developer, remote.

You build web services in Go and Java and know Spring Boot, Kafka and PostgreSQL.
<b>Nice to have</b>: gRPC & Kubernetes. In spring we go hiking, and we express ourselves clearly.
"""


def answer(client: FlaskClient, text: str) -> BeautifulSoup:
    response = client.post("/advert", data={"text": text})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return BeautifulSoup(response.text, "html.parser")


def test_the_topics_are_marked_where_they_stand(client: FlaskClient) -> None:
    page = answer(client, ADVERT)
    where = page.select_one(".advert")
    assert where is not None
    assert where.get_text() == ADVERT.strip()
    marked = [found.get_text() for found in where.select("mark")]
    assert any("Go" in name.split() for name in marked)
    for name in ("Java", "Spring Boot", "Kafka", "PostgreSQL", "gRPC", "Kubernetes"):
        assert name in marked
    assert "spring" not in marked
    assert "express" not in marked
    assert {found["value"] for found in page.select('input[name="know"]')} >= {"go", "kafka", "spring-boot"}


def test_the_nearest_career_is_the_one_it_names(client: FlaskClient) -> None:
    page = answer(client, ADVERT)
    first = page.select_one('section[aria-labelledby="near"] h3')
    assert first is not None
    assert first.get_text(" ", strip=True) == "Back-End Engineer named in the advert"
    assert page.select_one('form[action^="/roles/back-end-engineer"]')


def test_an_unnamed_career_is_known_by_its_topics(client: FlaskClient) -> None:
    page = answer(client, "Our software: React, CSS, HTML, TypeScript, Vue and web accessibility in JavaScript code.")
    first = page.select_one('section[aria-labelledby="near"] h3 a')
    assert first is not None
    assert first["href"] == "/roles/front-end-developer"


def test_what_is_refused_or_inside_a_tag_is_not_asked_for(client: FlaskClient) -> None:
    text = (
        "Backend software engineer: Python code and SQL databases. No PHP, no Oracle, and we do not use Jenkins. "
        '<a href="https://php.example/java/sql" class="css">Kafka</a>'
    )
    found = {one["value"] for one in answer(client, text).select('input[name="know"]')}
    assert found >= {"python", "sql", "kafka"}
    assert found.isdisjoint({"php", "oracle-database", "jenkins", "java", "css"})


def test_a_plan_keeps_to_what_the_advert_names(client: FlaskClient) -> None:
    page = answer(client, ADVERT)
    button = page.select_one('button[name="choose"]')
    assert button is not None
    assert str(button["formaction"]).endswith("/path")
    assert {"go", "java", "postgresql"} <= set(str(button["value"]).split(","))


def test_a_word_or_two_make_no_career(client: FlaskClient) -> None:
    page = answer(client, "A pastry chef who keeps the software in Docker.")
    assert page.select_one("#near") is None
    assert "Too little of it" in page.get_text()
    assert "nothing to read" in answer(client, " ").get_text()


@pytest.mark.parametrize(
    "text", ["", "   \n", "A baker who rises early.", "\x00\ud7ff", "🐍" * 30_000, "Python " * 20_000]
)
def test_any_text_has_an_answer(client: FlaskClient, text: str) -> None:
    page = answer(client, text)
    assert page.select_one("textarea")
    assert ("Only the first 20,000" in page.get_text()) == (len(text) > 20_000)


def test_the_text_stays_nowhere(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer(client, "Quorvexil knows Python software.")
    assert "Quorvexil" not in caplog.text
    assert "Quorvexil" not in client.get("/advert").text


def test_the_way_there(soup: Soup) -> None:
    assert soup("/roles").select_one('a[href="/advert"]')
    assert soup("/advert").select_one('form[method="post"] textarea[name="text"]')
