"""Codecademy: whatever its pages of courses, paths and catalogues say of themselves for machines."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from catalog import clean
from catalog.model import Kind, LearningResource, Listing
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.page_visits import visited
from crawlers.readers.sitemap_crawl import sitemap_crawl, tell_passed_over
from crawlers.readers.structured_page import page_resources, read_page
from crawlers.settings import Settings
from crawlers.source import Report, Source

# What one page is for, by its path; other pages count only as far as their structured data says what they are.
_KINDS = (
    (re.compile(r"/learn/paths/[^/]+/?"), Kind.PROGRAM),
    (re.compile(r"/learn/(?!paths/?$)[^/]+/?"), Kind.COURSE),
)
_SITE_NAME = re.compile(r"\s+[|\u2013\u2014-]\s+Codecademy\s*$", re.IGNORECASE)


class Codecademy(Source):
    """Courses and paths, from JSON-LD, microdata and Open Graph alone: the markup of the pages is not relied upon."""

    id = "codecademy"
    name = "Codecademy"
    homepage = "https://www.codecademy.com/"
    kinds = (Kind.COURSE, Kind.PROGRAM)
    default_on = False
    pause_seconds = 5.0

    def configure(self, settings: Settings) -> None:
        self._site = sitemap_crawl(
            settings,
            name=self.name,
            homepage="https://www.codecademy.com/",
            sitemap="sitemap.xml",
            pages=("/learn/*", "/catalog/*"),
            limit=5_000,
        )

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        """Each course once. Its own page comes before the pages of catalogues, which tell of it in short."""
        addresses = sorted(self._site.addresses(fetch, report), key=lambda url: kind_at(url) is None)
        given: set[str] = set()
        without = 0
        for answer in visited(addresses, fetch, report, site=self.name, limit=self._site.limit):
            found = self._of_page(answer, report)
            without += not found
            for resource in found:
                key = clean.url_key(resource.url or answer.url)
                if key not in given:
                    given.add(key)
                    yield Listing(source=self.id, key=resource.url or answer.url, resource=resource)
        tell_passed_over(report, self.name, "pages that tell of no course", without)

    def _of_page(self, answer: Answer, report: Report) -> list[LearningResource]:
        page = read_page(answer.text, answer.url, report.note)
        found = page_resources(page, answer.url, report.note, provider=self.name, kind=kind_at(answer.url))
        return [_plainly_titled(one) for one in found if one.kind in self.kinds]


def kind_at(url: str) -> Kind | None:
    """What the page at an address is for; None where the address does not say."""
    path = urlsplit(url).path
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(path)), None)


def _plainly_titled(resource: LearningResource) -> LearningResource:
    """ "Learn SQL | Codecademy" is the title of a page; the course is "Learn SQL"."""
    return msgspec.structs.replace(resource, title=_SITE_NAME.sub("", resource.title) or resource.title)
