"""MIT OpenCourseWare and MIT's other catalogues."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SourceError
from catalog.model import CourseInstance, Kind, Price
from crawlers.sources.mit_ocw import MitOcw
from crawlers.sources.mit_open_learning_library import MitOpenLearningLibrary
from crawlers.sources.mit_professional_education import MitProfessionalEducation
from crawlers.sources.mit_xpro import MitXpro
from crawlers.sources.mitx_online import MitxOnline
from tests.crawlers.harvest import harvest, serve_json, told
from tests.crawlers.local_web import LocalWeb, Reply

OCW: dict[str, Any] = {
    "course_title": "Queues &amp; Logs",
    "course_description": 'On queues. {{< resource uuid="1" >}}',
    "site_uid": "u-1",
    "instructors": [{"first_name": "Ada", "last_name": "Example", "title": "Prof. Ada Example"}, {"title": "Prof. Bo"}],
    "level": ["Undergraduate"],
    "topics": [["Engineering", "Computer Science"], ["Engineering", "Networks"]],
    "primary_course_number": "6.006",
    "extra_course_numbers": "18.410, 6.006",
    "term": "Fall",
    "year": "2011",
    "image_src": "/courses/q/q.jpg",
}


def index(web: LocalWeb, *slugs: str) -> Reply:
    named = "".join(f"<sitemap><loc>https://ocw.mit.edu/courses/{slug}/sitemap.xml</loc></sitemap>" for slug in slugs)
    extra = "<sitemap><loc>https://ocw.mit.edu/sitemap-www.xml</loc></sitemap>"
    return Reply(f"<sitemapindex>{extra}{named}</sitemapindex>", content_type="application/xml")


def test_ocw_reads_the_data_file_of_each_course(web: LocalWeb) -> None:
    serve_json(
        web, {"/sitemap.xml": index(web, "q", "gone", "odd"), "/courses/q/data.json": OCW, "/courses/odd/data.json": {}}
    )
    (found,), report = harvest(MitOcw({"base_url": web.url("/")}))
    assert found.key == "u-1"
    assert told(found) == {
        "kind": Kind.COURSE,
        "title": "Queues & Logs",
        "url": "https://ocw.mit.edu/courses/q/",
        "description": "On queues.",
        "provider": "MIT OpenCourseWare",
        "institution": "Massachusetts Institute of Technology",
        "authors": ("Ada Example", "Prof. Bo"),
        "level_text": "Undergraduate",
        "is_free": True,
        "subjects": ("Engineering", "Computer Science", "Networks"),
        "course_code": "6.006, 18.410",
        "published": "2011",
        "image": "https://ocw.mit.edu/courses/q/q.jpg",
        "licence": "CC BY-NC-SA 4.0",
    }
    assert report.skipped == 2
    assert report.complete


def test_ocw_leaves_a_site_that_fails_again_and_again(web: LocalWeb) -> None:
    slugs = [f"s{at}" for at in range(9)]
    serve_json(
        web, {"/sitemap.xml": index(web, *slugs), **{f"/courses/{slug}/data.json": Reply(status=500) for slug in slugs}}
    )
    found, report = harvest(MitOcw({"base_url": web.url("/")}))
    assert found == []
    assert not report.complete
    assert "5 courses in a row" in report.problems[-1]


def test_ocw_without_courses_is_told(web: LocalWeb) -> None:
    serve_json(web, {"/sitemap.xml": index(web)})
    with pytest.raises(SourceError, match="names no course"):
        harvest(MitOcw({"base_url": web.url("/")}))


@pytest.mark.shared
def test_recorded_ocw(shared: Path, web: LocalWeb) -> None:
    slug = "16-01-unified-engineering"
    course = json.loads((shared / f"fixtures/mit_ocw/courses/{slug}/data.json").read_text())
    serve_json(web, {"/sitemap.xml": index(web, slug), f"/courses/{slug}/data.json": course})
    (found,), report = harvest(MitOcw({"base_url": web.url("/")}))
    assert found.resource.title == "Unified Engineering I, II, III, & IV"
    assert found.resource.authors[:2] == ("Mark Drela", "Steven Hall")
    assert found.resource.course_code is not None
    assert found.resource.course_code.startswith(course["primary_course_number"])
    assert report.problems == ()


@pytest.mark.shared
def test_recorded_mitx_online(shared: Path, web: LocalWeb) -> None:
    content = json.loads((shared / "fixtures/mit_other/mitxonline_courses.json").read_text())
    first, second = {**content, "next": "https://mitxonline.mit.edu/api/v2/courses/?page=2"}, {**content, "results": []}
    serve_json(web, {"/api/v2/courses/": first, "/api/v2/courses/?page=2": second})
    found, report = harvest(MitxOnline({"base_url": web.url("/")}))
    assert len(found) == 3
    assert web.asked[-1] == "/api/v2/courses/?page=2", "the next page is asked of the host that was asked"
    resource = found[0].resource
    assert (resource.hours_min, resource.hours_max, resource.duration_text) == (98.0, 98.0, "14 weeks, 7 hrs/wk")
    assert resource.price == Price(amount=100.0, currency="USD")
    assert resource.course_code == "18.03.1x"
    assert resource.instances[0] == CourseInstance(
        start="2024-09-04", end="2024-12-18", mode="instructor-led", price=Price(amount=100.0, currency="USD")
    )
    assert resource.authors == ("David Jerison", "Gigliola Staffilani", "Jennifer French")
    assert report.complete


@pytest.mark.shared
def test_recorded_xpro(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/mit_other"
    courses, programs = (json.loads((folder / f"xpro_{name}.json").read_text()) for name in ("courses", "programs"))
    serve_json(web, {"/api/courses/": courses, "/api/programs/": programs})
    found, _ = harvest(MitXpro({"base_url": web.url("/")}))
    kinds = [one.resource.kind for one in found]
    assert kinds == [Kind.COURSE] * len(courses) + [Kind.PROGRAM] * len(programs)
    program = found[len(courses)].resource
    assert program.syllabus == tuple(dict.fromkeys(one["title"] for one in programs[0]["courses"]))
    assert program.price == Price(amount=2419.0, currency="USD")
    assert found[0].resource.description == "A three-week online course for technical professionals"
    serve_json(web, {"/api/courses/": courses, "/api/programs/": Reply(status=500)})
    found, report = harvest(MitXpro({"base_url": web.url("/")}))
    assert len(found) == len(courses)
    assert not report.complete


@pytest.mark.shared
def test_recorded_professional_education(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/mit_other"
    names = ("mitpe_feed_page_0", "mitpe_feed_page_1", "mitpe_feed_page_2_empty")
    pages = [json.loads((folder / f"{name}.json").read_text()) for name in names]
    serve_json(web, {f"/feeds/courses/?page={number}": page for number, page in enumerate(pages)})
    found, report = harvest(MitProfessionalEducation({"base_url": web.url("/")}))
    assert len(found) == len(pages[0]) + len(pages[1])
    program = found[0].resource
    assert (program.kind, program.price) == (Kind.PROGRAM, Price(amount=1870.0, currency="USD"))
    assert program.subjects == ("Business Analytics", "Machine Learning")
    assert len(program.syllabus) > 1
    assert report.complete
    serve_json(web, {"/feeds/courses/?page=0": {"error": "x"}})
    with pytest.raises(SourceError, match="answers no list"):
        harvest(MitProfessionalEducation({"base_url": web.url("/")}))


@pytest.mark.shared
def test_recorded_open_learning_library(shared: Path, web: LocalWeb) -> None:
    serve_json(web, {"/api/courses/": json.loads((shared / "fixtures/mit_other/oll_courses.json").read_text())})
    (found,), _ = harvest(MitOpenLearningLibrary({"base_url": web.url("/")}))
    assert (found.resource.title, found.resource.course_code) == ("Linear Algebra", "OCW+18.06SC")
    assert found.resource.published == "2019-04-01"
