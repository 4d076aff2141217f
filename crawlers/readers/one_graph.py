"""Several syntaxes of one page as one graph: what tells of the same address becomes one node."""

from collections import Counter
from collections.abc import Iterable, Sequence

from catalog.model import Kind
from crawlers.readers import schema_org_values as read
from crawlers.readers.json_ld import Graph, Node, types
from crawlers.readers.schema_org_kinds import kind_of

Key = tuple[Kind, bool, str]


def one_graph(syntaxes: Iterable[Sequence[Node]], page: str, canonical: str | None) -> Graph:
    """The nodes of all syntaxes in their order; of two that tell of one address, the first told wins per property."""
    merged: list[Node] = []
    places: dict[Key, int] = {}
    for nodes in syntaxes:
        for node, key in _with_keys(nodes, page, canonical):
            if key is not None and key in places:
                place = places[key]
                merged[place] = filled(merged[place], node)
                continue
            if key is not None:
                places[key] = len(merged)
            merged.append(node)
    return Graph(merged, canonical)


def filled(first: Node, second: Node) -> Node:
    """The first node, and what only the second tells."""
    return {**second, **{name: value for name, value in first.items() if value not in (None, "", [], {})}}


def _with_keys(nodes: Sequence[Node], page: str, canonical: str | None) -> list[tuple[Node, Key | None]]:
    """Each node with what it is known by: its kind and address. The only one of a kind may mean the page."""
    graph = Graph(list(nodes), canonical)
    kinds = [(kind_of(node), "courseinstance" in {one.lower() for one in types(node)}) for node in nodes]
    counted = Counter(kinds)
    own_page = read.page_address(graph, page)
    keyed: list[tuple[Node, Key | None]] = []
    for node, (kind, is_instance) in zip(nodes, kinds, strict=True):
        alone = counted[kind, is_instance] == 1
        address = None if kind is None else read.own_address(node, graph, page, alone=alone) or (alone and own_page)
        keyed.append((node, (kind, is_instance, address) if kind is not None and address else None))
    return keyed
