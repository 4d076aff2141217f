"""Courses and programs as the catalogue of Open edX tells them (course-discovery, at edX and elsewhere)."""

import re
from collections.abc import Sequence
from typing import Any

from catalog import clean
from catalog.model import CourseInstance, Price
from crawlers.readers.json_answers import dicts, dig, strings

Told = dict[str, Any]

_PAID = ("verified", "professional", "no-id-professional")  # the seats a learner buys, the usual one first
_DELETED = re.compile(r"[\[(]\s*deleted?\s*[\])]", re.IGNORECASE)
_HEADING = re.compile(r"<(h[1-6]|strong|b|dt|li)\b[^>]{0,200}>(.{1,400}?)</\1>", re.IGNORECASE | re.DOTALL)
_LONGEST_SYLLABUS = 20_000  # characters that are looked through
_LONGEST_HEADING = 150
_MOST_HEADINGS = 60


def course_row(course: Told, provider: str) -> Told:
    """The neutral row of a course: the run of now tells the facts of a run, all runs are its instances."""
    runs = runs_of(course)
    run = run_of_now(runs)
    seats = dicts(run.get("seats"))
    return {
        "key": _key(course.get("key")) or _key(course.get("uuid")),
        "kind": "course",
        "title": course.get("title") or run.get("title"),
        "url": _first_address(course.get("marketing_url"), run.get("marketing_url")),
        "description": _first(course, run, name="short_description") or _first(course, run, name="full_description"),
        "provider": provider,
        "institution": _first_name(course.get("owners")),
        "authors": _people(run.get("staff")),
        "language": run.get("content_language"),
        "level": _word(_first(course, run, name="level_type")),
        "duration_text": effort_words(run.get("weeks_to_complete"), run.get("min_effort"), run.get("max_effort")),
        "price": _price_of(seats, "type") or _price_of(dicts(course.get("entitlements")), "mode"),
        "is_free": True if any(_is_free(seat) for seat in seats) else None,
        "enrolment_count": course.get("enrollment_count"),
        "subjects": _names(course.get("subjects")),
        "skills": _names(course.get("skill_names")) or _names(course.get("skills")),
        "course_code": course.get("key"),
        "instances": tuple(_instance(one) for one in runs),
        "prerequisites": course.get("prerequisites_raw") or "; ".join(_names(course.get("prerequisites"))),
        "syllabus": headings(course.get("syllabus_raw")),
        "published": run.get("start"),
        "updated": run.get("modified") or course.get("modified"),
        "image": _first_address(
            dig(course, "image", "src"), dig(run, "image", "src"), course.get("image_url"), course.get("card_image_url")
        ),
        "licence": run.get("license"),
    }


def is_offered(course: Told) -> bool:
    """Whether a course is for learners: not where all of its runs are said to be unpublished, or it is deleted."""
    runs = dicts(course.get("course_runs"))
    return not _is_deleted(course) and (not runs or any(_is_published(run) for run in runs))


def program_row(program: Told, provider: str) -> Told:
    """The neutral row of a program; its syllabus are its courses."""
    totals = dicts(program.get("price_ranges"))
    total = next((one for one in totals if one.get("currency") == "USD"), totals[0] if totals else {})
    return {
        "key": _key(program.get("uuid")),
        "kind": "program",
        "title": program.get("title"),
        "url": _first_address(program.get("marketing_url")),
        "description": program.get("subtitle") or program.get("overview") or program.get("marketing_hook"),
        "provider": provider,
        "institution": _first_name(program.get("authoring_organizations")),
        "authors": _people(program.get("staff")) or _people(program.get("instructors")),
        "language": next(iter(strings(program.get("language_override") or program.get("languages"))), None),
        "level": _word(program.get("level_type_override")),
        "duration_text": _program_effort(program),
        "price": _price(total.get("total"), total.get("currency")),
        "enrolment_count": program.get("enrollment_count"),
        "subjects": _names(program.get("subjects")),
        "skills": _names(program.get("skill_names")) or _names(program.get("skills")),
        "syllabus": [one["title"] for one in dicts(program.get("courses")) if isinstance(one.get("title"), str)],
        "updated": program.get("data_modified_timestamp"),
        "image": _first_address(program.get("card_image_url"), dig(program, "banner_image", "medium", "url")),
    }


def is_active(program: Told) -> bool:
    """Whether a program is for learners: retired, unpublished and hidden ones are not."""
    return (
        (program.get("status") or "active") == "active"
        and program.get("hidden") is not True
        and not _is_deleted(program)
    )


def runs_of(course: Told) -> list[Told]:
    """The runs of a course, the newest first."""
    runs = dicts(course.get("course_runs"))
    return sorted((one for one in runs if not _is_deleted(one)), key=_start, reverse=True)


def run_of_now(runs: Sequence[Told]) -> Told:
    """The newest run that is published and can be enrolled in, else the newest published one."""
    published = [run for run in runs if _is_published(run)]
    return next((run for run in published if _is_enrollable(run)), published[0] if published else {})


def effort_words(weeks: object, least: object, most: object) -> str | None:
    """ "13 weeks, 10-15 hours per week": effort has its figures in three places, which may be turned or missing."""
    length = clean.count(weeks)
    rates = sorted({rate for one in (least, most) if (rate := clean.count(one))})  # 0: not known
    told = [f"{length} week{'s' if length > 1 else ''}"] if length else []
    if rates:
        told.append(f"{'-'.join(map(str, rates))} hour{'s' if rates != [1] else ''} per week")
    return ", ".join(told) or None


def headings(syllabus: object) -> list[str]:
    """The headings and list entries of a syllabus in HTML; its running text is the lesson's own and stays there."""
    if not isinstance(syllabus, str):
        return []
    found = [(name.lower(), clean.text(words)) for name, words in _HEADING.findall(syllabus[:_LONGEST_SYLLABUS])]
    short = [(name, words) for name, words in found if words and len(words) <= _LONGEST_HEADING]
    marked = [words for name, words in short if name != "li"]
    return (marked or [words for _, words in short])[:_MOST_HEADINGS]


def _program_effort(program: Told) -> str | None:
    hours = clean.count(program.get("total_hours_of_effort"))
    if hours:
        return f"{hours} hours"
    return effort_words(
        program.get("weeks_to_complete"),
        program.get("min_hours_effort_per_week"),
        program.get("max_hours_effort_per_week"),
    )


def _instance(run: Told) -> CourseInstance:
    pacing = run.get("pacing_type")
    return CourseInstance(
        start=clean.partial_date(run.get("start")),
        end=clean.partial_date(run.get("end")),
        mode=clean.text(pacing.replace("_", "-"), limit=100) if isinstance(pacing, str) else None,
        price=_price_of(dicts(run.get("seats")), "type"),
    )


def _is_published(run: Told) -> bool:
    return (run.get("status") or "published") == "published"


def _is_enrollable(run: Told) -> bool:
    """As stated; older answers state only that a run is archived."""
    stated = run.get("is_enrollable")
    return stated if isinstance(stated, bool) else run.get("availability") != "Archived"


def _start(run: Told) -> str:
    return clean.partial_date(run.get("start")) or ""


def _is_deleted(told: Told) -> bool:
    title = told.get("title")
    return isinstance(title, str) and bool(_DELETED.search(title))


def _is_free(seat: Told) -> bool:
    price = _price(seat.get("price"), None)
    return seat.get("type") == "audit" and price is not None and price.amount == 0


def _price_of(offers: list[Told], kind: str) -> Price | None:
    """The price of the seat that is usually bought."""
    for wanted in _PAID:
        for offer in offers:
            if offer.get(kind) == wanted and (found := _price(offer.get("price"), offer.get("currency"))):
                return found
    return None


def _price(amount: object, currency: object) -> Price | None:
    found = clean.price(amount)
    if found is None:
        return None
    code = currency.strip().upper() if isinstance(currency, str) and len(currency.strip()) == 3 else None
    return Price(amount=found[0], currency=code)


def _key(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _people(value: object) -> list[str]:
    parts = ((one.get("given_name"), one.get("family_name")) for one in dicts(value))
    return [" ".join(part for part in names if isinstance(part, str) and part.strip()) for names in parts]


def _names(value: object) -> list[str]:
    """The names of things; some versions give the names alone."""
    return [*strings(value), *(one["name"] for one in dicts(value) if isinstance(one.get("name"), str))]


def _first_name(value: object) -> str | None:
    return next(iter(_names(value)), None)


def _first(*places: Told, name: str) -> Any:
    return next((place[name] for place in places if place.get(name)), None)


def _word(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def _first_address(*values: object) -> str | None:
    return next((url for value in values if (url := clean.canonical_url(value))), None)
