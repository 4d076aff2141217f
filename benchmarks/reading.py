"""How fast answers of providers are read, beside the libraries that others read them with, and in how much memory.

Pages, lists and feeds are read from memory: no network, no record. A library that is not installed is left out.
"""

import gzip
import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from benchmarks.place import CHECKOUT, MEGABYTE
from benchmarks.report import Report, Row, arguments, percentile
from crawlers.answer import Answer
from crawlers.readers.feeds import read_feed
from crawlers.readers.sitemaps import read_sitemap
from crawlers.readers.structured_page import page_resources, read_page
from crawlers.source import Report as CrawlReport
from crawlers.sources.coursera import Coursera
from crawlers.web.robots import read_rules

FIXTURES = CHECKOUT.parent / "shared" / "fixtures"
SECONDS = 3.0  # how long each thing is repeated
EPISODES = 1_000
PAGES = 50_000


def main() -> None:
    """Pages a second, megabytes a second, decisions a second; then memory, each in a process of its own."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--fixtures", type=Path, metavar="FOLDER", default=FIXTURES, help="recorded answers")
    asked = parser.parse_args()
    if not asked.fixtures.is_dir():
        print(f"skipped: there is no {asked.fixtures}; give the folder of recorded answers with --fixtures")
        return
    report = Report("Reading what providers answer")
    feed, sitemap = _feed(), _sitemap()
    invalid = gzip.decompress((asked.fixtures / "pluralsight/sitemap.xml.gz").read_bytes())
    memory = [
        _memory("invalid sitemap, recorded", invalid, lambda: read_sitemap(invalid, "https://example.org/")),
        _memory(f"sitemap of {PAGES:,} pages", sitemap, lambda: read_sitemap(sitemap, "https://example.org/")),
        _memory(f"feed of {EPISODES:,} episodes", feed, lambda: read_feed(_answer(feed))),
    ]
    report.add("Pages with structured data: JSON-LD, microdata, RDFa and Open Graph", list(_pages(asked.fixtures)))
    report.add("Lists and feeds", [*_coursera(asked.fixtures), *_feeds(feed), *_sitemaps(invalid, sitemap)])
    report.add("Decisions by robots.txt", list(_robots(asked.fixtures)))
    report.add("Memory beyond the bytes themselves", memory)
    report.save(asked.json)


def _pages(fixtures: Path) -> Iterator[Row]:
    paths = sorted([*fixtures.glob("class_central/*.html"), *fixtures.glob("edx/pages/*.html")])
    pages = [path.read_text(encoding="utf-8") for path in paths]
    url = "https://example.org/course"
    size = sum(map(len, pages))

    def ours() -> None:
        for page in pages:
            list(page_resources(read_page(page, url, _silent), url, _silent))

    yield _pace("Lodestar, to resources", ours, len(pages), size)
    extruct = _library("extruct")
    if extruct is not None:
        syntaxes = ["json-ld", "microdata", "rdfa", "opengraph"]

        def theirs(some: list[str]) -> None:
            for page in pages:
                extruct.extract(page, base_url=url, syntaxes=some, errors="ignore")

        yield _pace("extruct, to dictionaries", lambda: theirs(syntaxes), len(pages), size)
        yield _pace("extruct, JSON-LD alone", lambda: theirs(["json-ld"]), len(pages), size)


def _coursera(fixtures: Path) -> Iterator[Row]:
    paths = sorted(fixtures.glob("coursera/rebuilt/*.json"))
    bodies = [path.read_bytes() for path in paths]
    elements = [element for body in bodies for element in json.loads(body)["elements"]]
    answer = json.dumps({"elements": elements, "paging": {}, "linked": {}}).encode()
    fetch: Any = _OneList(answer)
    listings = 0

    def read() -> None:
        nonlocal listings
        listings = sum(1 for _ in Coursera({}).listings(fetch, CrawlReport()))

    row = _pace("Coursera: courses to listings", read, len(elements), len(answer))
    if listings != len(elements):
        raise SystemExit(f"{listings} listings of {len(elements)} courses")
    yield row
    yield _pace("json alone, for comparison", lambda: json.loads(answer), len(elements), len(answer))


def _feeds(feed: bytes) -> Iterator[Row]:
    yield _pace("podcast feed: Lodestar", lambda: read_feed(_answer(feed)), EPISODES, len(feed))
    feedparser = _library("feedparser")
    if feedparser is not None:
        yield _pace("podcast feed: feedparser", lambda: feedparser.parse(feed), EPISODES, len(feed))


def _sitemaps(invalid: bytes, sitemap: bytes) -> Iterator[Row]:
    url = "https://example.org/sitemap.xml"
    count = len(read_sitemap(invalid, url).pages)
    yield _pace("sitemap, recorded, invalid", lambda: read_sitemap(invalid, url), count, len(invalid))
    yield _pace("sitemap, generated", lambda: read_sitemap(sitemap, url), PAGES, len(sitemap))


def _robots(fixtures: Path) -> Iterator[Row]:
    paths = sorted(fixtures.glob("robots/real_2019/*.txt"))
    files = [path.read_bytes() for path in paths]
    urls = [
        f"https://example.org/{part}/courses/{number}?page=2" for part in ("a", "search", "learn") for number in "12"
    ]
    rules = [read_rules(body, "Lodestar") for body in files]

    def decide() -> None:
        for one in rules:
            for url in urls:
                one.decide(url)

    read = _pace("Lodestar: files read", lambda: [read_rules(body, "Lodestar") for body in files], len(files), 0)
    yield read
    yield _pace("Lodestar: addresses decided", decide, len(files) * len(urls), 0)
    protego = _library("protego")
    if protego is not None:
        texts = [body.decode("utf-8", "replace") for body in files]
        parsed = [protego.Protego.parse(text) for text in texts]

        def theirs() -> None:
            for one in parsed:
                for url in urls:
                    one.can_fetch(url, "Lodestar")

        yield _pace("protego: files read", lambda: [protego.Protego.parse(text) for text in texts], len(files), 0)
        yield _pace("protego: addresses decided", theirs, len(files) * len(urls), 0)


def _pace(what: str, work: Callable[[], object], count: int, size: int) -> Row:
    """``work`` again and again; ``count`` is how many things one round reads, ``size`` their bytes."""
    work()
    taken: list[float] = []
    over = time.perf_counter() + SECONDS
    while time.perf_counter() < over or len(taken) < 3:
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    middle = percentile(taken, 0.5)
    return {
        "what": what,
        "of": count,
        "a second": count / middle,
        "MB/s": size / middle / MEGABYTE if size else None,
        "round p50 ms": middle * 1000,
        "p99 ms": percentile(taken, 0.99) * 1000,
    }


def _memory(what: str, body: bytes, work: Callable[[], object]) -> Row:
    """The greatest memory of a process that does the work, less that of one that does nothing."""
    return {
        "what": what,
        "bytes": len(body),
        "MB": (_peak(work) - _peak(lambda: None)) / MEGABYTE,
    }


def _peak(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit("reading failed in a process of its own")
    return used.ru_maxrss * 1024


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"  ({name} is not installed, and left out: pip install {name})")
        return None


def _silent(_where: str, _what: str) -> None:
    pass


def _answer(body: bytes) -> Answer:
    return Answer(url="https://example.org/feed.xml", body=body, headers={"content-type": "application/rss+xml"})


class _OneList:
    """A web whose only list with anything in it is that of courses."""

    def __init__(self, courses: bytes) -> None:
        self._courses = courses

    def get(self, url: str, **_how: object) -> Answer:
        is_course = "/courses.v1" in url
        return Answer(url=url, body=self._courses if is_course else b'{"elements": [], "paging": {}, "linked": {}}')


def _feed() -> bytes:
    """A show in RSS with as much in each episode as shows usually tell: about 3 kB."""
    day = datetime(2020, 1, 1, tzinfo=UTC)
    words = " ".join(f"word{number % 97}" for number in range(200))
    episodes = "".join(
        f"<item><title>Episode {number}: queues &amp; pools</title><link>https://example.org/{number}</link>"
        f'<guid isPermaLink="false">show-{number}</guid>'
        f"<pubDate>{format_datetime(day + timedelta(days=number))}</pubDate>"
        f"<description><![CDATA[<p>Of {number}. {words}</p>]]></description>"
        f"<content:encoded><![CDATA[<p>{words}</p>]]></content:encoded>"
        f'<enclosure url="https://example.org/{number}.mp3" length="1" type="audio/mpeg"/>'
        f"<itunes:duration>{number % 60}:10</itunes:duration><itunes:summary>{words[:300]}</itunes:summary></item>"
        for number in range(EPISODES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>A Show</title>'
        f"<link>https://example.org/</link><description>On servers</description>{episodes}</channel></rss>"
    ).encode()


def _sitemap() -> bytes:
    entries = "".join(
        f"<url><loc>https://example.org/courses/a-course-with-a-usual-name-{number}</loc>"
        "<lastmod>2026-11-01T10:00:00+00:00</lastmod></url>"
        for number in range(PAGES)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()


if __name__ == "__main__":
    main()
