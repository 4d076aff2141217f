"""Plans: a dated way into a career within hours and money, each step with its reasons, and the same to take along."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from catalog.guidance.offers import Standpoint
from catalog.guidance.path import path
from catalog.vocabulary import Role
from webui.paths.exports import EXPORTS, Plan
from webui.paths.finding import found, left_out
from webui.paths.form import Form, form
from webui.paths.view import PlanView, plan_view
from webui.paths.wishes import Wishes, url_for_path, wishes_from_args
from webui.site import Site, here

page = Blueprint("paths", __name__)

ENDINGS = (("ics", "Calendar"), ("md", "Markdown"), ("csv", "Table (CSV)"))


@dataclass(frozen=True, kw_only=True)
class PathPage:
    """All that the page of a plan shows."""

    role: Role
    form: Form
    plan: PlanView
    corrections: tuple[str, ...]
    without: int
    left_out: int  # resources that do not state their language
    with_them: str
    address: str
    exports: tuple[tuple[str, str], ...]
    again: str | None  # without what was exchanged or left out
    canonical: str


@page.get("/roles/<role_id>/path")
def show(role_id: str) -> str:
    site, role = here(), _role(role_id)
    wishes, corrections = _wishes(site)
    stand = _standpoint(site, role, wishes)
    fresh = replace(wishes, skip=(), without=())
    view = PathPage(
        role=role,
        form=form(stand, wishes),
        plan=_plan(site, stand, wishes),
        corrections=corrections,
        without=len(wishes.without) + len(wishes.skip),
        left_out=left_out(site, stand, wishes),
        with_them=url_for_path(role.id, wishes.with_untold_language()),
        address=site.absolute(url_for_path(role.id, wishes)),
        exports=tuple((url_for_path(role.id, wishes, ending), words) for ending, words in ENDINGS),
        again=url_for_path(role.id, fresh) if fresh != wishes else None,
        canonical=url_for("paths.show", role_id=role.id),
    )
    return render_template("path.html", view=view)


@page.get("/roles/<role_id>/path.<any(ics, md, csv):ending>")
def export(role_id: str, ending: str) -> Response:
    site, role = here(), _role(role_id)
    wishes, _ = _wishes(site)
    address = site.absolute(url_for_path(role.id, wishes))
    plan = Plan(
        title=f"The way to {role.label}",
        address=address,
        host=urlsplit(address).hostname or "localhost",
        view=_plan(site, _standpoint(site, role, wishes), wishes),
        absolute=site.absolute,
    )
    if not plan.view.steps:
        abort(404, "No step fits these wishes, so there is nothing to take along. More weeks or money would give room.")
    mimetype, write = EXPORTS[ending]
    answer = Response(write(plan), content_type=f"{mimetype}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{role.id}.{ending}"'
    return answer


def _role(role_id: str) -> Role:
    role = here().vocabulary.roles.get(role_id)
    if role is None:
        abort(404, f"There is no career called “{role_id[:60]}” here.")
    return role


def _wishes(site: Site) -> tuple[Wishes, tuple[str, ...]]:
    """What the address wishes; where it names no day, the answer depends on today, and no browser may keep it."""
    wishes, corrections = wishes_from_args(request.args, site.vocabulary, datetime.now(UTC).date())
    if request.args.get("start") != wishes.start.isoformat():
        g.tag = None
    return wishes, corrections


def _standpoint(site: Site, role: Role, wishes: Wishes) -> Standpoint:
    return Standpoint(
        role=role,
        foundations=site.foundations,
        know=frozenset(wishes.know),
        leave_out=frozenset(wishes.skip),
        choose=frozenset(wishes.choose),
    )


def _plan(site: Site, stand: Standpoint, wishes: Wishes) -> PlanView:
    plan = path(stand, found(site, stand, wishes), wishes.limits)
    entries = {entry.id: entry for entry in site.store.entries(plan.shown)}
    return plan_view(plan, entries, site.vocabulary, wishes)
