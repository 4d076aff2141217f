"""Identifiers of books and articles: ISBN and DOI."""

import re
from urllib.parse import unquote

from stdnum import isbn
from stdnum.exceptions import ValidationError

_LABEL = re.compile(r"^\s*(?:urn:)?isbn(?:[-\s]?1[03])?\b[\s:#]*", re.IGNORECASE)
_ISBN = re.compile(r"(?<![\dA-Za-z.+])(?:97[89][\s\-‐–]?)?(?:\d[\s\-‐–]?){8,9}[\dXx](?![\dA-Za-z.+]|\s?\d)")
_DASHES = re.compile(r"[\s\-‐–]")
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")


def isbn13(value: object) -> str | None:
    """Thirteen digits with a right check digit, from an ISBN-10 or ISBN-13 in any writing.

    A number has lost its leading zeros on the way and gets them back.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and 0 < value < 10**13:
        value = f"{value:010d}"
    if not isinstance(value, str):
        return None
    found = _ISBN.search(_LABEL.sub("", value[:100]))
    if not found:
        return None
    digits = _DASHES.sub("", found[0])
    try:
        number = isbn.validate(digits, convert=True)
    except ValidationError:
        return None
    # 0000000000 and its like have a right check digit; 979-0 is printed music, not a book.
    return None if len(set(digits[:-1])) == 1 or number.startswith("9790") else number


def isbn10(number: str | None) -> str | None:
    """The older, ten-digit writing of an ISBN-13; None for those that never had one (979…)."""
    if not number or len(number) != 13 or not (number.isdigit() and number.startswith("978")):
        return None
    digits = number[3:12]
    check = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11
    return f"{digits}{'X' if check == 10 else check}"


def doi(value: object) -> str | None:
    """The bare DOI in lower case ("10.1007/978-3-319-64410-3"), from an address, a "doi:" name or the DOI itself."""
    if not isinstance(value, str) or not (found := _DOI.search(unquote(value[:500]))):
        return None
    name = re.split(r"[\"<>?#]", found[0])[0].rstrip(".,;:'")
    for opening, closing in ("()", "[]"):  # a bracket that was opened before the name ends the sentence, not the name
        if name.endswith(closing) and name.count(closing) > name.count(opening):
            name = name[:-1]
    return name.lower() if not name.endswith("/") else None
