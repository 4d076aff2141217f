import html
import json
from pathlib import Path

import pytest

from catalog.errors import FetchError, SourceError
from catalog.model import Listing
from crawlers.source import Report
from crawlers.sources.pluralsight import Pluralsight
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher

Meta = dict[str, str | None]


def page(**more: str | None) -> Reply:
    """A course page in all the ways in which the site writes a meta tag; a value of None is a tag without content."""
    told: Meta = {
        "og:title": "Queues &amp; Streams",
        "description": "Learn &quot;queues&quot; &amp; more",
        "og:image": "https://cdn.example.org/q.png",
        "authors": "Ann Lee ",
        "roles": " software-development|data-professional",
        "skill-levels": "Intermediate",
        "publish-date": "Thu Dec 06, 2018 00:00:00 MST",
        "updated-date": "2020-02-01T00:00:00.000",
        "rating": "4.5",
        "rating-count": "1,018",
        "prodId": "queues",
        "duration": "PT1H30M",
        "retired": "false",
        "categories": "course",
        "certifications": None,
    } | {name.replace("_", "-"): value for name, value in more.items()}
    return Reply(f"<!DOCTYPE html><head>{''.join(map(tag, told, told.values()))}</head><p>Transcript</p>")


def tag(name: str, value: str | None) -> str:
    kind = "property" if name.startswith("og:") else "name"
    if value is None:
        return f'<meta {kind}="{name}" />'
    return (
        f"<meta content='{value}' {kind}='{name}'>" if "rat" in name else f'<meta {kind}="{name}" content="{value}"/>'
    )


def crawled(web: LocalWeb, **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    with fetcher() as fetch:
        return list(Pluralsight({"base_url": web.address, **settings}).listings(fetch, report)), report


def sitemap(*paths: str) -> Reply:
    listed = "".join(f"<url><loc>https://www.pluralsight.com{path}</loc></url>" for path in paths)
    return Reply(f"<urlset>{listed}</urlset>", content_type="application/xml")


def test_a_course_page(web: LocalWeb) -> None:
    web.pages |= {
        "/sitemap.xml": sitemap("/courses/queues", "/blog/queues", "/product/courses", "/authors/ann-lee"),
        "/courses/queues": page(),
    }
    (listing,), report = crawled(web)
    told = listing.resource
    assert (listing.source, listing.key, told.kind) == ("pluralsight", "queues", "course")
    assert (told.title, told.url) == ("Queues & Streams", "https://www.pluralsight.com/courses/queues")
    assert (told.description, told.image) == ('Learn "queues" & more', "https://cdn.example.org/q.png")
    assert (told.provider, told.authors, told.roles) == (
        "Pluralsight",
        ("Ann Lee",),
        ("software-development", "data-professional"),
    )
    assert (told.level, told.level_text) == ("intermediate", "Intermediate")
    assert (told.hours_min, told.hours_max, told.duration_text) == (1.5, 1.5, "PT1H30M")
    assert (told.rating, told.rating_count) == (4.5, 1018)
    assert (told.published, told.updated) == ("2018-12-06", "2020-02-01")
    assert (told.is_free, told.price, told.language, told.subjects) == (None, None, None, ())
    assert (report.problems, report.complete) == ((), True)
    assert web.asked == ["/robots.txt", "/sitemap.xml", "/courses/queues"]


def test_what_is_missing_or_empty_stays_missing(web: LocalWeb) -> None:
    empty = {"rating": None, "rating_count": None, "roles": "", "duration": None, "publish_date": "", "authors": None}
    web.pages |= {"/sitemap.xml": sitemap("/courses/queues"), "/courses/queues": page(**empty)}
    (listing,), _ = crawled(web)
    told = listing.resource
    assert (told.rating, told.rating_count, told.roles, told.authors) == (None, None, (), ())
    assert (told.duration_text, told.hours_min, told.published) == (None, None, None)


def test_retired_courses_and_other_pages_are_passed_over(web: LocalWeb) -> None:
    web.pages |= {
        "/sitemap.xml": sitemap(
            *(f"/courses/{name}" for name in ("old", "none", "path", "untitled", "gone", "seconds"))
        ),
        "/courses/old": page(retired="true"),
        "/courses/none": Reply("<title>Browse</title>"),
        "/courses/path": page(categories="path"),
        "/courses/untitled": page(**{"og:title": None}),
        "/courses/seconds": page(duration="PT17302.324S", prodId="c++ &amp; more"),
    }
    (listing,), report = crawled(web)
    assert (listing.resource.hours_min, listing.resource.duration_text) == (4.8062, "PT17302.324S")
    assert listing.resource.url == "https://www.pluralsight.com/courses/c%2B%2B%20%26%20more"
    assert report.problems[-2:] == (
        "Pluralsight: retired courses, passed over: 1",
        "Pluralsight: pages that tell of no course, passed over: 2",
    )
    assert (report.skipped, report.complete) == (2, True), "one without a title, one that is gone"


def test_the_feed_of_the_newest(web: LocalWeb) -> None:
    entry = "<item><title>Q</title><link>https://www.pluralsight.com/courses/queues</link><guid>q</guid></item>"
    web.pages |= {
        "/courses.rss.xml": Reply(f"<rss><channel><link>https://www.pluralsight.com/</link>{entry}</channel></rss>"),
        "/courses/queues": page(),
    }
    found, report = crawled(web, **{"from": "rss"})
    assert [one.key for one in found] == ["queues"]
    assert "/sitemap.xml" not in web.asked
    assert not report.complete, "courses that the feed no longer names are not gone"


def test_failures_end_the_reading() -> None:
    home = "https://www.pluralsight.com"
    with pytest.raises(FetchError):
        list(Pluralsight().listings(FakeFetch({f"{home}/sitemap.xml": FetchError("answers 500")}), Report()))
    web: dict[str, str | bytes | Exception] = {f"{home}/courses/{at}": FetchError("answers 500") for at in range(50)}
    web[f"{home}/sitemap.xml"] = "\n".join(web)
    fetch, report = FakeFetch(web), Report()
    assert list(Pluralsight().listings(fetch, report)) == []
    assert len(fetch.asked) == 6
    assert not report.complete


def test_settings() -> None:
    assert (Pluralsight().on, Pluralsight().pause_seconds) == (False, 5.0)
    with pytest.raises(SourceError, match=r'from must be "sitemap" or "rss"'):
        Pluralsight({"from": "api"})
    with pytest.raises(SourceError, match="limit"):
        Pluralsight({"limit": 0})


@pytest.mark.shared
def test_recorded_meta_tags(shared: Path, web: LocalWeb) -> None:
    lines = (shared / "fixtures/pluralsight/course_meta_tags.ndjson").read_text().splitlines()
    metas: list[Meta] = [json.loads(line) for line in lines]
    paths = [f"/courses/{meta['prodId']}" for meta in metas]
    web.pages |= {path: Reply("".join(map(tag, meta, meta.values()))) for path, meta in zip(paths, metas, strict=True)}
    web.pages["/sitemap.xml"] = sitemap(*paths)
    found, report = crawled(web)
    kept = [meta for meta in metas if meta["retired"] == "false"]
    assert len(found) == len(kept) == 563
    assert report.problems == ("Pluralsight: retired courses, passed over: 2",)
    assert [one.key for one in found] == [meta["prodId"] for meta in kept]
    for listing, meta in zip(found, kept, strict=True):
        told = listing.resource
        title = " ".join(html.unescape(meta["og:title"] or "").split())
        assert told.title == title
        assert told.rating == (float(meta["rating"] or 0) or None if "rating" in meta else None)
        assert told.rating_count == (int(meta["rating-count"] or 0) if "rating-count" in meta else None)
        assert len(told.roles) == (meta["roles"].count("|") + 1 if meta["roles"] else 0)
        assert told.hours_min
        assert told.published == told.updated
        assert told.published
        assert (told.level is None, told.authors == ()) == (False, False)
    unrated = sum(one.resource.rating is None for one in found)
    assert 0.15 < unrated / len(found) < 0.22


@pytest.mark.shared
def test_recorded_pages_sitemap_and_feed(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/pluralsight"
    for recorded in (folder / "pages").glob("*.html"):
        web.pages[f"/courses/{recorded.stem}"] = Reply(recorded.read_bytes())
    web.pages["/sitemap.xml"] = Reply((folder / "sitemap.xml.gz").read_bytes(), content_type="application/xml")
    only = ["/courses/introduction-to-sql", "/courses/asp-dotnet-core-api-building-first"]
    found, report = crawled(web, pages=only)
    assert sorted(one.key for one in found) == ["asp-dotnet-core-api-building-first", "introduction-to-sql"]
    told = next(one.resource for one in found if one.key == "introduction-to-sql")
    assert (told.title, told.authors, told.roles) == ("Introduction to SQL", ("Jon Flanders",), ("data-professional",))
    assert (told.rating, told.rating_count, told.level) == (4.5, 3266, "beginner")
    assert (told.published, told.updated, told.hours_min) == ("2017-12-20", "2017-12-20", 3.0278)
    assert not report.complete, "two further sitemaps that it names are not there"
    web.pages["/courses.rss.xml"] = Reply((folder / "courses.rss.xml").read_bytes(), content_type="application/rss+xml")
    web.asked.clear()
    crawled(web, **{"from": "rss"})
    assert len([path for path in web.asked if path.startswith("/courses/")]) > 50
