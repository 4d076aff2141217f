"""Topics: what each one is, where it stands in the tree, and what there is to learn it with."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import msgspec
from flask import Blueprint, abort, render_template, url_for

from catalog.guidance.order import after
from catalog.model import Entry
from catalog.vocabulary import Role, Topic
from indexer.query import Hits, Query
from webui import labels
from webui.cards import Card, gathered_cards
from webui.careers import BOOKS, COURSES
from webui.links import url_for_entry, url_for_query
from webui.site import Site, here
from webui.structured import Json, defined_term, entry_list
from webui.versions import gathered

page = Blueprint("topics", __name__)

BEST_SHOWN = 4
MOST_UNLOCKED = 12
BEST = {"Courses and lessons to begin with": COURSES, "Books to begin with": BOOKS}


@dataclass(frozen=True, kw_only=True)
class Node:
    """A topic in the tree with its number of resources and what stands below it."""

    id: str
    label: str
    count: int
    below: tuple["Node", ...] = ()


@dataclass(frozen=True, kw_only=True)
class NeededBy:
    """A role that asks for the topic."""

    role: Role
    need: str
    level: str


@dataclass(frozen=True, kw_only=True)
class TopicView:
    """All that the page of a topic shows."""

    topic: Topic
    total: int
    url: str
    above: tuple[Node, ...]
    below: tuple[Node, ...]
    related: tuple[Node, ...]
    prerequisites: tuple[Node, ...]
    counts: tuple[tuple[str, tuple[tuple[str, str, int], ...]], ...]
    needed_by: tuple[NeededBy, ...]
    unlocks: tuple[Node, ...]
    best: tuple[tuple[str, tuple[Card, ...]], ...]
    data: tuple[Json, ...]
    canonical: str


@page.get("/topics")
def index() -> str:
    site = here()
    counts = site.index.search(Query(page_size=1)).facets.get("topic", {})
    roots = sorted(
        (_node(site, root, counts, deep=True) for root in site.vocabulary.roots()), key=lambda node: -node.count
    )
    return render_template("topics.html", roots=roots, topics=len(site.vocabulary.topics))


@page.get("/topics/<topic_id>")
def show(topic_id: str) -> str:
    site = here()
    topic = site.vocabulary.topics.get(topic_id)
    if topic is None:
        abort(404, f"There is no topic called “{topic_id[:60]}” here.")
    return render_template("topic.html", view=_view(site, topic))


def _node(site: Site, topic: str, counts: dict[str, int], *, deep: bool = False) -> Node:
    below = tuple(_node(site, narrower, counts, deep=True) for narrower in site.narrower(topic)) if deep else ()
    return Node(id=topic, label=site.vocabulary.topics[topic].label, count=counts.get(topic, 0), below=below)


def _view(site: Site, topic: Topic) -> TopicView:
    chosen = Query(page_size=1).choose("topic", (topic.id,))
    hits = site.index.search(chosen)
    everywhere = hits.facets.get("topic", {})
    best = [(title, _best(site, chosen, topic, kinds)) for title, kinds in BEST.items()]
    canonical = url_for("topics.show", topic_id=topic.id)

    def nodes(topics: Iterable[str]) -> tuple[Node, ...]:
        return tuple(_node(site, other, everywhere) for other in topics)

    return TopicView(
        topic=topic,
        total=hits.total,
        url=url_for_query(chosen),
        above=nodes(reversed(site.vocabulary.ancestors(topic.id))),
        below=nodes(site.narrower(topic.id)),
        related=nodes(topic.related),
        prerequisites=nodes(topic.prerequisites),
        unlocks=nodes(after([topic.id], site.vocabulary)[:MOST_UNLOCKED]),
        counts=tuple(_counts(site, chosen, hits)),
        needed_by=tuple(_needed_by(site, topic.id)),
        best=tuple((title, gathered_cards(entries, site.vocabulary)) for title, entries in best if entries),
        data=tuple(_linked(site, topic, [entry for _, entries in best for entry in entries], canonical)),
        canonical=canonical,
    )


def _best(site: Site, chosen: Query, topic: Topic, kinds: tuple[str, ...]) -> list[Entry]:
    """Resources that name the topic most plainly; the best rated when none names it."""
    asked = msgspec.structs.replace(chosen.choose("kind", kinds), page_size=2 * BEST_SHOWN, counted=False)
    hits = site.index.search(msgspec.structs.replace(asked, words=topic.label, literal=True))
    if not hits.ids:
        hits = site.index.search(msgspec.structs.replace(asked, sort="rating"))
    return list(chain.from_iterable(gathered(site.store.entries(hits.ids))[:BEST_SHOWN]))


def _linked(site: Site, topic: Topic, best: Iterable[Entry], canonical: str) -> Iterable[Json]:
    address = site.absolute(canonical)
    yield defined_term(topic, address, site.absolute(url_for("topics.index")))
    titles = [(one.resource.title, site.absolute(url_for_entry(one.id, one.resource.title))) for one in best]
    if titles:
        yield entry_list(f"To begin with {topic.label}", titles, address)


def _counts(site: Site, chosen: Query, hits: Hits) -> Iterable[tuple[str, tuple[tuple[str, str, int], ...]]]:
    """For kind and level the values that are there, each with its search."""
    for facet, title, values in (("kind", "By kind", labels.KINDS), ("level", "By level", labels.LEVELS)):
        found = hits.facets.get(facet, {})
        rows = tuple(
            (
                labels.facet_value(facet, value, site.vocabulary),
                url_for_query(chosen.choose(facet, (value,))),
                found[value],
            )
            for value in values
            if found.get(value)
        )
        if rows:
            yield title, rows


def _needed_by(site: Site, topic: str) -> Iterable[NeededBy]:
    order = list(labels.NEEDS)
    found = [(one, role) for role in site.vocabulary.roles.values() for one in role.topics if one.topic == topic]
    for one, role in sorted(found, key=lambda pair: (order.index(pair[0].need), pair[1].label)):
        yield NeededBy(role=role, need=labels.NEEDS[one.need].lower(), level=labels.LEVELS[one.level].lower())
