"""What a page says of itself for machines: JSON-LD, microdata, RDFa and meta tags, from one parse."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from catalog import clean
from catalog.model import Kind, LearningResource
from crawlers.readers import open_graph
from crawlers.readers.json_ld import Graph, Node, Note, script_nodes
from crawlers.readers.microdata import microdata
from crawlers.readers.one_graph import one_graph
from crawlers.readers.page_tree import Element, base_of, canonical_of, title_of, tree_of
from crawlers.readers.rdfa import has_rdfa, rdfa
from crawlers.readers.schema_org import resource_of, resources
from crawlers.readers.schema_org_values import page_address

LONGEST_PAGE = 3_000_000  # characters in which microdata and RDFa are looked for
_FILLED = ("description", "image", "language")


@dataclass(frozen=True, kw_only=True)
class StructuredPage:
    """The nodes of every syntax in one graph, the meta tags by lower-case name, and the title."""

    graph: Graph
    meta: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None


def read_page(page: str, url: str, note: Note) -> StructuredPage:
    """All that the page says; what cannot be read is told to ``note`` and left out."""
    root = tree_of(page)
    if root is None:
        note(url, "no markup: the page is empty or no HTML")
        return StructuredPage(graph=Graph([]))
    base = base_of(root, url)
    syntaxes = [script_nodes(root, url, note)]
    if len(page) <= LONGEST_PAGE:
        syntaxes += [_microdata(root, base, url, note), _rdfa(root, base, url, note)]
    else:
        note(url, f"longer than {LONGEST_PAGE:,} characters: only its JSON-LD and meta tags are read")
    return StructuredPage(
        graph=one_graph(syntaxes, url, canonical_of(root, base)), meta=open_graph.meta_tags(root), title=title_of(root)
    )


def _microdata(root: Element, base: str, url: str, note: Note) -> list[Node]:
    nodes, complete = microdata(root, base)
    if not complete:
        note(url, "more microdata than can be meant; the rest is left out")
    return nodes


def _rdfa(root: Element, base: str, url: str, note: Note) -> list[Node]:
    if not has_rdfa(root):
        return []
    nodes, complete = rdfa(root, base)
    if not complete:
        note(url, "more RDFa than can be meant; the rest is left out")
    return nodes


def page_resources(
    page: StructuredPage, url: str, note: Note, *, provider: str | None = None, kind: Kind | None = None
) -> list[LearningResource]:
    """The learning resources of a page: `resources`, where the meta tags fill what the page's own does not say.

    Meta tags alone tell of a resource where og:type names a kind, or ``kind`` is given: then each page is one.
    """
    found = resources(page.graph, url, provider=provider, kind=kind, note=note)
    head = open_graph.head_node(page.meta)
    if found:
        return [_filled(one, head, page, url) for one in found]
    stated = open_graph.stated_kind(page.meta) or kind
    own = resource_of(head, stated, page.graph, url, provider=provider) if stated is not None else None
    return [own] if own is not None else []


def _filled(resource: LearningResource, head: Node, page: StructuredPage, url: str) -> LearningResource:
    if not _is_of_page(resource, head, page, url):
        return resource
    told = resource_of({"name": resource.title, **head}, resource.kind, page.graph, url)
    missing = {name: getattr(told, name) for name in _FILLED if getattr(resource, name) is None}
    return msgspec.structs.replace(resource, **missing) if told is not None else resource


def _is_of_page(resource: LearningResource, head: Node, page: StructuredPage, url: str) -> bool:
    known = (page_address(page.graph, url), clean.canonical_url(url), clean.canonical_url(head.get("url"), url))
    own = clean.url_key(resource.url or "")
    return any(clean.url_key(one) == own for one in known if one is not None)
