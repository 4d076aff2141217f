"""The words of the house as values: what a learning resource is, who told us of it, and what we concluded.

Properties carry the names of the neutral record of learning metadata; the schema.org/LRMI property each stands for is
written beside it. A missing value is missing: ``None`` or ``()``, never 0 or "".
"""

from enum import StrEnum
from typing import Any, TypeVar

import msgspec

PARTIAL_DATE = "ISO 8601 with the precision the source had: 2017, 2017-05 or 2017-05-13"


class Kind(StrEnum):
    """What sort of learning resource it is (schema.org ``learningResourceType``)."""

    COURSE = "course"
    PROGRAM = "program"
    MODULE = "module"
    BOOK = "book"
    TUTORIAL = "tutorial"
    PODCAST = "podcast"
    EPISODE = "episode"
    VIDEO = "video"
    CERTIFICATION = "certification"


class Level(StrEnum):
    """Difficulty (schema.org ``educationalLevel``)."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"
    ALL = "all"


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A frozen value; what equals its default is left out when it is written. No value is part of a circle."""


class Price(Value, frozen=True, kw_only=True):
    """What the source asks (schema.org ``Offer``)."""

    amount: float
    currency: str | None = None


class CourseInstance(Value, frozen=True, kw_only=True):
    """One offering of a course in time (schema.org ``CourseInstance``)."""

    start: str | None = None
    end: str | None = None
    mode: str | None = None
    price: Price | None = None


class LearningResource(Value, frozen=True, kw_only=True):
    """One course, book, tutorial, podcast… as it is told: by one source, or merged from all of them."""

    kind: Kind
    title: str  # name
    url: str | None = None  # url
    description: str | None = None  # description
    provider: str | None = None  # provider: the platform or publisher that serves it
    institution: str | None = None  # sourceOrganization: the university or company that teaches it
    authors: tuple[str, ...] = ()  # author, instructor
    language: str | None = None  # inLanguage: BCP 47, lower case
    level: Level | None = None  # educationalLevel
    level_text: str | None = None  # the source's own word for the level
    hours_min: float | None = None  # timeRequired: hours of learner effort, lower end
    hours_max: float | None = None  # timeRequired, upper end
    duration_text: str | None = None  # the source's own words for the duration
    price: Price | None = None  # offers
    is_free: bool | None = None  # isAccessibleForFree: only what the source says
    access_note: str | None = None  # conditionsOfAccess
    rating: float | None = None  # aggregateRating.ratingValue on a scale of 0 to 5
    rating_count: int | None = None  # aggregateRating.ratingCount
    enrolment_count: int | None = None  # totalHistoricalEnrollment
    subjects: tuple[str, ...] = ()  # about: the source's own subject headings
    skills: tuple[str, ...] = ()  # teaches: the source's own skill tags
    roles: tuple[str, ...] = ()  # audience: the source's own words for the occupations it serves
    prerequisites: str | None = None  # coursePrerequisites
    syllabus: tuple[str, ...] = ()  # syllabusSections: their headings
    instances: tuple[CourseInstance, ...] = ()  # hasCourseInstance
    course_code: str | None = None  # courseCode: the number or code its institution gives it
    isbn: str | None = None  # isbn: 13 digits
    doi: str | None = None  # identifier
    pages: int | None = None  # numberOfPages
    published: str | None = None  # datePublished, PARTIAL_DATE
    updated: str | None = None  # dateModified, PARTIAL_DATE
    image: str | None = None  # image
    licence: str | None = None  # license


class Listing(Value, frozen=True, kw_only=True):
    """One source's account of a resource: its key there, the page that tells it, and the resource as told."""

    source: str
    key: str
    resource: LearningResource


class Evidence(Value, frozen=True, kw_only=True):
    """Where a conclusion comes from: the words as they stand in one field of the resource.

    ``start`` is the place of their first character in the text that holds them: the field, or one of its texts.
    """

    field: str
    phrase: str
    start: int = 0


class TopicMatch(Value, frozen=True, kw_only=True):
    """A topic that the resource teaches, with confidence from 0 to 1."""

    topic: str
    confidence: float
    evidence: tuple[Evidence, ...] = ()


class RoleFit(Value, frozen=True, kw_only=True):
    """How much of a role the resource serves, from 0 to 1."""

    role: str
    fit: float


class DeadLink(Value, frozen=True, kw_only=True):
    """The evidence that an address does not answer: when each check was made (ISO 8601, UTC) and what it met."""

    url: str
    checks: tuple[tuple[str, str], ...]


class Entry(Value, frozen=True, kw_only=True):
    """What the catalogue holds under one permanent id.

    ``listings`` are the (source, address) pairs behind the entry, the most trusted first. ``told_by`` names the
    source of each property of ``resource`` that the first of them did not tell: ask `teller`. ``retired`` entries
    stay as tombstones and leave the index; one with a ``dead_link`` leaves it until the link answers.
    """

    id: int
    resource: LearningResource
    topics: tuple[TopicMatch, ...] = ()
    roles: tuple[RoleFit, ...] = ()
    told_by: dict[str, str] = {}
    listings: tuple[tuple[str, str | None], ...] = ()
    retired: bool = False
    dead_link: DeadLink | None = None

    @property
    def hidden(self) -> bool:
        """Whether the entry is kept out of the index."""
        return self.retired or self.dead_link is not None

    def teller(self, name: str) -> str | None:
        """The source whose word was taken for a property of the resource; None for a property that nobody told."""
        if getattr(self.resource, name) in (None, ()):
            return None
        return self.told_by.get(name) or (self.listings[0][0] if self.listings else None)


class ChangeKind(StrEnum):
    """What happened to an entry."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    RESTORED = "restored"


class Change(Value, frozen=True, kw_only=True):
    """One line of the append-only log: entry, when (ISO 8601, UTC), and old → new of each property that differs."""

    number: int
    entry_id: int
    at: str
    kind: ChangeKind
    fields: dict[str, tuple[object, object]] = {}


class CrawlState(StrEnum):
    """Where a crawl stands."""

    RUNNING = "running"
    HELD = "held"
    BELIEVED = "believed"
    FAILED = "failed"
    ABANDONED = "abandoned"
    DISCARDED = "discarded"


class Crawl(Value, frozen=True, kw_only=True):
    """One run of one source: when, how many listings, what went wrong, and whether it was believed.

    ``complete`` says that it was read to its end, ``whole`` that the source then told all it has. ``requests``,
    ``bytes`` and ``unmodified`` are what it cost the hosts. ``profile`` is the shape of its listings, to judge later
    crawls by; ``reasons`` say why it was held, and ``difference`` what it would change, in words.
    """

    id: int
    source: str
    state: CrawlState
    started: str
    ended: str | None = None
    complete: bool = False
    whole: bool = False
    listings: int = 0
    skipped: int = 0
    added: int = 0
    changed: int = 0
    retired: int = 0
    unchanged: int = 0
    requests: int = 0
    bytes: int = 0
    unmodified: int = 0
    problems: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    difference: tuple[str, ...] = ()
    profile: dict[str, Any] = msgspec.field(default_factory=dict)


V = TypeVar("V", bound=Value)

_encoder = msgspec.json.Encoder()


def encode(value: Value) -> bytes:
    """The value as JSON, without what equals its default."""
    return _encoder.encode(value)


def decoder(kind: type[V]) -> "msgspec.json.Decoder[V]":
    """A reusable JSON decoder for one kind of value."""
    return msgspec.json.Decoder(kind)
