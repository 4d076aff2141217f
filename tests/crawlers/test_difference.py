import random

import pytest
from msgspec.structs import replace

from catalog.model import LearningResource, Listing, Price, decoder, encode
from crawlers.trust.difference import BATCH, SAMPLE, Difference, FieldChange, difference, value_words
from tests.crawlers.breaks import SOURCE, Crawl, MemoryRecord, crawl_of, evolved


def compared(old: Crawl, new: Crawl, *, whole: bool = True) -> Difference:
    return difference(iter(new), SOURCE, MemoryRecord(old), whole)


def with_values(listing: Listing, **values: object) -> Listing:
    return replace(listing, resource=replace(listing.resource, **values))


def priced(*prices: Price | None) -> Crawl:
    return [with_values(one, price=price) for one, price in zip(crawl_of(len(prices)), prices, strict=True)]


def usd(amount: float) -> Price:
    return Price(amount=amount, currency="USD")


def test_a_first_crawl_is_all_new() -> None:
    found = compared([], crawl_of(30))
    assert (found.listed, found.added, found.known, found.live, found.missing) == (30, 30, 0, 0, 0)
    assert len(found.new) == SAMPLE


def test_the_same_again_differs_in_nothing() -> None:
    found = compared(crawl_of(30), crawl_of(30))
    assert (found.known, found.live) == (30, 30)
    assert (found.added, found.changed, found.missing, found.alterations) == (0, 0, 0, ())
    assert list(found.lines()) == []


def test_added_changed_and_missing() -> None:
    crawl = crawl_of(6)
    found = compared(crawl[:5], [with_values(crawl[0], title="New title"), *crawl[2:]])
    assert (found.added, found.changed, found.missing, found.retitled) == (1, 1, 1, 1)
    assert [one.key for one in found.new] == ["k5"]
    assert [one.key for one in found.gone] == ["k1"]
    (altered,) = found.alterations
    assert (altered.key, altered.field, altered.old, altered.new) == (
        "k0",
        "title",
        crawl[0].resource.title,
        "New title",
    )


def test_what_an_incomplete_crawl_did_not_see_is_not_missing() -> None:
    found = compared(crawl_of(6), crawl_of(2), whole=False)
    assert (found.missing, found.gone, found.live) == (0, (), 6)


@pytest.mark.parametrize(
    ("old", "new", "jumps"),
    [
        (usd(49.0), usd(0.49), True),
        (usd(10.0), usd(50.0), True),
        (usd(10.0), usd(49.0), False),
        (usd(0.0), usd(9.0), True),
        (usd(9.0), usd(0.0), True),
        (usd(9.0), Price(amount=9.0), True),
        (usd(9.0), Price(amount=9.0, currency="INR"), True),
    ],
)
def test_prices_change_or_jump(old: Price, new: Price, jumps: bool) -> None:
    found = compared(priced(old), priced(new))
    assert (found.price_changes, found.price_jumps) == (1, int(jumps))


def test_what_is_lost_or_gained_is_no_replacement() -> None:
    found = compared(priced(usd(1.0), None, usd(3.0), None), priced(None, usd(2.0), usd(3.0), None))
    assert found.of("price") == FieldChange(told=2, lost=1, gained=1)
    assert {(one.old, one.new) for one in found.alterations} == {("1.00 USD", None), (None, "2.00 USD")}


def test_changed_keys_show_as_churn_with_the_same_titles() -> None:
    old = crawl_of(40)
    found = compared(old, [replace(one, key=f"new-{one.key}") for one in old[:30]])
    assert (found.added, found.missing, found.renamed) == (30, 40, 30)
    assert found.churn == 0.75


def test_one_title_stands_for_one_missing_listing_only() -> None:
    one, other, third = (with_values(listing, title="Same") for listing in crawl_of(3))
    assert compared([one, other], [third]).renamed == 1


def test_the_record_is_asked_in_batches() -> None:
    record = MemoryRecord(crawl_of(2 * BATCH + 1))
    found = difference(crawl_of(2 * BATCH + 1), SOURCE, record, True)
    assert found.known == 2 * BATCH + 1
    assert record.most_keys == BATCH <= 900


def test_listings_of_several_sources_are_kept_apart() -> None:
    """A file may hold listings that say they are of other sources; only those of its own can be missing from it."""
    mine, other = crawl_of(1)[0], replace(crawl_of(1)[0], source="other")
    found = difference([other], SOURCE, MemoryRecord([mine]), True)
    assert (found.added, found.known, found.missing) == (1, 0, 1)


def test_samples_are_bounded_and_the_same_in_any_order() -> None:
    old, chance = crawl_of(2000), random.Random(1)
    new = evolved(old, chance, new=crawl_of(300, start=2000))
    found = compared(old, new)
    chance.shuffle(new)
    assert compared(old, new) == found
    assert len(found.new) == len(found.gone) == SAMPLE
    assert len(found.alterations) < 130
    assert len(encode(found)) < 40_000


def test_price_jumps_are_shown_before_other_changes() -> None:
    old = priced(*(usd(10.0) for _ in range(500)))
    new = [with_values(one, price=usd(1000.0 if n in {77, 388} else 11.0)) for n, one in enumerate(old)]
    assert {one.key for one in compared(old, new).alterations[:2]} == {"k77", "k388"}


def test_it_is_kept_as_json() -> None:
    found = compared(crawl_of(50), evolved(crawl_of(50), random.Random(2), new=crawl_of(5, start=50)))
    assert decoder(Difference).decode(encode(found)) == found


def test_it_is_rendered_for_a_terminal() -> None:
    crawl = [with_values(one, title=f"Course {n}\nin lines") for n, one in enumerate(priced(*[usd(49.0)] * 3))]
    found = compared(crawl[:2], [with_values(crawl[0], price=usd(0.49)), crawl[2]])
    assert list(found.lines()) == [
        "+ 1 added",
        "    + Course 2 in lines  k2",
        "~ 1 changed",
        "  ~ price: 1 replaced, 1 by a multiple of 1",
        "    ~ price 49.00 USD → 0.49 USD  Course 0 in lines",
        "- 1 missing",
        "    - Course 1 in lines  k1",
    ]
    assert found.words() == "1 added, 1 changed (1 prices, 1 of them by a multiple), 1 missing of 2"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, None),
        ((), None),
        (("a", "b"), "a, b"),
        (True, "true"),
        (4.5, "4.5"),
        (Price(amount=3.0), "3.00"),
        ("x" * 90, "x" * 59 + "…"),
    ],
)
def test_values_in_words(value: object, words: str | None) -> None:
    assert value_words(value) == words


def test_every_property_is_compared() -> None:
    assert set(compared(crawl_of(9), crawl_of(9)).fields) <= set(LearningResource.__struct_fields__)
    assert "isbn" in compared(crawl_of(9), crawl_of(9)).fields
