"""A record in the neutral form → a clean listing. Pure and quick: rows come by hundreds of thousands."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from catalog import clean
from catalog.errors import ListingError
from catalog.model import CourseInstance, Kind, LearningResource, Listing, Price
from crawlers.source import Report

Note = Callable[[str], object]

LONGEST_NAME = 500  # characters of a title or a name; what is longer is a description in the wrong place
LONGEST_DESCRIPTION = 2000
LONGEST_SOURCE = 64
MOST_INSTANCES = 20

_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind} | {"path": Kind.PROGRAM}
_BADGE = re.compile(r"^taught by:?\s+|\s*top instructor$", re.IGNORECASE)
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def listing(row: Mapping[str, Any], default_source: str, note: Note = len) -> Listing:
    """The listing a row tells of.

    Raises ListingError where it tells of none; a value that is wrong is dropped, and ``note`` is told of it.
    """
    values: dict[str, Any] = {}
    odd: list[str] = []
    for name, given in row.items():
        read = _READERS.get(name)
        if read is None or given is None or given in _NOTHING:
            continue
        value = read(given)
        if value is not None:
            values[name] = value
        elif name in _WORTH_TELLING:
            odd.append(name)
    for name in odd:
        note(f"{name} {str(row[name])[:80]!r} is not valid and was dropped")
    source = values.pop("source", default_source)
    key = values.pop("key", None)
    resource = _resource(row, values)
    return Listing(source=source, key=key or listing_key(resource), resource=resource)


def told(rows: Iterable[tuple[str, Mapping[str, Any]]], source: str, report: Report) -> Iterator[Listing]:
    """The listings of rows that a source made of its answers, each with the place it stands at.

    A row that tells of none is skipped, an odd value dropped; the report says where and why.
    """
    for where, row in rows:
        try:
            yield listing(row, source, lambda note, where=where: report.note(where, note))  # type: ignore[misc]
        except ListingError as error:
            report.skip(where, str(error))


_NOTHING: tuple[object, ...] = ("", [], ())


def _resource(row: Mapping[str, Any], values: dict[str, Any]) -> LearningResource:
    """The values under our own names; what the neutral form tells in two ways becomes one."""
    if "title" not in values:
        raise ListingError("no title" if not row.get("title") else f"the title {str(row['title'])[:80]!r} is no text")
    if "kind" not in values:
        raise ListingError(f"unknown kind {row.get('kind')!r}; known are: {', '.join(sorted(_KINDS))}")
    isbn10 = values.pop("isbn10", None)
    isbn = values.pop("isbn13", None) or isbn10
    if isbn is not None:
        values.setdefault("isbn", isbn)
    if "level" in values:
        values["level_text"] = values["level"]
        values["level"] = clean.level(values["level_text"])
    effort = values.pop("duration_hours", None) or clean.hours(values.get("duration_text"))
    if effort is not None:
        values["hours_min"], values["hours_max"] = effort
    return LearningResource(**values)


def _kind(value: object) -> Kind | None:
    return _KINDS.get(value.strip().lower()) if isinstance(value, str) else None


def _title(value: object) -> str | None:
    return clean.text(value, limit=LONGEST_NAME) if isinstance(value, str) else None


def _name(value: object) -> str | None:
    return clean.text(value, limit=LONGEST_NAME)


def _words(value: object) -> str | None:
    return clean.text(value, limit=LONGEST_DESCRIPTION)


def _names(value: object) -> tuple[str, ...] | None:
    """A list as the source divided it; one text (as in CSV) may be a JSON list or parted by semicolons."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            return clean.names(value) or None
    return clean.names(value) or None


def _people(value: object) -> tuple[str, ...] | None:
    """Names without what some platforms print beside them."""
    return clean.names([_BADGE.sub("", name) for name in _names(value) or ()]) or None


def _hours(value: object) -> tuple[float, float] | None:
    return clean.hours(value)


def _price(value: object) -> Price | None:
    if isinstance(value, Price):
        return value
    found = clean.price(value)
    return Price(amount=found[0], currency=found[1]) if found is not None else None


def _instances(value: object) -> tuple[CourseInstance, ...] | None:
    listed = value if isinstance(value, list | tuple) else ()
    found = tuple(one for one in listed if isinstance(one, CourseInstance) and one != CourseInstance())
    return found[:MOST_INSTANCES] or None


def _key(value: object) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else _FLAGS.get(str(value).strip().lower())


def _pages(value: object) -> int | None:
    return clean.count(value) or None  # a book of 0 pages is a book of unknown length


def _source(value: object) -> str | None:
    name = clean.text(value) if isinstance(value, str) else None
    return name if name is not None and len(name) <= LONGEST_SOURCE else None


_READERS: dict[str, Callable[[Any], Any]] = {
    "key": _key,
    "kind": _kind,
    "title": _title,
    "url": clean.canonical_url,
    "description": _words,
    "provider": _name,
    "institution": _name,
    "authors": _people,
    "language": clean.language,
    "level": _name,
    "duration_hours": _hours,
    "duration_text": _name,
    "price": _price,
    "is_free": _flag,
    "access_note": _name,
    "rating": clean.rating,
    "rating_count": clean.count,
    "enrolment_count": clean.count,
    "subjects": _names,
    "skills": _names,
    "roles": _names,
    "course_code": _name,
    "instances": _instances,
    "prerequisites": _words,
    "syllabus": _names,
    "isbn": clean.isbn13,
    "isbn13": clean.isbn13,
    "isbn10": clean.isbn13,
    "doi": clean.doi,
    "pages": _pages,
    "published": clean.partial_date,
    "updated": clean.partial_date,
    "image": clean.canonical_url,
    "licence": _name,
    "source": _source,
}
# Not worth a line each: a price that says "Free", a level of nobody's scale, a duration in badges.
_WORTH_TELLING = frozenset(
    {"url", "isbn", "isbn13", "isbn10", "doi", "source", "authors", "subjects", "skills", "published"}
)


def listing_key(resource: LearningResource) -> str:
    """What the resource is known by inside its source: address, else ISBN, else a hash of what names it.

    The hash is stable over runs, processes and versions.
    """
    if resource.url is not None:
        return resource.url
    if resource.isbn is not None:
        return f"isbn:{resource.isbn}"
    first_author = resource.authors[0] if resource.authors else ""
    named = "\x1f".join((resource.kind, resource.title.casefold(), first_author.casefold(), resource.provider or ""))
    return f"hash:{hashlib.blake2b(named.encode(), digest_size=10).hexdigest()}"
