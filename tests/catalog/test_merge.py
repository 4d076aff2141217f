"""Many accounts of one resource become one, field by field, and each field says who told it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.merge import by_trust, merge
from catalog.model import Entry, Kind, LearningResource, Level, Listing, Price


def listing(source: str, key: str = "k", **told: object) -> Listing:
    return Listing(source=source, key=key, resource=LearningResource(**({"kind": Kind.BOOK, "title": "SQL"} | told)))  # type: ignore[arg-type]


EDITORS = listing("starter", description="In our own words.")
PROVIDER = listing("manning", url="https://www.manning.com/books/sql", provider="Manning", pages=300, title="SQL, 2nd")
OTHER = listing("openlibrary", url="https://openlibrary.org/works/1", provider="Manning", pages=299, rating=4.5)


def entry_of(*listings: Listing) -> Entry:
    trusted = by_trust(listings)
    resource, told_by = merge(trusted)
    return Entry(
        id=1,
        resource=resource,
        told_by=told_by,
        listings=tuple((told.source, told.resource.url) for told in trusted),
    )


def test_editors_come_first_then_the_provider_itself_then_the_rest() -> None:
    assert by_trust([OTHER, PROVIDER, EDITORS]) == [EDITORS, PROVIDER, OTHER]


def test_equal_trust_is_ordered_by_source_and_key() -> None:
    one, two, three = listing("a", "2"), listing("a", "1"), listing("b", "0")
    assert by_trust([three, one, two]) == [two, one, three]


@pytest.mark.parametrize(
    ("provider", "url", "is_itself"),
    [
        ("edX", "https://www.edx.org/course/sql", True),
        ("Khan Academy", "https://www.khanacademy.org/sql", True),
        ("O'Reilly", "https://www.oreilly.com/library/sql", True),
        ("Hyperskill", "https://hyper-skill.org/sql", True),
        ("Manning", "https://openlibrary.org/manning", False),
        ("…", "https://example.org/sql", False),
        ("Manning", None, False),
        (None, "https://www.manning.com/", False),
    ],
)
def test_a_provider_is_known_by_its_own_address(provider: str | None, url: str | None, *, is_itself: bool) -> None:
    told, other = listing("z", provider=provider, url=url), listing("a")
    assert by_trust([other, told])[0] is (told if is_itself else other)


def test_each_field_comes_from_the_most_trusted_that_tells_it() -> None:
    found = entry_of(OTHER, PROVIDER, EDITORS)
    assert found.resource.title == "SQL"
    assert found.resource.description == "In our own words."
    assert found.resource.pages == 300
    assert found.resource.rating == 4.5
    assert found.resource.url == "https://www.manning.com/books/sql"
    assert found.told_by == {"pages": "manning", "url": "manning", "provider": "manning", "rating": "openlibrary"}


def test_each_field_says_who_told_it() -> None:
    found = entry_of(OTHER, PROVIDER, EDITORS)
    tellers = {name: found.teller(name) for name in ("title", "description", "pages", "rating", "isbn", "authors")}
    assert tellers == {
        "title": "starter",
        "description": "starter",
        "pages": "manning",
        "rating": "openlibrary",
        "isbn": None,
        "authors": None,
    }


def test_what_only_makes_sense_together_is_taken_together() -> None:
    first = listing("a", price=Price(amount=30.0, currency="USD"), hours_max=10.0, level_text="For all")
    second = listing("b", is_free=True, hours_min=2.0, level=Level.BEGINNER, rating=4.0, rating_count=7)
    found = entry_of(first, second).resource
    assert (found.price, found.is_free) == (Price(amount=30.0, currency="USD"), None)
    assert (found.hours_min, found.hours_max) == (None, 10.0)
    assert (found.level, found.level_text) == (None, "For all")
    assert (found.rating, found.rating_count) == (4.0, 7)


def test_false_and_nought_are_told_values() -> None:
    found = entry_of(listing("a", is_free=False, rating_count=0), listing("b", is_free=True, rating_count=5)).resource
    assert found.is_free is False
    assert found.rating_count == 0


def test_tags_are_united_in_the_first_spelling() -> None:
    found = entry_of(listing("a", subjects=("SQL", "Data")), listing("b", subjects=("sql", "Joins")))
    assert found.resource.subjects == ("SQL", "Data", "Joins")
    assert found.teller("subjects") == "a, b"


def test_tags_of_one_source_name_that_source() -> None:
    found = entry_of(listing("a"), listing("b", skills=("joins",)))
    assert found.teller("skills") == "b"
    assert entry_of(listing("a", skills=("joins",)), listing("b")).teller("skills") == "a"


def test_tags_do_not_grow_without_end() -> None:
    many = [listing(source, subjects=tuple(f"{source}{at}" for at in range(30))) for source in "abcd"]
    found = entry_of(*many)
    assert len(found.resource.subjects) == 40
    assert found.teller("subjects") == "a, b"


def test_one_listing_is_its_own_resource() -> None:
    assert merge([OTHER]) == (OTHER.resource, {})


words = st.none() | st.sampled_from(["x", "y", "z"])
listings = st.lists(
    st.builds(
        Listing,
        source=st.sampled_from(["editors", "starter", "edx", "books"]),
        key=st.sampled_from("abc"),
        resource=st.builds(
            LearningResource,
            kind=st.sampled_from(Kind),
            title=st.sampled_from(["A", "B"]),
            url=st.none() | st.sampled_from(["https://edx.org/a", "https://e.org/b"]),
            provider=st.none() | st.just("edX"),
            description=words,
            level=st.none() | st.sampled_from(Level),
            level_text=words,
            hours_min=st.none() | st.just(1.0),
            hours_max=st.none() | st.just(2.0),
            is_free=st.none() | st.booleans(),
            subjects=st.lists(st.sampled_from(["SQL", "sql", "Go"]), max_size=2).map(tuple),
            authors=st.lists(st.sampled_from(["Ann", "Bob"]), max_size=2).map(tuple),
        ),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda told: (told.source, told.key),
)


@given(listings, st.randoms(use_true_random=False))
def test_the_order_in_which_they_came_does_not_matter(told: list[Listing], chance: random.Random) -> None:
    expected = entry_of(*told)
    chance.shuffle(told)
    assert entry_of(*told) == expected


@given(listings)
def test_every_value_was_told_by_whom_it_names(told: list[Listing]) -> None:
    found = entry_of(*told)
    for name in LearningResource.__struct_fields__:
        value, teller = getattr(found.resource, name), found.teller(name)
        if value in (None, ()):
            assert teller is None
        elif name in {"subjects", "skills"}:
            sources = str(teller).split(", ")
            assert {tag for one in told if one.source in sources for tag in getattr(one.resource, name)} >= set(value)
        else:
            assert value in [getattr(one.resource, name) for one in told if one.source == teller]


@given(listings)
def test_nothing_told_is_lost_but_to_a_more_trusted_word(told: list[Listing]) -> None:
    found = entry_of(*told).resource
    for name in ("url", "description", "provider", "authors"):
        if any(getattr(one.resource, name) not in (None, ()) for one in told):
            assert getattr(found, name) not in (None, ())
