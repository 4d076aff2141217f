"""Open Textbook Library: its free textbooks on computer science and what is near to it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, paged, records, strings
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://open.umn.edu/opentextbooks/"
SUBJECTS = ("computer science", "information systems", "databases", "programming", "software", "networks", "security")
MOST_PAGES = 1_000

Told = dict[str, Any]


class OpenTextbookLibrary(Source):
    """The whole list is read, page by page; only books whose subjects are wanted become listings."""

    id = "open-textbook-library"
    name = "Open Textbook Library"
    homepage = BASE
    kinds = (Kind.BOOK,)
    default_on = True
    every_hours = 24 * 14

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", BASE)
        self._subjects = tuple(one.casefold() for one in settings.texts("subjects", SUBJECTS))

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        books = paged(fetch, urljoin(self._base, "textbooks.json?page=1"), self._read, report, most=MOST_PAGES)
        wanted = (one for one in records(books) if self._wants(one))
        yield from told(((f"textbook {one.get('id')}", self._row(one)) for one in wanted), self.id, report)

    def _read(self, content: Any, url: str) -> Page:
        if not isinstance(dig(content, "data"), list):
            raise SourceError(f"{url} answers no list of textbooks")
        following = dig(content, "links", "next")
        if not isinstance(following, str) or not following.strip():
            return Page(dicts(content["data"]))
        parts = urlsplit(following)  # on the host that is asked: a mirror repeats the names of the real one
        return Page(dicts(content["data"]), urljoin(self._base, f"textbooks.json?{parts.query}"))

    def _wants(self, book: Told) -> bool:
        names = [str(one.get("name") or "").casefold() for one in dicts(book.get("subjects"))]
        return any(word in name for word in self._subjects for name in names)

    def _row(self, book: Told) -> Told:
        number = book.get("id")
        return {
            "key": number,
            "kind": "book",
            "title": book.get("title"),
            "url": book.get("url") or (urljoin(BASE, f"textbooks/{number}") if number else None),
            "description": book.get("description"),
            "provider": self.name,
            "institution": next((one["name"] for one in dicts(book.get("publishers")) if one.get("name")), None),
            "authors": _authors(book.get("contributors")),
            "language": book.get("language"),
            "subjects": [one["name"] for one in dicts(book.get("subjects")) if isinstance(one.get("name"), str)],
            "isbn13": book.get("ISBN13") or book.get("isbn13"),
            "isbn10": book.get("ISBN10") or book.get("isbn10"),
            "published": str(year) if (year := book.get("copyright_year")) else None,
            "licence": book.get("license"),
            "image": dig(book, "cover", "url") or book.get("cover_url"),
            "rating": book.get("rating") or None,
            "is_free": True,
        }


def _authors(contributors: Any) -> list[str]:
    """Those who are called authors or come first; all, where nobody is called anything."""
    people = dicts(contributors)
    chosen = [one for one in people if one.get("primary") is True or str(one.get("contribution")).lower() == "author"]
    parts_of = ("first_name", "middle_name", "last_name")
    names = [strings([one.get(part) for part in parts_of]) for one in chosen or people]
    return [name for parts in names if (name := " ".join(part.strip() for part in parts).strip())]
