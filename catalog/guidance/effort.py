"""How many hours a resource takes: as its source says, else as can be told from its pages or its kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalog.model import Kind, LearningResource

PAGES_AN_HOUR = 20  # of a technical book, read to understand
USUAL_PAGES = 286  # the median of the books in the catalogue that tell their pages
USUAL_HOURS: Mapping[Kind, float] = MappingProxyType(
    {Kind.BOOK: round(USUAL_PAGES / PAGES_AN_HOUR), Kind.COURSE: 3.5, Kind.PROGRAM: 12.0}
)  # medians of those in the catalogue that tell; `benchmarks/paths.py` measures them anew
HOURS_OF_OTHERS = 3.5  # kinds of which none tells: as long as a course


@dataclass(frozen=True, kw_only=True, slots=True)
class Effort:
    """Hours of a learner, and whether a source states them or we estimate."""

    hours: float
    stated: bool


def effort(resource: LearningResource) -> Effort:
    """The upper end of the hours that are stated; else pages at twenty an hour; else the median of the kind."""
    told = resource.hours_max or resource.hours_min
    if told and told > 0:
        return Effort(hours=told, stated=True)
    if resource.pages:
        return Effort(hours=max(1.0, round(resource.pages / PAGES_AN_HOUR)), stated=False)
    return Effort(hours=USUAL_HOURS.get(resource.kind, HOURS_OF_OTHERS), stated=False)
