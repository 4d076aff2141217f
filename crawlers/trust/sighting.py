"""What a crawl says of the canaries: the listings whose values are known."""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from catalog.model import Listing, Value
from crawlers.source import Canary
from crawlers.trust.difference import value_words


class Sighting(Value, frozen=True, kw_only=True):
    """What was seen of one canary: ``told`` is its value in words, None where it says nothing of the property."""

    key: str
    field: str
    expected: str
    seen: bool = False
    known_field: bool = True
    right: bool = False
    told: str | None = None

    def alarm(self) -> Iterator[str]:
        """Why the crawl should be held; nothing where all is as it should be."""
        where = f"the canary {self.key}"
        if not self.seen:
            yield f"{where} is not listed; it should tell {self.field} “{self.expected}”"
        elif not self.known_field:
            yield f"{where} watches {self.field!r}, which is no property of a listing; correct the source's canaries"
        elif not self.right:
            yield f"{where} tells {self.field} {f'“{self.told}”' if self.told else 'no more'}, not “{self.expected}”"


class Watch:
    """Looks for canaries in listings that pass by on their way to somewhere else."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._canaries: dict[str, list[Canary]] = {}
        for canary in canaries:
            self._canaries.setdefault(canary.key, []).append(canary)
        self._sightings: dict[Canary, Sighting] = {}

    def over(self, listings: Iterable[Listing]) -> Iterator[Listing]:
        """The same listings, one after the other."""
        for listing in listings:
            if listing.key in self._canaries:
                for canary in self._canaries[listing.key]:
                    self._sightings[canary] = _sighting(canary, listing)
            yield listing

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """What was seen so far, a canary not met among them."""
        return tuple(
            self._sightings.get(canary) or Sighting(key=canary.key, field=canary.field, expected=canary.value)
            for canaries in self._canaries.values()
            for canary in canaries
        )


def _sighting(canary: Canary, listing: Listing) -> Sighting:
    try:
        value = attrgetter(canary.field)(listing.resource)
    except AttributeError:
        known = canary.field.partition(".")[0] in listing.resource.__struct_fields__
        return Sighting(key=canary.key, field=canary.field, expected=canary.value, seen=True, known_field=known)
    return Sighting(
        key=canary.key,
        field=canary.field,
        expected=canary.value,
        seen=True,
        right=_agrees(value, canary.value),
        told=value_words(value),
    )


def _agrees(value: object, expected: str) -> bool:
    """Is a value what the canary expects: as text, as a number, or as one of several?"""
    if isinstance(value, tuple):
        return expected in value or ", ".join(map(str, value)) == expected
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value) == float(expected)
        except ValueError:
            return False
    if isinstance(value, str):
        return value == expected
    return value_words(value) == expected
