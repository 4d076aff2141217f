"""The table of facts of one resource, in the order in which a learner asks for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.model import Kind, LearningResource
from webui import labels

ALWAYS_SHOWN = frozenset({"Level", "Effort", "Cost", "Language"})  # said to be unknown where they are


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of the table of facts; no value means that no source states it.

    ``told_by`` names the source where it is another than that of the whole resource.
    """

    name: str
    value: str | None
    told_by: str | None = None


def facts(resource: LearningResource, told_by: dict[str, str]) -> tuple[Fact, ...]:
    """What is known, and what a learner would look for in vain."""
    return tuple(fact for fact in _known(resource, told_by) if fact.value or fact.name in ALWAYS_SHOWN)


def _known(resource: LearningResource, told_by: dict[str, str]) -> Iterable[Fact]:
    for name, value, key in (*_asked_first(resource), *_asked_next(resource)):
        yield Fact(name=name, value=value or None, told_by=labels.source_name(told_by[key]) if key in told_by else None)


Told = tuple[str, str | None, str]  # name, value, and the property of the resource it stands for


def _asked_first(resource: LearningResource) -> Iterable[Told]:
    """Is it for me: how hard, how long, how much, in which language, how well liked."""
    level, effort = labels.LEVELS.get(resource.level or ""), labels.hours(resource.hours_min, resource.hours_max)
    enrolled = resource.enrolment_count
    yield "Level", _with_source_words(level, resource.level_text), "level"
    yield "Effort", _with_source_words(effort, resource.duration_text), "hours_max"
    yield "Length", f"{labels.number(resource.pages)} pages" if resource.pages else None, "pages"
    yield "Cost", labels.cost(resource), "price" if resource.price else "is_free"
    yield "Access", resource.access_note, "access_note"
    yield "Language", labels.language(resource.language) if resource.language else None, "language"
    yield "Needed beforehand", resource.prerequisites, "prerequisites"
    yield "Rating", labels.rating(resource), "rating"
    yield "Enrolled", labels.counted(enrolled, "learner") if enrolled else None, "enrolment_count"


def _asked_next(resource: LearningResource) -> Iterable[Told]:
    """Who makes it, when, and by which number it is known."""
    makers = "Authors" if resource.kind is Kind.BOOK else "Authors or instructors"
    yield "Publisher" if resource.kind is Kind.BOOK else "Platform", resource.provider, "provider"
    yield "Institution", resource.institution, "institution"
    yield "Course number", resource.course_code, "course_code"
    yield "Made for", ", ".join(resource.roles), "roles"
    yield makers, ", ".join(resource.authors), "authors"
    yield "Dates", "; ".join(_dates(resource)), "instances"
    yield "Published", labels.date(resource.published), "published"
    yield "Updated", labels.date(resource.updated), "updated"
    yield "ISBN", resource.isbn, "isbn"
    yield "DOI", resource.doi, "doi"
    yield "Licence", resource.licence, "licence"


def _with_source_words(ours: str | None, theirs: str | None) -> str | None:
    """Our word with the source's own behind it where that says something else."""
    if not (ours and theirs):
        return ours or theirs
    mine, said = ours.casefold(), theirs.casefold()
    return ours if said in mine or mine in said else f"{ours} (in the source’s words: {theirs})"


def _dates(resource: LearningResource) -> Iterable[str]:
    for instance in resource.instances[:6]:
        span = [labels.date(day) or "" for day in (instance.start, instance.end) if day]
        yield " to ".join(span) + (f" ({instance.mode})" if instance.mode else "")
