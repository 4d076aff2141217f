"""Invented crawls, how they change honestly, and the ways in which a source or its reader breaks."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from catalog.model import Kind, LearningResource, Level, Listing, Price
from crawlers.trust.difference import difference
from crawlers.trust.gate import Believed, Verdict, judge
from crawlers.trust.profile import Profile, profile_of

SOURCE = "school"
Crawl = list[Listing]

_WORDS = (
    "Python",
    "Java",
    "SQL",
    "Linux",
    "Cloud",
    "Networks",
    "Security",
    "Testing",
    "Design",
    "Patterns",
    "Streams",
    "Rust",
)
_FIELDS = tuple(name for name in LearningResource.__struct_fields__ if name not in {"kind", "title"})


class MemoryRecord:
    """A record that holds the live listings of one source in memory."""

    def __init__(self, listings: Sequence[Listing] = ()) -> None:
        self.listings = {one.key: one for one in listings}
        self.most_keys = 0

    def known(self, source: str, keys: Sequence[str]) -> Mapping[str, Listing]:
        self.most_keys = max(self.most_keys, len(keys))
        return {key: self.listings[key] for key in keys if key in self.listings and self.listings[key].source == source}

    def live_keys(self, source: str) -> Iterator[tuple[str, str]]:
        return ((key, one.resource.title) for key, one in self.listings.items() if one.source == source)


def judged(
    old: Sequence[Listing],
    new: Sequence[Listing],
    *,
    whole: bool = True,
    complete: bool = True,
    believed: Profile | None = None,
) -> Verdict:
    """The gate's word on a crawl where the one before, ``old``, was believed; its profile may be given."""
    source = (old or new)[0].source
    return judge(
        profile=profile_of(new),
        difference=difference(new, source, MemoryRecord(old), whole and complete),
        skipped=0,
        complete=complete,
        whole=whole,
        live=len(old),
        before=[Believed(profile=believed or profile_of(old))] if old else [],
    )


def crawl_of(size: int, seed: int = 1, start: int = 0) -> Crawl:
    chance = random.Random(f"{seed} {start}")
    return [Listing(source=SOURCE, key=f"k{n}", resource=_resource(n, chance)) for n in range(start, start + size)]


def _resource(n: int, chance: random.Random) -> LearningResource:
    book = chance.random() < 0.4
    told = chance.random
    free = told() < 0.3
    accent = "é" if told() < 0.4 else "e"
    words = " ".join(chance.sample(_WORDS, 2))
    year = chance.randint(2012, 2025)
    return LearningResource(
        kind=Kind.BOOK if book else Kind.COURSE,
        title=f"{words} {n} pour d{accent}butants",
        url=f"https://{'books' if book else 'www'}.school.test/{'book' if book else 'course'}/{n}",
        description=f"Learn {words} number {n}: {' '.join(chance.choices(_WORDS, k=30))}." if told() < 0.95 else None,
        provider=chance.choices(["North", "South", "West"], [5, 3, 2])[0],
        institution=None if book else f"University {chance.randint(1, 60)}",
        authors=(f"Author {chance.randint(1, 2 * n + 9)}",),
        language=chance.choices(["en", "de", "fr"], [7, 2, 1])[0],
        level=chance.choice([Level.BEGINNER, Level.INTERMEDIATE, Level.ADVANCED]) if told() < 0.9 else None,
        hours_min=None if book else round(chance.lognormvariate(2.2, 0.6), 1),
        price=None if free else Price(amount=round(chance.lognormvariate(3.5, 0.7), 2), currency="USD"),
        is_free=free,
        rating=round(chance.uniform(3.0, 5.0), 1) if told() < 0.8 else None,
        rating_count=int(chance.lognormvariate(5, 1)) if told() < 0.8 else None,
        subjects=(chance.choice(_WORDS),),
        isbn=f"978{n:010}" if book else None,
        pages=chance.randint(80, 900) if book else None,
        published=f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}" if told() < 0.9 else None,
        image=f"https://images.school.test/{n}.png" if told() < 0.9 else None,
    )


def evolved(
    old: Sequence[Listing],
    chance: random.Random,
    *,
    new: Sequence[Listing] = (),
    removed: float = 0.1,
    edited: float = 0.2,
    lost: float = 0.05,
) -> Crawl:
    """What an honest source becomes: some listings are gone, some new, some values others, a few not told any more."""
    kept = list(old)
    for _ in range(int(len(old) * removed)):
        kept.pop(chance.randrange(len(kept)))
    crawl = [replace(one, resource=_edited(one.resource, old, chance, edited, lost)) for one in kept] + list(new)
    chance.shuffle(crawl)
    return crawl


def _edited(
    told: LearningResource, others: Sequence[Listing], chance: random.Random, edited: float, lost: float
) -> LearningResource:
    changes: dict[str, Any] = {}
    if chance.random() < edited:
        changes["title"] = f"{told.title}, revised"
    for name in _FIELDS:
        value = getattr(told, name)
        if value in (None, ()):
            continue
        fate = chance.random()
        if fate < edited:
            other = getattr(chance.choice(others).resource, name)
            changes[name] = f"{value}?again" if name == "url" else other or value
        elif fate < edited + lost:
            changes[name] = () if isinstance(value, tuple) else None
    return replace(told, **changes) if changes else told


# ---- how it breaks


def _of_each(change: Callable[[int, LearningResource], Mapping[str, Any]]) -> Callable[[Crawl], Crawl]:
    """A break of one or some values in each listing."""

    def damage(crawl: Crawl) -> Crawl:
        return [replace(one, resource=replace(one.resource, **change(n, one.resource))) for n, one in enumerate(crawl)]

    return damage


def _lost(*names: str) -> Callable[[Crawl], Crawl]:
    return _of_each(lambda n, told: {name: () if isinstance(getattr(told, name), tuple) else None for name in names})


def _all(name: str, value: object) -> Callable[[Crawl], Crawl]:
    return _of_each(lambda n, told: {name: value} if getattr(told, name) is not None else {})


def _times(name: str, factor: float) -> Callable[[Crawl], Crawl]:
    def change(n: int, told: LearningResource) -> Mapping[str, Any]:
        value = getattr(told, name)
        return {} if value is None else {name: round(value * factor, 3)}

    return _of_each(change)


def _priced(change: Callable[[Price], Price | None]) -> Callable[[Crawl], Crawl]:
    return _of_each(lambda n, told: {} if told.price is None else {"price": change(told.price)})


def _garbled(text: str | None) -> str | None:
    return None if text is None else text.encode().decode("cp1252", "replace")


def _new_keys(crawl: Crawl) -> Crawl:
    return [replace(one, key=f"id-{n}") for n, one in enumerate(crawl)]


def _new_keys_and_titles(crawl: Crawl) -> Crawl:
    return [
        replace(one, key=f"id-{n}", resource=replace(one.resource, title=f"{one.resource.title}: all about it"))
        for n, one in enumerate(crawl)
    ]


def _copies(crawl: Crawl, page: int) -> Crawl:
    return [replace(one, key=f"{one.key}?page={page}") for one in crawl]


def _doubled(crawl: Crawl) -> Crawl:
    return crawl + _copies(crawl, 2)


class Break(NamedTuple):
    """A way to break, and a word that the reason must hold."""

    name: str
    damage: Callable[[Crawl], Crawl]
    reason: str


BREAKS = (
    Break("emptied", lambda crawl: [], "lists nothing"),
    Break("less than halved", lambda crawl: crawl[: int(len(crawl) * 0.45)], "less than half"),
    Break("grown beyond belief", lambda crawl: [one for n in range(7) for one in _copies(crawl, n)], "times"),
    Break("all titles a default", _all("title", "Untitled"), "title"),
    Break("a third of the titles a default", _of_each(lambda n, t: {} if n % 3 else {"title": "Course"}), "title"),
    Break("titles cut to two letters", _of_each(lambda n, told: {"title": told.title[:2]}), "title"),
    Break("titles of other listings", lambda c: _of_each(lambda n, t: {"title": c[n - 7].resource.title})(c), "title"),
    Break("challenge page", _all("title", "Just a moment..."), "challenge"),
    Break("some error pages", _of_each(lambda n, t: {} if n % 5 else {"title": f"403 Forbidden | {n}"}), "error"),
    Break("template not filled", _of_each(lambda n, told: {"description": "{{ course.text }}"}), "template"),
    Break("descriptions gone", _lost("description"), "silent on description"),
    Break("descriptions are a notice", _all("description", "Learn from us."), "same description"),
    Break("prices times a hundred", _priced(lambda p: replace(p, amount=p.amount * 100)), "price"),
    Break("prices a hundredth", _priced(lambda p: replace(p, amount=p.amount / 100)), "price"),
    Break("prices nothing", _priced(lambda p: replace(p, amount=0.0)), "price"),
    Break("prices gone", _lost("price"), "silent on price"),
    Break("currency lost", _priced(lambda p: replace(p, currency=None)), "currency"),
    Break("another currency", _priced(lambda p: replace(p, currency="INR")), "currency"),
    Break("all languages one", _all("language", "xx"), "language"),
    Break("languages gone", _lost("language"), "silent on language"),
    Break("levels gone", _lost("level"), "silent on level"),
    Break("levels all one", _all("level", Level.BEGINNER), "level is"),
    Break("all free", _all("is_free", True), "is_free"),
    Break("keys changed", _new_keys, "keys"),
    Break("keys and titles changed", _new_keys_and_titles, "keys"),
    Break("isbn gone", _lost("isbn"), "silent on isbn"),
    Break("isbn all one", _all("isbn", "9780000000002"), "isbn"),
    Break("addresses the front page", _all("url", "https://school.test/"), "url"),
    Break("addresses elsewhere", _of_each(lambda n, t: {"url": t.url and f"https://parked.test/{n}"}), "url"),
    Break("provider renamed", _all("provider", "Nobody"), "provider"),
    Break("hours in minutes", _times("hours_min", 60), "hours_min"),
    Break("rating of one", _times("rating", 0.2), "rating"),
    Break("rating halved", _times("rating", 0.5), "rating"),
    Break("rating times twenty", _times("rating", 20), "rating"),
    Break(
        "wrong letters",
        _of_each(lambda n, told: {"title": _garbled(told.title), "description": _garbled(told.description)}),
        "letters",
    ),
    Break("listed twice", _doubled, "repeat"),
    Break("books gone", lambda crawl: [one for one in crawl if one.resource.kind is not Kind.BOOK], "book"),
    Break("all courses", _all("kind", Kind.COURSE), "kind"),
    Break("published today", _all("published", "2026-11-21"), "published"),
    Break("pictures a placeholder", _all("image", "https://school.test/blank.png"), "image"),
    Break("authors gone", _lost("authors"), "silent on authors"),
    Break("subjects gone", _lost("subjects"), "silent on subjects"),
    Break(
        "all details gone",
        _lost("description", "price", "rating", "level", "hours_min"),
        "silent",
    ),
)  # fmt: skip
