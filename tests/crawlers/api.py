"""A provider's JSON API in pages, and the source that reads it as our sources read theirs."""

from collections.abc import Iterator
from urllib.parse import urljoin

from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, paged, records
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source


class Api(Source):
    """A provider's JSON API in pages, read as most of them are."""

    id = "api"
    name = "An API"
    kinds = (Kind.COURSE,)

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", "")
        self._as = settings.text("as", self.id)

    @property
    def listed_as(self) -> str:
        return self._as

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        courses = paged(fetch, urljoin(self._base, "/api/1"), _page, report)
        yield from told(((str(one.get("id")), _row(one)) for one in records(courses)), self.listed_as, report)


def _page(content: object, url: str) -> Page:
    return Page(
        dicts(dig(content, "courses")), urljoin(url, following) if (following := dig(content, "next")) else None
    )


def _row(course: dict[str, object]) -> dict[str, object]:
    names = ("title", "url", "description", "language", "level", "price", "rating", "duration_text")
    return {"kind": "course", "key": course.get("id"), **{name: course.get(name) for name in names}}
