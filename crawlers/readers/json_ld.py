"""JSON-LD scripts of a page: found, mended within limits, and laid flat into nodes."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer

Node = dict[str, Any]
Note = Callable[[str, str], None]

_VOCABULARY = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:|sdo:)")
_LONGEST_SCRIPT = 2_000_000
_MOST_NODES = 5_000

# A string is kept as it is; what may stand between strings by mistake is named group by group.
_MENDED = re.compile(
    r"""
    (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<mark>(?://\s*)?<!\[CDATA\[ | (?://\s*)?\]\]> )
    | (?P<comment>/\*.*?\*/ | <!--.*?--> | //[^\n]*)
    | (?P<half><!--|-->)
    | (?P<comma>,(?=\s*[}\]]))
    | (?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\ufeff])
    """,
    re.VERBOSE | re.DOTALL,
)


class Graph:
    """The nodes of one page, and who is meant by an ``@id``."""

    def __init__(self, nodes: list[Node], canonical: str | None = None) -> None:
        self.nodes = nodes
        self.canonical = canonical
        self._named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 2}

    def meant(self, value: Any) -> Any:
        """The node that a bare reference ``{"@id": …}`` points to; any other value as it is."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and not (value.keys() - {"@id", "@type"}):
            return self._named.get(value["@id"], value)
        return value


def json_ld(page: str, url: str, note: Note) -> Graph:
    """All nodes of the page's JSON-LD; a script that cannot be mended is told to ``note`` and left out."""
    document = _document(page)
    if not document.contents:
        note(url, "no script and no link: the page is empty or no HTML")
        return Graph([])
    nodes: list[Node] = []
    for at, script in enumerate(_scripts(document), start=1):
        try:
            value, mended = read_script(script)
        except ValueError as error:
            note(url, f"JSON-LD script {at} cannot be read and is left out: {error}")
            continue
        if mended:
            note(url, f"JSON-LD script {at} was mended")
        nodes.extend(_flat(value))
    return Graph(nodes[:_MOST_NODES], _canonical(document))


def _document(page: str) -> BeautifulSoup:
    """Only what is asked for: scripts and links."""
    return BeautifulSoup(page, "lxml", parse_only=SoupStrainer(["script", "link"]))


def _scripts(document: BeautifulSoup) -> Iterator[str]:
    for script in document.find_all("script"):
        if str(script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            yield str(script.string or "")


def _canonical(document: BeautifulSoup) -> str | None:
    for link in document.find_all("link", href=True):
        if "canonical" in str(link.get_attribute_list("rel")).lower():
            return str(link["href"])
    return None


def read_script(script: str) -> tuple[Any, bool]:
    """The script's value, and whether it had to be mended; ValueError where it cannot be read even so.

    Mended are comments, CDATA marks, control characters, trailing commas, raw line breaks in strings and text after the
    value. Nothing else: a guess about a missing quote could make up a fact.
    """
    if len(script) > _LONGEST_SCRIPT:
        raise ValueError(f"longer than {_LONGEST_SCRIPT:,} characters")
    if not script.strip():
        return [], False
    try:
        return json.loads(script), False
    except (ValueError, RecursionError):
        pass
    mended = _MENDED.sub(_mend, script)
    if not re.search(r"[\[{]", mended):
        # The whole value was inside <!-- … -->: then only its marks are out of place.
        mended = _MENDED.sub(_mend, script.replace("<!--", " ").replace("-->", " "))
    try:
        value, _end = json.JSONDecoder(strict=False).raw_decode(mended.lstrip())
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    return value, True


def _mend(found: re.Match[str]) -> str:
    if found.lastgroup == "string":
        return found[0]
    return " "


def _flat(value: Any) -> Iterator[Node]:
    """Every top node: lists and graphs laid flat; nodes inside of properties stay where they are."""
    waiting = [value]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting = one + waiting
        elif isinstance(one, dict):
            graph = one.get("@graph")
            if isinstance(graph, list | dict):
                waiting.insert(0, graph)
            if "@type" in one or ("@context" in one and "type" in one):
                yield {plain_name(key): told for key, told in one.items()}


def plain_name(name: str) -> str:
    """A type or property without the vocabulary's address or prefix: "http://schema.org/Course" → "Course"."""
    return _VOCABULARY.sub("", name)


def types(node: Any) -> frozenset[str]:
    """The node's types, plain; several at once are usual."""
    stated = node.get("@type", node.get("type", ())) if isinstance(node, dict) else ()
    listed = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else ()
    return frozenset(plain_name(one).rstrip("/") for one in listed if isinstance(one, str))
