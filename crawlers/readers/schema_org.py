"""A node of schema.org → what it tells of a learning resource. First property found wins."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from catalog import clean
from catalog.model import CourseInstance, Kind, LearningResource
from crawlers.readers import schema_org_values as read
from crawlers.readers.json_ld import Graph, Node, Note, types
from crawlers.readers.linked_names import name_of
from crawlers.readers.schema_org_kinds import kind_of

__all__ = ["kind_of", "linked_pages", "resource_of", "resources"]

LONGEST_DESCRIPTION = 2000
LONGEST_NAME = 500
MOST_INSTANCES = 20

# Parts of a page about something else, unless there is nothing else.
_BESIDES = frozenset({Kind.VIDEO, Kind.EPISODE, Kind.CERTIFICATION})


# Where another node stands as a part: it is told with the whole and not alone.
_PARTS = ("hasCourseInstance", "workExample", "video", "trailer")
# The roles of LRMI say who sits in the room, not which occupation is served.
_ROLES_IN_ROOMS = """
    administrator everyone general public learner learners lehrende lehrer lehrkraft lernende mentor other others
    parent parents peer tutor professional professionals public pupil pupils schüler student students studierende
    teacher teachers tutor educator educators instructor instructors
"""
_NOT_ROLES = frozenset({*_ROLES_IN_ROOMS.split(), "general public", "peer tutor"})
_LONGEST_ROLE = 100
_DOI = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?10\.\d{4}", re.IGNORECASE)


def resources(
    graph: Graph,
    page_url: str,
    *,
    provider: str | None = None,
    kind: Kind | None = None,
    note: Note = lambda _where, _reason: None,
) -> list[LearningResource]:
    """The learning resources that a page describes, each address once; ``note`` is told what is left out.

    ``provider`` stands where the page names none, ``kind`` where its type leaves it open.
    """
    told = [(node, found) for node in _candidates(graph) if (found := kind_of(node, kind)) is not None]
    if any(found not in _BESIDES for _, found in told):
        told = [(node, found) for node, found in told if found not in _BESIDES]
    distinct: dict[tuple[str | None, str], LearningResource] = {}
    for node, found in told:
        resource = resource_of(node, found, graph, page_url, provider=provider, alone=len(told) == 1)
        if resource is None:
            named = read.first_words(graph, node.get("name"), node.get("headline")) or "one without a title"
            note(page_url, f"{found} was left out for want of a title or of an address of its own: {named[:80]}")
            continue
        key = (resource.url, "" if resource.url else resource.title)
        distinct[key] = _together(distinct[key], resource) if key in distinct else resource
    return list(distinct.values())


def _together(first: LearningResource, second: LearningResource) -> LearningResource:
    """One resource that a page tells twice; what both say is the first's, the instances are of both."""
    missing = {name: getattr(second, name) for name in second.__struct_fields__ if getattr(first, name) in (None, ())}
    instances = (*first.instances, *(one for one in second.instances if one not in first.instances))
    return msgspec.structs.replace(first, **(missing | {"instances": instances[:MOST_INSTANCES]}))


def linked_pages(graph: Graph, page_url: str) -> list[str]:
    """The addresses of the entries of the page's lists, in their order; trails of breadcrumbs are no lists."""
    found: dict[str, None] = {}
    for node in graph.nodes:
        if "ItemList" not in types(node):
            continue
        for entry in read.each(node.get("itemListElement")):
            whole = graph.meant(entry)
            inner = whole.get("item") if isinstance(whole, dict) else None
            url = read.address(graph, page_url, inner, whole)
            if url is not None:
                found.setdefault(url)
    return list(found)


def _candidates(graph: Graph) -> Iterator[Node]:
    """Top nodes, what pages are about, and the full entries of lists; but no parts of others."""
    parts = {
        name
        for node in graph.nodes
        for key in _PARTS
        for one in read.each(node.get(key))
        if isinstance(one, dict) and (name := name_of(one))
    }
    for node in graph.nodes:
        if name_of(node) not in parts:
            yield node
        yield from read.nodes(graph, node.get("mainEntity"))
        if "ItemList" in types(node):
            for entry in read.nodes(graph, node.get("itemListElement")):
                yield from read.nodes(graph, entry.get("item", entry))


def resource_of(
    node: Node, kind: Kind, graph: Graph, page_url: str, *, provider: str | None = None, alone: bool = True
) -> LearningResource | None:
    """The resource a node describes; None where it has no title or, not being alone on the page, no address."""
    title = clean.text(
        read.first_words(graph, node.get("name"), node.get("headline"), node.get("title")), limit=LONGEST_NAME
    )
    url = read.own_address(node, graph, page_url, alone=alone)
    if title is None or url is None:
        return None
    instances = [node] if "CourseInstance" in types(node) else list(read.nodes(graph, node.get("hasCourseInstance")))
    offers = node.get("offers") or [offer for one in instances for offer in read.each(one.get("offers"))]
    hours, duration_text = _effort(node, instances, graph)
    platform, institution = _organisations(node, offers, graph)
    languages = (node.get("inLanguage"), node.get("availableLanguage"), *(one.get("inLanguage") for one in instances))
    return LearningResource(
        kind=kind,
        title=title,
        url=url,
        provider=platform or provider,
        institution=institution,
        authors=_authors(node, instances, graph),
        language=_language(graph, *languages),
        hours_min=hours[0] if hours else None,
        hours_max=hours[1] if hours else None,
        duration_text=clean.text(duration_text, limit=LONGEST_NAME),
        instances=_instances(instances, graph),
        course_code=clean.text(read.first_words(graph, node.get("courseCode")), limit=LONGEST_NAME),
        access_note=clean.text(read.label(graph, node.get("conditionsOfAccess")), limit=LONGEST_NAME),
        image=read.address(graph, page_url, node.get("image"), node.get("thumbnailUrl")),
        licence=_licence(graph, page_url, node.get("license")),
        **_texts(node, graph),
        **_figures(node, offers, graph),
    )


def _texts(node: Node, graph: Graph) -> dict[str, Any]:
    """What the node says in words."""
    get = node.get
    level_text = clean.text(read.first_words(graph, get("educationalLevel"), get("skillLevel")), limit=LONGEST_NAME)
    return {
        "description": clean.text(
            read.first_words(graph, get("description"), get("abstract")), limit=LONGEST_DESCRIPTION
        ),
        "level": clean.level(level_text),
        "level_text": level_text,
        "subjects": _terms(
            graph, get("about"), _keywords(get("keywords")), get("genre"), _aligned(graph, node, "educationalSubject")
        ),
        "skills": _terms(
            graph, get("teaches"), get("assesses"), get("competencyRequired"), _aligned(graph, node, "teaches")
        ),
        "roles": _roles(graph, get("occupationalCategory"), get("audience")),
        "prerequisites": clean.text(
            "; ".join(read.words(graph, get("coursePrerequisites"))), limit=LONGEST_DESCRIPTION
        ),
        "syllabus": clean.names(read.words(graph, get("syllabusSections"))),
    }


def _figures(node: Node, offers: Any, graph: Graph) -> dict[str, Any]:
    """What the node says in numbers, dates and numbers of books."""
    rating, rating_count = read.rating(graph, node.get("aggregateRating"))
    free = read.flag(node.get("isAccessibleForFree"))
    return {
        "price": read.price(graph, offers),
        "is_free": free if free is not None else read.free_by_offers(graph, offers),
        "rating": rating,
        "rating_count": rating_count,
        "enrolment_count": _enrolment(node, graph),
        "isbn": _isbn(node, graph),
        "doi": _doi(graph, node.get("identifier"), node.get("sameAs"), node.get("@id"), node.get("url")),
        "pages": clean.count(node.get("numberOfPages")) or None,
        "published": _date(graph, node.get("datePublished"), node.get("uploadDate"), node.get("dateCreated")),
        "updated": _date(graph, node.get("dateModified")),
    }


def _organisations(node: Node, offers: Any, graph: Graph) -> tuple[str | None, str | None]:
    """Platform and institution: who serves it, and which university or school teaches it."""
    sellers = [offer.get("seller") for offer in read.nodes(graph, offers)]
    repositories = [one.get("provider") for one in read.nodes(graph, node.get("mainEntityOfPage"))]
    stated = (node.get("provider"), node.get("publisher"), node.get("sourceOrganization"), sellers, repositories)
    named = [one for value in stated for some in read.each(value) for one in read.each(some)]
    schools = [one for one in named if read.is_university(graph.meant(one))]
    others = [one for one in named if one not in schools]
    return _first_name(graph, others), _first_name(graph, schools)


def _first_name(graph: Graph, values: list[Any]) -> str | None:
    return clean.text(read.first_words(graph, values), limit=LONGEST_NAME)


def _authors(node: Node, instances: list[Node], graph: Graph) -> tuple[str, ...]:
    for key in ("author", "creator", "instructor"):
        found = read.people(graph, node.get(key))
        if found:
            return found
    return read.people(graph, *(one.get("instructor") for one in instances))


def _language(graph: Graph, *values: Any) -> str | None:
    for value in values:
        for one in read.each(value):
            node = graph.meant(one)
            texts = (
                [node.get(key) for key in ("alternateName", "identifier", "name")] if isinstance(node, dict) else [node]
            )
            found = next((tag for text in texts if (tag := clean.language(text))), None)
            if found:
                return found
    return None


def _effort(node: Node, instances: list[Node], graph: Graph) -> tuple[tuple[float, float] | None, str | None]:
    workloads = [one.get("courseWorkload") for one in instances]
    hours, text = read.effort(graph, node.get("timeRequired"), *workloads)
    if text is None:
        hours, text = read.schedule_effort(graph, [one.get("courseSchedule") for one in instances])
    return (hours, text) if text is not None else read.effort(graph, node.get("duration"))


def _terms(graph: Graph, *values: Any) -> tuple[str, ...]:
    """Headings or tags; a text with several commas is a list."""
    found = [text for value in values for text in read.words(graph, value)]
    return clean.names(
        [part.strip() for text in found for part in (text.split(",") if text.count(",") > 1 else [text])]
    )


def _keywords(value: Any) -> Any:
    """One text of keywords is a list with commas, be it of two."""
    return value.split(",") if isinstance(value, str) else value


def _aligned(graph: Graph, node: Node, what: str) -> list[str]:
    """The targets of alignments of one type."""
    return [
        target
        for one in read.nodes(graph, node.get("educationalAlignment"))
        if read.first_words(graph, one.get("alignmentType")) == what
        for target in read.words(graph, one.get("targetName"))
    ]


def _roles(graph: Graph, *values: Any) -> tuple[str, ...]:
    """Occupations that the resource is said to serve."""
    found: list[str] = []
    for value in values:
        for one in read.each(value):
            meant = graph.meant(one)
            if isinstance(meant, dict) and meant.get("educationalRole") and not meant.get("audienceType"):
                continue
            found.extend(read.words(graph, meant.get("audienceType") if _is_audience(meant) else meant))
    named = clean.names([part.strip() for text in found for part in text.split(",")])
    return tuple(one for one in named if one.casefold() not in _NOT_ROLES and len(one) <= _LONGEST_ROLE)


def _is_audience(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("audienceType"))


def _doi(graph: Graph, *values: Any) -> str | None:
    """The DOI, as a text that begins with it, an address of doi.org, or a value with a name."""
    for value in values:
        for one in read.each(value):
            meant = graph.meant(one)
            stated = meant.get("value") or name_of(meant) if isinstance(meant, dict) else meant
            if isinstance(stated, str) and _DOI.match(stated.strip()) and (doi := clean.doi(stated)):
                return doi
    return None


def _enrolment(node: Node, graph: Graph) -> int | None:
    stated = clean.count(node.get("totalHistoricalEnrollment"))
    if stated is not None:
        return stated
    for counter in read.nodes(graph, node.get("interactionStatistic")):
        what = counter.get("interactionType")
        name = " ".join([*types(what), what if isinstance(what, str) else ""])
        if any(word in name for word in ("Register", "Join", "Enroll")):
            return clean.count(counter.get("userInteractionCount"))
    return None


def _instances(instances: list[Node], graph: Graph) -> tuple[CourseInstance, ...]:
    found = (
        CourseInstance(
            start=_date(graph, one.get("startDate")),
            end=_date(graph, one.get("endDate")),
            mode=clean.text(", ".join(clean.names(read.words(graph, one.get("courseMode")))), limit=LONGEST_NAME),
            price=read.price(graph, one.get("offers")),
        )
        for one in instances[:MOST_INSTANCES]
    )
    return tuple(one for one in found if one != CourseInstance())


def _isbn(node: Node, graph: Graph) -> str | None:
    editions = list(read.nodes(graph, node.get("workExample")))
    stated = [node.get("isbn"), *(one.get("isbn") for one in editions), node.get("gtin13")]
    return next((isbn for value in stated for one in read.each(value) if (isbn := clean.isbn13(one))), None)


def _date(graph: Graph, *values: Any) -> str | None:
    return next(
        (date for value in values for text in read.words(graph, value) if (date := clean.partial_date(text))), None
    )


def _licence(graph: Graph, page_url: str, value: Any) -> str | None:
    return clean.text(read.first_words(graph, value), limit=LONGEST_NAME) or read.address(graph, page_url, value)
