import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from catalog.errors import FetchError, Refused, SourceError
from catalog.model import CourseInstance, Listing, Price
from crawlers.readers.open_edx import effort_words, headings
from crawlers.source import Report
from crawlers.sources.edx import Edx
from tests.crawlers.local_web import FakeFetch, Handler, LocalWeb, Reply, fetcher

TOKEN = "/oauth2/v1/access_token"
COURSES = "/catalog/v1/catalogs/7/courses"
PROGRAMS = "/api/v1/programs/"


def answer(value: object) -> Reply:
    return Reply(json.dumps(value), content_type="application/json")


def run(start: str, **more: Any) -> dict[str, Any]:
    seats = [
        {"type": "credit", "price": "500.00", "currency": "USD"},
        {"type": "verified", "price": "49.50", "currency": "USD"},
        {"type": "audit", "price": "0.00", "currency": "USD"},
    ]
    told = {"key": f"run-{start}", "title": "Queues", "status": "published", "seats": seats, "start": start}
    return {**told, "is_enrollable": True, "pacing_type": "self_paced", **more}


def course(**more: Any) -> dict[str, Any]:
    return {
        "key": "AcmeX+Q1",
        "uuid": "1-2-3",
        "title": "Queues &amp; Streams",
        "marketing_url": "https://www.edx.org/course/queues?utm_source=acme",
        "short_description": "<p>All about <b>queues</b></p>",
        "owners": [{"name": "Acme University"}],
        "level_type": "Introductory",
        "subjects": [{"name": "Computer Science"}],
        "enrollment_count": 1234,
        "image": {"src": "https://cdn.example.org/q.png"},
        "course_runs": [run("2024-03-01T00:00:00Z")],
        **more,
    }


def crawled(web: LocalWeb, *courses: Any, programs: Any = (), **settings: object) -> tuple[list[Listing], Report]:
    web.pages |= {
        TOKEN: answer({"access_token": "t1", "token_type": "JWT"}),
        COURSES: answer({"next": "", "results": list(courses)}),
        PROGRAMS: answer({"next": None, "results": list(programs)}),
    }
    return read(web, **settings)


def read(web: LocalWeb, **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    keys = {"client_id": "me", "client_secret": "s3cret &", "catalogue": 7}
    source = Edx({"api_url": web.address, "programs_url": web.address, **keys, **settings})
    with fetcher() as fetch:
        return list(source.listings(fetch, report)), report


def test_a_course_of_the_catalogue(web: LocalWeb) -> None:
    now = run(
        "2024-03-01T00:00:00Z",
        end="2024-05-01T00:00:00Z",
        weeks_to_complete=8,
        min_effort=4,
        max_effort=2,
        content_language="en-us",
        staff=[{"given_name": "Ann", "family_name": "Lee"}, {"given_name": "Bob", "family_name": None}],
        modified="2024-02-01T10:00:00Z",
        license="cc-by",
    )
    told = course(
        course_runs=[
            run("2020-01-01T00:00:00Z", content_language="fr"),
            now,
            run("2025-01-01T00:00:00Z", status="unpublished", content_language="de", seats=[]),
            run("2024-09-01T00:00:00Z", is_enrollable=False, content_language="es"),
        ],
        skill_names=["Message Queues"],
        prerequisites_raw="<p>Some <i>Python</i></p>",
        syllabus_raw="<p><strong>Week 1: Lists</strong></p><p>Long text.</p><p><strong>Week 2: Queues</strong></p>",
    )
    (found,), report = crawled(web, told)
    resource = found.resource
    assert (found.source, found.key, resource.kind, resource.title) == ("edx", "AcmeX+Q1", "course", "Queues & Streams")
    assert (resource.url, resource.description) == ("https://www.edx.org/course/queues", "All about queues")
    assert (resource.provider, resource.institution, resource.authors) == ("edX", "Acme University", ("Ann Lee", "Bob"))
    assert (resource.language, resource.level_text, resource.level) == ("en-us", "Introductory", "beginner")
    assert (resource.hours_min, resource.hours_max) == (16.0, 32.0)
    assert resource.duration_text == "8 weeks, 2-4 hours per week"
    assert (resource.price, resource.is_free) == (Price(amount=49.5, currency="USD"), True)
    assert (resource.enrolment_count, resource.course_code, resource.licence) == (1234, "AcmeX+Q1", "cc-by")
    assert (resource.subjects, resource.skills) == (("Computer Science",), ("Message Queues",))
    assert (resource.published, resource.updated) == ("2024-03-01", "2024-02-01")
    assert (resource.prerequisites, resource.syllabus) == ("Some Python", ("Week 1: Lists", "Week 2: Queues"))
    assert resource.image == "https://cdn.example.org/q.png"
    assert [one.start for one in resource.instances] == ["2025-01-01", "2024-09-01", "2024-03-01", "2020-01-01"]
    price = Price(amount=49.5, currency="USD")
    assert resource.instances[2] == CourseInstance(start="2024-03-01", end="2024-05-01", mode="self-paced", price=price)
    assert resource.instances[0].price is None
    assert report.problems == ()


def test_what_is_not_said_stays_missing(web: LocalWeb) -> None:
    bare = {"key": "B", "title": "Bare", "course_runs": [{"status": "published", "seats": []}]}
    paid = course(key="P", course_runs=[run("2024", seats=[{"type": "verified", "price": "0.00", "currency": None}])])
    found, _ = crawled(web, bare, paid)
    resource = found[0].resource
    missing = ("url", "price", "is_free", "rating", "enrolment_count", "duration_text", "hours_min", "published")
    assert [getattr(resource, name) for name in missing] == [None] * len(missing)
    assert (resource.instances, resource.authors, resource.institution) == ((), (), None)
    assert found[1].resource.is_free is None, "only an audit seat makes a course free"


def test_only_what_is_offered(web: LocalWeb) -> None:
    found, report = crawled(
        web,
        course(key="gone", course_runs=[run("2019", status="unpublished")]),
        course(key="deleted", title="Queues [delete]"),
        course(key="no-runs", course_runs=[]),
        course(key="archived", course_runs=[run("2019", is_enrollable=False, availability="Archived")]),
        course(key="archived", title="The same again"),
        programs=[
            {"uuid": "p1", "title": "Queues All Over", "status": "active", "courses": [{"title": "Queues"}, "x"]},
            {"uuid": "p2", "title": "Old", "status": "retired"},
            {"uuid": "p3", "title": "Hidden", "status": "active", "hidden": True},
        ],
    )
    assert [one.key for one in found] == ["no-runs", "archived", "p1"]
    assert found[2].resource.kind == "program"
    assert found[2].resource.syllabus == ("Queues",)
    assert report.problems == (
        "edX: courses without a published run, passed over: 2",
        "edX: programs that are retired or hidden, passed over: 2",
    )
    assert (report.skipped, report.complete) == (0, True)


def test_a_program(web: LocalWeb) -> None:
    program = {
        "uuid": "p1",
        "title": "Queues All Over",
        "subtitle": "From lists to brokers",
        "marketing_url": "https://www.edx.org/xseries/queues",
        "authoring_organizations": [{"name": "Acme University"}],
        "price_ranges": [{"currency": "EUR", "total": 90}, {"currency": "USD", "total": "99.00"}],
        "weeks_to_complete": 10,
        "min_hours_effort_per_week": 3,
        "max_hours_effort_per_week": 5,
        "languages": ["English"],
        "card_image_url": "https://cdn.example.org/p.png",
        "recent_enrollment_count": -115,
        "subscription_prices": [{"price": "79.00", "currency": "USD"}],
    }
    (found,), _ = crawled(web, programs=[program])
    resource = found.resource
    assert (resource.title, resource.description) == ("Queues All Over", "From lists to brokers")
    assert (resource.hours_min, resource.hours_max) == (30.0, 50.0)
    assert (resource.price, resource.language) == (Price(amount=99.0, currency="USD"), "en")
    assert (resource.enrolment_count, resource.is_free) == (None, None), "a fee by month is no price of the program"


def test_pages_are_followed_on_the_host_that_was_asked(web: LocalWeb) -> None:
    crawled(web)
    web.asked.clear()
    web.headers.clear()
    following = f"https://api.edx.org{COURSES}?page=2"
    web.pages |= {
        COURSES: answer({"next": following, "results": [course(key="a")]}),
        f"{COURSES}?page=2": answer({"next": None, "results": [course(key="b"), "nonsense", None]}),
    }
    found, report = read(web)
    assert [one.key for one in found] == ["a", "b"]
    assert (report.skipped, report.complete) == (2, True)
    form = parse_qs(web.sent[-1].decode())
    assert (form["grant_type"], form["client_id"]) == (["client_credentials"], ["me"])
    assert form["client_secret"] == ["s3cret &"]
    keyed = [path for path, headers in zip(web.asked, web.headers, strict=True) if "authorization" in headers]
    assert keyed == [COURSES, f"{COURSES}?page=2", PROGRAMS]
    assert {headers["authorization"] for headers in web.headers if "authorization" in headers} == {"JWT t1"}


def test_a_token_that_has_run_out_is_renewed(web: LocalWeb) -> None:
    def only_with(token: str, reply: Reply) -> Any:
        def page(handler: Handler) -> None:
            allowed = handler.headers.get("Authorization") == f"JWT {token}"
            handler.reply(reply if allowed else Reply(status=401))

        return page

    crawled(web)
    web.pages |= {
        TOKEN: [answer({"access_token": "t1"}), answer({"access_token": "t2"})],
        COURSES: only_with("t1", answer({"next": f"{COURSES}?page=2", "results": [course(key="a")]})),
        f"{COURSES}?page=2": only_with("t2", answer({"results": [course(key="b")]})),
    }
    found, report = read(web)
    assert [one.key for one in found] == ["a", "b"]
    assert report.complete


def test_all_catalogues_that_the_credentials_open(web: LocalWeb) -> None:
    crawled(web, course(key="a"))
    web.pages["/catalog/v1/catalogs/"] = answer({"results": [{"id": 7}, {"id": 8}, {"id": "x"}]})
    found, report = read(web, catalogue=0)
    assert [one.key for one in found] == ["a"]
    assert not report.complete, "the second catalogue did not answer"
    web.pages["/catalog/v1/catalogs/"] = answer({"results": []})
    with pytest.raises(SourceError, match="open no catalogue"):
        read(web, catalogue=0)


@pytest.mark.parametrize("reply", [Reply(status=401), Reply(status=400), Reply("<p>no</p>"), answer({}), answer([])])
def test_no_token_is_said_clearly(web: LocalWeb, reply: Reply) -> None:
    crawled(web, course())
    web.pages[TOKEN] = reply
    web.asked.clear()
    with pytest.raises(SourceError, match="check sources"):
        read(web)
    assert COURSES not in web.asked


@pytest.mark.parametrize("reply", [Reply("<p>no</p>"), answer({"detail": "no"}), answer({"results": "x"})])
def test_a_first_answer_that_is_no_list_is_raised(web: LocalWeb, reply: Reply) -> None:
    crawled(web)
    web.pages[COURSES] = reply
    with pytest.raises(SourceError):
        read(web)
    web.pages |= {COURSES: answer({"results": [course()]}), PROGRAMS: reply}
    found, report = read(web)
    assert len(found) == 1
    assert not report.complete, "without the programs it is not all, but the courses count"


def test_rubbish_does_not_break_it(web: LocalWeb) -> None:
    rubbish: list[Any] = [None, 3, "x", [], {}, [None], [[]], {"name": 3}, -1, True]
    names = ["key", "title", "marketing_url", "owners", "level_type", "subjects", "image", "course_runs", "skill_names"]
    names += ["prerequisites_raw", "syllabus_raw", "enrollment_count", "entitlements", "short_description"]
    runs = ["seats", "staff", "weeks_to_complete", "min_effort", "pacing_type", "start", "status", "content_language"]
    courses = [course(**{name: value}) for name in names for value in rubbish]
    courses += [course(course_runs=[{**run("2024"), name: value}]) for name in runs for value in rubbish]
    parts = ["courses", "price_ranges", "languages", "authoring_organizations", "banner_image", "status", "uuid"]
    programs = [{"uuid": "p", "title": "P", "status": "active", name: value} for name in parts for value in rubbish]
    found, report = crawled(web, *courses, programs=programs)
    assert any(one.key == "AcmeX+Q1" for one in found)
    assert report.complete


def test_effort_and_headings() -> None:
    assert effort_words(1, None, 1) == "1 week, 1 hour per week"
    assert effort_words(None, 0, 5) == "5 hours per week"
    assert effort_words("6", None, None) == "6 weeks"
    assert effort_words(None, 0, None) is None
    assert headings("<ul><li>Lists</li><li>" + "x" * 200 + "</li></ul>") == ["Lists"]
    assert headings("<h2>One <i>two</i></h2><li>left out</li>") == ["One two"]
    assert headings("Just text") == headings(None) == []


def page(**properties: Any) -> Reply:
    node = {"@context": "https://schema.org", "@type": "Course", **properties}
    scripts = [{"@type": "Organization", "name": "edX"}, [{"@type": "WebSite", "name": "edX"}], node]
    return Reply("".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in scripts))


def test_course_pages_without_credentials(web: LocalWeb) -> None:
    listed = "".join(
        f"<url><loc>https://www.edx.org{path}</loc></url>"
        for path in ("/course/queues", "/learn/queues/acme-queues", "/learn/topic", "/about", "/course/gone")
    )
    web.pages |= {
        "/sitemap-index.xml": Reply(
            "<sitemapindex><sitemap><loc>https://www.edx.org/sitemap-0.xml</loc></sitemap></sitemapindex>"
        ),
        "/sitemap-0.xml": Reply(f"<urlset>{listed}</urlset>"),
        "/course/queues": page(
            name="Queues",
            courseCode="AcmeX+Q1",
            url="https://www.edx.org/course/queues",
            about="Computer Science",
            timeRequired="W10",
            isAccessibleForFree=True,
            provider=[{"@type": "CollegeOrUniversity", "name": "Acme University"}],
            image={"@type": "ImageObject", "url": "https://cdn.example.org/q.png"},
        ),
        "/learn/queues/acme-queues": page(name="Queues, moved", courseCode="AcmeX+Q1"),
        "/learn/topic": Reply(
            '<meta property="og:title" content="Learn queues"><script type="application/ld+json">'
            + json.dumps(
                {
                    "@type": "ItemList",
                    "itemListElement": [
                        {"@type": "Course", "name": name, "url": f"/course/{name}"} for name in ("queues", "lists")
                    ],
                }
            )
            + "</script>"
        ),
    }
    report = Report()
    with fetcher() as fetch:
        found = list(Edx({"base_url": web.address}).listings(fetch, report))
    (listing,) = found
    resource = listing.resource
    assert (listing.key, resource.title, resource.url) == ("AcmeX+Q1", "Queues", "https://www.edx.org/course/queues")
    assert (resource.provider, resource.institution) == ("edX", "Acme University")
    assert (resource.duration_text, resource.hours_min, resource.subjects) == ("10 weeks", None, ("Computer Science",))
    assert (resource.is_free, resource.price) == (True, None)
    assert (report.skipped, report.complete) == (1, True)
    assert any("pages that tell of no course, passed over: 1" in problem for problem in report.problems)
    assert "/about" not in web.asked


@pytest.mark.parametrize("error", [Refused("no"), FetchError("answers 500")])
def test_a_sitemap_that_cannot_be_read_is_raised(error: FetchError) -> None:
    with pytest.raises(type(error)):
        list(Edx().listings(FakeFetch({"https://www.edx.org/sitemap-index.xml": error}), Report()))


def test_settings() -> None:
    assert (Edx().on, Edx().pause_seconds, Edx().kinds) == (False, 10.0, ("course", "program"))
    assert Edx({"client_id": "a", "client_secret": "b"}).pause_seconds == 18.0, "200 requests an hour"
    with pytest.raises(SourceError, match="together"):
        Edx({"client_id": "a"})
    with pytest.raises(SourceError, match="did you mean"):
        Edx({"client_secrets": "a"})


@pytest.mark.shared
def test_recorded_answers_of_the_api(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/edx"
    crawled(web)
    web.pages |= {
        COURSES: answer(json.loads((folder / "catalog_v1_courses_non_mitx.json").read_text())),
        PROGRAMS: answer(json.loads((folder / "discovery_v1_programs.json").read_text())),
    }
    found, report = read(web)
    assert [(one.key, one.resource.kind, one.resource.title) for one in found] == [
        ("MITx+15.071x", "course", "The Analytics Edge"),
        ("927093e3-46ba-4f44-a861-0f8c7aec4f74", "program", "Circuits and Electronics"),
        ("0445d855-1d24-480a-87ff-01a9186e237a", "program", "Water Management"),
    ]
    told = found[0].resource
    assert told.url == "https://www.edx.org/course/the-analytics-edge", "of the run: the course has a placeholder"
    assert (told.institution, told.authors) == (
        "NOT Massachusetts Institute of Technology",
        ("Dimitris Bertsimas", "Allison O'Hair"),
    )
    assert (told.hours_min, told.hours_max, told.level) == (130.0, 195.0, "intermediate")
    assert (told.price, told.is_free, told.enrolment_count) == (Price(amount=150.0, currency="USD"), True, 90600)
    assert told.instances == (
        CourseInstance(start="2019-02-20", end="2019-05-22", mode="instructor-paced", price=told.price),
    )
    assert told.syllabus == ()
    assert len(found[1].resource.syllabus) == 3
    assert found[1].resource.price is None
    web.pages[COURSES] = answer(json.loads((folder / "catalog_v1_courses_mitx.json").read_text()))
    found, report = read(web)
    assert [one.key for one in found if one.resource.kind == "course"] == ["MITx+15.071x"], "one of two is unpublished"
    assert report.complete


@pytest.mark.shared
def test_recorded_pages(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/edx"
    paths = []
    for line in (folder / "course_jsonld_2022.ndjson").read_text().splitlines():
        told = json.loads(line)
        paths.append(told["page"])
        script = f'<script type="application/ld+json">{told["jsonld_text"]}</script>'
        web.pages[told["page"].removeprefix("https://www.edx.org")] = Reply(f"<html>{script}</html>")
    for recorded in sorted((folder / "pages").glob("*.html")):
        path = "/" + recorded.stem.replace("_", "/", 1)
        paths.append("https://www.edx.org" + path)
        web.pages[path] = Reply(recorded.read_bytes())
    web.pages |= {
        "/robots.txt": Reply((shared / "fixtures/robots/real_2019/www.edx.org.robots.txt").read_bytes()),
        "/sitemap-index.xml": Reply((folder / "sitemap-index.xml").read_bytes()),
        "/sitemap-0.xml": Reply("\n".join(paths)),
    }
    report = Report()
    with fetcher() as fetch:
        found = list(Edx({"base_url": web.address}).listings(fetch, report))
    distinct = {path for path in paths if "/course/" in path}
    assert {one.resource.url for one in found} == distinct
    assert all(one.resource.institution and one.resource.provider == "edX" for one in found)
    assert all(one.resource.price is None and one.resource.level is None for one in found)
    assert all((one.resource.duration_text or "").endswith(" weeks") for one in found)
    told = next(one for one in found if one.key == "NYUx+CPP.PRG.2").resource
    assert (told.title, told.institution) == ("Advanced Programming in C++", "New York University")
    assert (told.authors, told.duration_text) == (("Aspen Olmsted", "Itay Tal"), "8 weeks")
    assert told.instances == (CourseInstance(start="2020-10-16", end="2022-12-31"),)
    assert (told.subjects, told.is_free, told.language) == (("Computer Science",), True, "en-us")
    assert (report.skipped, report.complete) == (0, True)
