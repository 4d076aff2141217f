"""What a crawl looks like from afar: how much it tells of each property, and how its values are spread."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any
from zlib import crc32

from msgspec import field

from catalog.model import LearningResource, Listing, Value
from crawlers.trust.strange_texts import LOOKED_AT, is_garbled, is_strange

TOP_VALUES = 30  # of a category: enough for every language or provider that matters
TOP_TEXTS = 3  # of titles, addresses, pictures: only a default value is looked for
LONGEST_TEXT = 200  # characters by which two texts are told apart
SHOWN = 80  # characters of a text that a profile keeps

_BATCH = 1000  # listings whose columns are read at once
_DISTINCT = 20_000  # values counted one by one; above it the rare ones are forgotten
_SAMPLE = 8_000  # numbers or texts looked at; above it every second one, then every fourth…
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

_MISSING: dict[str, object] = dict.fromkeys(("authors", "subjects", "skills", "roles", "syllabus", "instances"), ())
_COLUMNS = tuple((name, attrgetter(name), _MISSING.get(name)) for name in LearningResource.__struct_fields__)


class Spread(Value, frozen=True, kw_only=True):
    """How often each of the most frequent values is told; ``rest`` is all the others together."""

    values: dict[str, int] = field(default_factory=dict)
    rest: int = 0

    @property
    def total(self) -> int:
        return sum(self.values.values()) + self.rest

    @property
    def prevailing(self) -> tuple[str, int]:
        """The most frequent value, and how many tell it."""
        return next(iter(self.values.items()), ("", 0))

    def distance(self, other: "Spread") -> float:
        """The share of listings that would have to tell another value to get from one to the other, at the least.

        The total variation distance; a value that is among the most frequent of one side only counts as if the other
        held as much of it among its rest as it could.
        """
        mine, theirs = max(self.total, 1), max(other.total, 1)
        shared = 0.0
        own_rest, other_rest = self.rest, other.rest
        for name in {*self.values, *other.values}:
            own, others = self.values.get(name), other.values.get(name)
            if own is None:
                own = min(own_rest, round((others or 0) * mine / theirs), min(self.values.values(), default=0))
                own_rest -= own
            if others is None:
                others = min(other_rest, round(own * theirs / mine), min(other.values.values(), default=0))
                other_rest -= others
            shared += min(own / mine, others / theirs)
        return max(0.0, 1.0 - shared - min(own_rest / mine, other_rest / theirs))


class Numbers(Value, frozen=True, kw_only=True):
    """How numbers lie: how many are told, and those below which 5, 25, 50, 75 and 95 of a hundred are."""

    count: int = 0
    quantiles: tuple[float, ...] = ()


class Profile(Value, frozen=True, kw_only=True):
    """A crawl in a few hundred numbers.

    ``told`` is how many listings tell each property, ``spreads`` the most frequent values of categories and the few
    most frequent texts, ``numbers`` how numbers and the lengths of texts lie, ``repeated`` about how many listings say
    in title and description what an earlier one said. ``strange`` counts titles and descriptions, by property, that
    look like an error or a challenge page, ``garbled`` listings whose letters were decoded wrongly.
    """

    listings: int = 0
    told: dict[str, int] = field(default_factory=dict)
    spreads: dict[str, Spread] = field(default_factory=dict)
    numbers: dict[str, Numbers] = field(default_factory=dict)
    lengths: dict[str, float] = field(default_factory=dict)  # characters of a title, of a description: the mean
    repeated: int = 0
    strange: dict[str, int] = field(default_factory=dict)
    garbled: int = 0

    def share(self, name: str) -> float:
        """How many of the listings tell a property, from 0 to 1."""
        return self.told.get(name, 0) / self.listings if self.listings else 0.0


Column = Sequence[Any]
Columns = dict[str, Column]


def _told(column: Column) -> Column:
    return [value for value in column if value is not None]


def _host(address: str) -> str:
    return address.split("/", 3)[2] if address.count("/") > 1 else address


def _texts(name: str) -> Callable[[Columns], Iterable[Any]]:
    return lambda columns: [text[:LONGEST_TEXT] for text in columns[name] if text is not None]


def _plain(name: str) -> Callable[[Columns], Iterable[Any]]:
    return lambda columns: _told(columns[name])


_CATEGORIES: dict[str, Callable[[Columns], Iterable[Any]]] = {
    **{
        name: _plain(name)
        for name in ("kind", "provider", "institution", "language", "level", "is_free", "licence", "access_note")
    },
    "currency": lambda columns: [one.currency or "none" for one in columns["price"] if one is not None],
    "host": lambda columns: [_host(address) for address in columns["url"] if address is not None],
}
_TEXTS: dict[str, Callable[[Columns], Iterable[Any]]] = {
    **{name: _texts(name) for name in ("title", "description", "url", "image", "isbn", "doi", "published")},
    "authors": lambda columns: [", ".join(names)[:LONGEST_TEXT] for names in columns["authors"] if names],
}
_NUMBERS: dict[str, Callable[[Columns], Iterable[float]]] = {
    **{name: _plain(name) for name in ("hours_min", "rating", "rating_count", "pages")},
    "price": lambda columns: [one.amount for one in columns["price"] if one is not None],
    "published": lambda columns: [int(one[:4]) for one in columns["published"] if one and one[:4].isdecimal()],
    "title length": lambda columns: list(map(len, columns["title"])),
    "description length": lambda columns: [len(one) for one in columns["description"] if one is not None],
}


class _Frequencies:
    """Counts values in bounded memory: a value that many listings tell is never forgotten."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._total = 0
        self._counts: Counter[Any] = Counter()

    def add(self, values: Iterable[Any]) -> None:
        told = values if isinstance(values, list) else list(values)
        self._total += len(told)
        self._counts.update(told)
        if len(self._counts) > _DISTINCT:
            self._counts = Counter(dict(self._counts.most_common(_DISTINCT // 4)))

    def spread(self) -> Spread:
        counted = sorted(((_word(value), count) for value, count in self._counts.items()), key=lambda one: one[0])
        counted.sort(key=lambda one: -one[1])  # equal counts in the order of their words, so that it is the same always
        top: dict[str, int] = {}
        for word, count in counted[: self._keep]:
            top[word] = top.get(word, 0) + count
        return Spread(values=top, rest=self._total - sum(top.values()))


class _Sample:
    """Every number of a few, every second, fourth… of many: bounded, and the same each time."""

    def __init__(self) -> None:
        self._stride = 1
        self._next = 0
        self._kept = array("d")
        self._total = 0

    def add(self, values: Iterable[float]) -> None:
        told = values if isinstance(values, list) else list(values)
        self._kept.extend(told[self._next :: self._stride])
        self._total += len(told)
        if len(self._kept) > 2 * _SAMPLE:
            self._kept = self._kept[::2]
            self._stride *= 2
        self._next = -self._total % self._stride

    def numbers(self) -> Numbers:
        ordered = sorted(self._kept)
        places = [round(share * (len(ordered) - 1)) for share in _QUANTILES] if ordered else []
        return Numbers(count=self._total, quantiles=tuple(round(ordered[place], 4) for place in places))


class _Repeats:
    """About how many texts were there before, seen on those whose checksum falls into an ever smaller part."""

    def __init__(self) -> None:
        self._part = 1
        self._counts: Counter[int] = Counter()
        self._total = 0

    def add(self, marks: Sequence[int]) -> None:
        self._total += len(marks)
        self._counts.update(marks if self._part == 1 else [mark for mark in marks if mark % self._part == 0])
        while len(self._counts) > _DISTINCT:
            self._part *= 2
            self._counts = Counter({mark: n for mark, n in self._counts.items() if mark % self._part == 0})

    def estimate(self) -> int:
        looked_at = self._counts.total()
        return round(self._total * (looked_at - len(self._counts)) / looked_at) if looked_at else 0


class _Account:
    """A profile in the making."""

    def __init__(self) -> None:
        self.listings = 0
        self.told: Counter[str] = Counter()
        self.categories = {name: _Frequencies(TOP_VALUES) for name in _CATEGORIES}
        self.texts = {name: _Frequencies(TOP_TEXTS) for name in _TEXTS}
        self.numbers = {name: _Sample() for name in _NUMBERS}
        self.characters: Counter[str] = Counter()
        self.repeats = _Repeats()
        self.strange: Counter[str] = Counter()
        self.garbled = 0

    def add(self, resources: Sequence[LearningResource]) -> None:
        self.listings += len(resources)
        columns: Columns = {}
        for name, getter, missing in _COLUMNS:
            column = columns[name] = list(map(getter, resources))
            self.told[name] += len(column) - column.count(missing)
        for name, values_of in _CATEGORIES.items():
            self.categories[name].add(values_of(columns))
        for name, texts_of in _TEXTS.items():
            self.texts[name].add(texts_of(columns))
        for name, numbers_of in _NUMBERS.items():
            self.numbers[name].add(numbers_of(columns))
        self._add_texts(columns["title"], [(text or "")[:LOOKED_AT] for text in columns["description"]])
        for name in ("title", "description"):
            self.characters[name] += sum(map(len, _told(columns[name])))

    def _add_texts(self, titles: Sequence[str], descriptions: Sequence[str]) -> None:
        self.strange["title"] += sum(map(is_strange, titles))
        self.strange["description"] += sum(map(is_strange, descriptions))
        both = [f"{title}\n{description}" for title, description in zip(titles, descriptions, strict=True)]
        self.garbled += sum(map(is_garbled, both))
        self.repeats.add([crc32(text.encode("utf-8", "replace")) for text in both])

    def profile(self) -> Profile:
        spreads = {name: counted.spread() for name, counted in (self.categories | self.texts).items()}
        numbers = {name: sample.numbers() for name, sample in self.numbers.items()}
        return Profile(
            listings=self.listings,
            told={name: count for name, count in self.told.items() if count},
            spreads={name: spread for name, spread in spreads.items() if spread.total},
            numbers={name: one for name, one in numbers.items() if one.count},
            lengths={name: round(n / self.told[name], 1) for name, n in self.characters.items() if n},
            repeated=self.repeats.estimate(),
            strange={name: count for name, count in self.strange.items() if count},
            garbled=self.garbled,
        )


def profile_of(listings: Iterable[Listing]) -> Profile:
    """The profile of a crawl, read once from its beginning to its end."""
    account = _Account()
    resources = (listing.resource for listing in listings)
    while some := list(islice(resources, _BATCH)):
        account.add(some)
    return account.profile()


def _word(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text[:SHOWN]
