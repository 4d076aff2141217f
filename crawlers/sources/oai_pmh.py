"""Repositories of open educational resources that speak OAI-PMH, by their Dublin Core records."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from catalog import clean
from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.neutral_record import told
from crawlers.readers.oai_pmh import OaiPage, OaiRecord, read_oai
from crawlers.settings import Settings
from crawlers.source import Report, Source

MOST_PAGES = 20_000
_NO_ID = re.compile(r"[^a-z0-9]+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_KINDS = {
    "course": "course",
    "lecture": "course",
    "book": "book",
    "textbook": "book",
    "movingimage": "video",
    "video": "video",
    "tutorial": "tutorial",
}


class OaiPmh(Source):
    """One repository. Each of ``repositories`` in the settings is a source of its own."""

    id = "oai-pmh"
    name = "OAI-PMH repositories"
    kinds = (Kind.COURSE, Kind.BOOK, Kind.VIDEO, Kind.TUTORIAL)
    pause_seconds = 2.0

    @classmethod
    def opened(cls, table: Mapping[str, object] | None) -> Sequence[Source]:
        """A source for each of ``repositories``; what else the table says holds for all of them."""
        shared = dict(table or {})
        repositories = shared.pop("repositories", [])
        if not isinstance(repositories, list) or not all(isinstance(one, Mapping) for one in repositories):
            raise SourceError("sources.oai_pmh.repositories must be a list of tables: [[sources.oai_pmh.repositories]]")
        return [cls({**shared, **one}) for one in repositories]

    def configure(self, settings: Settings) -> None:
        self.name = settings.text("name", "")
        self._url = settings.text("url", "")
        self._set = settings.optional_text("set")
        self._prefix = settings.text("metadata_prefix", "oai_dc")
        self._kind = settings.text("kind", Kind.TUTORIAL.value)
        self._language = settings.optional_text("language")
        self._slug = settings.optional_text("id") or _NO_ID.sub("-", self.name.lower()).strip("-")
        if self._kind not in set(Kind):
            raise SourceError(f"kind {self._kind!r} of {self.name} is unknown; known are: {', '.join(Kind)}")
        if not self._url.startswith(("http://", "https://")) or not self._slug:
            raise SourceError(
                f"the repository {self.name!r} needs a url that begins with https:// and a Latin name or id"
            )

    @property
    def listed_as(self) -> str:
        return f"{self.id}.{self._slug}"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for page in self._pages(fetch, report):
            rows = [(one.identifier, self._row(one)) for one in page.records if not one.deleted]
            yield from told(rows, self.listed_as, report)

    def _pages(self, fetch: Fetch, report: Report) -> Iterator[OaiPage]:
        """Page after page by the token alone; an empty token ends the list."""
        asked: set[str] = set()
        token: str | None = None
        while token is None or (token not in asked and len(asked) < MOST_PAGES):
            asked |= {token} if token else set()
            url = self._address(token)
            try:
                page = self._checked(read_oai(fetch.get(url, accept="text/xml, application/xml")), url)
            except (FetchError, SourceError) as error:
                if token is None:
                    raise
                report.cut_short(url, str(error))
                return
            if page.mended:
                report.cut_short(url, f"the XML is broken, and was read as far as it goes: {page.mended}")
            yield page
            token = page.token
            if token is None:
                return
        report.cut_short(self._url, "the resumption tokens go round in a circle, or never end")

    def _address(self, token: str | None) -> str:
        if token is not None:
            asked = {"verb": "ListRecords", "resumptionToken": token}
        else:
            asked = {"verb": "ListRecords", "metadataPrefix": self._prefix, **({"set": self._set} if self._set else {})}
        return f"{self._url}{'&' if '?' in self._url else '?'}{urlencode(asked, quote_via=quote)}"

    @staticmethod
    def _checked(page: OaiPage, url: str) -> OaiPage:
        """The page, if the repository has not answered with an error; that it has no records is none."""
        if page.error is not None and page.error[0] != "noRecordsMatch":
            code, words = page.error
            raise SourceError(f"{url} answers the error {code or 'without a code'}: {words or 'no words'}")
        return page

    def _row(self, record: OaiRecord) -> dict[str, Any]:
        values = record.elements
        identifiers = (*values.get("identifier", ()), *values.get("relation", ()), *values.get("source", ()))
        rights = values.get("rights", ())
        return {
            "key": record.identifier,
            "kind": self._kind_of(record),
            "title": record.first("title"),
            "description": max(values.get("description", ()), key=len, default=None),
            "url": next((one for one in identifiers if _WEB.match(one)), None),
            "isbn": next((isbn for one in identifiers if (isbn := clean.isbn13(one))), None),
            "doi": next((doi for one in identifiers if (doi := clean.doi(one))), None),
            "authors": list(values.get("creator", ())),
            "institution": record.first("publisher"),
            "provider": self.name,
            "language": record.first("language") or self._language,
            "subjects": list(values.get("subject", ())),
            "published": next((one for one in values.get("date", ()) if clean.partial_date(one)), None),
            "licence": next(
                (one for one in rights if "creativecommons" in one or "CC" in one), next(iter(rights), None)
            ),
        }

    def _kind_of(self, record: OaiRecord) -> str:
        words = (
            "".join(filter(str.isalpha, one.rpartition("/")[2].lower())) for one in record.elements.get("type", ())
        )
        return next((_KINDS[word] for word in words if word in _KINDS), self._kind)
