"""Careers: what a role is, what it asks for, and what there is to learn it with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, url_for

from catalog.guidance.coverage import covering, known_of, share
from catalog.guidance.moves import Move, move
from catalog.vocabulary import Role
from indexer.query import Query
from webui import careers, labels, structured
from webui.careers import Career, Next, Wanted
from webui.links import Args, url_for_query
from webui.site import Site, here
from webui.structured import Json

page = Blueprint("roles", __name__)

MOST_KNOWN = 200  # topics that an address may name as known


@dataclass(frozen=True, kw_only=True)
class RoleView:
    """All that a career page shows."""

    role: Role
    total: int
    url: str
    levels: tuple[str, ...]  # the columns of the picture
    needs: tuple[tuple[str, tuple[Wanted, ...]], ...]
    kinds: tuple[tuple[str, int, str], ...]
    known: frozenset[str]  # of the role's topics
    share: float
    next: tuple[Next, ...]
    moves: tuple[tuple[Move, str], ...]
    others: tuple[Role, ...]
    data: tuple[Json, ...]
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
    return render_template("role.html", view=_view(site, role_of(site, role_id), known_topics(request.args)))


def role_of(site: Site, role_id: str) -> Role:
    """The role of that id, or the page that says there is none."""
    role = site.vocabulary.roles.get(role_id)
    if role is None:
        abort(404, f"There is no career called “{role_id[:60]}” here.")
    return role


def known_topics(args: Args) -> tuple[str, ...]:
    """The topics that an address says are known: ``know=git&know=sql`` or ``know=git,sql``; each once, in order."""
    told = (topic.strip() for value in args.getlist("know") for topic in value.split(","))
    return tuple(sorted(set(filter(None, told)))[:MOST_KNOWN])


def _view(site: Site, role: Role, told: Collection[str]) -> RoleView:
    career = Career(role=role, vocabulary=site.vocabulary, covers=covering(role, site.vocabulary))
    known = known_of(site.foundations.known_from(told), career.covers)
    there_is = site.remembered("counts", lambda: careers.counts(site))
    asked = [one.topic for one in role.topics]
    found = site.remembered(
        ("candidates", role.id, site.store.last_change()), lambda: careers.candidates(site, role, asked)
    )
    chosen = Query().choose("role", (role.id,))
    hits = site.index.search(Query(choices=chosen.choices, page_size=1))
    chosen_few = careers.next_steps(site, career, found, known)
    return RoleView(
        role=role,
        total=hits.total,
        url=url_for_query(chosen),
        levels=tuple(careers.LEVELS),
        needs=tuple(
            (labels.NEEDS[need], tuple(careers.wanted(one, career, there_is, found[one.topic], known) for one in some))
            for need, some in careers.in_turn(role)
        ),
        kinds=tuple(_kinds(chosen, hits.facets.get("kind", {}))),
        known=known,
        share=share(role, known),
        next=chosen_few,
        moves=tuple(
            (move(role, site.vocabulary.roles[near.role], site.vocabulary), near.text) for near in role.neighbours
        ),
        others=tuple(
            sorted((other for other in site.vocabulary.roles.values() if other != role), key=lambda other: other.label)
        ),
        data=tuple(_linked(site, role, chosen_few)),
        canonical=url_for("roles.show", role_id=role.id),
    )


def _linked(site: Site, role: Role, chosen: Iterable[Next]) -> Iterable[Json]:
    def topic_address(topic: str) -> str:
        return site.absolute(url_for("topics.show", topic_id=topic))

    address = site.absolute(url_for("roles.show", role_id=role.id))
    yield structured.career(role, site.vocabulary, address, topic_address)
    titles = [("".join(text for text, _ in one.card.title), site.absolute(one.card.url)) for one in chosen]
    if titles:
        yield structured.entry_list(f"Where to begin as {role.label}", titles, address)


def _kinds(chosen: Query, counts: dict[str, int]) -> Iterable[tuple[str, int, str]]:
    """Each kind that is there: its search, how many, and its words."""
    for kind in labels.KINDS:
        if count := counts.get(kind):
            yield url_for_query(chosen.choose("kind", (kind,))), count, labels.kind(kind, plural=count != 1)
