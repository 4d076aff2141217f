import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import FetchError, Refused, SourceError
from catalog.model import LearningResource
from crawlers.source import Report
from crawlers.sources.schema_org import SchemaOrg
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher


def page(**properties: Any) -> Reply:
    node = {"@context": "https://schema.org", "@type": "Course", **properties}
    return Reply(f'<html><script type="application/ld+json">{json.dumps(node)}</script></html>')


def crawled(web: LocalWeb, **site: Any) -> tuple[list[LearningResource], Report]:
    source = SchemaOrg({"sites": [{"name": "Acme", "start": web.url("/"), **site}]})
    report = Report()
    with fetcher() as fetch:
        return [one.resource for one in source.listings(fetch, report)], report


def test_from_robots_to_courses(web: LocalWeb) -> None:
    web.pages |= {
        "/robots.txt": Reply(f"User-agent: *\nDisallow: /courses/secret\nSitemap: {web.url('/maps/all.xml')}"),
        "/maps/all.xml": Reply(
            "<urlset>"
            + "".join(
                f"<url><loc>{web.url(path)}</loc></url>"
                for path in ("/courses/1", "/courses/2", "/courses/secret", "/about", "/courses/old/3")
            )
            + "</urlset>"
        ),
        "/courses/1": page(name="Go", url="/courses/1", provider={"@type": "Organization", "name": "Acme Ltd"}),
        "/courses/2": Reply("<html>no markup</html>"),
    }
    found, report = crawled(web, include=["/courses/*"], exclude=["/courses/old/*"])
    assert [(one.title, one.url, one.provider) for one in found] == [("Go", web.url("/courses/1"), "Acme Ltd")]
    assert "/about" not in web.asked
    assert "/courses/secret" not in web.asked
    assert (report.skipped, report.complete) == (1, False), "what robots.txt hides may still be there"


def test_a_page_that_is_gone_does_not_make_it_incomplete(web: LocalWeb) -> None:
    web.pages |= {
        "/sitemap.xml": Reply(f"{web.url('/1')}\n{web.url('/2')}\n{web.url('/3')}\n"),
        "/1": page(name="Go"),
        "/3": Reply("{}", content_type="application/json"),
    }
    found, report = crawled(web)
    assert [one.title for one in found] == ["Go"]
    assert (report.skipped, report.complete) == (2, True)


def test_the_limit_ends_the_reading(web: LocalWeb) -> None:
    web.pages |= {"/sitemap.xml": Reply("\n".join(web.url(f"/{at}") for at in range(9)))} | {
        f"/{at}": page(name=f"C{at}") for at in range(9)
    }
    found, report = crawled(web, limit=2)
    assert len(found) == 2
    assert not report.complete


def test_a_failing_site_is_left_alone() -> None:
    web: dict[str, str | bytes | Exception] = {f"https://s.org/{at}": FetchError("500") for at in range(50)}
    web["https://s.org/map.txt"] = "\n".join(web)
    fetch, report = FakeFetch(web), Report()
    source = SchemaOrg({"sites": [{"name": "S", "sitemap": "https://s.org/map.txt"}]})
    assert list(source.listings(fetch, report)) == []
    assert len(fetch.asked) == 6
    assert not report.complete


def test_a_refusal_of_the_sitemap_is_told() -> None:
    report = Report()
    source = SchemaOrg({"sites": [{"name": "S", "sitemap": "https://s.org/map.xml"}]})
    assert list(source.listings(FakeFetch({"https://s.org/map.xml": Refused("no")}), report)) == []
    assert not report.complete


def opened(table: dict[str, object] | None) -> list[Any]:
    return list(SchemaOrg.opened(table))


def test_each_site_is_a_source_of_its_own() -> None:
    sites: list[dict[str, object]] = [
        {"name": "Acmé Academy", "sitemap": "https://a.org/s.xml", "every_hours": 24, "pause_seconds": 5},
        {"name": "学堂", "id": "xuetang", "start": "https://x.org/", "enabled": False, "cron": "30 4 * * 1"},
    ]
    one, two = opened({"enabled": True, "every_hours": 48, "sites": sites})
    assert [(each.listed_as, each.name, each.on) for each in (one, two)] == [
        ("schema-org.acme-academy", "Acmé Academy", True),
        ("schema-org.xuetang", "学堂", False),
    ]
    assert [each.cadence for each in (one, two)] == [timedelta(hours=24), timedelta(hours=48)]
    assert [each.pause_seconds for each in (one, two)] == [5.0, 1.0]
    assert (one.cron, two.cron is None) == (None, False)
    assert opened(None) == opened({}) == []


def test_listings_bear_the_id_of_their_site(web: LocalWeb) -> None:
    web.pages |= {"/sitemap.xml": Reply(web.url("/1")), "/1": page(name="Go")}
    (source,) = opened({"sites": [{"name": "Acme", "start": web.url("/"), "kind": "course"}]})
    with fetcher() as fetch:
        assert [(one.source, one.key) for one in source.listings(fetch, Report())] == [
            ("schema-org.acme", web.url("/1"))
        ]


def test_pages_with_microdata_or_open_graph_alone(web: LocalWeb) -> None:
    web.pages |= {
        "/sitemap.xml": Reply(f"{web.url('/1')}\n{web.url('/2')}"),
        "/1": Reply('<p itemscope itemtype="https://schema.org/Course"><b itemprop="name">Go</b></p>'),
        "/2": Reply('<meta property="og:title" content="Rust"><meta property="og:description" content="Safe">'),
    }
    found, _ = crawled(web, kind="tutorial")
    assert [(one.kind, one.title, one.description) for one in found] == [
        ("course", "Go", None),
        ("tutorial", "Rust", "Safe"),
    ]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"sites": 3}, r"schema_org\.sites must be a list of tables"),
        ({"limmit": 3, "sites": []}, "limmit is no setting"),
        ({"sites": [{"name": "A", "sitemap": "https://a.org/x"}, {"name": "B", "cadence": 1}]}, r"sites\[1\]\.cadence"),
        ({"sites": [{"name": "学", "sitemap": "https://a.org/x"}]}, "needs an id"),
        ({"sites": [{"name": "A", "id": "A b", "sitemap": "https://a.org/x"}]}, "needs an id"),
        ({"sites": [{"name": "A", "sitemap": "https://a.org/x", "pause_seconds": 0}]}, "pause_seconds"),
    ],
)
def test_settings_of_sites_are_checked(table: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        opened(table)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, r"add \[\["),
        ({"sites": [{"name": "S", "sitemap": "https://s.org/x"}] * 2}, "one by one"),
        ({"sites": [{"name": "S"}]}, "needs a sitemap"),
        ({"sites": [{"sitemap": "https://s.org/x"}]}, "name"),
        ({"sites": [{"name": "S", "sitemap": "https://s.org/x", "limmit": 3}]}, "did you mean 'limit'"),
        ({"sites": [{"name": "S", "sitemap": "https://s.org/x", "kind": "curse"}]}, "unknown"),
        ({"sites": [{"name": "S", "sitemap": "https://s.org/x", "limit": 0}]}, "whole number"),
        ({"sites": "x"}, "list of tables"),
    ],
)
def test_settings_are_checked(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        list(SchemaOrg(settings).listings(FakeFetch({}), Report()))


@pytest.mark.shared
def test_recorded_sites_over_http(shared: Path, web: LocalWeb) -> None:
    for name in ("edx/pages", "class_central"):
        for path in (shared / "fixtures" / name).glob("*.html"):
            web.pages[f"/{path.stem}"] = Reply(path.read_bytes())
    locations = "".join(f"<url><loc>{web.url(path)}</loc></url>" for path in sorted(web.pages))
    web.pages["/robots.txt"] = Reply((shared / "fixtures/robots/real_2019/www.edx.org.robots.txt").read_bytes())
    web.pages["/sitemap-0.xml"] = Reply(f"<urlset>{locations}</urlset>")
    index = (shared / "fixtures/edx/sitemap-index.xml").read_text()
    web.pages["/sitemap-index.xml"] = Reply(index.replace("https://www.edx.org", web.address))
    found, report = crawled(web, sitemap=web.url("/sitemap-index.xml"))
    assert sorted(one.title for one in found) == [
        "CS50's Introduction to Programming with Python",
        "Introduction to Java Programming: Starting to code in Java",
        "Programming Languages, Part A",
    ]
    assert report.complete
