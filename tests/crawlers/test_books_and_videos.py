"""Open Textbook Library, Google Books and YouTube."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.errors import SourceError
from catalog.model import Kind, Price
from crawlers.sources.google_books import GoogleBooks
from crawlers.sources.open_textbook_library import OpenTextbookLibrary
from crawlers.sources.youtube import YouTube
from tests.crawlers.harvest import harvest, serve_json, told
from tests.crawlers.local_web import Handler, LocalWeb, Reply

BOOK = {
    "id": 7,
    "title": "Operating  Systems, Slowly",
    "ISBN13": "978-0-13-468599-1",
    "ISBN10": None,
    "language": "eng",
    "license": "Attribution-ShareAlike",
    "copyright_year": 2019,
    "description": "<p>On <em>systems</em>.</p>",
    "contributors": [
        {"first_name": "Ada", "middle_name": None, "last_name": "Example", "contribution": "Author", "primary": False},
        {"first_name": "Ed", "last_name": "Itor", "contribution": "Editor", "primary": False},
        {"first_name": None, "last_name": "Collective", "contribution": None, "primary": True},
    ],
    "publishers": [{"name": "Example Press"}],
    "subjects": [{"name": "Computer Science"}, {"name": "Systems"}],
}


def test_textbooks_of_the_wanted_subjects(web: LocalWeb) -> None:
    other = BOOK | {"id": 8, "title": "Cooking", "subjects": [{"name": "Arts"}]}
    more = BOOK | {"id": 9, "title": "Databases", "ISBN13": None, "contributors": None, "publishers": None}
    serve_json(
        web,
        {
            "/textbooks.json?page=1": {
                "data": [BOOK, other],
                "links": {"next": "https://open.umn.edu/opentextbooks/textbooks.json?page=2"},
            },
            "/textbooks.json?page=2": {"data": [more, None, "x"], "links": {"next": None}},
        },
    )
    found, report = harvest(OpenTextbookLibrary({"base_url": web.url("/")}))
    assert [one.key for one in found] == ["7", "9"]
    assert told(found[0]) == {
        "kind": Kind.BOOK,
        "title": "Operating Systems, Slowly",
        "url": "https://open.umn.edu/opentextbooks/textbooks/7",
        "description": "On systems.",
        "provider": "Open Textbook Library",
        "institution": "Example Press",
        "authors": ("Ada Example", "Collective"),
        "language": "en",
        "is_free": True,
        "subjects": ("Computer Science", "Systems"),
        "isbn": "9780134685991",
        "published": "2019",
        "licence": "Attribution-ShareAlike",
    }
    assert found[1].resource.isbn is None
    assert found[1].resource.authors == ()
    assert report.complete


def books(web: LocalWeb, *isbns: str, **settings: object) -> GoogleBooks:
    source = GoogleBooks({"base_url": web.url("/books/v1/"), "key": "s3cr3t", **settings})
    source.isbns = isbns
    return source


def volumes(web: LocalWeb, answer: Reply) -> None:
    class Api(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return answer if path.startswith("/books/v1/volumes") else dict.get(self, path, default)

    web.pages = Api()


@pytest.mark.shared
def test_a_recorded_volume(shared: Path, web: LocalWeb) -> None:
    volumes(web, Reply((shared / "fixtures/google_books/volumes_pragmatic_programmer.json").read_text()))
    source = books(web, "9780132119177", "9780000000002")
    (found,), report = harvest(source)
    assert found.key == "isbn:9780132119177"
    resource = told(found)
    assert resource["title"] == "The Pragmatic Programmer: From Journeyman to Master"
    assert resource["authors"] == ("Andrew Hunt", "David Thomas")
    assert (resource["pages"], resource["published"], resource["language"]) == (352, "1999-10-20", "en")
    assert (resource["rating"], resource["rating_count"]) == (4.0, 16)
    assert resource["price"] == Price(amount=31.37, currency="USD")
    assert resource["image"].startswith("https://books.google.com/")
    assert "edge=curl" not in resource["image"]
    assert report.complete
    assert source.reached == "9780000000002"
    assert all("s3cr3t" not in path for path in web.asked)
    assert web.headers[-1]["x-goog-api-key"] == "s3cr3t"


@pytest.mark.shared
def test_a_spent_quota_ends_the_day_at_once(shared: Path, web: LocalWeb) -> None:
    volumes(web, Reply((shared / "fixtures/google_books/error_429_quota.json").read_text(), status=429))
    source = books(web, "9780132119177", "9780134685991")
    found, report = harvest(source)
    assert found == []
    assert not report.complete
    assert "quota is spent" in report.problems[0]
    assert len([path for path in web.asked if "volumes" in path]) == 1, "asking again is useless"
    assert source.reached == ""


def test_google_books_is_on_where_there_is_a_key() -> None:
    assert not GoogleBooks({}).on
    assert GoogleBooks({"key": "x"}).on
    assert not GoogleBooks({"key": "x", "enabled": False}).on


def test_a_volume_that_only_mentions_the_number_is_none(web: LocalWeb) -> None:
    volume = {"volumeInfo": {"title": "Another", "industryIdentifiers": [{"type": "OTHER", "identifier": "UOM:1"}]}}
    volumes(web, Reply(json.dumps({"totalItems": 3, "items": [volume, {"volumeInfo": None}, 3]})))
    assert harvest(books(web, "9780132119177"))[0] == []


def videos(web: LocalWeb, count: int, lengths: str = "PT1H30M") -> None:
    entries = [
        {
            "snippet": {"title": f"Lecture {at}" if at else "Private video", "channelTitle": "A channel"},
            "contentDetails": {"videoId": f"v{at}"},
        }
        for at in range(count)
    ]

    def answer(handler: Handler) -> None:
        parts, query = urlsplit(handler.path), parse_qs(urlsplit(handler.path).query)
        body: dict[str, Any] = {"items": []}
        if parts.path.endswith("playlistItems"):
            start = int(query.get("pageToken", ["0"])[0])
            body = {"items": entries[start : start + 50]}
            if start + 50 < count:
                body["nextPageToken"] = str(start + 50)
        elif parts.path.endswith("videos"):
            assert len(query["id"][0].split(",")) <= 50
            body = {
                "items": [{"id": id_, "contentDetails": {"duration": lengths}} for id_ in query["id"][0].split(",")]
            }
        elif parts.path.endswith("playlists"):
            body = {
                "items": [
                    {"snippet": {"title": "A course", "description": "On it.", "publishedAt": "2020-01-02T00:00:00Z"}}
                ]
            }
        handler.reply(Reply(json.dumps(body), content_type="application/json"))

    class Api(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return answer if path.startswith("/youtube/v3/") else dict.get(self, path, default)

    web.pages = Api()


def playlists(web: LocalWeb, **settings: object) -> YouTube:
    return YouTube({"base_url": web.url("/youtube/v3/"), "key": "s3cr3t", "playlists": ["PL1"], **settings})


def test_a_playlist_is_a_course(web: LocalWeb) -> None:
    videos(web, 61)
    (found,), report = harvest(playlists(web))
    resource = found.resource
    assert (found.key, resource.title, resource.url) == ("PL1", "A course", "https://www.youtube.com/playlist?list=PL1")
    assert (resource.hours_min, resource.hours_max) == (90.0, 90.0)
    assert resource.authors == ("A channel",)
    assert resource.published == "2020-01-02"
    assert len(resource.syllabus) >= 40
    assert "Private video" not in resource.syllabus
    assert report.complete
    assert all("s3cr3t" not in path for path in web.asked)


def test_videos_are_listed_where_they_are_wanted_and_unknown_lengths_give_no_sum(web: LocalWeb) -> None:
    videos(web, 3, lengths="P0D")
    found, _ = harvest(playlists(web, videos=True))
    assert [one.resource.kind for one in found] == [Kind.COURSE, Kind.VIDEO, Kind.VIDEO]
    assert found[0].resource.hours_min is None


def test_a_spent_quota_cuts_short(web: LocalWeb) -> None:
    class Api(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return Reply(status=403) if path.startswith("/youtube") else dict.get(self, path, default)

    web.pages = Api()
    found, report = harvest(playlists(web))
    assert found == []
    assert "spent quota" in report.problems[0]
    with pytest.raises(SourceError, match=r"sources\.youtube\.key"):
        harvest(YouTube({}))


@pytest.mark.shared
def test_recorded_answers(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/youtube"
    items = json.loads((folder / "playlistItems.list.json").read_text())
    details = json.loads((folder / "videos.list.json").read_text())

    class Api(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            if path.startswith("/youtube/v3/playlistItems"):
                return Reply(json.dumps({**items, "nextPageToken": None}))
            if path.startswith("/youtube/v3/videos"):
                return Reply(json.dumps(details))
            if path.startswith("/youtube/v3/playlists"):
                return Reply(json.dumps({"items": [{"snippet": {"title": "Recorded"}}]}))
            return dict.get(self, path, default)

    web.pages = Api()
    found, report = harvest(playlists(web, videos=True))
    known = {one["id"] for one in details["items"]}
    there = [one for one in items["items"] if one["contentDetails"]["videoId"] in known]
    assert len(found) == 1 + len(there) > 3
    by_key = {one.key: one.resource for one in found}
    for one in details["items"]:
        if one["id"] in by_key:
            assert by_key[one["id"]].title == " ".join(one["snippet"]["title"].split())
            assert by_key[one["id"]].hours_min is not None
    assert report.skipped == len(items["items"]) - len(there), "of these nothing is told but their ids"
