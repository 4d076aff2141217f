import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.source import Report
from crawlers.sources.operator_feeds import OperatorFeeds
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher

CSV = "Course Name,Link,Lang\nGo,https://e.org/go,de\nSQL,https://e.org/sql,\n"
COLUMNS = {"course name": "title", "Link": "url", "Lang": "language"}
LINE = b'{"kind": "book", "title": "Go", "url": "https://e.org/go"}\n'


def told(web: LocalWeb, path: str, **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    source = OperatorFeeds({"id": "Acme", "url": web.url(path), **settings})
    with fetcher() as fetch:
        return list(source.listings(fetch, report)), report


def test_a_csv_file_under_an_operators_own_names(web: LocalWeb) -> None:
    web.pages["/export?id=3"] = Reply(CSV, content_type="text/csv; charset=utf-8")
    found, report = told(web, "/export?id=3", columns=COLUMNS, kind="course", language="en", provider="Acme Ltd")
    assert [(one.source, one.key, one.resource.title, one.resource.language) for one in found] == [
        ("acme", "https://e.org/go", "Go", "de"),
        ("acme", "https://e.org/sql", "SQL", "en"),
    ]
    assert {(one.resource.kind, one.resource.provider) for one in found} == {(Kind.COURSE, "Acme Ltd")}
    assert report.problems == ()


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/f.jsonl", LINE, "application/x-ndjson"),
        ("/f.jsonl.gz", gzip.compress(LINE, mtime=0), "application/gzip"),
        ("/f", gzip.compress(LINE, mtime=0), "application/octet-stream"),
        ("/", LINE, "text/plain"),
        ("/...", LINE, "text/plain"),
        (f"/{'long' * 60}.jsonl", LINE, "text/plain"),
        ("/f.csv.gz", gzip.compress(b"kind,title,url\nbook,Go,https://e.org/go\n", mtime=0), "application/gzip"),
    ],
)
def test_forms_of_files(web: LocalWeb, path: str, body: bytes, kind: str) -> None:
    web.pages[path] = Reply(body, content_type=kind)
    found, report = told(web, path)
    assert [(one.resource.title, one.resource.kind, one.key) for one in found] == [
        ("Go", Kind.BOOK, "https://e.org/go")
    ]
    assert report.problems == ()


def test_bad_lines_are_told_by_their_number(web: LocalWeb) -> None:
    web.pages["/acme.jsonl"] = Reply(LINE + b"rubbish\n" + LINE.replace(b"go", b"2"), content_type="text/plain")
    found, report = told(web, "/acme.jsonl")
    assert (len(found), report.skipped) == (2, 1)
    assert report.problems[0].startswith("acme.jsonl line 2: ")


def test_a_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "acme.csv").write_text(CSV)
    source = OperatorFeeds({"id": "acme", "path": str(tmp_path / "acme.csv"), "columns": COLUMNS, "kind": "course"})
    assert len(list(source.listings(FakeFetch({}), Report()))) == 2
    (tmp_path / "acme.csv").unlink()
    with pytest.raises(SourceError, match="cannot be read"):
        list(source.listings(FakeFetch({}), Report()))


def test_a_page_of_html_and_a_failing_site_are_errors(web: LocalWeb) -> None:
    web.pages["/f.csv"] = Reply("\n<!doctype html><html>Sign in</html>", content_type="text/html")
    with pytest.raises(SourceError, match="a page of HTML"):
        told(web, "/f.csv")
    with pytest.raises(FetchError):
        told(web, "/gone.csv")


def opened(table: dict[str, object] | None) -> list[Any]:
    return list(OperatorFeeds.opened(table))


def test_each_feed_is_a_source_of_its_own() -> None:
    feeds = [
        {"id": "Acme Books", "url": "https://a.example/f.csv", "name": "Acme"},
        {"id": "bolt", "path": "bolt.jsonl", "whole": False, "enabled": False},
    ]
    sources = opened({"enabled": True, "every_hours": 6, "feeds": feeds})
    assert [(one.listed_as, one.name, one.whole, one.on) for one in sources] == [
        ("acme-books", "Acme", True, True),
        ("bolt", "bolt", False, False),
    ]
    assert opened(None) == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"feeds": 3}, "list of tables"),
        ({"feeds": [{"id": "a"}]}, "either a url or a path"),
        ({"feeds": [{"id": "a", "url": "https://a.example/", "path": "x"}]}, "either a url or a path"),
        ({"feeds": [{"url": "https://a.example/"}]}, r"operator_feeds\.id"),
        ({"feeds": [{"id": "a", "url": "https://a.example/", "columns": ["x"]}]}, "table of texts"),
        ({"feeds": [{"id": "a", "url": "https://a.example/", "colums": {}}]}, "did you mean 'columns'"),
    ],
)
def test_settings_are_checked(table: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        opened(table)


@given(st.binary(max_size=80), st.integers(0, 100))
def test_mangled_files_never_surprise(junk: bytes, at: int) -> None:
    body = CSV.encode()[:at] + junk + CSV.encode()[at:]
    source = OperatorFeeds({"id": "a", "url": "https://a.example/f.csv", "columns": COLUMNS, "kind": "course"})
    try:
        found = list(source.listings(FakeFetch({"https://a.example/f.csv": body}), Report()))
    except SourceError:
        return
    assert all(one.resource.title for one in found)
