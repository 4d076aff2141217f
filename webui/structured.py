"""An entry as schema.org/LRMI linked data, for the programs that read pages."""

from collections.abc import Mapping
from types import MappingProxyType

from catalog.model import CourseInstance, Entry, Kind, LearningResource, Price
from catalog.vocabulary import Vocabulary
from webui import labels

Json = dict[str, object]

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
        "@context": "https://schema.org",
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
