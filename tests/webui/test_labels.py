import pytest

from catalog.model import Kind, LearningResource, Price
from catalog.vocabulary import Vocabulary
from indexer.fields import FACETS
from indexer.query import NOT_STATED
from webui import labels


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (6.0, 8.0, "about 6–8 hours"),
        (None, 0.4, "about 24 minutes"),
        (1.0, 1.0, "about 1 hour"),
        (1.5, None, "about 1.5 hours"),
        (0.0, 3.0, "up to 3 hours"),
        (0.0, 0.5, "up to 30 minutes"),
        (12.2, 40.0, "about 12–40 hours"),
        (0.001, 0.001, "about 1 minute"),
        (None, None, None),
        (0.0, 0.0, None),
    ],
)
def test_hours(least: float | None, most: float | None, words: str | None) -> None:
    assert labels.hours(least, most) == words


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(amount=49, currency="USD"), "US$ 49"),
        (Price(amount=1234.5, currency="CHF"), "CHF 1,234.50"),
        (Price(amount=3), "3 (currency not stated)"),
    ],
)
def test_money(price: Price, words: str) -> None:
    assert labels.money(price) == words


@pytest.mark.parametrize(
    ("is_free", "price", "full", "short"),
    [
        (True, None, "Free", "Free"),
        (True, Price(amount=49, currency="EUR"), "Free; a price of € 49 is named too", "Free"),
        (False, None, "Paid; the price is not stated", "Paid"),
        (None, Price(amount=5, currency="GBP"), "£ 5", "£ 5"),
        (None, Price(amount=5), "5 (currency not stated)", "Paid"),
        (None, Price(amount=0, currency="USD"), None, None),
        (None, None, None, None),
    ],
)
def test_cost(is_free: bool | None, price: Price | None, full: str | None, short: str | None) -> None:
    resource = LearningResource(kind=Kind.COURSE, title="x", is_free=is_free, price=price)
    assert labels.cost(resource) == full
    assert labels.short_cost(resource) == short


@pytest.mark.parametrize(
    ("partial", "words"),
    [
        ("2017", "2017"),
        ("2017-05", "May 2017"),
        ("2017-05-03", "3 May 2017"),
        ("2026-01-02T03:04:05Z", "2 January 2026"),
        ("2017-13", "2017"),
        ("soon", "soon"),
        ("", None),
        (None, None),
    ],
)
def test_dates_keep_the_precision_they_have(partial: str | None, words: str | None) -> None:
    assert labels.date(partial) == words


def test_languages_have_their_english_names() -> None:
    assert labels.language("pt-br") == "Portuguese (Brazil)"
    assert labels.language("de") == "German"
    assert labels.language("zh-hant-tw") == "Chinese (Traditional, Taiwan)"
    assert labels.language("xx") == "xx"
    assert labels.language("not a code") == "not a code"


def test_numbers_agree_with_their_nouns() -> None:
    assert labels.counted(1, "resource") == "1 resource"
    assert labels.counted(2000, "resource") == "2,000 resources"
    assert (
        labels.rating(LearningResource(kind=Kind.BOOK, title="x", rating=4.0, rating_count=1)) == "4.0 of 5 (1 rating)"
    )


def test_every_kind_has_words() -> None:
    assert set(labels.KINDS) == set(Kind)


def test_every_facet_value_has_words_even_unknown_ones(vocabulary: Vocabulary) -> None:
    for facet in FACETS:
        assert labels.facet_value(facet.name, NOT_STATED, vocabulary) == "Not stated"
        assert labels.facet_value(facet.name, "xyzzy", vocabulary)


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ({"topic": ("kafka", "java", "programming-languages")}, "Also teaches Apache Kafka and Java"),
        ({"title": ("raft",), "level": ("beginner",)}, "“raft” in its title too; same level"),
        ({"topic": ("gone",), "role": ("back-end-engineer",)}, "For Back-End Engineer too"),
        ({}, ""),
    ],
)
def test_why_resources_are_similar(vocabulary: Vocabulary, reasons: dict[str, tuple[str, ...]], words: str) -> None:
    assert labels.likeness(reasons, vocabulary) == words
