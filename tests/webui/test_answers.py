import logging
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.config import Config, SiteSettings
from catalog.store import Store
from catalog.vocabulary import Vocabulary
from tests.webui.conftest import Soup
from webui.app import create_app
from webui.site import EXTENSION

PAGES = [
    "/",
    "/search?q=python",
    "/roles",
    "/roles/back-end-engineer",
    "/topics",
    "/topics/python",
    "/about",
    "/nowhere",
]


@pytest.mark.parametrize("path", [*PAGES, "/health", "/robots.txt", "/static/lodestar.css"])
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_style_or_script(soup: Soup, path: str) -> None:
    page = soup(path, 404 if path == "/nowhere" else 200)
    assert not page.select('style, [style], script:not([type="application/ld+json"]), [onclick]')
    assert page.html
    assert page.html["lang"] == "en"
    assert page.select_one("a.skip[href='#main']")


def test_a_page_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/search?q=python")
    again = client.get("/search?q=python", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data
    other = client.get("/search?q=sql", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert "ETag" not in client.get("/nowhere").headers


def test_any_tag_is_no_tag_of_a_page_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/resources/99999999", headers={"If-None-Match": "*"}).status_code == 404


def test_another_setting_is_another_page(app: Flask, store: Store, vocabulary: Vocabulary) -> None:
    other = create_app(
        Config(site=SiteSettings(page_size=3)),
        store=store,
        index=app.extensions[EXTENSION].index,
        vocabulary=vocabulary,
    )
    tags = {one.test_client().get("/search?q=python").headers["ETag"] for one in (app, other)}
    assert len(tags) == 2


@pytest.mark.parametrize(
    ("start", "kept"), [("2027-01-04", True), ("", False), ("soon", False), ("2026-02-30", False), ("%20", False)]
)
def test_a_plan_that_begins_after_today_is_not_kept(client: FlaskClient, start: str, kept: bool) -> None:
    answer = client.get(f"/roles/back-end-engineer/path?start={start}")
    assert ("ETag" in answer.headers) == kept


def test_the_stylesheet_is_kept_as_long_as_it_is_the_same(client: FlaskClient, soup: Soup) -> None:
    link = soup("/").select_one('link[rel="stylesheet"]')
    assert link
    with client.get(str(link["href"])) as versioned, client.get("/static/lodestar.css") as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"


def test_nothing_here_is_a_page(soup: Soup) -> None:
    page = soup("/nowhere", 404)
    assert "nothing at this address" in page.get_text()
    assert page.select_one('form[action="/search"]')


def test_writing_is_refused(client: FlaskClient) -> None:
    response = client.post("/search")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "Traceback" not in response.text


@pytest.mark.parametrize("path", ["/", "/search?q=python", "/topics/python", "/roles"])
def test_without_an_index_pages_ask_for_patience(app_without_index: Flask, path: str) -> None:
    response = app_without_index.test_client().get(path)
    assert response.status_code == 503
    assert "index is being built" in response.text
    assert int(response.headers["Retry-After"]) > 0


def test_without_an_index_resources_can_still_be_read(app_without_index: Flask) -> None:
    response = app_without_index.test_client().get("/resources/1", follow_redirects=True)
    assert response.status_code == 200
    assert "Similar resources" not in response.text


def test_a_fault_is_a_page_and_a_line_in_the_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("webui.pages.about.labels.source_name", fail)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/about")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "secret detail" not in response.text
    assert "secret detail" in caplog.text


def test_health_compares_record_and_index(client: FlaskClient, store: Store, app_without_index: Flask) -> None:
    told = client.get("/health").json
    assert told == {
        "ok": True,
        "entries": {"record": store.size(), "index": store.size()},
        "change": {"record": store.last_change(), "index": store.last_change()},
        "behind": 0,
        "generation": "plain",
    }
    missing = app_without_index.test_client().get("/health")
    assert missing.status_code == 503
    assert missing.json
    assert missing.json["ok"] is False


def test_robots_are_kept_out_of_searches(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines == [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /suggest",
        "Disallow: /roles/*/path",
        "Sitemap: https://lodestar.example/sitemap.xml",
    ]


def test_browsers_can_search_from_their_own_box(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    root = ET.fromstring(response.data)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert response.mimetype == "application/opensearchdescription+xml"
    assert url is not None
    assert url.get("template") == "https://lodestar.example/search?q={searchTerms}"


def test_browsers_are_told_completions(client: FlaskClient) -> None:
    response = client.get("/suggest?q=djan")
    assert response.mimetype == "application/x-suggestions+json"
    (completed,) = response.json[1]
    assert response.json == ["djan", [completed], ["1 resource"], ["https://lodestar.example/search?q=django"]]
    assert client.get("/suggest").json == ["", [], [], []]


def test_the_sitemaps_list_every_page_and_every_live_resource(client: FlaskClient, store: Store) -> None:
    place = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    parts = [str(loc.text) for loc in ET.fromstring(client.get("/sitemap.xml").data).iter(place)]
    listed = [str(loc.text) for part in parts for loc in ET.fromstring(client.get(part).data).iter(place)]
    assert "https://lodestar.example/roles/back-end-engineer" in listed
    resources = [url for url in listed if "/resources/" in url]
    assert len(resources) == store.size()
    assert all(client.get(url).status_code == 200 for url in listed[:3] + resources)
    assert client.get("/sitemaps/99.xml").status_code == 404
