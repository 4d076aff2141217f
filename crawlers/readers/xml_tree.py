"""XML as it is sent, well-formed or not, as a tree: no entity is expanded, nothing but the text itself is read."""

import re
from functools import lru_cache
from html.entities import html5
from typing import NamedTuple

from lxml import etree

from catalog.errors import SourceError

Element = etree._Element  # noqa: SLF001  lxml has no public name for it

_PROLOG = re.compile(r"\s*(?:<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in any document of XML
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#\w{1,12};)(\w{1,31};)?", re.DOTALL)


class XmlTree(NamedTuple):
    """A root; ``fault`` is the last thing wrong with its XML, ``cut`` whether a limit of the parser was met."""

    root: Element
    fault: str | None
    cut: bool


def root_start(text: str) -> int:
    """Where the root may stand: behind declarations, comments and document types."""
    at = 0
    while found := _PROLOG.match(text, at):
        at = found.end()
    return at


def xml_tree(text: str, url: str, start: int) -> XmlTree:
    """The tree of what stands from ``start`` on; SourceError where there is none."""
    body = _FORBIDDEN.sub(" ", text[start:])
    numbered = "\n" * text.count("\n", 0, start) + _REFERENCE.sub(_by_number, body)
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(numbered.encode(), parser, base_url=url)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{url} answers no XML that can be read: {error}") from error
    if root is None or not isinstance(root.tag, str):
        raise SourceError(f"{url} answers no XML that can be read")
    wrong = parser.error_log.last_error
    fault = f"not well-formed, line {wrong.line}: {wrong.message}" if wrong is not None else None
    return XmlTree(root, fault, any("XML_PARSE_HUGE" in error.message for error in parser.error_log))


def _by_number(reference: re.Match[str]) -> str:
    """References by name as references by number: XML knows five of the names of HTML, and after a first fault its
    parser forgets even these. An ampersand that refers to nothing is one. In a section nothing refers to anything.
    """
    return _numbers(reference[1] or "") if reference[0][0] == "&" else reference[0]


@lru_cache(maxsize=4096)
def _numbers(name: str) -> str:
    signs = "'" if name == "apos;" else html5.get(name)
    return f"&#38;{name}" if signs is None else "".join(f"&#{ord(sign)};" for sign in signs)
