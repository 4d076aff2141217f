"""A crawl beside what the record holds of its source: what is new, what says something else, what is gone."""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Generic, Protocol, TypeVar
from zlib import crc32

from msgspec import field

from catalog.model import LearningResource, Listing, Price, Value

BATCH = 900  # keys asked for at once
SAMPLE = 20  # of what was added, is missing, or changed in price or title
SMALL_SAMPLE = 3  # of what changed in another property
SHOWN = 60  # characters of a value that are kept

PRICE_JUMP = 5.0  # a price this many times higher or lower, or from or to nothing, is no sale
JUMPS = {"hours_min": 5.0, "pages": 5.0, "rating": 1.9}  # the same for other numbers; a rating jumps to another scale

V = TypeVar("V")

_MISSING: dict[str, object] = dict.fromkeys(("authors", "subjects", "skills", "roles", "syllabus", "instances"), ())
_FIRST = ("price", "title")  # what an operator looks at first
_FIELDS = tuple(
    (name, attrgetter(name), _MISSING.get(name))
    for name in (*_FIRST, *(name for name in LearningResource.__struct_fields__ if name not in _FIRST))
)


class Record(Protocol):
    """What a difference asks of the record: live listings only."""

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, Listing]:
        """The listings of a source under these keys, at most 900 of them, by key."""
        ...

    def live_keys(self, source: str) -> Iterable[tuple[str, str]]:
        """(key, title) of every listing of a source."""
        ...


class Mention(Value, frozen=True, kw_only=True):
    """A listing by name."""

    key: str
    title: str


class Alteration(Value, frozen=True, kw_only=True):
    """What one listing says of one property, before and now, in words; None where it said or says nothing."""

    key: str
    title: str
    field: str
    old: str | None = None
    new: str | None = None


class FieldChange(Value, frozen=True, kw_only=True):
    """What became of a property in the listings that the record knows.

    Of those ``told`` before, some ``lost`` it and some had it ``replaced``; in ``jumped`` of these a number is a
    multiple of what it was. ``gained`` tell it now and did not before.
    """

    told: int = 0
    lost: int = 0
    replaced: int = 0
    jumped: int = 0
    gained: int = 0


class Difference(Value, frozen=True, kw_only=True):
    """A crawl beside the record, in counts and samples.

    ``known`` are the listings that the record has under their keys, ``live`` all that it has of the source; of the
    ``added``, ``renamed`` bear the title of a live listing that the crawl did not see. ``missing`` counts only where
    what was not seen is gone. Samples are the same whenever the same is compared.
    """

    listed: int = 0
    live: int = 0
    known: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    renamed: int = 0
    fields: dict[str, FieldChange] = field(default_factory=dict)
    new: tuple[Mention, ...] = ()
    gone: tuple[Mention, ...] = ()
    alterations: tuple[Alteration, ...] = ()

    def of(self, name: str) -> FieldChange:
        return self.fields.get(name, _UNCHANGED)

    @property
    def price_changes(self) -> int:
        return self.of("price").replaced

    @property
    def price_jumps(self) -> int:
        return self.of("price").jumped

    @property
    def retitled(self) -> int:
        return self.of("title").replaced

    @property
    def churn(self) -> float:
        """The share of the live listings that went away while as many new ones came, from 0 to 1."""
        return min(self.missing, self.added) / self.live if self.live else 0.0

    def words(self) -> str:
        """The whole in one line: ``12 added, 30 changed (4 prices, 1 of them by a multiple), 2 missing of 400``."""
        prices = f"{self.price_changes:,} prices, {self.price_jumps:,} of them by a multiple"
        details = [prices] if self.price_changes else []
        details += [f"{self.retitled:,} titles"] if self.retitled else []
        changed = f"{self.changed:,} changed" + (f" ({'; '.join(details)})" if details else "")
        moved = f" ({self.renamed:,} with the title of a missing one)" if self.renamed else ""
        return f"{self.added:,} added{moved}, {changed}, {self.missing:,} missing of {self.live:,}"

    def lines(self) -> Iterator[str]:
        """The counts and samples for a terminal: ``+`` added, ``~`` changed, ``-`` missing."""
        yield from _listed("+", self.added, "added", self.new)
        if self.changed:
            yield f"~ {self.changed:,} changed"
        for name, change in self.fields.items():
            if told := _told(change):
                yield f"  ~ {name}: {told}"
        for one in self.alterations:
            name = one.key if one.field == "title" else one.title
            yield f"    ~ {one.field} {one.old or 'nothing'} → {one.new or 'nothing'}  {name}"
        yield from _listed("-", self.missing, "missing", self.gone)


_UNCHANGED = FieldChange()


def difference(listings: Iterable[Listing], source: str, record: Record, whole: bool) -> Difference:
    """Compare a crawl with the live listings that the record holds of its source.

    ``whole`` says that what was not seen is gone: the source lists everything and was read to its end. The listings
    are read once; what is kept of each is a number or two.
    """
    comparison = _Comparison()
    rest = iter(listings)
    while batch := list(islice(rest, BATCH)):
        comparison.add(batch, record)
    comparison.look_for_missing(source, record, whole=whole)
    return comparison.result()


def value_words(value: object) -> str | None:
    """A value as an operator reads it, cut to a line; None where nothing is told."""
    if value is None or value == ():
        return None
    if isinstance(value, Price):
        text = f"{value.amount:.2f} {value.currency or ''}".rstrip()
    elif isinstance(value, tuple):
        text = ", ".join(str(one) for one in value)
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return _cut(text)


class _Selection(Generic[V]):
    """The few of many that an operator is shown: the weightiest, and of those an even pick that is always the same."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._ranks: list[tuple[bool, int, str]] = []
        self._values: dict[str, V] = {}

    def offer(self, key: str, make: Callable[[], V], *, weighty: bool = False) -> None:
        rank = (not weighty, crc32(key.encode("utf-8", "replace")), key)
        if key in self._values or (len(self._ranks) == self._size and rank > self._ranks[-1]):
            return
        insort(self._ranks, rank)
        self._values[key] = make()
        if len(self._ranks) > self._size:
            del self._values[self._ranks.pop()[2]]

    def chosen(self) -> tuple[V, ...]:
        return tuple(self._values[key] for _, _, key in self._ranks)


class _Comparison:
    """A difference in the making."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._fields = {name: Counter[str]() for name, _, _ in _FIELDS}
        self._seen: set[int] = set()
        self._new_titles: Counter[int] = Counter()  # as hashes, so that a crawl of hundreds of thousands stays small
        self._new: _Selection[Mention] = _Selection(SAMPLE)
        self._gone: _Selection[Mention] = _Selection(SAMPLE)
        self._altered: dict[str, _Selection[Alteration]] = {
            name: _Selection(SAMPLE if name in _FIRST else SMALL_SAMPLE) for name, _, _ in _FIELDS
        }

    def add(self, batch: Sequence[Listing], record: Record) -> None:
        self._counts["listed"] += len(batch)
        before = _known(batch, record)
        pairs: list[tuple[Listing, Listing]] = []
        for listing in batch:
            place = (listing.source, listing.key)
            self._seen.add(hash(place))
            old = before.get(place)
            if old is None:
                self._add_new(listing)
            else:
                pairs.append((old, listing))
        self._counts["known"] += len(pairs)
        self._counts["changed"] += sum(1 for old, new in pairs if old.resource != new.resource)
        for name, getter, missing in _FIELDS:
            olds = [getter(old.resource) for old, _ in pairs]
            news = [getter(new.resource) for _, new in pairs]
            self._fields[name]["told"] += len(olds) - olds.count(missing)
            if olds != news:
                self._add_changes(name, missing, pairs, zip(olds, news, strict=True))

    def _add_new(self, listing: Listing) -> None:
        self._counts["added"] += 1
        self._new_titles[_mark(listing.resource.title)] += 1
        self._new.offer(listing.key, lambda: Mention(key=listing.key, title=_cut(listing.resource.title)))

    def _add_changes(
        self,
        name: str,
        missing: object,
        pairs: Sequence[tuple[Listing, Listing]],
        values: Iterable[tuple[object, object]],
    ) -> None:
        counts, altered = self._fields[name], self._altered[name]
        for (listing, _), (old, new) in zip(pairs, values, strict=True):
            if old == new:
                continue
            jumped = False
            if old == missing:
                counts["gained"] += 1
            elif new == missing:
                counts["lost"] += 1
            else:
                counts["replaced"] += 1
                jumped = _is_jump(name, old, new)
                counts["jumped"] += jumped
            altered.offer(listing.key, partial(_alteration, listing, name, old, new), weighty=jumped)

    def look_for_missing(self, source: str, record: Record, *, whole: bool) -> None:
        for key, title in record.live_keys(source):
            self._counts["live"] += 1
            if hash((source, key)) in self._seen:
                continue
            mark = _mark(title)
            if self._new_titles[mark] > 0:
                self._new_titles[mark] -= 1
                self._counts["renamed"] += 1
            if whole:
                self._counts["missing"] += 1
                self._gone.offer(key, partial(Mention, key=key, title=_cut(title)))

    def result(self) -> Difference:
        fields = {name: FieldChange(**counts) for name, counts in self._fields.items() if any(counts.values())}
        return Difference(
            **self._counts,
            fields=fields,
            new=self._new.chosen(),
            gone=self._gone.chosen(),
            alterations=tuple(one for selection in self._altered.values() for one in selection.chosen()),
        )


def _known(batch: Sequence[Listing], record: Record) -> dict[tuple[str, str], Listing]:
    keys_of: dict[str, list[str]] = {}
    for listing in batch:
        keys_of.setdefault(listing.source, []).append(listing.key)
    return {
        (source, key): listing
        for source, keys in keys_of.items()
        for key, listing in record.known(source, keys).items()
    }


def _is_jump(name: str, old: object, new: object) -> bool:
    if isinstance(old, Price) and isinstance(new, Price):
        return old.currency != new.currency or _is_multiple(old.amount, new.amount, PRICE_JUMP)
    if name in JUMPS and isinstance(old, int | float) and isinstance(new, int | float):
        return _is_multiple(old, new, JUMPS[name])
    return False


def _is_multiple(old: float, new: float, factor: float) -> bool:
    low, high = sorted((old, new))
    return low != high and high >= low * factor


def _alteration(listing: Listing, name: str, old: object, new: object) -> Alteration:
    title = _cut(listing.resource.title)
    return Alteration(key=listing.key, title=title, field=name, old=value_words(old), new=value_words(new))


def _listed(sign: str, count: int, word: str, sample: Sequence[Mention]) -> Iterator[str]:
    if count:
        yield f"{sign} {count:,} {word}"
        yield from (f"    {sign} {one.title}  {one.key}" for one in sample)


def _told(change: FieldChange) -> str:
    """What became of a property, in words; empty where nothing did."""
    counts = (("replaced", change.replaced), ("lost", change.lost), ("gained", change.gained))
    words = [f"{count:,} {word}" for word, count in counts if count]
    if change.jumped:
        words.append(f"{change.jumped:,} by a multiple")
    return ", ".join(words) + (f" of {change.told:,}" if words else "")


def _mark(title: str) -> int:
    return hash(title.casefold())


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1].rstrip()}…"
