"""Entries, topics and careers as schema.org/LRMI linked data, for the programs that read pages."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from catalog.model import CourseInstance, Entry, Kind, LearningResource, Price
from catalog.vocabulary import Role, Topic, Vocabulary
from webui import labels

Json = dict[str, object]
Address = Callable[[str], str]
CONTEXT = "https://schema.org"

TYPES: Mapping[str, list[str]] = MappingProxyType(
    {
        Kind.COURSE: ["Course"],
        Kind.BOOK: ["Book", "LearningResource"],
        Kind.PODCAST: ["PodcastSeries", "LearningResource"],
        Kind.EPISODE: ["PodcastEpisode", "LearningResource"],
    }
)


def linked_data(entry: Entry, vocabulary: Vocabulary, address: str) -> Json:
    """The entry's JSON-LD; ``address`` is the absolute URL of its page. Unknown facts are left out."""
    resource = entry.resource
    data: Json = {
        "@context": CONTEXT,
        "@type": TYPES.get(resource.kind, ["LearningResource"]),
        "@id": address,
        "name": resource.title,
        "url": resource.url or address,
        "description": resource.description,
        "learningResourceType": labels.kind(resource.kind),
        "provider": _named("Organization", resource.provider),
        "sourceOrganization": _named("Organization", resource.institution),
        "author": [_named("Person", name) for name in resource.authors],
        "inLanguage": resource.language,
        "educationalLevel": labels.LEVELS.get(resource.level or ""),
        "timeRequired": _duration(resource),
        "isAccessibleForFree": resource.is_free,
        "offers": _offer(resource.price),
        "aggregateRating": _rating(resource),
        "teaches": [vocabulary.topics[match.topic].label for match in entry.topics if match.topic in vocabulary.topics],
        "coursePrerequisites": resource.prerequisites,
        "datePublished": resource.published,
        "dateModified": resource.updated,
        "license": resource.licence,
        "sameAs": [url for _, url in entry.listings if url],
        **_of_course(resource),
        **_of_book(resource),
    }
    return _stated(data)


def career(role: Role, vocabulary: Vocabulary, address: str, topic_address: Address) -> Json:
    """A role as a schema.org Occupation; ``topic_address`` gives the absolute URL of a topic's page."""
    return _stated(
        {
            "@context": CONTEXT,
            "@type": "Occupation",
            "@id": address,
            "url": address,
            "name": role.label,
            "alternateName": list(role.aliases),
            "description": role.summary,
            "responsibilities": list(role.duties),
            "skills": [_term(vocabulary.topics[one.topic], topic_address(one.topic)) for one in role.topics],
            "educationRequirements": [one.title for one in role.guide.education],
            "occupationalCategory": _category(role),
            "sameAs": role.same_as.get("esco"),
        }
    )


def _category(role: Role) -> Json | None:
    if "onet" not in role.same_as:
        return None
    return {
        "@type": "CategoryCode",
        "inCodeSet": "O*NET-SOC 2019",
        "codeValue": role.same_as["onet"],
        "name": role.label,
    }


def defined_term(topic: Topic, address: str, set_address: str) -> Json:
    """A topic as a schema.org DefinedTerm of the set of all topics."""
    same_as = [topic.same_as[name] for name in ("esco",) if name in topic.same_as]
    same_as += [f"https://github.com/topics/{topic.same_as['github']}"] if "github" in topic.same_as else []
    more = {
        "@context": CONTEXT,
        "description": topic.definition,
        "alternateName": list(topic.aliases),
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": set_address, "url": set_address},
        "sameAs": same_as,
    }
    return _stated({**more, **_term(topic, address)})


def _term(topic: Topic, address: str) -> Json:
    return {"@type": "DefinedTerm", "@id": address, "url": address, "name": topic.label, "termCode": topic.id}


def entry_list(name: str, entries: Iterable[tuple[str, str]], address: str) -> Json:
    """Resources in their order as a schema.org ItemList; each is (name, absolute URL)."""
    places = [
        {"@type": "ListItem", "position": place, "name": title, "url": url}
        for place, (title, url) in enumerate(entries, 1)
    ]
    return {"@context": CONTEXT, "@type": "ItemList", "name": name, "url": address, "itemListElement": places}


def _of_course(resource: LearningResource) -> Json:
    if resource.kind is not Kind.COURSE:
        return {}
    instances = [_instance(instance) for instance in resource.instances]
    return {
        "hasCourseInstance": instances,
        "syllabusSections": [_named("Syllabus", name) for name in resource.syllabus],
    }


def _of_book(resource: LearningResource) -> Json:
    return {"isbn": resource.isbn, "numberOfPages": resource.pages} if resource.kind is Kind.BOOK else {}


def _instance(instance: CourseInstance) -> Json:
    return _stated(
        {
            "@type": "CourseInstance",
            "startDate": instance.start,
            "endDate": instance.end,
            "courseMode": instance.mode,
            "offers": _offer(instance.price),
        }
    )


def _named(kind: str, name: str | None) -> Json | None:
    return {"@type": kind, "name": name} if name else None


def _offer(price: Price | None) -> Json | None:
    if price is None or price.currency is None:
        return None
    return {"@type": "Offer", "price": price.amount, "priceCurrency": price.currency}


def _rating(resource: LearningResource) -> Json | None:
    if resource.rating is None or not resource.rating_count:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": resource.rating,
        "bestRating": 5,
        "ratingCount": resource.rating_count,
    }


def _duration(resource: LearningResource) -> str | None:
    """Hours of effort as an ISO 8601 duration: PT6H30M."""
    hours = resource.hours_max if resource.hours_max is not None else resource.hours_min
    if hours is None or hours <= 0:
        return None
    whole, minutes = divmod(round(hours * 60), 60)
    return "PT" + (f"{whole}H" if whole else "") + (f"{minutes}M" if minutes or not whole else "")


def _stated(data: Json) -> Json:
    return {name: value for name, value in data.items() if value is not None and value not in ([], {})}
