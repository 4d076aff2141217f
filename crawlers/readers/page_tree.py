"""A page of HTML as one tree, parsed once: its scripts, links, base address and texts."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import etree

Element = etree._Element  # noqa: SLF001  lxml has no other name for it

LONGEST_TEXT = 20_000  # characters of one property; what is longer is the page itself
MOST_STEPS = 100_000  # elements looked at, some of them more than once; pages that need more are traps
_SILENT = frozenset({"script", "style", "template", "noscript"})
_INLINE_TAGS = """
    a abbr b bdi bdo cite code data dfn em font i kbd label mark meter q s samp small span strong sub sup time tt u
    var wbr
"""
_INLINE = frozenset(_INLINE_TAGS.split())
_BLANKS = re.compile(r"\s+")
_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")  # which no document may hold
_WITHOUT_CONTROLS = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))


class TooMuch(Exception):
    """The page asks for more work than any page is worth."""


class Steps:
    """How many elements of one page may still be looked at."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._left = most

    def take(self, steps: int = 1) -> None:
        self._left -= steps
        if self._left < 0:
            raise TooMuch


def tree_of(page: str) -> Element | None:
    """The root of the page; None where there is no markup at all."""
    if "<" not in page:
        return None
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=True, remove_pis=True)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace").translate(_WITHOUT_CONTROLS), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def base_of(root: Element, url: str) -> str:
    """What relative addresses of the page are relative to."""
    stated = next((tag.get("href") for tag in root.iter("base") if tag.get("href")), None)
    return absolute(url, stated) if stated else url


def canonical_of(root: Element, base: str) -> str | None:
    """The address by which the page wants to be known."""
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (link.get("href") or "").strip():
            return absolute(base, link.get("href") or "")
    return None


def title_of(root: Element) -> str | None:
    for title in root.iter("title"):
        if words := one_line(title.text or ""):
            return words
    return None


def absolute(base: str, address: str) -> str:
    """The address made absolute; as it is where it cannot be."""
    try:
        joined = urljoin(base, address.strip())
        urlsplit(joined)
    except ValueError:
        return address.strip()
    return joined


def one_line(words: str) -> str:
    return _BLANKS.sub(" ", words).strip()


def text_of(element: Element, steps: Steps) -> str:
    """What a reader sees, in one line; blocks are parted, scripts are silent."""
    steps.take(sum(1 for _ in element.iter()))
    parts: list[str] = []
    length = 0
    for piece in _pieces(element):
        parts.append(piece)
        length += len(piece)
        if length > LONGEST_TEXT:
            break
    return one_line("".join(parts))


def _pieces(element: Element) -> Iterator[str]:
    silent = 0
    for event, part in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        tag = part.tag
        if event == "start":
            if tag in _SILENT:
                silent += 1
            elif not silent:
                yield part.text or "" if tag in _INLINE else f" {part.text or ''}"
        elif event == "end":
            silent -= tag in _SILENT
            if part is not element and not silent:
                yield part.tail or "" if tag in _INLINE else f" {part.tail or ''}"
        elif part is not element and not silent:
            yield part.tail or ""
