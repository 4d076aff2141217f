"""Two careers side by side: what they share, what each has alone, and the shortest way from one to the other."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.guidance.moves import Move, move
from catalog.vocabulary import Role, RoleTopic
from webui import labels
from webui.pages.roles import role_of
from webui.site import Site, here

page = Blueprint("compare", __name__)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One topic and what each of two careers asks of it: need and level in words, or nothing."""

    topic: str
    label: str
    first: str | None
    second: str | None


@dataclass(frozen=True, kw_only=True)
class CompareView:
    """All that the comparison of two careers shows."""

    first: Role
    second: Role
    shared: tuple[Line, ...]
    only_first: tuple[Line, ...]
    only_second: tuple[Line, ...]
    there: Move
    back: Move
    canonical: str


@page.get("/roles/<role_id>/compare")
def choose(role_id: str) -> ResponseReturnValue:
    """Where the form leads: to the address of the pair, or to the career where nothing else is chosen."""
    site = here()
    first = role_of(site, role_id)
    other = role_of(site, request.args.get("with", role_id))
    if other == first:
        return redirect(url_for("roles.show", role_id=first.id))
    return redirect(url_for("compare.show", role_id=first.id, other_id=other.id))


@page.get("/roles/<role_id>/compare/<other_id>")
def show(role_id: str, other_id: str) -> ResponseReturnValue:
    site = here()
    first, second = role_of(site, role_id), role_of(site, other_id)
    if first == second:
        return redirect(url_for("roles.show", role_id=first.id))
    return render_template("compare.html", view=_view(site, first, second))


def _view(site: Site, first: Role, second: Role) -> CompareView:
    lines = tuple(_lines(site, first, second))
    return CompareView(
        first=first,
        second=second,
        shared=tuple(line for line in lines if line.first and line.second),
        only_first=tuple(line for line in lines if not line.second),
        only_second=tuple(line for line in lines if not line.first),
        there=move(first, second, site.vocabulary),
        back=move(second, first, site.vocabulary),
        canonical=url_for("compare.show", role_id=first.id, other_id=second.id),
    )


def _lines(site: Site, first: Role, second: Role) -> Iterable[Line]:
    """A line for each topic that either asks for, the weightiest of both together first."""
    asked = [{one.topic: one for one in role.topics} for role in (first, second)]
    weight = {topic: sum(one[topic].weight for one in asked if topic in one) for topic in asked[0] | asked[1]}
    for topic in sorted(weight, key=lambda topic: (-weight[topic], topic)):
        label = site.vocabulary.topics[topic].label
        told = (_asked(role, one.get(topic)) for role, one in zip((first, second), asked, strict=True))
        yield Line(topic=topic, label=label, first=next(told), second=next(told))


def _asked(role: Role, one: RoleTopic | None) -> str | None:
    """Must know, advanced."""
    if one is None:
        return None
    either = ", one of several" if any(one.topic in group.topics for group in role.one_of) else ""
    return f"{labels.NEEDS[one.need]}, {labels.LEVELS[one.level].lower()}{either}"
