"""Running text and lists of names: markup, entities and control characters out, white space and Unicode in one form."""

import re
import unicodedata
from collections.abc import Iterable

from w3lib.html import remove_comments, remove_tags, remove_tags_with_content, replace_entities

# Only elements of HTML are markup: in this catalogue "List<String>" and "#include <iostream>" are words.
_BLOCK = """
    address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hr iframe li main nav ol option p pre section summary table tbody td tfoot th thead tr
    ul video
"""
_INLINE = """
    a abbr acronym audio b bdi bdo big body button center cite code col colgroup data del dfn em embed font head
    html i img input ins kbd label link mark meta noscript object o:p param q s samp script select small source
    span strike strong style sub sup svg textarea time title tt u var wbr
"""
_ELEMENTS = frozenset(f"{_BLOCK} {_INLINE}".split())
_MARKUP = re.compile(r"<[a-zA-Z/!]")
_BLOCK_TAG = re.compile(rf"<(?=/?(?:{'|'.join(_BLOCK.split())})\b)", re.IGNORECASE)
# Control and format characters that have no place in a line of text, and halves of surrogate pairs, which no
# database can store. The joiners U+200C and U+200D stay: Persian and the scripts of India need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_PLACEHOLDERS = frozenset(
    ["", "-", "--", "---", "–", "—", ".", "..", "...", "…", "?", "nan", "n/a", "#n/a", "none", "null", "undefined"]
)
_LONGEST = 200_000  # characters read; what is longer is not a description
_LARGEST = 10**15  # a title may be a year or another number, not a sum of digits without end
_ROUNDS = 6  # feeds escape twice, seldom three times; what is not plain after six rounds is garbage
_ELLIPSIS = " …"


def text(value: object, *, limit: int | None = None) -> str | None:
    """Plain text in one line: no HTML, no control characters, single spaces, NFC; None when nothing is said.

    Longer text than ``limit`` characters is cut at a word boundary and ends in " …", which counts towards the limit.
    """
    if not isinstance(value, str):
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
        return str(value) if whole else None
    plain: str | None = value[:_LONGEST]
    if plain and ("<" in plain or "&" in plain):
        plain = _without_markup(plain)
    if plain:
        plain = _one_line(plain)
    # No placeholder is longer than ten characters, so a long text need not be folded.
    if not plain or (len(plain) < 10 and plain.casefold() in _PLACEHOLDERS):
        return None
    return _cut(plain, limit) if limit is not None and len(plain) > limit else plain


def _one_line(value: str) -> str:
    if not value.isprintable():
        value = _INVISIBLE.sub("", value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return " ".join(value.split())


def _without_markup(value: str) -> str | None:
    """Removes layer after layer, because descriptions in feeds are often escaped more than once."""
    for _ in range(_ROUNDS):
        before = value
        value = _one_line(value)
        if _MARKUP.search(value):
            value = _without_tags(value)
        if "&" in value:
            try:
                # Names that are no entity stay: "M&A;" is a word that another program has already damaged.
                value = replace_entities(value, remove_illegal=False)
            except ValueError:  # a number of thousands of digits
                return None
        if value == before:
            return value
    return None


def _without_tags(value: str) -> str:
    if "<!--" in value:
        value = remove_comments(value)
    lower = value.lower()
    if "<script" in lower or "<style" in lower:
        value = remove_tags_with_content(value, which_ones=("script", "style"))
    return remove_tags(_BLOCK_TAG.sub(" <", value), which_ones=_ELEMENTS)


def _cut(value: str, limit: int) -> str:
    room = max(limit - len(_ELLIPSIS), 1)
    head = value[:room]
    if value[room] != " ":
        space = head.rfind(" ")
        # Chinese and Japanese have no spaces: there a cut inside is better than a cut far back.
        head = head[:space] if space > room // 2 else head
    return head.rstrip(" ,;:-–—") + _ELLIPSIS


# --- names

_SURE = re.compile(r"\s*[;|]\s*")
_LIKELY = re.compile(r",\s+(?:and\s+)?|\s+(?:and|&)\s+")
_PARTICLE_LIST = """
    al ap ben bin da das de del della den der di do dos du el ibn la le ten ter van von y zu
"""
_PARTICLES = frozenset(_PARTICLE_LIST.split())
_ORGANISATION_WORDS = """
    academy association center centre college company corporation department foundation group inc institute
    laboratory laboratories llc ltd ministry museum office press school sciences society studio team tutorials
    universidad universidade università universität université university
"""
_ORGANISATION = frozenset(_ORGANISATION_WORDS.split())


def names(value: object) -> tuple[str, ...]:
    """The distinct names in order, from one string or from many; the first spelling of a name wins.

    Many strings are taken as they are: the source has divided them. One string is divided at ";" and "|"; and at ", ",
    " and " and " & " only where each part is a person's full name: two to four words, each with a capital, no digit,
    and no word of an organisation. So "Ann Lee, Bob Ray" are two, but "Lee, Ann", "Ann Lee, PhD" and
    "University of Science and Technology" are one: a name left whole can be read, one cut apart cannot.
    """
    if isinstance(value, str):
        parts: Iterable[object] = (part for piece in _SURE.split(value) for part in _people(piece))
    elif isinstance(value, list | tuple):
        parts = value
    else:
        return ()
    distinct: dict[str, str] = {}
    for part in parts:
        name = text(part) if isinstance(part, str) else None
        if name:
            distinct.setdefault(name.casefold(), name)
    return tuple(distinct.values())


def _people(piece: str) -> list[str]:
    parts = [part.strip() for part in _LIKELY.split(piece)]
    return parts if len(parts) > 1 and all(map(_is_full_name, parts)) else [piece]


def _is_full_name(part: str) -> bool:
    words = part.split()
    return (
        2 <= len(words) <= 4
        and all(word in _PARTICLES or word[0].isupper() for word in words)
        and not any(letter.isdigit() for letter in part)
        and _ORGANISATION.isdisjoint(word.casefold().strip(".,()") for word in words)
    )
