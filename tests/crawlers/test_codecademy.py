import json
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Refused
from catalog.model import Listing
from crawlers.source import Report
from crawlers.sources.codecademy import Codecademy
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher


def script(*nodes: dict[str, Any]) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def head(title: str, description: str) -> str:
    return f'<meta property="og:title" content="{title}"><meta property="og:description" content="{description}">'


def crawled(web: LocalWeb, *paths: str, **settings: object) -> tuple[list[Listing], Report]:
    web.pages["/sitemap.xml"] = Reply("\n".join(f"https://www.codecademy.com{path}" for path in paths))
    report = Report()
    with fetcher() as fetch:
        return list(Codecademy({"base_url": web.address, **settings}).listings(fetch, report)), report


def test_structured_data_and_open_graph(web: LocalWeb) -> None:
    course = {"@type": "Course", "name": "Learn Queues", "educationalLevel": "Beginner", "timeRequired": "PT6H"}
    web.pages |= {
        "/learn/learn-queues": Reply(head("Learn Queues | Codecademy", "All about queues") + script(course)),
        "/learn/learn-streams": Reply(head("Learn Streams | Codecademy", "All about streams")),
        "/learn/paths/back-end": Reply(head("Back-End Path", "A career")),
    }
    found, report = crawled(
        web, "/learn/learn-queues", "/learn/learn-streams", "/learn/paths/back-end", "/articles/what-is-a-queue"
    )
    assert [(one.resource.kind, one.resource.title, one.resource.description) for one in found] == [
        ("course", "Learn Queues", "All about queues"),
        ("course", "Learn Streams", "All about streams"),
        ("program", "Back-End Path", "A career"),
    ]
    told = found[0].resource
    assert (found[0].source, found[0].key, told.url) == ("codecademy", web.url("/learn/learn-queues"), found[0].key)
    assert (told.provider, told.level, told.hours_min) == ("Codecademy", "beginner", 6.0)
    assert (found[1].resource.level, found[1].resource.is_free, found[1].resource.price) == (None, None, None)
    assert (report.complete, report.problems) == (True, ())
    assert "/articles/what-is-a-queue" not in web.asked


def test_a_catalogue_adds_only_what_has_no_page_of_its_own(web: LocalWeb) -> None:
    listed = [
        {"@type": "Course", "name": name, "url": f"https://www.codecademy.com/learn/{name}"} for name in ("a", "b")
    ]
    own = {"@type": "Course", "name": "A in full", "url": "https://www.codecademy.com/learn/a/"}
    web.pages |= {
        "/catalog/language/sql": Reply(
            head("SQL Courses", "x") + script({"@type": "ItemList", "itemListElement": listed})
        ),
        "/learn/a": Reply(script(own)),
    }
    found, report = crawled(web, "/catalog/language/sql", "/learn/a")
    assert [one.resource.title for one in found] == ["A in full", "b"]
    assert web.asked[-1] == "/catalog/language/sql"
    assert report.complete


def test_pages_that_tell_of_no_course_are_counted_and_nothing_is_made_up(web: LocalWeb) -> None:
    web.pages |= {
        "/catalog/language/sql": Reply(head("SQL Courses", "Browse")),
        "/learn/queues/modules/one": Reply(head("Module one", "A lesson")),
        "/learn/paths": Reply(head("All paths", "Browse")),
        "/learn/empty": Reply("<html><script>window.__STATE__ = {}</script></html>"),
        "/learn/moved": Reply(status=302, headers={"Location": "/"}),
        "/": Reply(head("Learn to code", "Front page")),
    }
    found, report = crawled(web, "/catalog/language/sql", "/learn/queues/modules/one", *list(web.pages)[2:5])
    assert found == []
    assert report.problems == ("Codecademy: pages that tell of no course, passed over: 5",)
    assert (report.skipped, report.complete) == (0, True)


def test_refusals_end_the_reading() -> None:
    home = "https://www.codecademy.com"
    with pytest.raises(Refused):
        list(Codecademy().listings(FakeFetch({f"{home}/sitemap.xml": Refused("no")}), Report()))
    web: dict[str, str | bytes | Exception] = {f"{home}/learn/{at}": Refused("no") for at in range(50)}
    web[f"{home}/sitemap.xml"] = "\n".join(web)
    fetch, report = FakeFetch(web), Report()
    assert list(Codecademy().listings(fetch, report)) == []
    assert len(fetch.asked) == 6
    assert not report.complete


def test_it_is_off_and_slow_by_default() -> None:
    assert (Codecademy().on, Codecademy().pause_seconds, Codecademy().listed_as) == (False, 5.0, "codecademy")


@pytest.mark.shared
def test_recorded_robots(shared: Path, web: LocalWeb) -> None:
    web.pages |= {
        "/robots.txt": Reply((shared / "fixtures/robots/real_2019/www.codecademy.com.robots.txt").read_bytes()),
        "/learn/a": Reply(head("A", "x")),
        "/groups/a": Reply(head("Hidden", "x")),
    }
    found, report = crawled(web, "/groups/a", "/learn/a", pages=["/learn/*", "/groups/*"])
    assert [one.resource.title for one in found] == ["A"]
    assert "/groups/a" not in web.asked
    assert not report.complete, "what robots.txt hides may still be there"
