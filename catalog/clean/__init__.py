"""What sources write, turned into our values: pure functions where missing stays missing and garbage becomes None."""

from catalog.clean.addresses import canonical_url, site_name, url_key
from catalog.clean.dates import partial_date
from catalog.clean.effort import hours
from catalog.clean.identifiers import doi, isbn10, isbn13
from catalog.clean.languages import language, may_be_in
from catalog.clean.levels import level, level_in_title
from catalog.clean.money import price
from catalog.clean.numbers import count, rating
from catalog.clean.words import names, text

__all__ = [
    "canonical_url",
    "count",
    "doi",
    "hours",
    "isbn10",
    "isbn13",
    "language",
    "level",
    "level_in_title",
    "may_be_in",
    "names",
    "partial_date",
    "price",
    "rating",
    "site_name",
    "text",
    "url_key",
]
