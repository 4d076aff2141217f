"""Dates with the precision that the source had."""

import re
import time
from datetime import date

_FIRST_YEAR = 1000
_ISO = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?:[T ].*)?")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:\s.*)?")
_YEAR_ALONE = re.compile(r"[\[(©cp.\s]{0,4}(\d{4})[\]).?\s]{0,3}")
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?"
_DAY_FIRST = re.compile(
    rf"(?:[a-z]+,?\s+)?(?:{_DAY.format('day')}[.,]?[\s-]+(?:of\s+)?)?{_MONTH},?[\s-]+(?P<year>\d{{4}})\b.*",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[a-z]+,?\s+)?{_MONTH}\s+{_DAY.format('day')},?\s+(?:[\d:.]+\s+(?:[a-z]+\s+)?)?(?P<year>\d{{4}})\b.*",
    re.IGNORECASE,
)


def partial_date(value: object) -> str | None:
    """ISO 8601 with the precision given: "2017", "2017-05" or "2017-05-13"; the day as it is written there.

    A number is a year. "5/13/2017" is month first, as the sources that write so do, unless only day first is possible.
    Month or day 00 means that they are unknown. None for what is no date, and for years outside 1000 to the year
    after next.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _date(int(value)) if value == value // 1 and abs(value) < 10_000 else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    return _of_figures(value.strip())


def _of_figures(words: str) -> str | None:
    if found := _ISO.fullmatch(words):
        return _date(int(found[1]), int(found[3] or 0), int(found[4] or 0))
    if found := _BASIC.fullmatch(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(words):
        return _of_numbers(int(found[1]), int(found[3]), int(found[4]), day_first=found[2] == ".")
    return _of_words(words)


def _of_numbers(first: int, second: int, year: int, *, day_first: bool) -> str | None:
    if day_first or first > 12:
        first, second = second, first
    return _date(year, first, second)


def _of_words(words: str) -> str | None:
    if found := _DAY_FIRST.fullmatch(words) or _MONTH_FIRST.fullmatch(words):
        return _date(int(found["year"]), _MONTHS[found["month"][:3].lower()], int(found["day"] or 0))
    found = _YEAR_ALONE.fullmatch(words)
    return _date(int(found[1])) if found else None


def _date(year: int, month: int = 0, day: int = 0) -> str | None:
    if not _FIRST_YEAR <= year <= time.gmtime().tm_year + 2:
        return None
    if not month:
        return None if day else str(year)
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    return f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}"
