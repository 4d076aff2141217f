"""Careers: what a role is, what it asks for, and what there is to learn it with."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, url_for

from catalog.model import Entry
from catalog.vocabulary import Role, RoleTopic
from indexer.query import Query
from webui import labels
from webui.cards import Card, cards
from webui.links import url_for_query
from webui.site import Site, here

page = Blueprint("roles", __name__)

BEST_SHOWN = 5
CONSIDERED = 100  # the best rated, of which those that serve the career most are shown
BEST_RATED = "rating"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A topic that a role asks for, the level wanted, and what there is for it."""

    topic: str
    label: str
    level: str
    count: int
    url: str


@dataclass(frozen=True, kw_only=True)
class RoleView:
    """All that a career page shows."""

    role: Role
    total: int
    url: str
    needs: tuple[tuple[str, tuple[Wanted, ...]], ...]
    kinds: tuple[tuple[str, int, str], ...]
    best: tuple[Card, ...]
    canonical: str


@page.get("/roles")
def index() -> str:
    site = here()
    counts = site.index.search(Query(page_size=1)).facets.get("role", {})
    roles = sorted(site.vocabulary.roles.values(), key=lambda role: (-counts.get(role.id, 0), role.label))
    return render_template("roles.html", roles=roles, counts=counts)


@page.get("/roles/<role_id>")
def show(role_id: str) -> str:
    site = here()
    role = site.vocabulary.roles.get(role_id)
    if role is None:
        abort(404, f"There is no career called “{role_id[:60]}” here.")
    return render_template("role.html", view=_view(site, role))


def _view(site: Site, role: Role) -> RoleView:
    chosen = Query().choose("role", (role.id,))
    hits = site.index.search(Query(choices=chosen.choices, sort=BEST_RATED, page_size=CONSIDERED))
    topics, kinds = hits.facets.get("topic", {}), hits.facets.get("kind", {})

    def wanted(asked: RoleTopic) -> Wanted:
        return Wanted(
            topic=asked.topic,
            label=site.vocabulary.topics[asked.topic].label,
            level=labels.LEVELS[asked.level],
            count=topics.get(asked.topic, 0),
            url=url_for_query(chosen.choose("topic", (asked.topic,))),
        )

    return RoleView(
        role=role,
        total=hits.total,
        url=url_for_query(chosen),
        needs=tuple(
            (words, tuple(wanted(one) for one in role.topics if one.need == need))
            for need, words in labels.NEEDS.items()
        ),
        kinds=tuple(
            (url_for_query(chosen.choose("kind", (kind,))), kinds[kind], labels.kind(kind, plural=kinds[kind] != 1))
            for kind in labels.KINDS
            if kinds.get(kind)
        ),
        best=cards(_best(site.store.entries(hits.ids), role), site.vocabulary),
        canonical=url_for("roles.show", role_id=role.id),
    )


def _best(rated: list[Entry], role: Role) -> list[Entry]:
    """Of the best rated those that serve the career most, to a tenth; equals as they are rated."""
    fits = {entry.id: next((served.fit for served in entry.roles if served.role == role.id), 0.0) for entry in rated}
    return sorted(rated, key=lambda entry: -round(fits[entry.id], 1))[:BEST_SHOWN]
