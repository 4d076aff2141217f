"""Google Books: what it says of the books that the catalogue has, asked for one by one by their ISBN."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from catalog import clean
from catalog.errors import Busy, SourceError
from catalog.model import Kind, Listing, Price
from crawlers.fetch import Fetch
from crawlers.readers.book_lookups import looked_up, whole_title
from crawlers.readers.json_answers import dicts, dig, json_of, strings
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import ByIsbn, Report

BASE = "https://www.googleapis.com/books/v1/"
PAGE = "https://books.google.com/books"
LIMIT_A_DAY = 900  # of the thousand requests that a key usually has

_SIZES = ("thumbnail", "small", "medium", "smallThumbnail", "large", "extraLarge")
_SOLD = frozenset({"FOR_SALE", "FOR_SALE_AND_RENTAL", "FOR_PREORDER"})
_OF_THE_ASKING = frozenset({"source", "dq", "hl", "cd"})  # they tell how the page was found
_CURL = frozenset({"edge"})  # a drawn corner of the cover


class GoogleBooks(ByIsbn):
    """Volumes that bear the ISBN that was asked for. It is read where there is a key: without one, nothing is told.

    A key's day has about a thousand requests; when they are spent the reading ends, and the next crawl goes on there.
    """

    id = "google-books"
    name = "Google Books"
    homepage = "https://books.google.com/"
    kinds = (Kind.BOOK,)
    default_on = True
    every_hours = 24
    books_a_crawl = LIMIT_A_DAY

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", BASE).rstrip("/") + "/"
        self._key = settings.optional_text("key")
        self._country = settings.optional_text("country")
        self.books_a_crawl = settings.number("limit_a_day", LIMIT_A_DAY, low=1, high=1_000_000)
        self.on = self.on and self._key is not None

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        # More books than a day's requests may have been handed over by who does not know of the limit.
        self.isbns = self.isbns[: self.books_a_crawl]
        yield from told(looked_up(self, lambda isbn: self._row(isbn, fetch), report), self.id, report)

    def _row(self, isbn: str, fetch: Fetch) -> dict[str, Any] | None:
        asked = {"q": f"isbn:{isbn}", "maxResults": "40", "country": self._country}
        url = f"{urljoin(self._base, 'volumes')}?{urlencode({name: one for name, one in asked.items() if one})}"
        headers = {"X-Goog-Api-Key": self._key} if self._key else None
        try:
            answer = json_of(fetch.get(url, accept="application/json", headers=headers, tries=1))
        except Busy as error:
            hint = "" if self._key else "; with sources.google_books.key there is a quota of one's own"
            raise Busy(f"the day's quota is spent, or the service is overloaded{hint} ({error})") from error
        if not isinstance(answer, dict) or "error" in answer:
            raise SourceError(f"{url} answers no list of volumes: {str(dig(answer, 'error') or answer)[:200]}")
        volume = next((one for one in dicts(answer.get("items")) if isbn in _isbns(one)), None)
        return None if volume is None else {**_volume_row(volume), "key": f"isbn:{isbn}", "isbn": isbn}


def _isbns(volume: dict[str, Any]) -> set[str | None]:
    return {clean.isbn13(one.get("identifier")) for one in dicts(dig(volume, "volumeInfo", "industryIdentifiers"))}


def _volume_row(volume: dict[str, Any]) -> dict[str, Any]:
    info = dig(volume, "volumeInfo")
    rating = clean.rating(info.get("averageRating"))
    return {
        "kind": "book",
        "title": whole_title(info.get("title"), info.get("subtitle")),
        "url": _page(volume),
        "description": info.get("description"),
        "provider": "Google Books",
        "institution": info.get("publisher"),
        "authors": strings(info.get("authors")),
        "language": info.get("language"),
        "pages": info.get("pageCount"),
        "published": _date(info.get("publishedDate")),
        "rating": rating,
        "rating_count": info.get("ratingsCount") if rating else None,
        "price": _price(volume),
        "is_free": _is_free(dig(volume, "saleInfo", "saleability")),
        "subjects": strings([*strings(info.get("categories")), info.get("mainCategory")]),
        "image": next((url for size in _SIZES if (url := _address(dig(info, "imageLinks", size), _CURL))), None),
    }


def _page(volume: dict[str, Any]) -> str | None:
    """The volume's page: as stated, else by its id."""
    stated = (dig(volume, "volumeInfo", "canonicalVolumeLink"), dig(volume, "volumeInfo", "infoLink"))
    found = next((url for one in stated if (url := _address(one, _OF_THE_ASKING))), None)
    own = volume.get("id")
    return found or (f"{PAGE}?{urlencode({'id': own})}" if isinstance(own, str) and own else None)


def _address(value: Any, needless: frozenset[str]) -> str | None:
    """The address over https, without some parts of its query."""
    url = clean.canonical_url(value)
    if url is None:
        return None
    parts = urlsplit(url)
    kept = [(name, one) for name, one in parse_qsl(parts.query) if name not in needless]
    return parts._replace(scheme="https", query=urlencode(kept)).geturl()


def _date(value: Any) -> Any:
    """The date without the marks of doubt: "1998?", "2004*"."""
    return value.strip().rstrip("*?") or None if isinstance(value, str) else value


def _price(volume: dict[str, Any]) -> Price | None:
    """What buying costs now, else the list price; the price of a loan is none."""
    sale = dig(volume, "saleInfo")
    offers = [one for one in dicts(dig(sale, "offers")) if "rentalDuration" not in one]
    for name in ("retailPrice", "listPrice"):
        for stated in (dig(sale, name), *(offer.get(name) for offer in offers)):
            micros = dig(stated, "amountInMicros")
            amount = _number(dig(stated, "amount")) if micros is None else _number(micros, 1_000_000)
            found = clean.price(amount)
            if found is not None:
                return Price(amount=found[0], currency=_currency(dig(stated, "currencyCode")))
    return None


def _number(value: Any, unit: int = 1) -> float | None:
    """A number, also as a text: 3.999E7."""
    try:
        return None if isinstance(value, bool) else float(value) / unit
    except (TypeError, ValueError):
        return None


def _currency(code: Any) -> str | None:
    return code.upper() if isinstance(code, str) and len(code) == 3 and code.isalpha() else None


def _is_free(saleability: Any) -> bool | None:
    return True if saleability == "FREE" else False if saleability in _SOLD else None
