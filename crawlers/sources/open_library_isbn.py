"""Open Library by ISBN: what it knows of the editions that the catalogue has already."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from catalog.errors import SourceError, Withdrawn
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.book_lookups import looked_up
from crawlers.readers.json_answers import dicts, dig, json_of
from crawlers.readers.neutral_record import told
from crawlers.readers.open_library import SITE, edition_row, isbns_of, subjects_of, words_of
from crawlers.settings import Settings
from crawlers.source import ByIsbn, Report

MOST_MOVES = 3  # records that were merged point to others

Record = dict[str, Any]


class OpenLibraryIsbn(ByIsbn):
    """Editions, each asked for by its ISBN; work and authors are asked for what the edition leaves unsaid.

    The ways to ask for many at once, /api and /search, are closed to crawlers by the site's robots.txt.
    """

    id = "open-library-isbn"
    name = "Open Library by ISBN"
    homepage = SITE
    kinds = (Kind.BOOK,)
    default_on = True
    books_a_crawl = 200  # each costs three or four requests

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", SITE).rstrip("/") + "/"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        shelf = _Shelf(fetch, self._base, report)
        yield from told(looked_up(self, lambda isbn: _row(isbn, shelf, report), report), self.id, report)


def _row(isbn: str, shelf: "_Shelf", report: Report) -> Record | None:
    """The edition with this ISBN; None where there is none, or where the answer is another book."""
    edition = shelf.record(f"isbn/{isbn}.json")
    if edition is None:
        return None
    held = isbns_of(edition.get("isbn_13"), edition.get("isbn_10"))
    if isbn not in held:
        report.skip(isbn, f"{edition.get('key')} is an edition with other numbers: {', '.join(held) or 'none'}")
        return None
    writers = _keys(edition.get("authors"))
    complete = writers and words_of(edition.get("description")) and subjects_of(edition.get("subjects"))
    work = {} if complete else shelf.named(dig(edition, "works", 0, "key"))
    writers = writers or _keys([one.get("author") for one in dicts(work.get("authors"))])
    authors = [name for key in writers if (name := words_of(shelf.named(key).get("name")))]
    return {**edition_row(edition, work, authors), "key": f"isbn:{isbn}", "isbn": isbn}


def _keys(value: Any) -> list[str]:
    return [key for one in dicts(value) if isinstance(key := one.get("key"), str)]


class _Shelf:
    """The records of one reading; one that is pointed to is asked for once, however many books point to it."""

    def __init__(self, fetch: Fetch, base: str, report: Report) -> None:
        self._fetch, self._base, self._report = fetch, base, report
        self._named: dict[str, Record] = {}

    def named(self, key: Any) -> Record:
        """The record that another points to; an empty one where there is none to read."""
        if not isinstance(key, str) or not key.startswith("/"):
            return {}
        if key not in self._named:
            try:
                found = self.record(f"{key.lstrip('/')}.json")
            except SourceError as error:  # the edition can be told without it
                self._report.note(key, str(error))
                found = None
            self._named[key] = found or {}
        return self._named[key]

    def record(self, path: str) -> Record | None:
        """The record at a path, or the one it was merged into; None where there is none any more."""
        for _ in range(MOST_MOVES + 1):
            url = urljoin(self._base, path)
            try:
                found = json_of(self._fetch.get(url, accept="application/json"))
            except Withdrawn:
                return None
            if not isinstance(found, dict):
                raise SourceError(f"{url} answers no record: {str(found)[:100]}")
            kind, place = dig(found, "type", "key"), found.get("location")
            if kind != "/type/redirect" or not isinstance(place, str) or not place.startswith("/"):
                return None if kind in {"/type/delete", "/type/redirect"} else found
            path = f"{place.lstrip('/')}.json"
        raise SourceError(f"{path} was merged into another more than {MOST_MOVES} times")
