import json
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Refused, SourceError
from catalog.model import Listing, Price, encode
from crawlers.source import Report
from crawlers.sources.class_central import ClassCentral
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher


def course(**more: Any) -> Reply:
    node = {
        "@context": "http://schema.org/",
        "@type": "Course",
        "name": "Practical Queues",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4.5", "reviewCount": "12", "bestRating": 5},
        "offers": {"@type": "Offer", "price": "0", "priceCurrency": "USD", "seller": {"name": "Learnly"}},
        "provider": {"@type": "Organization", "name": "Acme", "url": {"@id": "/institution/acme"}},
        "review": [{"@type": "Review", "author": {"@type": "Person", "name": "Rita Reader"}, "reviewBody": "Nice"}],
        **more,
    }
    trail = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"@type": "ListItem", "name": name} for name in ("Subjects", "Programming", "Queues")],
    }
    return Reply(
        "".join(
            f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in ([trail, trail], node, trail)
        )
    )


def crawled(web: LocalWeb, **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    with fetcher() as fetch:
        return list(ClassCentral({"base_url": web.url("/"), **settings}).listings(fetch, report)), report


def test_courses_of_the_sitemap(web: LocalWeb) -> None:
    pages = ("/course/queues-77", "/course/none", "/subject/x", "/course/gone-3")
    web.pages |= {
        "/robots.txt": Reply(f"User-agent: *\nSitemap: {web.url('/maps/all.xml')}"),
        "/maps/all.xml": Reply("\n".join(map(web.url, pages))),
        "/course/queues-77": course(),
        "/course/none": Reply("<p>nothing here</p>"),
    }
    (found,), report = crawled(web)
    resource = found.resource
    assert (found.source, found.key, resource.url) == ("class-central", "77", web.url("/course/queues-77"))
    assert (resource.provider, resource.institution) == ("Learnly", "Acme")
    assert (resource.rating, resource.rating_count, resource.price) == (4.5, 12, Price(amount=0.0, currency="USD"))
    assert (resource.subjects, resource.is_free) == (("Programming", "Queues"), None)
    assert b"Rita" not in encode(found)
    assert b"Nice" not in encode(found)
    assert (report.skipped, report.complete) == (1, True)
    assert "/subject/x" not in web.asked


def test_courses_of_subjects(web: LocalWeb) -> None:
    links = "".join(
        f'<li itemprop="itemListElement" itemscope><a itemprop="url" href="{url}">'
        for url in ("/course/queues-77", "/course/queues-77", "/classroom/video-5", "https://elsewhere.org/course/x-1")
    )
    web.pages |= {
        "/subject/queues": Reply(f'<ol itemscope itemtype="https://schema.org/ItemList">{links}</ol>'),
        "/subject/empty": Reply("<p>soon</p>"),
        "/course/queues-77": course(provider=None),
    }
    found, report = crawled(web, subjects=["subject/queues", "/subject/empty"])
    assert [(one.key, one.resource.institution) for one in found] == [("77", None)]
    assert not report.complete, "a subject shows its first courses only"
    assert any("no list of courses" in problem for problem in report.problems)


def test_without_a_seller_nothing_is_made_up(web: LocalWeb) -> None:
    web.pages |= {"/sitemap.xml": Reply(web.url("/course/x")), "/course/x": course(offers=None, aggregateRating=None)}
    (found,), _ = crawled(web)
    assert (found.key, found.resource.provider, found.resource.institution) == (web.url("/course/x"), "Acme", None)
    assert (found.resource.price, found.resource.rating, found.resource.rating_count) == (None, None, None)


def test_the_limit_and_refusals_end_the_reading(web: LocalWeb) -> None:
    web.pages |= {"/sitemap.xml": Reply("\n".join(web.url(f"/course/c-{at}") for at in range(9)))}
    web.pages |= {f"/course/c-{at}": course() for at in range(9)}
    found, report = crawled(web, limit=2)
    assert ([one.key for one in found], report.complete) == (["0", "1"], False)
    refusing: dict[str, str | bytes | Exception] = {f"https://c.org/course/{at}": Refused("no") for at in range(50)}
    refusing["https://c.org/map.txt"] = "\n".join(refusing)
    fetch, report = FakeFetch(refusing), Report()
    source = ClassCentral({"base_url": "https://c.org/", "sitemap": "/map.txt"})
    assert list(source.listings(fetch, report)) == []
    assert len(fetch.asked) == 6
    assert not report.complete


def test_it_is_off_and_slow_by_default() -> None:
    source = ClassCentral()
    assert (source.on, source.pause_seconds, source.listed_as) == (False, 10.0, "class-central")
    with pytest.raises(SourceError, match="did you mean 'subjects'"):
        ClassCentral({"subject": ["x"]})


@pytest.mark.shared
def test_recorded_pages(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/class_central"
    recorded = (folder / "course_programming-languages.html").read_bytes()
    web.pages |= {
        "/subject/databases": Reply((folder / "subject_databases.html").read_bytes()),
        "/course/db-303": Reply(recorded),
    }
    found, report = crawled(web, subjects=["/subject/databases"])
    assert len(web.asked) == len(set(web.asked)) == 1 + 1 + 14, "robots.txt, the subject, its courses of 15 entries"
    assert report.skipped == 13
    (listing,) = found
    told = listing.resource
    assert (listing.key, told.title) == ("452", "Programming Languages, Part A")
    assert told.url == "https://www.classcentral.com/course/programming-languages-452", "the page's canonical address"
    assert (told.provider, told.institution) == ("Coursera", "University of Washington")
    assert (told.rating, told.rating_count, told.price) == (4.74, 27, Price(amount=0.0, currency="USD"))
    assert told.subjects == ("Programming", "Programming Languages")
    assert (told.authors, told.language, told.is_free) == ((), None, None)
    assert told.description is not None
    assert told.description.startswith("This course is an introduction to the basic concepts")
    assert b"Mayank" not in encode(listing)
