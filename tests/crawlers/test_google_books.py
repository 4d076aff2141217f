"""Google Books: one question an ISBN, within the quota of a day."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import FetchError, Refused, SourceError
from catalog.model import Kind, Price
from crawlers.sources.google_books import GoogleBooks
from tests.crawlers.harvest import harvest, serve_json, told
from tests.crawlers.local_web import LocalWeb, Reply

ONE, TWO, THREE, FOUR = "9780000000019", "9780000000026", "9780000000033", "9780000000040"
QUOTA = Reply(json.dumps({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}), status=429)


def volume(isbn: str = ONE, *, sale: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "id": "abc",
        "volumeInfo": {
            "title": "Queues",
            "subtitle": "A primer",
            "authors": ["Ada Beispiel"],
            "publisher": "Small Press",
            "publishedDate": "2012-08",
            "description": "All <b>about</b> queues.",
            "industryIdentifiers": [
                {"type": "OTHER", "identifier": "UOM:39015"},
                {"type": "ISBN_13", "identifier": isbn},
            ],
            "pageCount": 320,
            "categories": ["Computers"],
            "averageRating": 4.5,
            "ratingsCount": 3,
            "imageLinks": {"thumbnail": "http://books.example.com/content?id=abc&zoom=1&edge=curl&img=1"},
            "language": "pt-BR",
            "infoLink": "http://books.example.com/books?id=abc&dq=isbn:1&hl=&source=gbs_api",
            **more,
        },
        "saleInfo": {"saleability": "NOT_FOR_SALE"} if sale is None else sale,
    }


def google(web: LocalWeb, answers: dict[str, Any], *isbns: str, **settings: object) -> GoogleBooks:
    serve_json(web, {f"/volumes?q=isbn:{isbn}&maxResults=40": answer for isbn, answer in answers.items()})
    source = GoogleBooks({"base_url": web.address, "key": "s3cret", **settings})
    source.isbns = isbns or tuple(answers)
    return source


def found(*volumes: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "books#volumes", "totalItems": 7 * len(volumes), "items": list(volumes)}


def only(web: LocalWeb, **more: Any) -> dict[str, Any]:
    (listing,), _ = harvest(google(web, {ONE: found(volume(**more))}))
    return told(listing)


def test_a_volume_is_told_with_all_the_answer_says(web: LocalWeb) -> None:
    (listing,), report = harvest(source := google(web, {ONE: found(volume())}))
    assert (listing.source, listing.key, source.reached) == ("google-books", f"isbn:{ONE}", ONE)
    assert told(listing) == {
        "kind": Kind.BOOK,
        "title": "Queues: A primer",
        "url": "https://books.example.com/books?id=abc",
        "description": "All about queues.",
        "provider": "Google Books",
        "institution": "Small Press",
        "authors": ("Ada Beispiel",),
        "language": "pt-br",
        "rating": 4.5,
        "rating_count": 3,
        "subjects": ("Computers",),
        "isbn": ONE,
        "pages": 320,
        "published": "2012-08",
        "image": "https://books.example.com/content?id=abc&zoom=1&img=1",
    }
    assert (report.complete, report.noted) == (True, 0)


def test_the_key_goes_in_a_header_and_stands_in_no_address(web: LocalWeb) -> None:
    harvest(google(web, {ONE: found(volume())}))
    assert web.headers[-1]["x-goog-api-key"] == "s3cret"
    assert not any("s3cret" in path for path in web.asked)


def test_it_is_read_only_with_a_key() -> None:
    assert [GoogleBooks(table).on for table in ({}, {"key": "k"}, {"key": "k", "enabled": False})] == [
        False,
        True,
        False,
    ]
    assert not GoogleBooks({"enabled": True}).on


def test_only_the_volume_with_that_isbn_counts(web: LocalWeb) -> None:
    other = volume(TWO, title="Another")
    ten = volume(industryIdentifiers=[{"type": "ISBN_10", "identifier": "0000000019"}], title="The one")
    (listing,), _ = harvest(google(web, {ONE: found(other, ten), TWO: found(volume(THREE))}))
    assert (listing.key, listing.resource.title, listing.resource.isbn) == (f"isbn:{ONE}", "The one: A primer", ONE)


@pytest.mark.parametrize("answer", [{"totalItems": 0}, {"totalItems": 5, "items": None}, {"items": ["x", 3]}])
def test_an_unknown_book_is_passed_over_whatever_the_total_says(web: LocalWeb, answer: dict[str, Any]) -> None:
    listings, report = harvest(source := google(web, {ONE: answer, TWO: found(volume(TWO))}))
    assert [one.key for one in listings] == [f"isbn:{TWO}"]
    assert (report.complete, report.skipped, source.reached) == (True, 0, TWO)


def test_a_spent_quota_ends_the_day_at_once_and_keeps_what_was_read(web: LocalWeb) -> None:
    answers = {ONE: found(volume()), TWO: QUOTA, THREE: found(volume(THREE))}
    listings, report = harvest(source := google(web, answers))
    assert [one.key for one in listings] == [f"isbn:{ONE}"]
    assert (report.complete, source.reached) == (False, ONE)
    assert "quota is spent" in report.problems[0]
    assert len([path for path in web.asked if path.startswith("/volumes")]) == 2, "no second try, no third book"


def test_a_quota_that_was_spent_before_moves_no_bookmark(web: LocalWeb) -> None:
    listings, report = harvest(source := google(web, {ONE: QUOTA, TWO: QUOTA}))
    assert (listings, report.complete, source.reached) == ([], False, "")


def test_no_more_books_than_a_day_allows(web: LocalWeb) -> None:
    answers = {isbn: found(volume(isbn)) for isbn in (ONE, TWO, THREE)}
    listings, _ = harvest(source := google(web, answers, limit_a_day=2))
    assert (len(listings), source.reached, source.books_a_crawl) == (2, TWO, 2)
    assert GoogleBooks().books_a_crawl == 900


def test_the_country_is_asked_for_where_it_is_set(web: LocalWeb) -> None:
    source = google(web, {}, ONE, country="DE")
    serve_json(web, {f"/volumes?q=isbn:{ONE}&maxResults=40&country=DE": found(volume())})
    assert len(harvest(source)[0]) == 1


@pytest.mark.parametrize(
    ("sale", "price", "free"),
    [
        (
            {
                "saleability": "FOR_SALE",
                "listPrice": {"amount": 50.0, "currencyCode": "EUR"},
                "retailPrice": {"amount": 39.99, "currencyCode": "EUR"},
            },
            Price(amount=39.99, currency="EUR"),
            False,
        ),
        (
            {"saleability": "FOR_SALE", "listPrice": {"amount": 50, "currencyCode": "usd"}},
            Price(amount=50.0, currency="USD"),
            False,
        ),
        (
            {
                "saleability": "FOR_SALE",
                "offers": [{"retailPrice": {"amountInMicros": 3.999e7, "currencyCode": "USD"}}],
            },
            Price(amount=39.99, currency="USD"),
            False,
        ),
        (
            {
                "saleability": "FOR_RENTAL_ONLY",
                "offers": [
                    {
                        "rentalDuration": {"unit": "DAY", "count": 30},
                        "retailPrice": {"amountInMicros": 1e6, "currencyCode": "USD"},
                    }
                ],
            },
            None,
            None,
        ),
        ({"saleability": "FREE"}, None, True),
        ({"saleability": "NOT_FOR_SALE"}, None, None),
        ({"saleability": 3, "retailPrice": {"amount": "dear", "currencyCode": 3}, "offers": "x"}, None, None),
        ({"retailPrice": {"amount": 20, "currencyCode": ""}}, Price(amount=20.0), None),
        ("x", None, None),
    ],
)
def test_prices(web: LocalWeb, sale: Any, price: Price | None, free: bool | None) -> None:
    resource = only(web, sale=sale)
    assert (resource.get("price"), resource.get("is_free")) == (price, free)


@pytest.mark.parametrize(
    ("stated", "published"),
    [("2004*", "2004"), ("1998?", "1998"), ("1999-10-20", "1999-10-20"), ("19??", None), ("", None), (2004, "2004")],
)
def test_dates_with_marks_of_doubt(web: LocalWeb, stated: object, published: str | None) -> None:
    assert only(web, publishedDate=stated).get("published") == published


def test_what_nobody_stated_is_not_told(web: LocalWeb) -> None:
    silent = only(web, averageRating=0, ratingsCount=0, pageCount=0, imageLinks=None, infoLink="")
    assert not {"rating", "rating_count", "pages", "image"} & set(silent)
    assert silent["url"] == "https://books.google.com/books?id=abc"


@pytest.mark.parametrize("value", [None, "x", 3, True, {"a": 1}, [None, 4, {}], 1e400])
def test_values_of_other_types_are_left_out(web: LocalWeb, value: object) -> None:
    names = set(volume()["volumeInfo"]) - {"title", "industryIdentifiers"}
    assert only(web, sale={"retailPrice": value, "offers": [value]}, **dict.fromkeys(names, value))["isbn"] == ONE


def test_answers_that_are_none_are_skipped_and_end_the_reading_when_they_go_on(web: LocalWeb) -> None:
    bad: list[Any] = [Reply("<html>"), {"error": {"code": 500}}, Reply("[]")]
    answers = {ONE: found(volume()), **dict(zip((TWO, THREE, FOUR), bad, strict=True))}
    listings, report = harvest(source := google(web, answers))
    assert [one.key for one in listings] == [f"isbn:{ONE}"]
    assert (report.skipped, report.complete, source.reached) == (3, False, FOUR)
    with pytest.raises(SourceError):
        harvest(google(web, {f"97800000{at:05}": Reply("<html>") for at in range(6)}))


def test_a_key_that_is_refused_is_an_error(web: LocalWeb) -> None:
    with pytest.raises(Refused):
        harvest(google(web, {ONE: Reply("{}", status=403), TWO: found(volume(TWO))}))
    with pytest.raises(FetchError, match="400"):
        harvest(google(web, {f"97800000{at:05}": Reply("{}", status=400) for at in range(6)}))


def test_settings_are_checked() -> None:
    with pytest.raises(SourceError, match="limit_a_day"):
        GoogleBooks({"limit_a_day": 0})
    with pytest.raises(SourceError, match="did you mean 'key'"):
        GoogleBooks({"kay": "s"})


@pytest.mark.shared
def test_the_recorded_answers(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/google_books"
    names = {"9780307829603": "crime_and_punishment", "9780132119177": "pragmatic_programmer"}
    answers: dict[str, Any] = {
        isbn: json.loads((folder / f"volumes_{name}.json").read_text()) for isbn, name in names.items()
    }
    answers["9780132119184"] = Reply((folder / "error_429_quota.json").read_bytes(), status=429)
    (crime, pragmatic), report = harvest(source := google(web, answers))
    description = told(pragmatic).pop("description")
    assert description.startswith("What others in the trenches say about The Pragmatic Programmer")
    assert {name: value for name, value in told(pragmatic).items() if name != "description"} == {
        "kind": Kind.BOOK,
        "title": "The Pragmatic Programmer: From Journeyman to Master",
        "url": "https://market.android.com/details?id=book-5wBQEp6ruIAC",
        "provider": "Google Books",
        "institution": "Addison-Wesley Professional",
        "authors": ("Andrew Hunt", "David Thomas"),
        "language": "en",
        "price": Price(amount=31.37, currency="USD"),
        "is_free": False,
        "rating": 4.0,
        "rating_count": 16,
        "subjects": ("Computers",),
        "isbn": "9780132119177",
        "pages": 352,
        "published": "1999-10-20",
        "image": "https://books.google.com/books/content?id=5wBQEp6ruIAC&printsec=frontcover&img=1&zoom=1"
        "&source=gbs_api",
    }
    assert (crime.resource.title, crime.resource.pages, crime.resource.published) == (
        "Crime and Punishment",
        592,
        "2012-08-08",
    )
    assert crime.resource.price == Price(amount=76.95, currency="BRL")
    assert crime.resource.url == "https://play.google.com/store/books/details?id=U5NhxE67JjMC"
    assert (report.complete, source.reached) == (False, "9780132119177")
