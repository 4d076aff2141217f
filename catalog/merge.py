"""From all listings of an entry to one resource: field by field, the most trusted teller first.

Trust falls in this order: the editors, the provider itself (its own address), all others; then by source and key, so
that the same listings always give the same resource whatever the order they came in.
"""

from collections.abc import Sequence

import msgspec

from catalog.model import LearningResource, Listing

EDITORS = frozenset({"editors", "starter"})

# Properties that only make sense together are taken together, from the first listing that tells any of them.
_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("level", "level_text"),
    ("hours_min", "hours_max", "duration_text"),
    ("price", "is_free", "access_note"),
    ("rating", "rating_count"),
)
_UNITED = ("subjects", "skills", "roles")  # one list may add to another
_GROUPED = {name for group in _TOGETHER for name in group}
_GROUPS = _TOGETHER + tuple(
    (name,) for name in LearningResource.__struct_fields__ if name not in _GROUPED and name not in _UNITED
)
_MOST_TAGS = 40


def by_trust(listings: Sequence[Listing]) -> list[Listing]:
    """The listings, the most trusted first."""
    return sorted(listings, key=lambda told: (_rank(told), told.source, told.key))


def merge(listings: Sequence[Listing]) -> tuple[LearningResource, dict[str, str]]:
    """One resource from listings in order of trust, and for each property not told by the first the source that told
    it.
    """
    first, *others = listings
    if not others:
        return first.resource, {}
    values: dict[str, object] = {}
    told_by: dict[str, str] = {}
    for group in _GROUPS:
        for told in listings:
            found = {name: value for name in group if (value := getattr(told.resource, name)) not in (None, ())}
            if found:
                values.update(found)
                if told is not first:
                    told_by.update(dict.fromkeys(found, told.source))
                break
    for name in _UNITED:
        united, tellers = _unite(name, listings)
        if united:
            values[name] = united
            if tellers != [first.source]:
                told_by[name] = ", ".join(tellers)
    return msgspec.convert(values, LearningResource), told_by


def _unite(name: str, listings: Sequence[Listing]) -> tuple[tuple[str, ...], list[str]]:
    united: dict[str, str] = {}
    tellers: dict[str, None] = {}
    for told in listings:
        for tag in getattr(told.resource, name):
            if tag.casefold() not in united and len(united) < _MOST_TAGS:
                united[tag.casefold()] = tag
                tellers[told.source] = None
    return tuple(united.values()), list(tellers)


def _rank(told: Listing) -> int:
    if told.source in EDITORS:
        return 0
    host = (told.resource.url or "").partition("://")[2].partition("/")[0].lower()
    provider = "".join(filter(str.isalnum, (told.resource.provider or "").lower()))
    return 1 if provider and provider in host.replace("-", "").replace(".", "") else 2
