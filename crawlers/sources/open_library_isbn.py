"""Open Library by ISBN: what it knows of the editions that the catalogue has already."""

from collections.abc import Iterator
from typing import Any

from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.book_lookups import looked_up
from crawlers.readers.json_answers import dicts, dig
from crawlers.readers.neutral_record import told
from crawlers.readers.open_library import SITE, edition_row, isbns_of, subjects_of, words_of
from crawlers.settings import Settings
from crawlers.source import ByIsbn, Report

MOST_MOVES = 3  # records that were merged point to others


class OpenLibraryIsbn(ByIsbn):
    """Editions, each asked for by its ISBN; the work and the authors are asked for what the edition leaves unsaid."""

    id = "open-library-isbn"
    name = "Open Library, by ISBN"
    homepage = SITE
    licence = "CC0 1.0"
    kinds = (Kind.BOOK,)
    default_on = True
    books_a_crawl = 200  # a book costs three or four requests

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", SITE).rstrip("/") + "/"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        yield from told(self._rows(fetch, report), self.id, report)

    def _rows(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
        records = _Records(fetch, self._base)
        for isbn, edition in looked_up(self, records.edition, report):
            held = isbns_of(edition.get("isbn_13"), edition.get("isbn_10"))
            if isbn not in held:
                report.skip(isbn, f"the edition {edition.get('key')} bears other numbers: {', '.join(held) or 'none'}")
                continue
            yield isbn, {**records.row(edition), "key": f"isbn:{isbn}", "isbn": isbn}


class _Records:
    """The records of one reading; an author is asked for once, whatever he wrote."""

    def __init__(self, fetch: Fetch, base: str) -> None:
        self._fetch, self._base = fetch, base
        self._names: dict[str, str | None] = {}
        self._rows: dict[str, dict[str, Any]] = {}

    def edition(self, isbn: str) -> dict[str, Any] | None:
        """The edition and, within it, what its work and its authors' records say; None where it is unknown."""
        edition = self._record(f"isbn/{isbn}.json")
        if edition is None:
            return None
        unsaid = not (words_of(edition.get("description")) and subjects_of(edition.get("subjects")))
        work_key = dig(edition, "works", 0, "key")
        writers = _keys(edition.get("authors"))
        work: dict[str, Any] = {}
        if isinstance(work_key, str) and (unsaid or not writers):
            work = self._of(work_key) or {}
            writers = writers or _keys([one.get("author", one) for one in dicts(work.get("authors"))])
        names = [name for key in writers if (name := self._name(key))]
        return {**edition, "_row": edition_row(edition, work, names)}

    def row(self, edition: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = edition["_row"]
        return row
