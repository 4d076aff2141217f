"""The front page: what this is, and the three ways in: words, careers, topics."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from catalog.vocabulary import Role
from indexer.query import Query
from webui import labels
from webui.cards import Card, cards
from webui.site import Site, here

page = Blueprint("home", __name__)

FLAGSHIP = "back-end-engineer"
NARROWER_SHOWN = 5
NEWEST_SHOWN = 4
EXAMPLES = ("rest api", "postgresql", "go concurrency", "system design", "c#")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A role or topic with its number of resources."""

    id: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A root of the topic tree with its best-filled narrower topics."""

    root: Link
    narrower: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class HomeView:
    """All that the front page shows."""

    entries: int
    sources: int
    kinds: tuple[tuple[str, int, str], ...]
    roles: tuple[Link, ...]
    branches: tuple[Branch, ...]
    newest: tuple[Card, ...]
    examples: tuple[str, ...] = EXAMPLES


@page.get("/")
def show() -> str:
    return render_template("home.html", view=_view(here()))


def _view(site: Site) -> HomeView:
    hits = site.index.search(Query(sort="newest", page_size=NEWEST_SHOWN))
    totals = site.totals()
    roles = hits.facets.get("role", {})
    return HomeView(
        entries=totals.entries,
        sources=len(totals.sources),
        kinds=_kinds(hits.facets.get("kind", {})),
        roles=tuple(Link(id=role.id, label=role.label, count=roles.get(role.id, 0)) for role in _by_count(site, roles)),
        branches=_branches(site, hits.facets.get("topic", {})),
        newest=cards(site.store.entries(hits.ids), site.vocabulary),
    )


def _by_count(site: Site, counts: dict[str, int]) -> list[Role]:
    """The career this catalogue is made for, then the others, the best served first."""
    return sorted(
        site.vocabulary.roles.values(), key=lambda role: (role.id != FLAGSHIP, -counts.get(role.id, 0), role.label)
    )


def _kinds(counts: dict[str, int]) -> tuple[tuple[str, int, str], ...]:
    """Each kind that is there with its number and its words."""
    found = [
        (kind, counts[kind], labels.kind(kind, plural=counts[kind] != 1)) for kind in labels.KINDS if counts.get(kind)
    ]
    return tuple(sorted(found, key=lambda kind: -kind[1]))


def _branches(site: Site, counts: dict[str, int]) -> tuple[Branch, ...]:
    def link(topic: str) -> Link:
        return Link(id=topic, label=site.vocabulary.topics[topic].label, count=counts.get(topic, 0))

    def branch(root: str) -> Branch:
        below = sorted(map(link, site.narrower(root)), key=lambda narrower: -narrower.count)
        return Branch(root=link(root), narrower=tuple(below[:NARROWER_SHOWN]))

    return tuple(sorted(map(branch, site.vocabulary.roots()), key=lambda branch: -branch.root.count))
