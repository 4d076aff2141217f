"""Class Central: pages that bring courses of many platforms together, with the ratings of its visitors."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from catalog import clean
from catalog.errors import FetchError
from catalog.model import Kind, LearningResource, Listing
from crawlers.fetch import Fetch
from crawlers.readers import schema_org_values as read
from crawlers.readers.json_ld import Graph, types
from crawlers.readers.page_visits import fits, visited
from crawlers.readers.schema_org import linked_pages, resources
from crawlers.readers.sitemaps import sitemap_pages
from crawlers.readers.structured_page import StructuredPage, read_page
from crawlers.settings import Settings
from crawlers.source import Report, Source

MOST_PAGES = 100_000
_NUMBER = re.compile(r"-(\d+)$")  # /course/programming-languages-452


class ClassCentral(Source):
    """Courses as their pages tell them; reviews and the names of reviewers are left where they are."""

    id = "class-central"
    name = "Class Central"
    homepage = "https://www.classcentral.com/"
    kinds = (Kind.COURSE,)
    default_on = False
    pause_seconds = 10.0

    def configure(self, settings: Settings) -> None:
        self._base_url = settings.text("base_url", "https://www.classcentral.com/")
        self._sitemap = settings.optional_text("sitemap")
        self._subjects = settings.texts("subjects")
        self._pages = settings.texts("pages", ("/course/*",))
        self._limit = settings.number("limit", 500, low=1, high=MOST_PAGES)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        wanted = (url for url in self._addresses(fetch, report) if fits(url, self._pages))
        for answer in visited(wanted, fetch, report, site=self.name, limit=self._limit):
            page = read_page(answer.text, answer.url, report.note)
            for resource in courses(page, answer.url, report):
                number = _NUMBER.search(urlsplit(resource.url or answer.url).path.rstrip("/"))
                yield Listing(
                    source=self.id, key=number[1] if number else resource.url or answer.url, resource=resource
                )

    def _addresses(self, fetch: Fetch, report: Report) -> Iterator[str]:
        """The addresses of pages, each once: of the chosen subjects, else of the sitemaps."""
        given: set[str] = set()
        found = self._of_subjects(fetch, report) if self._subjects else self._of_sitemaps(fetch, report)
        for url in found:
            if url not in given:
                given.add(url)
                yield url

    def _of_subjects(self, fetch: Fetch, report: Report) -> Iterator[str]:
        # A page of a subject shows the first courses of it only, so a reading by subjects never sees all.
        report.cut_short(self.name, "only the courses that the pages of the chosen subjects show are read")
        subjects = (urljoin(self._base_url, one) for one in self._subjects)
        for answer in visited(subjects, fetch, report, site=self.name, limit=MOST_PAGES):
            page = read_page(answer.text, answer.url, report.note)
            found = linked_pages(page.graph, answer.url)
            if not found:
                report.note(answer.url, "no list of courses")
            yield from (url for url in found if _host(url) == _host(answer.url))

    def _of_sitemaps(self, fetch: Fetch, report: Report) -> Iterator[str]:
        try:
            named = (self._sitemap,) if self._sitemap else fetch.sitemaps(self._base_url)
        except FetchError as error:
            report.cut_short(self.name, str(error))
            return
        for sitemap in named or ("/sitemap.xml",):
            for page in sitemap_pages(fetch, urljoin(self._base_url, sitemap), report):
                yield page.url


def courses(page: StructuredPage, url: str, report: Report) -> list[LearningResource]:
    """The courses of a page. The seller of the offer is the platform, the provider is who teaches."""
    subjects = _trail(page.graph)
    found = [one for one in resources(page.graph, url, note=report.note) if one.kind is Kind.COURSE]
    told = [node for node in page.graph.nodes if "Course" in types(node)]
    if len(found) != 1 or len(told) != 1:
        return found
    platform = _name(page.graph, [one.get("seller") for one in read.nodes(page.graph, told[0].get("offers"))])
    teacher = _name(page.graph, told[0].get("provider"))
    changes: dict[str, Any] = {"subjects": clean.names([*found[0].subjects, *subjects])}
    if platform is not None:
        changes |= {"provider": platform, "institution": teacher if teacher != platform else None}
    return [msgspec.structs.replace(found[0], **changes)]


def _name(graph: Graph, value: Any) -> str | None:
    return clean.text(read.first_words(graph, value), limit=500)


def _trail(graph: Graph) -> list[str]:
    """The subjects of the trails of breadcrumbs; the first step of each is the list of all subjects."""
    trails = [node for node in graph.nodes if "BreadcrumbList" in types(node)]
    return [
        name
        for trail in trails
        for step in list(read.nodes(graph, trail.get("itemListElement")))[1:]
        if (name := _name(graph, step.get("name")) or _name(graph, step.get("item")))
    ]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.")
