"""Which listings speak of one resource: exact keys only, and what speaks against them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.clean import canonical_url
from catalog.identity import identity_keys, same_resource
from catalog.model import Kind, LearningResource, Listing

ISBN, OTHER_ISBN = "9781617294549", "9781098156633"
URL = "https://academy.example.org/courses/sql"


def resource(kind: Kind = Kind.COURSE, **told: str) -> LearningResource:
    return LearningResource(kind=kind, title="SQL", **told)  # type: ignore[arg-type]


def listing(told: LearningResource, source: str = "one", key: str = "a") -> Listing:
    return Listing(source=source, key=key, resource=told)


def test_the_surest_key_comes_first() -> None:
    told = resource(Kind.BOOK, isbn=ISBN, doi="10.1000/182", url=URL)
    assert identity_keys(told) == (f"isbn:{ISBN}", "doi:10.1000/182", "url:academy.example.org/courses/sql")


def test_what_names_nothing_exact_has_no_key() -> None:
    assert identity_keys(resource()) == ()


@pytest.mark.parametrize("address", ["https://example.org/", "https://www.example.org", "http://example.org:8080/"])
def test_a_front_page_identifies_nothing(address: str) -> None:
    assert identity_keys(resource(url=address)) == ()


@pytest.mark.parametrize("address", ["https://example.org/?course=5", "https://example.org/sql", "https://e.org/#/sql"])
def test_other_pages_do(address: str) -> None:
    assert len(identity_keys(resource(url=address))) == 1


@pytest.mark.parametrize(
    "address",
    [
        URL,
        URL + "/",
        URL.replace("https", "http"),
        URL.replace("academy", "www.academy"),
        URL + "?utm_source=newsletter&gclid=1",
        URL + "#reviews",
        URL.replace("academy", "ACADEMY"),
        URL.replace("sql", "%73ql"),
    ],
)
def test_addresses_of_one_page_give_one_key(address: str) -> None:
    assert identity_keys(resource(url=canonical_url(address) or "")) == identity_keys(resource(url=URL))


@pytest.mark.parametrize("address", [URL + "?page=2", URL + "/advanced", URL.replace("sql", "SQL")])
def test_addresses_of_other_pages_do_not(address: str) -> None:
    assert identity_keys(resource(url=canonical_url(address) or "")) != identity_keys(resource(url=URL))


@pytest.mark.parametrize("key", [f"isbn:{ISBN}", "doi:10.1000/182"])
def test_an_exact_key_decides_whatever_else_differs(key: str) -> None:
    known = [listing(resource(Kind.BOOK, isbn=ISBN, url=URL), "one", "b")]
    assert same_resource(key, listing(resource(Kind.COURSE), "one", "a"), known)


@pytest.mark.parametrize(
    ("told", "other", "same"),
    [
        (resource(), resource(), True),
        (resource(Kind.COURSE), resource(Kind.TUTORIAL), True),
        (resource(Kind.COURSE), resource(Kind.BOOK), False),
        (resource(Kind.BOOK), resource(Kind.COURSE), False),
        (resource(Kind.BOOK, isbn=ISBN), resource(Kind.BOOK, isbn=ISBN), True),
        (resource(Kind.BOOK, isbn=ISBN), resource(Kind.BOOK), True),
        (resource(Kind.BOOK, isbn=ISBN), resource(Kind.BOOK, isbn=OTHER_ISBN), False),
    ],
)
def test_an_address_decides_unless_something_exact_speaks_against_it(
    told: LearningResource, other: LearningResource, *, same: bool
) -> None:
    assert same_resource("url:e.org/x", listing(told, "one"), [listing(other, "two")]) is same


def test_one_source_that_lists_two_apart_is_believed() -> None:
    told = listing(resource(), "one", "a")
    assert not same_resource("url:e.org/x", told, [listing(resource(), "one", "b")])
    assert same_resource("url:e.org/x", told, [listing(resource(), "one", "a")])
    assert not same_resource("url:e.org/x", told, [listing(resource(), "two", "a"), listing(resource(), "one", "b")])


def test_an_address_nobody_lists_any_more_still_leads_to_its_entry() -> None:
    assert same_resource("url:e.org/x", listing(resource()), [])


@given(st.text(max_size=60))
def test_any_address_gives_the_same_keys_each_time(path: str) -> None:
    address = canonical_url(f"https://e.org/{path}")
    if address is not None:
        again = canonical_url(address)
        assert again is not None
        assert identity_keys(resource(url=again)) == identity_keys(resource(url=address))
