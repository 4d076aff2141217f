import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SourceError
from catalog.model import Kind, Level, Listing
from crawlers.source import Report
from crawlers.sources.sqlbolt import SqlBolt
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher

INDEX = """<!doctype html><html><head><title>SQLBolt - Learn SQL - Introduction to SQL</title></head><body>
<nav><a href="/">SQLBolt</a>
  <a href="/lessons">All</a> <a href="/lesson/tables#top">Go on to the first lesson now</a></nav>
<ol>
  <li><a class="x" href="/lesson/tables">SQL Lesson 1: <b>Tables</b> &amp; rows</a></li>
  <li><a href="https://sqlbolt.com/lesson/joins/">SQLBolt - Learn SQL - SQL Lesson 2: Joins</a></li>
  <li><a href="/lesson/joins">2</a></li>
  <li><a href="/lesson/review?from=index">SQL Review: Everything so far</a></li>
  <li><a href="/lesson/"> </a><a href="/lesson">Lessons</a>
    <a href="https://other.example/lesson/x">SQL Lesson 9: Ad</a></li>
  <li><a href="/lesson/pictures"><img src="p.png"></a></li>
  <li><a href="http://[bad/lesson/x">broken</a></li>
</ol></body></html>"""


def told(pages: dict[str, str | bytes | Exception], **settings: object) -> tuple[list[Listing], Report, list[str]]:
    report, fetch = Report(), FakeFetch(pages)
    return list(SqlBolt({"base_url": "https://s.example/", **settings}).listings(fetch, report)), report, fetch.asked


def test_the_whole_and_its_lessons_in_their_order() -> None:
    page = "<html><title>SQLBolt - Learn SQL - SQL Lesson 4: Pictures</title></html>"
    found, report, asked = told({"https://s.example/": INDEX, "https://s.example/lesson/pictures": page})
    whole, *lessons = found
    titles = (
        "SQL Lesson 1: Tables & rows",
        "SQL Lesson 2: Joins",
        "SQL Review: Everything so far",
        "SQL Lesson 4: Pictures",
    )
    assert [(one.key, one.resource.title, one.resource.url) for one in lessons] == [
        ("lesson/tables", titles[0], "https://s.example/lesson/tables"),
        ("lesson/joins", titles[1], "https://sqlbolt.com/lesson/joins"),
        ("lesson/review", titles[2], "https://s.example/lesson/review"),
        ("lesson/pictures", titles[3], "https://s.example/lesson/pictures"),
    ]
    resource = whole.resource
    assert (whole.key, resource.syllabus, resource.level, resource.url) == (
        "sqlbolt",
        titles,
        Level.BEGINNER,
        "https://s.example/",
    )
    for one in (one.resource for one in found):
        assert (one.kind, one.is_free, one.language, one.subjects) == (Kind.TUTORIAL, True, "en", ("SQL",))
        assert (one.hours_min, one.rating, one.price, one.description) == (None, None, None, None)
    assert asked == ["https://s.example/", "https://s.example/lesson/pictures"], "other pages are not needed"
    assert (report.complete, report.problems) == (True, ())


def test_a_lesson_without_a_title_anywhere_is_skipped() -> None:
    found, report, _ = told({"https://s.example/": INDEX})
    assert len(found) == 4
    assert "lesson/pictures" not in [one.key for one in found]
    assert report.skipped == 2, "the page that is gone and the lesson"


def test_lessons_may_be_left_out() -> None:
    found, _, _ = told({"https://s.example/": INDEX}, lessons=False)
    assert [one.key for one in found] == ["sqlbolt"]


@pytest.mark.parametrize("page", ["", "<html>Just a moment</html>", "{}", '<a href="/lesson/">x</a>'])
def test_an_index_without_lessons_is_an_error(page: str) -> None:
    with pytest.raises(SourceError, match="no lesson"):
        told({"https://s.example/": page})


@given(st.text(max_size=40), st.integers(0, 900), st.integers(0, 200))
def test_mangled_pages_never_surprise(junk: str, at: int, length: int) -> None:
    try:
        found, _, _ = told({"https://s.example/": INDEX[:at] + junk + INDEX[at + length :]})
    except SourceError:
        return
    assert all(one.resource.title and one.resource.url for one in found)


@pytest.mark.shared
def test_the_recorded_links(shared: Path, web: LocalWeb) -> None:
    text = (shared / "fixtures/sqlbolt/lesson_links.md").read_text()
    links = re.findall(r"^\[(.*)\]\((https://sqlbolt\.com/lesson/\S+)\)", text, re.MULTILINE)
    web.pages["/"] = Reply("".join(f'<p><a href="{url}">{title}</a></p>' for title, url in links))
    with fetcher() as fetch:
        found = list(SqlBolt({"base_url": web.url("/")}).listings(fetch, Report()))
    assert [(one.resource.title, one.resource.url) for one in found[1:]] == links
    assert found[0].resource.syllabus == tuple(title for title, _ in links)
    assert len(links) == 18
