"""Microdata of a page: elements with itemscope and itemprop, as nodes."""

from collections import defaultdict
from collections.abc import Iterator

from crawlers.readers.linked_names import Node, plain_name
from crawlers.readers.page_tree import Element, Steps, TooMuch, absolute, text_of

_DEEPEST = 50  # levels of nodes within nodes

_ADDRESSES = {
    "a": "href", "area": "href", "link": "href",
    "audio": "src", "embed": "src", "iframe": "src", "img": "src", "source": "src", "track": "src", "video": "src",
    "object": "data",
}  # fmt: skip
_FIGURES = frozenset({"data", "meter"})


def microdata(root: Element, base: str) -> tuple[list[Node], bool]:
    """The top nodes of a page, and whether they are all: False where it holds more than can be meant."""
    reader = _Reader(root, base)
    nodes: list[Node] = []
    scopes = (one for one in root.iter() if one.get("itemscope") is not None)
    try:
        nodes.extend(reader.node(scope) for scope in scopes if reader.is_top(scope))
    except TooMuch:
        return nodes, False
    return nodes, True


class _Reader:
    """One page: who is named by an id, and how much may still be looked at."""

    def __init__(self, root: Element, base: str) -> None:
        self._base = base
        self._steps = Steps()
        self._by_id: dict[str, Element] = {}
        self._borrowed: set[str] = set()
        for element in root.iter():
            if (name := element.get("id")) is not None:
                self._by_id.setdefault(name, element)
            self._borrowed.update((element.get("itemref") or "").split())

    def is_top(self, scope: Element) -> bool:
        """Whether it is a node of its own: no property, or one of nobody."""
        if scope.get("itemprop") is None:
            return True
        return not any(
            above.get("itemscope") is not None or above.get("id") in self._borrowed for above in scope.iterancestors()
        ) and (scope.get("id") not in self._borrowed)

    def node(self, scope: Element, within: tuple[Element, ...] = ()) -> Node:
        """The node of an element with its properties, those of borrowed elements last."""
        node: Node = {"@type": [plain_name(one) for one in (scope.get("itemtype") or "").split()]}
        if name := (scope.get("itemid") or "").strip():
            node["@id"] = absolute(self._base, name)
        told: dict[str, list[object]] = defaultdict(list)
        inner = (*within, scope)
        for element in self._properties(scope):
            value = self._value(element, inner)
            for name in (element.get("itemprop") or "").split() if value not in (None, "", {}) else ():
                told[plain_name(name)].append(value)
        return node | {name: values[0] if len(values) == 1 else values for name, values in told.items()}

    def _properties(self, scope: Element) -> Iterator[Element]:
        """The elements with itemprop of one scope, in the order of the page; a nested scope keeps its own."""
        waiting = [*reversed([*scope, *self._borrowed_by(scope)])]
        while waiting:
            element = waiting.pop()
            self._steps.take()
            if element.get("itemprop") is not None:
                yield element
            if element.get("itemscope") is None:
                waiting.extend(reversed(element))

    def _borrowed_by(self, scope: Element) -> Iterator[Element]:
        """The elements of itemref; of one that is a node of its own and no property, what is in it."""
        for name in dict.fromkeys((scope.get("itemref") or "").split()):
            element = self._by_id.get(name)
            if element is None or element is scope:
                continue
            if element.get("itemscope") is not None and element.get("itemprop") is None:
                yield from element
            else:
                yield element

    def _value(self, element: Element, within: tuple[Element, ...]) -> object:
        if element.get("itemscope") is not None:
            # A node inside of itself, by itemref, would never end.
            return None if element in within or len(within) >= _DEEPEST else self.node(element, within)
        tag = str(element.tag)
        stated = element.get("content")
        if tag == "meta" or stated:  # on other elements it is no standard, but usual
            return (stated or "").strip()
        if tag in _ADDRESSES:
            address = (element.get(_ADDRESSES[tag]) or "").strip()
            return absolute(self._base, address) if address else None
        if tag in _FIGURES and element.get("value") is not None:
            return (element.get("value") or "").strip()
        if tag == "time" and element.get("datetime"):
            return (element.get("datetime") or "").strip()
        return text_of(element, self._steps)
