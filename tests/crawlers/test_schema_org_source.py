import json
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


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, r"add \[\["),
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
