"""The page of one resource: its facts, what it teaches and why we say so, and who told us."""

from dataclasses import dataclass

import msgspec
from flask import Blueprint, abort, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from catalog.clean import site_name
from catalog.errors import LodestarError
from catalog.model import Change, Entry, LearningResource, Price
from catalog.store import StoredListing
from webui import labels
from webui.cards import Card, cards, foreign, offered_by
from webui.facts import Fact, facts
from webui.links import is_web_address, slug, url_for_entry
from webui.site import Site, here
from webui.structured import Json, linked_data
from webui.teaching import Reading, RoleLine, TopicLine, known_first, reading_list, role_lines, topic_lines, unlocked

page = Blueprint("resources", __name__)

MOST_SIMILAR = 4
MOST_SIGNS = 120  # of a value in the history


@dataclass(frozen=True, kw_only=True)
class Told:
    """One listing behind the entry."""

    source: str
    url: str | None
    first_seen: str | None
    last_seen: str | None
    retired: bool


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One line of the history."""

    at: str
    what: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A similar resource, and why it is one."""

    card: Card
    reason: str


@dataclass(frozen=True, kw_only=True)
class ResourceView:
    """All that the page of one resource shows."""

    id: int
    resource: LearningResource
    retired: bool
    dead_checks: tuple[tuple[str, str], ...]
    lang: str | None
    kind: str
    offered_by: str
    way_out: tuple[str, str] | None
    paragraphs: tuple[str, ...]
    facts: tuple[Fact, ...]
    topics: tuple[TopicLine, ...]
    roles: tuple[RoleLine, ...]
    known_first: tuple[tuple[str, str], ...]
    unlocked: tuple[tuple[str, str], ...]
    reading: tuple[Reading, ...]
    similar: tuple[Neighbour, ...]
    told: tuple[Told, ...]
    main_source: str | None
    told_by_others: tuple[tuple[str, str], ...]
    history: tuple[Happened, ...]
    canonical: str
    data: Json


@page.get("/resources/<int:entry_id>", defaults={"title": None})
@page.get("/resources/<int:entry_id>/<title>")
def show(entry_id: int, title: str | None) -> ResponseReturnValue:
    site = here()
    entry = site.store.entry(entry_id) if entry_id < 2**63 else None
    if entry is None:
        abort(404, f"There is no resource with the number {entry_id}.")
    if (title or "") != slug(entry.resource.title):
        return redirect(url_for_entry(entry.id, entry.resource.title), 301)
    return make_response(render_template("resource.html", view=_view(site, entry)), 410 if entry.hidden else 200)


def _view(site: Site, entry: Entry) -> ResourceView:
    resource = entry.resource
    canonical = url_for_entry(entry.id, resource.title)
    return ResourceView(
        id=entry.id,
        resource=resource,
        retired=entry.retired,
        dead_checks=_checks(entry),
        lang=foreign(resource.language),
        kind=labels.kind(resource.kind),
        offered_by=offered_by(entry),
        way_out=_way_out(resource),
        paragraphs=tuple(line.strip() for line in (resource.description or "").splitlines() if line.strip()),
        facts=facts(resource, entry.told_by),
        topics=tuple(topic_lines(entry, site.vocabulary)),
        roles=tuple(role_lines(entry, site.vocabulary)),
        known_first=known_first(entry, site.vocabulary),
        unlocked=unlocked(entry, site.vocabulary),
        reading=_reading(site, entry),
        similar=_similar(site, entry),
        told=tuple(map(_told, site.store.listings(entry.id))),
        main_source=labels.source_name(entry.listings[0][0]) if entry.listings else None,
        told_by_others=tuple(
            (labels.property_name(name), labels.source_name(by)) for name, by in entry.told_by.items()
        ),
        history=tuple(map(_happened, site.store.history(entry.id))),
        canonical=canonical,
        data=linked_data(entry, site.vocabulary, site.absolute(canonical)),
    )


def _checks(entry: Entry) -> tuple[tuple[str, str], ...]:
    """When the address of a hidden entry was looked at, and what was met."""
    found = entry.dead_link.checks if entry.dead_link is not None else ()
    return tuple((labels.date(at) or at, met) for at, met in found)


def _way_out(resource: LearningResource) -> tuple[str, str] | None:
    """The address to go to and whose it is."""
    if not is_web_address(resource.url):
        return None
    url = str(resource.url)
    return url, resource.provider or site_name(url) or "the provider"


def _similar(site: Site, entry: Entry) -> tuple[Neighbour, ...]:
    """The nearest resources; none while there is no index, because the record alone can show the page."""
    try:
        found = [] if entry.hidden else site.index.similar(entry.id, MOST_SIMILAR, title=entry.resource.title)
    except LodestarError:
        return ()
    reasons = {one.entry_id: one.reasons for one in found}
    entries = site.store.entries([one.entry_id for one in found])
    return tuple(
        Neighbour(card=card, reason=labels.likeness(dict(reasons[other.id]), site.vocabulary))
        for other, card in zip(entries, cards(entries, site.vocabulary), strict=True)
    )


def _reading(site: Site, entry: Entry) -> tuple[Reading, ...]:
    """Books on what it teaches; none while there is no index."""
    try:
        return () if entry.hidden else reading_list(site, entry)
    except LodestarError:
        return ()


def _told(stored: StoredListing) -> Told:
    url = stored.listing.resource.url
    return Told(
        source=labels.source_name(stored.listing.source),
        url=url if is_web_address(url) else None,
        first_seen=labels.date(stored.first_seen),
        last_seen=labels.date(stored.last_seen),
        retired=stored.retired,
    )


def _happened(change: Change) -> Happened:
    fields = tuple((labels.property_name(name), _short(old), _short(new)) for name, (old, new) in change.fields.items())
    return Happened(at=labels.date(change.at) or change.at, what=labels.CHANGES[change.kind], fields=fields)


def _short(value: object) -> str:
    """A told value of any shape in at most a line."""
    text = _plain(value)
    return text if len(text) <= MOST_SIGNS else text[: MOST_SIGNS - 1] + "…"


def _plain(value: object) -> str:
    if value in (None, "", [], {}):
        return "not stated"
    if isinstance(value, dict) and "amount" in value:
        return labels.money(msgspec.convert(value, Price))
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return (" " if isinstance(value, dict) else ", ").join(map(_plain, parts))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
