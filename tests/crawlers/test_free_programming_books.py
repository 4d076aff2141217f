import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from catalog import clean
from catalog.errors import FetchError, Refused, SourceError, Withdrawn
from catalog.model import Kind, Listing
from crawlers.readers.markdown_list import ListLine, read_line
from crawlers.source import Report
from crawlers.sources.free_programming_books import FreeProgrammingBooks, read_list
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher

U = "https://e.org/x"


def line(rest: str, title: str = "T", url: str = U) -> ListLine:
    found = read_line(f"* [{title}]({url}){rest}")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("rest", "authors"),
    [
        ("", ()),
        (" - Ann Lee", ("Ann Lee",)),
        (" - Ann Lee, Bob Ray (PDF, EPUB) (CC BY-SA) *( :construction: in process)*", ("Ann Lee", "Bob Ray")),
        (" – Ann Lee", ("Ann Lee",)),
        (" -  Ann Lee and Bob Ray (podcast)", ("Ann Lee", "Bob Ray")),
        (" - Google, Rob Pike, and Ken Thompson", ("Google", "Rob Pike", "Ken Thompson")),
        (" - Ann Lee, et al.", ("Ann Lee",)),
        (" - Ann Lee, et al. Datacamp team", ("Ann Lee", "et al. Datacamp team")),
        (" - Ann Lee, `trl.:` Cy Poe", ("Ann Lee",)),
        (" - Ann Lee - trl.: Cy Poe", ("Ann Lee",)),
        (" - `edt.:` Bjarne Stroustrup, Herb Sutter", ("Bjarne Stroustrup", "Herb Sutter")),
        (" - Ann Lee (HTML) - [Source](https://e.org/s)", ("Ann Lee",)),
        (" - Ann Lee [(PDF)](https://e.org/p) (CC BY)", ("Ann Lee",)),
        (" - Ann Lee ([PDF](https://e.org/a(1).pdf), [Kindle](https://e.org/k))", ("Ann Lee",)),
        (" - [@TapirLiu](https://twitter.com/TapirLiu)", ("@TapirLiu",)),
        (" - Red Hat, Inc. (PDF)", ("Red Hat, Inc.",)),
        (" - Travis E. Oliphant (PDF).", ("Travis E. Oliphant",)),
        (" - Aakash N. S.", ("Aakash N. S.",)),
        (" Compiled from StackOverflow Documentation (PDF)", ("Compiled from StackOverflow Documentation",)),
        (" - (Udemy)", ()),
        (" (PDF - older versions)", ()),
        (" - *registration required*", ()),
        (" *( :card_file_box: archived)*", ()),
    ],
)
def test_authors(rest: str, authors: tuple[str, ...]) -> None:
    assert line(rest).authors == authors


def test_titles_and_addresses_with_brackets() -> None:
    found = read_line("* [Ada Manual - ISO/IEC 8652:2012(E) \\| Libraries [Full]](https://e.org/a_(s).pdf) - Ann Lee")
    assert found is not None
    assert found.title == "Ada Manual - ISO/IEC 8652:2012(E) | Libraries [Full]"
    assert found.url == "https://e.org/a_(s).pdf"
    assert found.authors == ("Ann Lee",)


def test_notes() -> None:
    found = line(" - Ann Lee (PDF) (CC BY-NC-SA) *(email address *requested*, not required)*")
    assert found.licence == "CC BY-NC-SA"
    assert found.access_note == "email address requested, not required"
    assert found.groups == ("PDF",)
    assert line(" `(CC BY)`").licence == "CC BY"
    assert line(" (MIT)").licence == "MIT"


@pytest.mark.parametrize(
    "text", ["plain text", "* no link", "* [open](https://e.org", "* [x]", "### [T](https://e.org)", "*", ""]
)
def test_what_is_no_list_line(text: str) -> None:
    assert read_line(text) is None


LIST = """\ufeff## BY LANGUAGE

### Index

* [Go](#go)
    * [Web](#web)

<!-- * [hidden](https://e.org/hidden) -->

### <a id="go"></a>Go

* [The Go Book (2012)](https://e.org/go) - Ann Lee (PDF)
* Go and Angular - Jake Coffman (screencast)
    * [Part 1 - Hello](https://e.org/p1) - Jake Coffman
* [Moved](#elsewhere)
* [No page](ftp://e.org/x)

#### Web \\& more

* [Web in Go](https://e.org/web) *(account required)*

### C\\#

* [The Go Book](https://e.org/go?utm_source=x)
"""


def read(text: str = LIST, kind: Kind = Kind.BOOK) -> tuple[list[Listing], Report]:
    report = Report()
    return list(read_list(text, "books/x.md", kind, "en", report)), report


def test_a_list_is_read() -> None:
    found, report = read()
    assert [(one.resource.title, one.resource.subjects) for one in found] == [
        ("The Go Book", ("Go",)),
        ("Go and Angular: Part 1 - Hello", ("Go",)),
        ("Web in Go", ("Go", "Web & more")),
        ("The Go Book", ("C#",)),
    ]
    book = found[0].resource
    assert (book.published, book.authors, book.is_free, book.language) == ("2012", ("Ann Lee",), True, "en")
    assert found[2].resource.access_note == "account required"
    assert report.problems == (
        "books/x.md line 13: the line does not begin with a link to a page",
        "books/x.md line 16: the line does not begin with a link to a page",
    )


def test_screencasts_are_videos() -> None:
    text = "### Go\n\n* [A](https://e.org/a) - Ann Lee (podcast)\n* [B](https://e.org/b) (screencast)\n"
    assert [one.resource.kind for one in read(text, Kind.PODCAST)[0]] == [Kind.PODCAST, Kind.VIDEO]


def test_right_to_left_files() -> None:
    text = '<div dir="rtl" markdown="1">\n\n### فهرست\n\n* [کتاب](https://e.org/fa) - آن لی\n\n</div>\n'
    (found,) = read(text)[0]
    assert (found.resource.title, found.resource.authors) == ("کتاب", ("آن لی",))


def test_over_http(web: LocalWeb) -> None:
    web.pages |= {
        "/books/free-programming-books-langs.md": Reply(LIST, content_type="text/plain; charset=utf-8"),
        "/books/free-programming-books-subjects.md": Reply("### Git\n\n* [The Go Book](https://e.org/go)\n"),
        "/books/free-programming-books-pt_BR.md": Reply("### Git\n\n* [O livro](https://e.org/pt) - Ana\n"),
    }
    source = FreeProgrammingBooks({"base_url": web.address, "languages": ["en", "pt_BR"], "lists": ["books"]})
    report = Report()
    with fetcher() as fetch:
        found = {one.key: one.resource for one in source.listings(fetch, report)}
    assert found["https://e.org/go"].subjects == ("Go", "C#", "Git")
    assert found["https://e.org/pt"].language == "pt-br"
    assert len(found) == 4
    assert report.complete


CONTENTS = """
### Books
+ [English, by language](books/free-programming-books-langs.md)
+ [English, by subject](https://github.com/EbookFoundation/free-programming-books/blob/main/books/free-programming-books-subjects.md)
+ [Danish / dansk](books/free-programming-books-dk.md), [Persian](/books/free-programming-books-fa_IR.md)
+ [Cheat sheets](more/free-programming-cheatsheets.md)
### Free Online Courses
+ [Bulgarian](courses/free-courses-bg.md)
"""


def everything(**changes: str | bytes | Exception) -> dict[str, str | bytes | Exception]:
    web: dict[str, str | bytes | Exception] = {
        "https://h/README.md": CONTENTS,
        "https://h/books/free-programming-books-langs.md": "### Go\n\n* [A](https://e.org/a)\n",
        "https://h/books/free-programming-books-subjects.md": "### Git\n\n* [B](https://e.org/b)\n",
        "https://h/books/free-programming-books-dk.md": "### Git\n\n* [C](https://e.org/c)\n",
        "https://h/books/free-programming-books-fa_IR.md": '<div dir="rtl">\n\n### Git\n\n* [D](https://e.org/d)\n',
        "https://h/courses/free-courses-bg.md": "### Git\n\n* [E](https://e.org/e)\n",
        "https://h/courses/free-courses-en.md": "### Git\n\n* [F](https://e.org/f)\n",
    }
    return web | {f"https://h/{name}.md": value for name, value in changes.items()}


def read_all(web: dict[str, str | bytes | Exception], **settings: object) -> tuple[list[Listing], Report, list[str]]:
    report, fetch = Report(), FakeFetch(web)
    found = list(FreeProgrammingBooks({"base_url": "https://h", **settings}).listings(fetch, report))
    return found, report, fetch.asked


def test_every_list_that_the_repository_names_is_read() -> None:
    found, report, asked = read_all(everything())
    assert [(one.resource.title, one.resource.kind, one.resource.language) for one in found] == [
        ("A", Kind.BOOK, "en"),
        ("B", Kind.BOOK, "en"),
        ("C", Kind.BOOK, "da"),
        ("D", Kind.BOOK, "fa-ir"),
        ("E", Kind.COURSE, "bg"),
    ]
    assert len(asked) == 6
    assert (report.complete, report.problems) == (True, ())


def test_languages_may_be_named_beside_all_that_there_are() -> None:
    found, report, _ = read_all(everything(), languages=["*", "en"], lists=["courses"])
    assert [one.resource.title for one in found] == ["E", "F"]
    assert report.complete


@pytest.mark.parametrize(
    ("contents", "complete"),
    [(Withdrawn("404"), True), (FetchError("500"), False), ("# moved\n", True), ("<html></html>", True)],
)
def test_without_contents_the_lists_in_english_are_read_and_it_is_told(
    contents: str | Exception, complete: bool
) -> None:
    found, report, _ = read_all(everything(README=contents), lists=["books", "courses"])
    assert [one.resource.title for one in found] == ["A", "B", "F"]
    assert report.complete is complete
    assert "README.md" in report.problems[0]
    assert "English" in report.problems[0]


def test_a_host_that_refuses_or_fails_again_and_again_is_left_alone() -> None:
    with pytest.raises(Refused):
        read_all(everything(README=Refused("no")))
    web = everything() | {"https://h/books/free-programming-books-subjects.md": Refused("no")}
    found, report, asked = read_all(web)
    assert ([one.resource.title for one in found], len(asked), report.complete) == (["A"], 3, False)
    broken = dict.fromkeys(everything(), FetchError("500")) | {
        "https://h/README.md": "".join(
            f"(courses/free-courses-{one}.md)" for one in ("aa", "bb", "cc", "dd", "ee", "ff")
        )
    }
    broken |= {f"https://h/courses/free-courses-{one}.md": FetchError("500") for one in ("aa", "bb", "cc", "dd", "ee")}
    found, report, asked = read_all(dict(broken))
    assert (found, len(asked), report.complete) == ([], 6, False)


@pytest.mark.parametrize("broken", [None, FetchError("500")])
def test_a_missing_file_makes_it_incomplete(broken: Exception | None) -> None:
    web: dict[str, str | bytes | Exception] = {
        "https://h/courses/free-courses-en.md": "### Go\n\n* [A](https://e.org/a)\n"
    }
    if broken:
        web["https://h/casts/free-podcasts-screencasts-en.md"] = broken
    report = Report()
    source = FreeProgrammingBooks({"base_url": "https://h/", "lists": ["courses", "podcasts"]})
    assert len(list(source.listings(FakeFetch(web), report))) == 1
    assert not report.complete


@pytest.mark.parametrize(
    "settings", [{"lists": ["novels"]}, {"languages": "en"}, {"base_url": ""}, {"langages": ["en"]}]
)
def test_settings_are_checked(settings: dict[str, object]) -> None:
    with pytest.raises(SourceError, match=r"sources\.free_programming_books"):
        FreeProgrammingBooks(settings)


@pytest.mark.shared
def test_the_real_lists(shared: Path, web: LocalWeb) -> None:
    """All list lines are read but three that name no page; titles and authors agree with another reading of them."""
    folder = shared / "fixtures/free_programming_books"
    for path in folder.rglob("*.md"):
        web.pages[f"/{path.relative_to(folder).as_posix()}"] = Reply(path.read_bytes(), content_type="text/plain")
    report = Report()
    with fetcher() as fetch:
        found = list(FreeProgrammingBooks({"base_url": web.address}).listings(fetch, report))
    assert report.complete
    assert report.skipped == 3
    assert len(found) > 4_000
    others = _recorded(shared)
    both = [(one.resource, others[one.key]) for one in found if one.key in others]
    assert len(both) > 0.98 * len(found)
    assert sum(ours.title == theirs["title"] for ours, theirs in both) > 0.96 * len(both)
    assert sum(ours.authors == tuple(theirs.get("authors", ())) for ours, theirs in both) > 0.95 * len(both)


def _recorded(shared: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in ("books", "courses"):
        with gzip.open(shared / f"data/{name}.jsonl.gz", "rb") as file:
            for one in file:
                if b'"source":"free-programming-books"' in one:
                    row = json.loads(one)
                    found.setdefault(clean.canonical_url(row["url"]) or "", row)
    return found
