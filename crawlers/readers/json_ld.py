"""JSON-LD scripts of a page: found, mended within limits, and laid flat into nodes."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from crawlers.readers.linked_names import Node, name_of, plain_name, plain_nodes
from crawlers.readers.page_tree import Element, base_of, canonical_of, tree_of

Note = Callable[[str, str], None]

__all__ = ["Graph", "Node", "Note", "json_ld", "plain_name", "read_script", "script_nodes", "types"]

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
        self._named: dict[str, Node] = {}
        for node in nodes:
            name = name_of(node)
            if name and len(node) > 2:
                self._named.setdefault(name, node)

    def meant(self, value: Any) -> Any:
        """The node that a bare reference ``{"@id": …}`` points to; any other value as it is."""
        if isinstance(value, dict) and value.keys() <= _REFERENCE and (name := name_of(value)):
            return self._named.get(name, value)
        return value


_REFERENCE = frozenset({"@id", "@type", "id", "type"})


def json_ld(page: str, url: str, note: Note) -> Graph:
    """All nodes of the page's JSON-LD; a script that cannot be mended is told to ``note`` and left out."""
    root = tree_of(page)
    if root is None:
        note(url, "no markup: the page is empty or no HTML")
        return Graph([])
    return Graph(script_nodes(root, url, note), canonical_of(root, base_of(root, url)))


def script_nodes(root: Element, url: str, note: Note) -> list[Node]:
    """The nodes of the scripts of a page that is parsed already."""
    nodes: list[Node] = []
    for at, script in enumerate(_scripts(root), start=1):
        try:
            value, mended = read_script(script)
            found = list(_flat(plain_nodes(value)))
        except (ValueError, RecursionError) as error:
            note(url, f"JSON-LD script {at} cannot be read and is left out: {str(error)[:200]}")
            continue
        if mended:
            note(url, f"JSON-LD script {at} was mended")
        if len(nodes) + len(found) > _MOST_NODES:
            note(url, f"more than {_MOST_NODES:,} nodes of JSON-LD; the rest is left out")
        nodes.extend(found[: _MOST_NODES - len(nodes)])
    return nodes


def _scripts(root: Element) -> Iterator[str]:
    for script in root.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            yield script.text or ""


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
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        elif isinstance(one, dict):
            graph = one.get("@graph")
            if isinstance(graph, list | dict):
                waiting.append(graph)
            if "@type" in one or ("@context" in one and "type" in one):
                yield one


def types(node: Any) -> frozenset[str]:
    """The node's types, plain; several at once are usual."""
    stated = node.get("@type", node.get("type", ())) if isinstance(node, dict) else ()
    listed = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else ()
    return frozenset(plain_name(one).rstrip("/") for one in listed if isinstance(one, str))
