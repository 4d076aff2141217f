"""Ratings and counts."""

import math
import re

_RATING = re.compile(
    r"(\d{1,3}(?:[.,]\d{1,15})?)\s*(?:(?:/|of|out of)\s*(\d{1,3}(?:\.\d+)?))?\s*(?:stars?)?", re.IGNORECASE
)
_COUNT = re.compile(r"\(?(\d[\d., \u00a0\u202f']*)\s*([kKmMbB](?![a-zA-Z]))?\+?(?:\s+[^\W\d]+|\))*")
_GROUPED = re.compile(r"\d{1,3}(?:([, \u00a0\u202f'])\d{3})+|\d{1,3}(?:\.\d{3}){2,}")
_FACTORS = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_MOST = 10**11


def rating(value: object, best: object = 5) -> float | None:
    """The rating on a scale of 0 to 5 with two decimals, from a scale that ends at ``best``; 0 means nobody rated."""
    if isinstance(value, str):
        found = _RATING.fullmatch(value.strip())
        if not found:
            return None
        value, best = found[1].replace(",", "."), found[2] or best
    given, top = _float(value), _float(5 if best is None else best)
    if given is None or top is None or not 0 < given <= top:
        return None
    return round(5 * (given / top), 2) or None


def _float(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def count(value: object) -> int | None:
    """A whole number of people or ratings, 0 or more: 1234, "1,234", "12k", "1.2M+", "8,901 students"."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        found = _COUNT.fullmatch(value.strip()) if len(value) <= 60 else None
        return _counted(found[1].rstrip(), found[2]) if found else None
    if isinstance(value, int | float) and 0 <= value < _MOST and value == int(value):
        return int(value)
    return None


def _counted(digits: str, suffix: str | None) -> int | None:
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"\D", "", digits)
    number = _float(digits.replace(",", "."))
    if number is None:
        return None
    whole = round(number * _FACTORS[suffix.lower()]) if suffix else number
    return int(whole) if whole == int(whole) and whole < _MOST else None
