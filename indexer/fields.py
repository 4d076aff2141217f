"""What the index knows of an entry: one row a field.

A row drives the schema, the search, the facets, the sorts and the URL parameters. Add a row and all of them follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from catalog.clean import isbn10, site_name
from catalog.model import Entry
from catalog.vocabulary import Vocabulary

_SHORT = 2  # letters of a part of a site's name that says nothing: en, co

Tell = Callable[[Entry, Vocabulary], tuple[str, ...]]
Number = Callable[[Entry], float | None]


def _nothing(_entry: Entry, _vocabulary: Vocabulary) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Field:
    """One fact that can be searched by words (``weight`` > 0), chosen by value (``facet``) or sorted by (``sort``).

    ``tell`` gives the texts or facet values of an entry; ``number`` gives what a sort compares, None coming last.
    ``weight`` multiplies the field's share of the BM25F score; ``b`` is how much less a word counts in a long text of
    this field than in a short one: 0 not at all, 1 in full. Both were fitted by `benchmarks/relevance.py`. ``usual`` is
    how many terms a text of this field usually has: fixed, so that what a word adds to a document never changes while
    the catalogue grows.
    """

    name: str
    label: str
    tell: Tell = _nothing
    weight: float = 0.0
    b: float = 0.75
    usual: float = 2.0
    facet: bool = False
    number: Number | None = None
    sort: Literal["ascending", "descending"] | None = None


def _present(*values: str | None) -> tuple[str, ...]:
    return tuple(filter(None, values))


def _topics(entry: Entry, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The topics of an entry and all that are broader: who looks for web frameworks wants Django too."""
    found = dict.fromkeys(match.topic for match in entry.topics if match.topic in vocabulary.topics)
    for topic in tuple(found):
        found.update(dict.fromkeys(vocabulary.ancestors(topic)))
    return tuple(found)


def _topic_words(entry: Entry, vocabulary: Vocabulary) -> tuple[str, ...]:
    told = [vocabulary.topics[match.topic].label for match in entry.topics if match.topic in vocabulary.topics]
    resource = entry.resource
    code = (resource.course_code,) if resource.course_code else ()
    return (*resource.subjects, *resource.skills, *resource.roles, *code, *told)


def _offered_by(entry: Entry, _vocabulary: Vocabulary) -> tuple[str, ...]:
    """Platform and institution; where neither is known, the site: ``book.mixu.net`` → ``book``, ``mixu``."""
    resource = entry.resource
    if resource.provider or resource.institution:
        return _present(resource.provider, resource.institution)
    *labels, _ = (site_name(resource.url) or "").split(".")
    return tuple(label for label in labels if len(label) > _SHORT)


def _role_words(entry: Entry, vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(vocabulary.roles[fit.role].label for fit in entry.roles if fit.role in vocabulary.roles)


def _cost(entry: Entry, _vocabulary: Vocabulary) -> tuple[str, ...]:
    resource = entry.resource
    if resource.is_free:
        return ("free",)
    paid = resource.is_free is False or (resource.price is not None and resource.price.amount > 0)
    return ("paid",) if paid else ()


def _length(entry: Entry, _vocabulary: Vocabulary) -> tuple[str, ...]:
    hours = entry.resource.hours_max
    if hours is None:
        return ()
    return (
        next((name for limit, name in ((2, "under-2h"), (10, "2-10h"), (40, "10-40h")) if hours <= limit), "over-40h"),
    )


def _language(entry: Entry, _vocabulary: Vocabulary) -> tuple[str, ...]:
    return _present((entry.resource.language or "").partition("-")[0])


def published_number(entry: Entry) -> int | None:
    """The date of publication as a number that sorts: 2017-05 → 20170500."""
    digits = (entry.resource.published or "").replace("-", "")
    return int(digits.ljust(8, "0")[:8]) if digits.isdigit() else None


def _esteem(entry: Entry) -> float | None:
    """The rating drawn towards 4.0 as if twenty people had said so: 5.0 by one reader does not beat 4.7 by a
    thousand.
    """
    resource = entry.resource
    if resource.rating is None:
        return None
    count = resource.rating_count or 0
    return round((resource.rating * count + 4.0 * 20) / (count + 20), 4)


def _middle_hours(entry: Entry) -> float | None:
    """Between the least and the most: "less than two hours" may well be two."""
    told = [hours for hours in (entry.resource.hours_min, entry.resource.hours_max) if hours is not None]
    return sum(told) / len(told) if told else None


FIELDS: tuple[Field, ...] = (
    Field(name="title", label="Title", tell=lambda e, _: (e.resource.title,), weight=6.0, usual=7.0),
    Field(name="author", label="Author", tell=lambda e, _: e.resource.authors, weight=0.5),
    Field(
        name="source",
        label="Provider",
        tell=_offered_by,
        weight=0.3,
    ),
    Field(name="about", label="Topics", tell=_topic_words, weight=1.5, b=0.0, usual=4.0),
    Field(name="for", label="Careers", tell=_role_words, weight=0.3, usual=1.0),
    Field(
        name="description",
        label="Description",
        tell=lambda e, _: _present(e.resource.description, *e.resource.syllabus),
        weight=1.0,
        b=0.4,
        usual=40.0,
    ),
    Field(name="isbn", label="ISBN", tell=lambda e, _: _present(e.resource.isbn, isbn10(e.resource.isbn)), weight=8.0),
    Field(name="role", label="Career role", tell=lambda e, _: tuple(fit.role for fit in e.roles), facet=True),
    Field(name="topic", label="Topic", tell=_topics, facet=True),
    Field(name="kind", label="Kind", tell=lambda e, _: (e.resource.kind.value,), facet=True),
    Field(name="level", label="Level", tell=lambda e, _: _present(e.resource.level), facet=True),
    Field(name="language", label="Language", tell=_language, facet=True),
    Field(name="cost", label="Cost", tell=_cost, facet=True),
    Field(name="length", label="Length", tell=_length, facet=True),
    Field(name="provider", label="Provider", tell=lambda e, _: _present(e.resource.provider), facet=True),
    Field(name="newest", label="Newest first", number=published_number, sort="descending"),
    Field(name="rating", label="Best rated", number=_esteem, sort="descending"),
    Field(name="shortest", label="Shortest first", number=_middle_hours, sort="ascending"),
)

TOPIC = "topic"  # the facet by which named topics are found
TEXTS = tuple(field for field in FIELDS if field.weight)
FACETS = tuple(field for field in FIELDS if field.facet)
SORTS = tuple(field for field in FIELDS if field.sort)
