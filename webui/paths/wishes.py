"""Address ↔ what somebody wishes of a plan. Nothing in it is an error: what cannot be read is put right in words."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from catalog.guidance.limits import Limits
from catalog.model import Kind, Level
from catalog.vocabulary import Vocabulary
from webui.labels import short_number

Args = MultiDict[str, str]
T = TypeVar("T")
V = TypeVar("V")

HOURS, WEEKS, BUDGET = 8.0, 20, 100_000.0
LEAST_HOURS, MOST_HOURS, MOST_WEEKS = 0.5, 80.0, 260
KINDS = (Kind.COURSE, Kind.BOOK)
CURRENCIES = ("USD", "EUR", "GBP", "INR", "CAD", "AUD", "BRL", "MXN")
ANY = "any"
UNTOLD = "en"  # the language of most that states none; about a tenth of such courses are plainly in another
MOST_CHOICES = 120  # topics or resources named in one address
FARTHEST = 3650  # days from today that a plan may begin
_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,9})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_IN_OR_OUT: Mapping[str, bool] = MappingProxyType({"in": True, "out": False})


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """Everything a plan depends on beside the catalogue."""

    start: date
    hours: float = HOURS
    weeks: int = WEEKS
    budget: float | None = None
    currency: str = CURRENCIES[0]
    kinds: tuple[str, ...] = KINDS
    language: str = "en"
    level: str = ANY
    know: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    without: tuple[int, ...] = ()
    choose: tuple[str, ...] = ()
    unknown_hours: bool = True
    unknown_prices: bool = False
    unknown_language: bool = True

    @property
    def limits(self) -> Limits:
        return Limits(
            hours_a_week=self.hours,
            weeks=self.weeks,
            budget=self.budget,
            unknown_hours=self.unknown_hours,
            unknown_prices=self.unknown_prices,
        )

    def with_untold_language(self) -> "Wishes":
        return replace(self, unknown_language=True)


def next_monday(today: date) -> date:
    """The Monday after a day; on a Monday, a week later."""
    return today + timedelta(days=7 - today.weekday())


def args_for_wishes(wishes: Wishes) -> list[tuple[str, str]]:
    """The parameters that say all of it, so that an address means the same tomorrow."""
    budget = [] if wishes.budget is None else [("budget", short_number(wishes.budget)), ("currency", wishes.currency)]
    return [
        ("hours", short_number(wishes.hours)),
        ("weeks", str(wishes.weeks)),
        *budget,
        *(("kinds", kind) for kind in wishes.kinds),
        ("language", wishes.language),
        *([("level", wishes.level)] if wishes.level != ANY else []),
        *(("know", topic) for topic in wishes.know),
        *(("skip", topic) for topic in wishes.skip),
        *(("without", str(number)) for number in wishes.without),
        *(("choose", topic) for topic in wishes.choose),
        ("unknown_hours", "in" if wishes.unknown_hours else "out"),
        ("unknown_prices", "in" if wishes.unknown_prices else "out"),
        ("unknown_language", "in" if wishes.unknown_language else "out"),
        ("start", wishes.start.isoformat()),
    ]


def url_for_path(role: str, wishes: Wishes, ending: str = "") -> str:
    """The one address of a plan, or of an export of it by its ending."""
    place = url_for("paths.export", role_id=role, ending=ending) if ending else url_for("paths.show", role_id=role)
    return f"{place}?{urlencode(args_for_wishes(wishes))}"


def wishes_from_args(args: Args, vocabulary: Vocabulary, today: date) -> tuple[Wishes, tuple[str, ...]]:
    """What an address wishes, and a sentence for each thing in it that was put right."""
    reading = _Reading(args)
    budget = reading.number("budget", None, 0.0, BUDGET)
    kinds = reading.some("kinds", KINDS, "kind of resource", {kind.value: kind for kind in Kind}.get)
    language = reading.one("language", "en", _main_language, lambda code: bool(_LANGUAGE.fullmatch(code)))
    wishes = Wishes(
        start=reading.start(next_monday(today), today),
        hours=reading.number("hours", HOURS, LEAST_HOURS, MOST_HOURS) or HOURS,
        weeks=round(reading.number("weeks", WEEKS, 1, MOST_WEEKS) or WEEKS),
        budget=budget,
        currency=reading.one("currency", CURRENCIES[0], str.upper, CURRENCIES.__contains__),
        kinds=tuple(kind for kind in Kind if kind in kinds),
        language=language,
        level=reading.one("level", ANY, str.lower, (ANY, *Level).__contains__),
        know=reading.some("know", (), "topic", lambda name: name if name in vocabulary.topics else None),
        skip=reading.some("skip", (), "topic", lambda name: name if name in vocabulary.topics else None),
        without=reading.some("without", (), "number of a resource", _resource),
        choose=reading.some("choose", (), "topic", lambda name: name if name in vocabulary.topics else None),
        unknown_hours=reading.in_or_out("unknown_hours", default=True),
        unknown_prices=reading.in_or_out("unknown_prices", default=False),
        unknown_language=reading.in_or_out("unknown_language", default=language == UNTOLD),
    )
    return wishes, tuple(reading.corrections)


class _Reading:
    """Reads parameters one by one and notes what had to be put right."""

    def __init__(self, args: Args) -> None:
        self._args = args
        self.corrections: list[str] = []

    def number(self, name: str, usual: float | None, least: float, most: float) -> float | None:
        """A number within bounds; the usual one where there is none or no number."""
        text = self._args.get(name, "").strip()
        if not text:
            return usual
        if not _NUMBER.fullmatch(text):
            told = "no limit" if usual is None else short_number(usual)
            return self._instead(usual, f"“{text[:40]}” is no number for {name}; {told} is taken.")
        value = round(float(text.replace(",", ".")), 2)
        if value < least:
            return self._instead(least, f"{text[:40]} is too little for {name}; {short_number(least)} is taken.")
        if value > most:
            return self._instead(most, f"{text[:40]} is too much for {name}; {short_number(most)} is taken.")
        return value

    def start(self, usual: date, today: date) -> date:
        """A day as YYYY-MM-DD, not farther away than ten years."""
        text = self._args.get("start", "").strip()
        try:
            day = date.fromisoformat(text) if text else usual
        except ValueError:
            return self._instead(usual, f"“{text[:40]}” is no day; the plan begins on {usual.isoformat()}.")
        if abs((day - today).days) > FARTHEST:
            return self._instead(usual, f"{day.isoformat()} is too far away; the plan begins on {usual.isoformat()}.")
        return day

    def one(self, name: str, usual: str, normal: Callable[[str], str], known: Callable[[str], bool]) -> str:
        """One value of a few."""
        text = self._args.get(name, "").strip()
        value = normal(text)
        if not text or known(value):
            return value if text else usual
        return self._instead(usual, f"“{text[:40]}” is no {name} here; {usual} is taken.")

    def some(self, name: str, usual: tuple[T, ...], noun: str, read: Callable[[str], T | None]) -> tuple[T, ...]:
        """Values given one by one or with commas between, each once; the usual ones where none is known."""
        found: dict[T, None] = {}
        for text in _parts(self._args.getlist(name)):
            value = read(text)
            if value is not None:
                found[value] = None
            else:
                self.corrections.append(f"There is no {noun} “{text[:40]}”; it is left out.")
        if len(found) > MOST_CHOICES:
            self.corrections.append(f"More than {MOST_CHOICES} values of {name}: only the first are taken.")
        return tuple(found)[:MOST_CHOICES] or usual

    def in_or_out(self, name: str, *, default: bool) -> bool:
        text = self._args.get(name, "").strip().lower()
        if text and text not in _IN_OR_OUT:
            told = "in" if default else "out"
            self.corrections.append(f"“{text[:40]}” is neither in nor out for {name}; {told} is taken.")
        return _IN_OR_OUT.get(text, default)

    def _instead(self, value: V, words: str) -> V:
        self.corrections.append(words)
        return value


def _parts(told: Iterable[str]) -> Iterable[str]:
    return [part for text in told for part in (piece.strip() for piece in text.split(",")) if part]


def _main_language(text: str) -> str:
    """pt-BR is found under pt."""
    return text.lower().partition("-")[0]


def _resource(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
