"""Pluralsight: course pages that tell everything in meta tags, found by the sitemap or by the feed of the newest."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from catalog import clean
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.neutral_record import told
from crawlers.readers.sitemap_crawl import sitemap_crawl, tell_passed_over
from crawlers.readers.structured_page import read_page
from crawlers.settings import Settings
from crawlers.source import Report, Source

COURSES = "https://www.pluralsight.com/courses/"
_WAYS = ("sitemap", "rss")


class Pluralsight(Source):
    """Courses of the library; retired ones are left out. It is sold by subscription, so no price is told."""

    id = "pluralsight"
    name = "Pluralsight"
    homepage = "https://www.pluralsight.com/"
    kinds = (Kind.COURSE,)
    default_on = False
    pause_seconds = 5.0

    def configure(self, settings: Settings) -> None:
        self._way = settings.text("from", "sitemap")
        if self._way not in _WAYS:
            raise settings.wrong("from", " or ".join(f'"{way}"' for way in _WAYS), self._way)
        self._feed = settings.text("feed", "courses.rss.xml")
        self._site = sitemap_crawl(
            settings,
            name=self.name,
            homepage="https://www.pluralsight.com/",
            sitemap="sitemap.xml",
            pages=("/courses/*",),
            limit=20_000,
        )

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        if self._way == "rss":
            report.cut_short(self.name, "only the newest courses, which the feed names, are read")
        return told(self._rows(fetch, report), self.id, report)

    def _rows(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
        retired = without = 0
        for answer in self._site.answers(fetch, report, sitemap=self._feed if self._way == "rss" else None):
            meta = read_page(answer.text, answer.url, report.note).meta
            if not meta.get("prodid") or meta.get("categories", "course").lower() != "course":
                without += 1
            elif meta.get("retired", "").lower() == "true":
                retired += 1
            else:
                yield answer.url, row_of(meta)
        tell_passed_over(report, self.name, "retired courses", retired)
        tell_passed_over(report, self.name, "pages that tell of no course", without)


def row_of(meta: Mapping[str, str]) -> dict[str, Any]:
    """The neutral row of a course page, by its meta tags with names in lower case."""
    get = meta.get
    return {
        "key": meta["prodid"],
        "kind": "course",
        "title": get("og:title") or get("twitter:title"),
        "url": COURSES + quote(meta["prodid"]),
        "description": get("description") or get("og:description"),
        "provider": "Pluralsight",
        "authors": get("authors"),
        "level": get("skill-levels"),
        "duration_text": get("duration"),
        "rating": get("rating"),
        "rating_count": get("rating-count"),
        "subjects": _parted(get("keywords"), ","),
        "roles": _parted(get("roles"), "|"),
        "published": get("publish-date") or get("display-date-formatted"),
        "updated": get("updated-date"),
        "image": get("og:image") or get("thumbnail"),
    }


def _parted(value: str | None, mark: str) -> tuple[str, ...]:
    return clean.names(value.split(mark)) if value else ()
