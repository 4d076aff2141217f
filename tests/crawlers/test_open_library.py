"""Open Library: works by subject, editions by ISBN."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.errors import FetchError, Refused, SourceError
from catalog.model import Kind
from crawlers.readers.book_lookups import whole_title
from crawlers.sources.open_library import OpenLibrary
from crawlers.sources.open_library_isbn import OpenLibraryIsbn
from tests.crawlers.harvest import harvest, serve_json, told
from tests.crawlers.local_web import Handler, LocalWeb, Reply

ONE, TWO, THREE = "9780000000019", "9780000000026", "9780000000033"
JSON = "application/json"


def work(number: int, **more: Any) -> dict[str, Any]:
    return {
        "key": f"/works/OL{number}W",
        "title": f"Queues {number}",
        "author_name": ["Ada Beispiel", "Bo Ek"],
        "first_publish_year": 2011,
        "cover_i": 77,
        "subject": ["Queues", "award:best_book=2012", "Databases"],
        "ratings_average": 4.123456,
        "ratings_count": 9,
        **more,
    }


def serve(web: LocalWeb, works: dict[str, list[dict[str, Any]]], *, path: str = "/search.json") -> list[str]:
    """A search as theirs: the works of each subject, from `offset` on; gives the subjects that were asked for."""
    asked: list[str] = []

    def answer(handler: Handler) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        subject = query["q"].removeprefix("subject:").strip('"') if "q" in query else urlsplit(handler.path).path
        asked.append(subject)
        found, start = works.get(subject, []), int(query["offset"])
        docs = found[start : start + int(query["limit"])]
        totals = {"numFound": len(found), "num_found": len(found)} if "q" in query else {"work_count": len(found)}
        handler.reply(Reply(json.dumps({**totals, "docs" if "q" in query else "works": docs}), content_type=JSON))

    class ByPath(dict):  # type: ignore[type-arg]
        def get(self, at: str, default: object = None) -> object:
            return answer if at.startswith(path) else dict.get(self, at, default)

    web.pages = ByPath(web.pages)
    return asked


def by_subject(web: LocalWeb, *subjects: str, **settings: object) -> OpenLibrary:
    return OpenLibrary({"base_url": web.address, "subjects": list(subjects), **settings})


def test_a_work_is_told_with_all_the_search_says(web: LocalWeb) -> None:
    more = {"subtitle": "A primer", "isbn": ["0-00-000001-9", ONE], "language": ["eng"], "publisher": ["Small Press"]}
    serve(web, {"Queues": [work(1, **more)]})
    (found,), report = harvest(by_subject(web, "Queues"))
    assert (found.source, found.key) == ("open-library", "OL1W")
    assert told(found) == {
        "kind": Kind.BOOK,
        "title": "Queues 1: A primer",
        "url": "https://openlibrary.org/works/OL1W",
        "provider": "Open Library",
        "institution": "Small Press",
        "authors": ("Ada Beispiel", "Bo Ek"),
        "language": "en",
        "rating": 4.12,
        "rating_count": 9,
        "subjects": ("Queues", "Databases"),
        "isbn": ONE,
        "published": "2011",
        "image": "https://covers.openlibrary.org/b/id/77-M.jpg",
    }
    assert (report.complete, report.noted) == (True, 0)


def test_what_editions_differ_in_is_told_of_no_work(web: LocalWeb) -> None:
    more: dict[str, Any] = {
        "isbn": [ONE, TWO],
        "language": ["eng", "ger"],
        "publisher": ["A", "B"],
        "number_of_pages_median": 300,
    }
    serve(web, {"Queues": [work(1, **more, cover_i=-1, ratings_average=0, ratings_count=0)]})
    (found,), _ = harvest(by_subject(web, "Queues"))
    silent = ("isbn", "language", "institution", "pages", "image", "rating", "rating_count")
    assert not any(name in told(found) for name in silent)


def test_pages_are_read_to_the_end_and_each_work_is_told_once(web: LocalWeb) -> None:
    asked = serve(web, {"A": [work(at) for at in range(1, 231)], "B": [work(230), work(231)]})
    found, report = harvest(by_subject(web, "A", "B", limit=1000))
    assert [one.key for one in found] == [f"OL{at}W" for at in range(1, 232)]
    assert asked == ["A", "A", "A", "B"]
    assert report.complete


def test_the_limit_holds_for_each_subject(web: LocalWeb) -> None:
    serve(web, {"A": [work(at) for at in range(1, 300)], "B": [work(at) for at in range(400, 700)]})
    found, _ = harvest(by_subject(web, "A", "B", limit=120))
    assert [len([one for one in found if low <= int(one.key[2:-1]) < low + 399]) for low in (1, 400)] == [120, 120]


def test_totals_that_grow_do_not_lead_on_for_ever(web: LocalWeb) -> None:
    page = json.dumps({"numFound": 999, "docs": [work(1)]})

    class Same(dict):  # type: ignore[type-arg]
        def get(self, at: str, default: object = None) -> object:
            docs = page if "offset=0" in at else json.dumps({"numFound": 999, "docs": []})
            return Reply(docs, content_type=JSON) if at.startswith("/search") else Reply(status=404)

    web.pages = Same()
    found, report = harvest(by_subject(web, "A", limit=500))
    assert [one.key for one in found] == ["OL1W"]
    assert len([path for path in web.asked if path.startswith("/search")]) == 2
    assert report.complete


def test_where_the_search_is_closed_the_lists_of_subjects_are_read(web: LocalWeb) -> None:
    listed: dict[str, Any] = {
        "key": "/works/OL5W",
        "title": "Heaps",
        "authors": [{"key": "/authors/OL1A", "name": "Ada Beispiel"}],
    }
    listed |= {"cover_id": 8, "first_publish_year": 1999, "subject": ["Heaps"], "edition_count": 4}
    web.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /search\nDisallow: /api\n", content_type="text/plain")
    slug = "/subjects/java_(computer_program_language).json"
    serve(web, {slug: [listed], "/subjects/client_server.json": []}, path="/subjects/")
    found, report = harvest(by_subject(web, "Java (Computer program language)", "Client server"))
    assert [told(one) for one in found] == [
        {
            "kind": Kind.BOOK,
            "title": "Heaps",
            "url": "https://openlibrary.org/works/OL5W",
            "provider": "Open Library",
            "authors": ("Ada Beispiel",),
            "subjects": ("Heaps",),
            "published": "1999",
            "image": "https://covers.openlibrary.org/b/id/8-M.jpg",
        }
    ]
    assert [path for path in web.asked if path.startswith("/search")] == []
    assert (report.complete, report.noted) == (True, 1), "it is told once that less is told"


@pytest.mark.parametrize(
    ("doc", "words"),
    [({"title": "No key"}, "has no key"), ({"key": "/works/OL9W"}, "no title"), ({"key": 3, "title": "T"}, "no key")],
)
def test_a_work_that_cannot_be_told_is_skipped(web: LocalWeb, doc: dict[str, Any], words: str) -> None:
    serve(web, {"A": [doc, work(2)]})
    found, report = harvest(by_subject(web, "A"))
    assert [one.key for one in found] == ["OL2W"]
    assert report.skipped == 1
    assert words in report.problems[0]


@pytest.mark.parametrize("value", [None, "x", 3, True, {"a": 1}, [None, 4, {}]])
def test_values_of_other_types_are_left_out(web: LocalWeb, value: object) -> None:
    names = ("subtitle", "author_name", "first_publish_year", "cover_i", "isbn", "language", "publisher", "subject")
    serve(web, {"A": [work(1, **dict.fromkeys((*names, "ratings_average", "ratings_count", "authors"), value))]})
    (found,), _ = harvest(by_subject(web, "A"))
    assert found.key == "OL1W"
    assert "isbn" not in told(found)


def test_a_first_answer_that_is_none_is_raised_and_a_later_one_told(web: LocalWeb) -> None:
    serve_json(web, {})
    web.pages = {}
    with pytest.raises(FetchError):
        harvest(by_subject(web, "A"))
    asked = serve(web, {"A": [work(1)]})
    good = web.pages

    class Broken(dict):  # type: ignore[type-arg]
        def get(self, at: str, default: object = None) -> object:
            return good.get(at) if "%22A%22" in at else Reply("<html>busy</html>")

    web.pages = Broken()
    found, report = harvest(by_subject(web, "A", "B", "C"))
    assert [one.key for one in found] == ["OL1W"]
    assert (asked, report.complete) == (["A"], False)
    assert "a page of HTML" in report.problems[0]


def test_a_refusal_ends_the_reading(web: LocalWeb) -> None:
    class Closed(dict):  # type: ignore[type-arg]
        def get(self, at: str, default: object = None) -> object:
            return Reply(status=404 if at == "/robots.txt" else 403)

    web.pages = Closed()
    with pytest.raises(Refused):
        harvest(by_subject(web, "A", "B"))
    assert len(web.asked) == 2, "robots.txt, one search, and nothing after the refusal"


def test_settings_are_checked() -> None:
    with pytest.raises(SourceError, match="limit"):
        OpenLibrary({"limit": 0})
    assert OpenLibrary().on
    assert OpenLibrary().whole is False


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [
        ("A", "B", "A: B"),
        ("A:", "b", "A: b"),
        ("A: B", "b", "A: B"),
        ("A", "", "A"),
        ("A", 3.5, "A"),
        (None, "B", None),
    ],
)
def test_titles_are_written_whole(title: object, subtitle: object, whole: str | None) -> None:
    assert whole_title(title, subtitle) == whole


@pytest.mark.shared
def test_the_recorded_search(shared: Path, web: LocalWeb) -> None:
    recorded = json.loads((shared / "fixtures/open_library/search.json").read_text())
    empty = json.loads((shared / "fixtures/open_library/search_empty.json").read_text())

    class Recorded(dict):  # type: ignore[type-arg]
        def get(self, at: str, default: object = None) -> object:
            answer = recorded if "Dune" in at and "offset=0" in at else empty
            return Reply(json.dumps(answer), content_type=JSON) if at.startswith("/search") else Reply(status=404)

    web.pages = Recorded()
    found, report = harvest(by_subject(web, "Dune", "Nothing", limit=200))
    assert [(one.key, one.resource.title, one.resource.published) for one in found] == [
        ("OL893414W", "Dune", "1965"),
        ("OL893516W", "Children of Dune", "1976"),
        ("OL893515W", "God Emperor of Dune", "1981"),
    ]
    first = told(found[0])
    assert first["authors"] == ("Frank Herbert", "Френк Герберт")
    assert first["image"] == "https://covers.openlibrary.org/b/id/11481354-M.jpg"
    assert first["subjects"][0] == "Dune (Imaginary place)"
    assert not any("=" in subject for subject in first["subjects"])
    assert set(first) == {"kind", "title", "url", "provider", "authors", "subjects", "published", "image"}
    assert (report.complete, report.noted) == (True, 0)


# ---- by ISBN


def edition(isbn: str = ONE, **more: Any) -> dict[str, Any]:
    return {
        "key": "/books/OL7M",
        "type": {"key": "/type/edition"},
        "title": "Queues",
        "isbn_13": [isbn],
        "works": [{"key": "/works/OL1W"}],
        "authors": [{"key": "/authors/OL1A"}],
        "languages": [{"key": "/languages/ger"}],
        "publishers": ["Small Press", "Other"],
        "publish_date": "October 1, 1988",
        "number_of_pages": 320,
        "covers": [-1, 55],
        **more,
    }


WORK = {
    "key": "/works/OL1W",
    "description": {"type": "/type/text", "value": "All about queues."},
    "subjects": ["Queues"],
    "authors": [{"type": {"key": "/type/author_role"}, "author": {"key": "/authors/OL2A"}}],
}
RECORDS: dict[str, Any] = {
    "/works/OL1W.json": WORK,
    "/authors/OL1A.json": {"key": "/authors/OL1A", "name": "Ada Beispiel"},
    "/authors/OL2A.json": {"key": "/authors/OL2A", "name": "Bo Ek"},
}


def by_isbn(web: LocalWeb, *isbns: str) -> OpenLibraryIsbn:
    source = OpenLibraryIsbn({"base_url": web.address})
    source.isbns = isbns
    return source


def test_an_edition_is_told_with_its_work_and_authors(web: LocalWeb) -> None:
    serve_json(web, {f"/isbn/{ONE}.json": Reply(status=302, headers={"Location": "/books/OL7M.json"})})
    pages = web.pages
    serve_json(web, {"/books/OL7M.json": edition(), **RECORDS})
    web.pages |= pages
    (found,), report = harvest(source := by_isbn(web, ONE))
    assert (found.source, found.key, source.reached) == ("open-library-isbn", f"isbn:{ONE}", ONE)
    assert told(found) == {
        "kind": Kind.BOOK,
        "title": "Queues",
        "url": "https://openlibrary.org/books/OL7M",
        "description": "All about queues.",
        "provider": "Open Library",
        "institution": "Small Press",
        "authors": ("Ada Beispiel",),
        "language": "de",
        "subjects": ("Queues",),
        "isbn": ONE,
        "pages": 320,
        "published": "1988-10-01",
        "image": "https://covers.openlibrary.org/b/id/55-M.jpg",
    }
    assert (report.complete, report.noted) == (True, 0)


def test_the_editions_own_words_come_first_and_its_work_is_asked_only_for_the_rest(web: LocalWeb) -> None:
    whole = edition(description="Its own words.", subjects=["Own"])
    without = edition(TWO, authors=[], languages=[{"key": "/languages/eng"}, {"key": "/languages/ger"}])
    serve_json(web, {f"/isbn/{ONE}.json": whole, f"/isbn/{TWO}.json": without, **RECORDS})
    (first, second), _ = harvest(by_isbn(web, ONE, TWO))
    assert (first.resource.description, first.resource.subjects) == ("Its own words.", ("Own",))
    assert (second.resource.authors, second.resource.language) == (("Bo Ek",), None)
    asked = [path for path in web.asked if path != "/robots.txt"]
    assert asked == [
        f"/isbn/{ONE}.json",
        "/authors/OL1A.json",
        f"/isbn/{TWO}.json",
        "/works/OL1W.json",
        "/authors/OL2A.json",
    ]


def test_merged_records_are_followed_and_deleted_ones_are_gone(web: LocalWeb) -> None:
    moved = {"key": "/authors/OL1A", "type": {"key": "/type/redirect"}, "location": "/authors/OL2A"}
    gone = {"key": "/works/OL1W", "type": {"key": "/type/delete"}}
    isbn = {"type": {"key": "/type/redirect"}, "location": "/books/OL7M"}
    pages = {f"/isbn/{ONE}.json": isbn, "/books/OL7M.json": edition()}
    serve_json(web, {**RECORDS, **pages, "/works/OL1W.json": gone, "/authors/OL1A.json": moved})
    (found,), _ = harvest(by_isbn(web, ONE))
    assert (found.resource.authors, found.resource.description) == (("Bo Ek",), None)


def test_records_that_point_to_each_other_end(web: LocalWeb) -> None:
    round_about = {"type": {"key": "/type/redirect"}, "location": f"/isbn/{ONE}"}
    serve_json(web, {f"/isbn/{ONE}.json": round_about, f"/isbn/{TWO}.json": edition(TWO), **RECORDS})
    found, report = harvest(by_isbn(web, ONE, TWO))
    assert [one.key for one in found] == [f"isbn:{TWO}"]
    assert "merged" in report.problems[0]


def test_an_edition_with_another_isbn_is_another_book(web: LocalWeb) -> None:
    serve_json(web, {f"/isbn/{ONE}.json": edition(TWO), f"/isbn/{TWO}.json": edition(TWO, isbn_13=None), **RECORDS})
    found, report = harvest(source := by_isbn(web, ONE, TWO))
    assert found == []
    assert (report.skipped, source.reached) == (2, TWO)
    assert TWO in report.problems[0]


def test_an_isbn_of_ten_digits_is_the_same_number(web: LocalWeb) -> None:
    serve_json(web, {f"/isbn/{ONE}.json": edition(isbn_13=[], isbn_10=["0-00-000001-9"]), **RECORDS})
    (found,), _ = harvest(by_isbn(web, ONE))
    assert found.resource.isbn == ONE


def test_unknown_books_are_passed_over(web: LocalWeb) -> None:
    unknown = Reply("<html>not found</html>", status=404)
    serve_json(web, {f"/isbn/{ONE}.json": unknown, f"/isbn/{TWO}.json": edition(TWO), **RECORDS})
    found, report = harvest(source := by_isbn(web, ONE, TWO, THREE))
    assert [one.key for one in found] == [f"isbn:{TWO}"]
    assert (report.complete, report.skipped, source.reached) == (True, 0, THREE)


def test_a_failing_site_is_left_alone_and_asked_again_from_there(web: LocalWeb) -> None:
    isbns = tuple(f"97800000{at:05}" for at in range(30))
    serve_json(web, {f"/isbn/{isbns[0]}.json": edition(isbns[0], isbn_13=[ONE]), **RECORDS})
    for isbn in isbns[1:]:
        web.pages |= {f"/isbn/{isbn}.json?[]": Reply("<html>sorry</html>")}
    found, report = harvest(source := by_isbn(web, *isbns))
    assert (found, report.complete) == ([], False)
    assert source.reached == isbns[0]
    assert len([path for path in web.asked if path.startswith("/isbn")]) == 6


def test_nothing_but_failures_is_an_error(web: LocalWeb) -> None:
    isbns = tuple(f"97800000{at:05}" for at in range(9))
    serve_json(web, {f"/isbn/{isbn}.json": Reply("<html>sorry</html>") for isbn in isbns})
    with pytest.raises(SourceError, match="a page of HTML"):
        harvest(by_isbn(web, *isbns))


def test_a_busy_site_ends_the_reading(web: LocalWeb) -> None:
    busy = Reply(status=503)
    serve_json(web, {f"/isbn/{ONE}.json": edition(), f"/isbn/{TWO}.json": busy, **RECORDS})
    found, report = harvest(source := by_isbn(web, ONE, TWO, THREE))
    assert [one.key for one in found] == [f"isbn:{ONE}"]
    assert (report.complete, source.reached) == (False, ONE)
    assert f"/isbn/{THREE}.json" not in web.asked


@pytest.mark.parametrize("value", [None, "x", 3, True, {"a": 1}, [None, 4, {}]])
def test_editions_of_other_types_are_read_as_far_as_they_go(web: LocalWeb, value: object) -> None:
    odd: dict[str, Any] = {name: value for name in edition() if name not in {"title", "isbn_13", "key", "type"}}
    odd |= dict.fromkeys(("description", "subjects", "subtitle"), value)
    serve_json(web, {f"/isbn/{ONE}.json": edition(**odd), **RECORDS, "/authors/OL1A.json": value})
    (found,), _ = harvest(by_isbn(web, ONE))
    assert found.resource.title.startswith("Queues")


def test_an_edition_is_told_without_a_work_that_cannot_be_read(web: LocalWeb) -> None:
    serve_json(web, {f"/isbn/{ONE}.json": edition(), **RECORDS, "/works/OL1W.json": ["no record"]})
    (found,), report = harvest(by_isbn(web, ONE))
    assert (found.resource.description, found.resource.authors) == (None, ("Ada Beispiel",))
    assert "no record" in report.problems[0]


@pytest.mark.shared
def test_the_recorded_edition_and_work(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/open_library"
    recorded = json.loads((folder / "ol_edition.json").read_text())
    editions = {isbn: one for one in json.loads((folder / "ol_edition_list.json").read_text())["entries"]
                for isbn in one.get("isbn_13", [])}  # fmt: skip
    pages = {f"/isbn/{isbn}.json": one for isbn, one in editions.items()}
    pages["/isbn/9780060273224.json"] = recorded
    pages["/works/OL15832982W.json"] = json.loads((folder / "ol_work.json").read_text())
    pages["/authors/OL382982A.json"] = {"key": "/authors/OL382982A", "name": "Garth Nix"}
    serve_json(web, pages)
    found, report = harvest(by_isbn(web, "9780060273224", *sorted(editions)))
    assert len(found) == len(editions) + 1
    assert told(found[0]) == {
        "kind": Kind.BOOK,
        "title": "Sabriel",
        "url": "https://openlibrary.org/books/OL22951843M",
        "description": "Sabriel, daughter of the necromancer Abhorsen, must journey into the mysterious and magical "
        "Old Kingdom to rescue her father from the Land of the Dead.",
        "provider": "Open Library",
        "institution": "Harper Trophy",
        "authors": ("Garth Nix",),
        "language": "en",
        "subjects": ("Fantasy.",),
        "isbn": "9780060273224",
        "pages": 491,
        "published": "1996",
    }
    spanish = next(one.resource for one in found if one.key == "isbn:9788478710539")
    assert (spanish.language, spanish.institution, spanish.published) == ("es", "Rba Libros", "2006-11")
    assert (spanish.description, spanish.pages) == ("First in the Old Kingdom/Abhorsen series.", None)
    bound = next(one.resource for one in found if one.key == "isbn:9780613035972")
    assert (bound.image, bound.published) == ("https://covers.openlibrary.org/b/id/5014078-M.jpg", "1999-10")
    assert (report.complete, report.noted) == (True, 0)
