"""Feeds (Atom, RFC 4287): what is new for a career, for any feed reader."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, url_for

from catalog.model import Entry
from indexer.query import Query
from webui.links import url_for_entry
from webui.pages.roles import role_of
from webui.site import Site, here

page = Blueprint("feeds", __name__)

NEWEST = 50


@page.get("/roles/<role_id>/feed.atom")
def role(role_id: str) -> Response:
    """The newest resources for a career."""
    site = here()
    asked = role_of(site, role_id)
    newest = Query(sort="newest", page_size=NEWEST, counted=False).choose("role", (asked.id,))
    return _atom(
        site,
        f"New for {asked.label}",
        url_for("roles.show", role_id=asked.id),
        site.store.entries(site.index.search(newest).ids),
    )


def _atom(site: Site, title: str, path: str, entries: list[Entry]) -> Response:
    dated = [(entry, _moment(entry.resource.published)) for entry in entries if entry.resource.published]
    text = render_template(
        "feed.xml",
        title=title,
        page=site.absolute(path),
        address=site.absolute(path + "/feed.atom"),
        updated=max((at for _, at in dated), default=_moment("1970")),
        entries=[(entry, site.absolute(url_for_entry(entry.id, entry.resource.title)), at) for entry, at in dated],
    )
    return Response(text, mimetype="application/atom+xml")


def _moment(partial: str | None) -> str:
    """A partial date as the first moment of it: 2017-05 → 2017-05-01T00:00:00Z."""
    year, month, day = ([*(partial or "").partition("T")[0].split("-"), "1", "1"])[:3]
    return datetime(int(year), int(month), int(day), tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
