"""Learner effort in hours, from free text, clocks and ISO 8601 durations."""

import math
import re
from functools import lru_cache

Interval = tuple[float, float]

_MOST = 10_000.0  # hours: five years of full work
_WEEKS_A_MONTH = 52 / 12
_NUMBER = r"\d+(?:[.,]\d+)*"
_RANGE = rf"(?P<low>{_NUMBER})\s*\+?(?:\s*(?:-|–|—|‑|to)\s*(?P<high>{_NUMBER}))?\s*\+?"
_HOUR = r"(?:hours?|hrs?|h|ч|час(?:а|ов)?|horas?|heures?|stunden?|std|ore)"
_CALENDAR = r"(?P<period>weeks?|wks?|months?|mos?)"

_RATE = re.compile(
    rf"{_RANGE}\s*(?:full\s+)?{_HOUR}\.?\s*(?:of\s+\w+\s+)?(?:/\s*|(?:per|an?|each|every)\s+)(?P<of>\w+)", re.IGNORECASE
)
_LENGTH = re.compile(rf"{_RANGE}[\s-]*{_CALENDAR}\b", re.IGNORECASE)
_PART = re.compile(rf"{_RANGE}[\s-]*(?:total\s+|full\s+)?(?P<unit>[^\W\d_]+)")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:\.\d+)?")
_HOUR_AND_MINUTES = re.compile(r"(\d{1,3})\s*h\s*([0-5]\d)", re.IGNORECASE)
_ISO = re.compile(
    r"P?(?:(?P<years>[\d.]+)Y)?(?:(?P<months>[\d.]+)M)?(?:(?P<weeks>[\d.]+)W)?(?:(?P<days>\d{1,4}(?:\.\d+)?)D)?"
    r"T(?:(?P<h>\d{1,6}(?:\.\d+)?)H)?(?:(?P<m>\d{1,6}(?:\.\d+)?)M)?(?:(?P<s>\d{1,9}(?:\.\d+)?)S)?",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:less than|under|up to|at most|max(?:imum)?)\b", re.IGNORECASE)
_NUMERAL_WORDS = "one two three four five six seven eight nine ten eleven twelve"
_NUMERALS = {word: str(number) for number, word in enumerate(_NUMERAL_WORDS.split(), 1)}
_NUMERAL = re.compile(rf"\b(?:{'|'.join(_NUMERALS)})\b", re.IGNORECASE)

_UNITS = {
    "d": 24.0, "day": 24.0, "days": 24.0,
    "h": 1.0, "hr": 1.0, "hrs": 1.0, "hour": 1.0, "hours": 1.0, "ч": 1.0, "час": 1.0, "часа": 1.0, "часов": 1.0,
    "hora": 1.0, "horas": 1.0, "heure": 1.0, "heures": 1.0, "stunde": 1.0, "stunden": 1.0, "std": 1.0, "ore": 1.0,
    "m": 1 / 60, "min": 1 / 60, "mins": 1 / 60, "minute": 1 / 60, "minutes": 1 / 60, "minuten": 1 / 60,
    "minuto": 1 / 60, "minutos": 1 / 60, "мин": 1 / 60, "минут": 1 / 60,
    "s": 1 / 3600, "sec": 1 / 3600, "secs": 1 / 3600, "second": 1 / 3600, "seconds": 1 / 3600,
}  # fmt: skip


def hours(value: object) -> Interval | None:
    """The hours of effort as (least, most); equal when the source gives one number. A bare number is hours.

    Calendar time is not effort: "3 - 6 Months", "2 days" and "W10" are None, and so is a rate without a length.
    Weeks (or months of 52/12 weeks) times hours a week are effort. Days count 24 hours only beside hours or minutes,
    where sites add up the running time of films ("1 day 5 hours" is 29). "Less than 2 hours" is (0, 2).
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _checked(value, value)
    return _hours(value.strip()) if isinstance(value, str) and 0 < len(value) <= 200 else None


@lru_cache(maxsize=16_384)
def _hours(words: str) -> Interval | None:
    if clock := _CLOCK.fullmatch(words) or _HOUR_AND_MINUTES.fullmatch(words):
        return _of_clock(*clock.groups())
    if iso := _ISO.fullmatch(words):
        return _of_iso(iso)
    words = _NUMERAL.sub(lambda numeral: _NUMERALS[numeral[0].lower()], words.replace("_", " "))
    if re.fullmatch(_NUMBER, words):
        return _checked(_number(words), _number(words))
    if rate := _RATE.search(words):
        return _of_rate(rate, words)
    return _of_parts(words)


def _checked(low: float, high: float) -> Interval | None:
    if not 0 <= low <= high <= _MOST:
        return None
    low, high = round(low, 4), round(high, 4)
    return (low, high) if high else None


def _number(digits: str) -> float:
    """Reads "1.5", "1,5" and "1,200" alike: a comma before exactly three closing digits parts thousands."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits):
        return float(digits.replace(",", ""))
    try:
        return float(digits.replace(",", "."))
    except ValueError:  # "1.2.3"
        return math.nan


def _interval(found: re.Match[str]) -> Interval:
    low = _number(found["low"])
    return low, _number(found["high"]) if found["high"] else low


def _of_clock(*figures: str | None) -> Interval | None:
    """Hours, minutes and seconds; minutes and seconds; or "1h30"."""
    if len(figures) == 2:
        figures = (*figures, "0")
    whole, minutes, seconds = (int(figure or 0) for figure in figures)
    total = whole + minutes / 60 + seconds / 3600
    return _checked(total, total)


def _of_iso(found: re.Match[str]) -> Interval | None:
    parts = found.groupdict()
    if parts["years"] or parts["months"] or parts["weeks"]:
        return None
    days, whole, minutes, seconds = (float(parts[name] or 0) for name in ("days", "h", "m", "s"))
    total = days * 24 + whole + minutes / 60 + seconds / 3600
    return _checked(total, total)


def _of_rate(rate: re.Match[str], words: str) -> Interval | None:
    unit = rate["of"].lower()
    if unit in {"course", "total"}:
        return _checked(*_interval(rate))
    length = _LENGTH.search(words[: rate.start()]) or _LENGTH.search(words[rate.end() :])
    if unit not in {"week", "wk", "weekly"} or not length:
        return None
    weeks = _WEEKS_A_MONTH if length["period"].lower().startswith("mo") else 1.0
    (least, most), (slow, fast) = _interval(length), _interval(rate)
    return _checked(least * slow * weeks, most * fast * weeks)


def _of_parts(words: str) -> Interval | None:
    """Adds up days, hours, minutes and seconds; any other unit of time, or a unit named twice, makes it None."""
    low = high = 0.0
    seen: set[float] = set()
    for part in _PART.finditer(words):
        # "12M" is months where "12m" is minutes.
        factor = None if part["unit"] == "M" else _UNITS.get(part["unit"].lower())
        if _LENGTH.match(part[0]) or part["unit"] == "M" or factor in seen:
            return None
        if factor is not None:
            seen.add(factor)
            least, most = _interval(part)
            low, high = low + least * factor, high + most * factor
    if seen <= {_UNITS["day"]}:
        return None
    return _checked(0.0 if _LESS.search(words) else low, high)
