"""From values to the words a reader sees."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import langcodes
from babel import Locale

from catalog.model import ChangeKind, Evidence, Kind, LearningResource, Level, Price
from catalog.vocabulary import Vocabulary
from indexer.query import NOT_STATED

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Kind.COURSE: ("Course", "Courses"),
        Kind.PROGRAM: ("Programme", "Programmes"),
        Kind.MODULE: ("Module", "Modules"),
        Kind.BOOK: ("Book", "Books"),
        Kind.TUTORIAL: ("Tutorial", "Tutorials"),
        Kind.PODCAST: ("Podcast", "Podcasts"),
        Kind.EPISODE: ("Podcast episode", "Podcast episodes"),
        Kind.VIDEO: ("Video", "Videos"),
        Kind.CERTIFICATION: ("Certification", "Certifications"),
    }
)
LEVELS: Mapping[str, str] = MappingProxyType(
    {
        Level.BEGINNER: "Beginner",
        Level.INTERMEDIATE: "Intermediate",
        Level.ADVANCED: "Advanced",
        Level.ALL: "All levels",
    }
)
COSTS: Mapping[str, str] = MappingProxyType({"free": "Free", "paid": "Paid"})
LENGTHS: Mapping[str, str] = MappingProxyType(
    {"under-2h": "Up to 2 hours", "2-10h": "2 to 10 hours", "10-40h": "10 to 40 hours", "over-40h": "Over 40 hours"}
)
NEEDS: Mapping[str, str] = MappingProxyType({"must": "Must know", "should": "Should know", "nice": "Nice to know"})
CHANGES: Mapping[str, str] = MappingProxyType(
    {
        ChangeKind.ADDED: "Added to the catalogue",
        ChangeKind.CHANGED: "Changed",
        ChangeKind.RETIRED: "No longer offered by any source",
        ChangeKind.RESTORED: "Offered again",
    }
)
PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "url": "Address",
        "authors": "Authors or instructors",
        "level_text": "Level in the source’s words",
        "hours_min": "Hours, at least",
        "hours_max": "Hours, at most",
        "duration_text": "Length in the source’s words",
        "is_free": "Free of charge",
        "access_note": "Access",
        "rating_count": "Number of ratings",
        "enrolment_count": "Enrolled learners",
        "isbn": "ISBN",
        "doi": "DOI",
        "instances": "Dates",
    }
)
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "title": "the title",
        "subjects": "its subject headings",
        "skills": "its skill tags",
        "syllabus": "its syllabus",
        "description": "the description",
    }
)
MOST_SHARED = 3  # topics or words that are named as a reason
_SIGNS: Mapping[str, str] = MappingProxyType(
    {"USD": "US$", "EUR": "€", "GBP": "£", "INR": "₹", "CAD": "CA$", "AUD": "A$", "JPY": "¥", "BRL": "R$"}
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def number(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,.0f}"


def short_number(value: float) -> str:
    """A number with two decimals at most, as people type it: 8, 7.5, 10000.01."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def counted(value: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: 1 resource, 2,000 resources."""
    return f"{number(value)} {singular if value == 1 else plural or singular + 's'}"


def kind(value: str, *, plural: bool = False) -> str:
    return KINDS.get(value, (value, value))[plural]


@lru_cache(maxsize=2_000)
def language(code: str) -> str:
    """The English name of a BCP 47 code, with its script and country; the code itself where it has no name."""
    try:
        tag = langcodes.Language.get(code)
    except ValueError:
        return code
    english = Locale("en")
    name = english.languages.get(tag.language or "", code)
    more = (english.scripts.get(tag.script or ""), english.territories.get(tag.territory or ""))
    told = ", ".join(part for part in more if part)
    return f"{name} ({told})" if told and name != code else name


def hours(least: float | None, most: float | None) -> str | None:
    """Effort as people say it: about 24 minutes, about 6–8 hours, up to 2 hours."""
    low, high = (least if least is not None else most), (most if most is not None else least)
    if low is None or high is None or high <= 0:
        return None
    if high < 1:
        return _span(max(1, round(low * 60)) if low else 0, max(1, round(high * 60)), "minute")
    return _span(_round_hours(low), _round_hours(high), "hour")


def counted_hours(value: float) -> str:
    """A sum of hours: 45 minutes, 1 hour, 12.5 hours, 160 hours."""
    if value < 1:
        return counted(round(value * 60), "minute")
    rounded = _round_hours(value)
    return f"{rounded:,g} {'hour' if rounded == 1 else 'hours'}"


def _round_hours(value: float) -> float:
    return round(value * 2) / 2 if value < 10 else round(value)


def _span(low: float, high: float, unit: str) -> str:
    text = f"{high:g}" if low == high or low <= 0 else f"{low:g}–{high:g}"
    return f"{'up to' if low <= 0 < high else 'about'} {text} {unit if text == '1' else unit + 's'}"


def money(price: Price) -> str:
    """An amount with its currency as far as it is known: US$ 49, CHF 12.50, 49 (currency not stated)."""
    amount = f"{price.amount:,.0f}" if price.amount == int(price.amount) else f"{price.amount:,.2f}"
    if price.currency is None:
        return f"{amount} (currency not stated)"
    return f"{_SIGNS.get(price.currency, price.currency)} {amount}"


def cost(resource: LearningResource) -> str | None:
    """What it costs, in full; None when no source says."""
    price = resource.price if resource.price and resource.price.amount > 0 else None
    if resource.is_free:
        return f"Free; a price of {money(price)} is named too" if price else "Free"
    if price:
        return money(price)
    return "Paid; the price is not stated" if resource.is_free is False else None


def short_cost(resource: LearningResource) -> str | None:
    """What it costs, in a word or a number."""
    if resource.is_free:
        return "Free"
    if resource.price and resource.price.amount > 0:
        return money(resource.price) if resource.price.currency else "Paid"
    return "Paid" if resource.is_free is False else None


def rating(resource: LearningResource) -> str | None:
    if resource.rating is None:
        return None
    count = f" ({counted(resource.rating_count, 'rating')})" if resource.rating_count else ""
    return f"{resource.rating:.1f} of 5{count}"


def date(partial: str | None) -> str | None:
    """A date with the precision it has: 2017, May 2017, 13 May 2017."""
    parts = (partial or "").partition("T")[0].split("-")
    if not all(part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
        return partial or None
    if len(parts) == 1 or not 1 <= int(parts[1]) <= 12:
        return parts[0]
    month = f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return month if len(parts) == 2 else f"{int(parts[2])} {month}"


def days(first: dt.date, last: dt.date) -> str:
    """From one day to another: 30 November to 13 December 2026."""
    ends = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first.year != last.year:
        return f"{first.day} {_MONTHS[first.month - 1]} {first.year} to {ends}"
    return (
        f"{first.day} {_MONTHS[first.month - 1]} to {ends}" if first.month != last.month else f"{first.day} to {ends}"
    )


def fit(value: float) -> str:
    """How well a resource serves a role, in words."""
    return "strong fit" if value >= 0.7 else "good fit" if value >= 0.45 else "some fit"


def likeness(reasons: Mapping[str, Sequence[str]], vocabulary: Vocabulary) -> str:
    """Why two resources are similar: Also teaches Kafka and Java; the same words in its title; the same level."""
    topics = [topic for topic in reasons.get("topic", ()) if topic in vocabulary.topics]
    above = {broader for topic in topics for broader in vocabulary.ancestors(topic)}
    named = [vocabulary.topics[topic].label for topic in topics if topic not in above][:MOST_SHARED]
    words = [f"“{word}”" for word in reasons.get("title", ()) if len(word) > 1][:MOST_SHARED]
    roles = [vocabulary.roles[role].label for role in reasons.get("role", ()) if role in vocabulary.roles]
    told = [f"also teaches {listed(named)}"] if named else []
    told += [f"{listed(words)} in its title too"] if words else []
    told += [f"for {roles[0]} too"] if roles and not named else []
    told += ["same level"] if reasons.get("level") else []
    text = "; ".join(told)
    return text[:1].upper() + text[1:]


def evidence(found: Iterable[Evidence]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The phrases by the place where they stand: the title: Python, Django."""
    phrases: dict[str, dict[str, None]] = {}
    for one in found:
        phrases.setdefault(one.field, {})[one.phrase] = None
    return tuple((PLACES.get(field, property_name(field).lower()), tuple(said)) for field, said in phrases.items())


def listed(words: Sequence[str]) -> str:
    """Words as people list them: Kafka, Java and SQL."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def in_a_sentence(label: str) -> str:
    """A label within a sentence: Programming language becomes programming language, CI system stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def property_name(name: str) -> str:
    return PROPERTIES.get(name, name.replace("_", " ").capitalize())


def source_name(source: str) -> str:
    """A source id as a reader can take it: free_programming_books → free programming books."""
    own_name = source.partition(".")[2] or source  # one site or feed of several: schema-org.acme → acme
    return own_name.replace("_", " ").replace("-", " ")


def facet_value(facet: str, value: str, vocabulary: Vocabulary) -> str:
    """The words for one value of one facet."""
    if value == NOT_STATED:
        return "Not stated"
    names: Mapping[str, Callable[[str], str]] = {
        "role": lambda role: vocabulary.roles[role].label if role in vocabulary.roles else role,
        "topic": lambda topic: vocabulary.topics[topic].label if topic in vocabulary.topics else topic,
        "kind": lambda name: kind(name, plural=True),
        "level": lambda level: LEVELS.get(level, level),
        "language": language,
        "cost": lambda name: COSTS.get(name, name),
        "length": lambda name: LENGTHS.get(name, name),
    }
    return names.get(facet, str)(value)
