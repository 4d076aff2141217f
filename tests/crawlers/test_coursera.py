"""Coursera: lists in pages, joined by ids; what cannot be joined is left out, and nothing is made up."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.errors import SourceError
from catalog.model import Kind
from crawlers.sources.coursera import Coursera
from tests.crawlers.harvest import harvest, told
from tests.crawlers.local_web import Handler, LocalWeb, Reply

COURSE = {
    "id": "c1",
    "slug": "queues",
    "name": "Queues in Practice",
    "description": "All of queues.",
    "primaryLanguages": ["en"],
    "workload": "4 weeks of study, 2-3 hours/week",
    "partnerIds": ["6"],
    "instructorIds": ["1", "2"],
    "domainTypes": [{"domainId": "computer-science", "subdomainId": "software-development"}],
    "photoUrl": "https://img.example.org/q.png",
}


def serve(web: LocalWeb, **lists: list[dict[str, Any]] | Reply) -> list[str]:
    """The API: lists by name, in pages by start and limit; instructors by ids. Gives what was asked."""
    asked: list[str] = []

    def answer(handler: Handler) -> None:
        parts, query = urlsplit(handler.path), parse_qs(urlsplit(handler.path).query)
        name = parts.path.removeprefix("/api/").removesuffix(".v1")
        asked.append(handler.path)
        found = lists.get(name, [])
        if isinstance(found, Reply):
            handler.reply(found)
            return
        if "ids" in query:
            wanted = set(query["ids"][0].split(","))
            body: dict[str, Any] = {"elements": [one for one in found if one["id"] in wanted], "paging": None}
        else:
            start, limit = int(query["start"][0]), int(query["limit"][0])
            paging = {"next": str(start + limit), "total": len(found)} if start + limit < len(found) else {}
            body = {"elements": found[start : start + limit], "paging": paging, "linked": {}}
        handler.reply(Reply(json.dumps(body), content_type="application/json"))

    class Api(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return answer if path.startswith("/api/") else dict.get(self, path, default)

    web.pages = Api()
    return asked


def source(web: LocalWeb, **settings: object) -> Coursera:
    return Coursera({"base_url": web.url("/api/"), **settings})


def test_a_course_is_joined_with_its_partner_and_people(web: LocalWeb) -> None:
    people = [{"id": "1", "fullName": "Ada Example"}, {"id": "3", "fullName": "Not Asked"}]
    serve(web, courses=[COURSE], partners=[{"id": "6", "name": "Example University"}], instructors=people)
    (found,), report = harvest(source(web))
    assert found.key == "c1"
    assert told(found) == {
        "kind": Kind.COURSE,
        "title": "Queues in Practice",
        "url": "https://www.coursera.org/learn/queues",
        "description": "All of queues.",
        "provider": "Coursera",
        "institution": "Example University",
        "authors": ("Ada Example",),
        "language": "en",
        "hours_min": 8.0,
        "hours_max": 12.0,
        "duration_text": "4 weeks of study, 2-3 hours/week",
        "subjects": ("computer science", "software development"),
        "image": "https://img.example.org/q.png",
    }
    assert report.complete


def test_a_specialization_names_its_courses(web: LocalWeb) -> None:
    program = {
        "id": "s1",
        "slug": "msg",
        "name": "Messaging",
        "tagline": "Short",
        "partnerIds": ["6"],
        "courseIds": ["c1", "?"],
    }
    serve(web, courses=[COURSE], partners=[], onDemandSpecializations=[program])
    found, _ = harvest(source(web))
    resource = found[1].resource
    assert (resource.kind, resource.syllabus, resource.description) == (Kind.PROGRAM, ("Queues in Practice",), "Short")
    assert resource.url == "https://www.coursera.org/specializations/msg"
    assert resource.institution is None


def test_pages_are_followed_by_text_numbers(web: LocalWeb) -> None:
    courses = [COURSE | {"id": f"c{at}", "slug": f"s{at}", "name": f"Course {at}"} for at in range(25)]
    asked = serve(web, courses=courses)
    found, report = harvest(source(web, page=10, instructors=False))
    assert len(found) == 25
    assert [parse_qs(urlsplit(one).query)["start"] for one in asked if "courses.v1" in one] == [["0"], ["10"], ["20"]]
    assert not [one for one in asked if "instructors" in one]
    assert report.complete


def test_without_partners_the_courses_still_come_and_it_is_told(web: LocalWeb) -> None:
    serve(web, courses=[COURSE], partners=Reply(status=500), instructors=Reply("<html>"))
    (found,), report = harvest(source(web))
    assert found.resource.institution is None
    assert found.resource.authors == ()
    assert [problem.partition(":")[0] for problem in report.problems] == ["partners.v1", "instructors"]


def test_an_answer_that_is_no_list_is_told(web: LocalWeb) -> None:
    serve(web, courses=Reply('{"errorCode": "x"}'))
    with pytest.raises(SourceError, match="answers no list of elements"):
        harvest(source(web))


@pytest.mark.shared
def test_recorded_answers(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/coursera"
    elements = [
        one
        for start in (0, 100, 200)
        for one in json.loads((folder / f"rebuilt/courses.v1_start_{start}.json").read_text())["elements"]
    ]
    serve(web, courses=elements)
    found, report = harvest(source(web, instructors=False))
    assert len(found) == len({one["slug"] for one in elements}) == 300
    assert len({one.key for one in found}) == 300, "also where a spreadsheet has eaten the ids"
    assert {one.key: one.resource.title for one in found}[
        "3Rm7wSxHEeanqw4SNWFJ8Q"
    ] == "Teaching Tips for Tricky English Grammar"
    assert all(
        one.resource.price is None and one.resource.rating is None and one.resource.level is None for one in found
    )
    assert report.skipped == 0
    linked = json.loads((folder / "linked_only_answer.json").read_text())
    serve(web, courses=Reply(json.dumps(linked)))
    found, _ = harvest(source(web, instructors=False))
    assert [one.resource.title for one in found] == [one["name"] for one in linked["linked"]["courses.v1"]]
