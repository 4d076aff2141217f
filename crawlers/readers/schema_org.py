"""A node of schema.org → what it tells of a learning resource. First property found wins."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from catalog import clean
from catalog.model import CourseInstance, Kind, LearningResource
from crawlers.readers import schema_org_values as read
from crawlers.readers.json_ld import Graph, Node, plain_name, types

LONGEST_DESCRIPTION = 2000
LONGEST_NAME = 500
MOST_INSTANCES = 20

# The first that fits: a node may be a Course and a Product, or a LearningResource and a VideoObject.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("Course", Kind.COURSE),
    ("EducationalOccupationalProgram", Kind.PROGRAM),
    ("Book", Kind.BOOK),
    ("Audiobook", Kind.BOOK),
    ("AudioBook", Kind.BOOK),
    ("PodcastSeries", Kind.PODCAST),
    ("PodcastEpisode", Kind.EPISODE),
    ("EducationalOccupationalCredential", Kind.CERTIFICATION),
    ("CourseInstance", Kind.COURSE),
    ("VideoObject", Kind.VIDEO),
    ("LearningResource", Kind.TUTORIAL),
)
_KINDS_BY_WORD: dict[str, Kind] = {kind.value: kind for kind in Kind} | {
    "textbook": Kind.BOOK,
    "learning path": Kind.PROGRAM,
}
# Parts of a page about something else, unless there is nothing else.
_BESIDES = frozenset({Kind.VIDEO, Kind.EPISODE, Kind.CERTIFICATION})


def resources(
    graph: Graph, page_url: str, *, provider: str | None = None, kind: Kind | None = None
) -> list[LearningResource]:
    """The learning resources that a page describes, each address once.

    ``provider`` stands where the page names none, ``kind`` where its type leaves it open.
    """
    told = [(node, found) for node in _candidates(graph) if (found := kind_of(node, kind)) is not None]
    if any(found not in _BESIDES for _, found in told):
        told = [(node, found) for node, found in told if found not in _BESIDES]
    distinct: dict[tuple[str | None, str], LearningResource] = {}
    for node, found in told:
        resource = resource_of(node, found, graph, page_url, provider=provider, alone=len(told) == 1)
        if resource is not None:
            distinct.setdefault((resource.url, "" if resource.url else resource.title), resource)
    return list(distinct.values())


def _candidates(graph: Graph) -> Iterator[Node]:
    """Top nodes, what pages are about, and the full entries of lists."""
    for node in graph.nodes:
        yield node
        yield from read.nodes(graph, node.get("mainEntity"))
        if "ItemList" in types(node):
            for entry in read.nodes(graph, node.get("itemListElement")):
                yield from read.nodes(graph, entry.get("item", entry))


def kind_of(node: Node, default: Kind | None = None) -> Kind | None:
    """The kind that the node's types say; None where it is no learning resource."""
    stated = types(node)
    if "Product" in stated and "Course" in {plain_name(str(one)) for one in read.each(node.get("additionalType"))}:
        return Kind.COURSE
    found = next((kind for name, kind in _KINDS if name in stated), None)
    if found is not Kind.TUTORIAL:
        return found
    words = [word.strip().lower() for word in read.words(Graph([]), node.get("learningResourceType"))]
    return next((_KINDS_BY_WORD[word] for word in words if word in _KINDS_BY_WORD), default or Kind.TUTORIAL)


def resource_of(
    node: Node, kind: Kind, graph: Graph, page_url: str, *, provider: str | None = None, alone: bool = True
) -> LearningResource | None:
    """The resource a node describes; None where it has no title or, not being alone on the page, no address."""
    title = clean.text(
        read.first_words(graph, node.get("name"), node.get("headline"), node.get("title")), limit=LONGEST_NAME
    )
    url = _url(node, graph, page_url, alone=alone)
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
        image=read.address(graph, page_url, node.get("image"), node.get("thumbnailUrl")),
        licence=_licence(graph, page_url, node.get("license")),
        **_texts(node, graph),
        **_figures(node, offers, graph),
    )


def _texts(node: Node, graph: Graph) -> dict[str, Any]:
    """What the node says in words."""
    get = node.get
    level_text = clean.text(read.first_words(graph, get("educationalLevel")), limit=LONGEST_NAME)
    return {
        "description": clean.text(
            read.first_words(graph, get("description"), get("abstract")), limit=LONGEST_DESCRIPTION
        ),
        "level": clean.level(level_text),
        "level_text": level_text,
        "subjects": _terms(graph, get("about"), get("keywords"), get("genre")),
        "skills": _terms(graph, get("teaches"), get("assesses"), get("competencyRequired")),
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
        "pages": clean.count(node.get("numberOfPages")) or None,
        "published": _date(graph, node.get("datePublished"), node.get("dateCreated")),
        "updated": _date(graph, node.get("dateModified")),
    }


def _url(node: Node, graph: Graph, page_url: str, *, alone: bool) -> str | None:
    """The resource's own address. Sites that write their front page into every node mean the page itself."""
    own = read.address(graph, page_url, node.get("url"), node.get("@id"), node.get("id"), node.get("mainEntityOfPage"))
    page = read.address(graph, page_url, graph.canonical) or clean.canonical_url(page_url)
    if own is not None and not (alone and _is_front_page(own) and page and not _is_front_page(page)):
        return own
    return page if alone else None


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _organisations(node: Node, offers: Any, graph: Graph) -> tuple[str | None, str | None]:
    """Platform and institution: who serves it, and which university or school teaches it."""
    sellers = [offer.get("seller") for offer in read.nodes(graph, offers)]
    named = [
        one
        for value in (node.get("provider"), node.get("publisher"), node.get("sourceOrganization"), sellers)
        for some in read.each(value)
        for one in read.each(some)
    ]
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
    """Headings or tags; one text of keywords is a list with commas."""
    found = [text for value in values for text in read.words(graph, value)]
    return clean.names(
        [part.strip() for text in found for part in (text.split(",") if text.count(",") > 1 else [text])]
    )


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
            mode=clean.text(read.first_words(graph, one.get("courseMode")), limit=LONGEST_NAME),
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
