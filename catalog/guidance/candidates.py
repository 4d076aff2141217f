"""A resource as a plan looks at it: what it teaches of a role, how well, in how many hours, for how much."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.guidance.coverage import level_factor
from catalog.guidance.effort import effort
from catalog.model import Entry, Kind, LearningResource, Level
from catalog.vocabulary import RoleTopic, Vocabulary

CONFIDENT = (
    0.7  # from here on a topic is taught: named in the title, a subject, a skill or the syllabus, not in passing
)
HALF_TAUGHT = 2.0  # hours for each topic that teach half of it
LEAST_WORTH = 0.3  # below this a topic is touched and not taught: less than about an hour on it
QUALITY_SHARE = 0.2  # how much less the least esteemed counts than the most esteemed
UNRATED = 0.5
USUAL_RATING, DOUBT = 4.0, 20  # ratings are drawn towards 4.0 as if twenty people had said so
AGED, YEARS_TO_AGE = 2012, 20.0  # what is older is esteemed less, year by year
_LATER_PART = re.compile(
    r"(?:\b(?:part|pt|volume|vol|section|chapter|lesson|lecture|module)\b\.?|(?<!\w)#) ?"
    r"(?:0?[2-9]|[1-9]\d|ii+|iv|vi*|two|three|four|five)\b",
    re.IGNORECASE,
)
_EXAM = re.compile(
    r"\b(?:(?:practi[cs]e|mock|sample|simulated)\W+(?:\w+\W+){0,2}?(?:exams?|tests?|questions|quiz(?:zes)?)"
    r"|(?:exams?|prep|preparation) (?:questions|dumps?|simulat\w+|tests?)|mcqs?)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:courses?|training|tutorials?|boot ?camps?|workshops?|lectures?|labs?|videos?|guide|with|learn\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """What may become a step. A price of 0 is free, of None not known in the currency of the plan."""

    id: int
    kind: Kind
    hours: float
    hours_stated: bool = True
    price: float | None = 0.0
    level: Level | None = None
    quality: float = UNRATED  # from 0 to 1
    teaches: Mapping[str, float] = field(default_factory=dict)  # topic → confidence
    named: frozenset[str] = frozenset()  # topics that its title names


def candidate(entry: Entry, vocabulary: Vocabulary, currency: str) -> Candidate:
    """An entry as a candidate for a plan paid in one currency."""
    resource = entry.resource
    needed = effort(resource)
    return Candidate(
        id=entry.id,
        kind=resource.kind,
        hours=needed.hours,
        hours_stated=needed.stated,
        price=price_in(resource, currency),
        level=resource.level,
        quality=quality(resource),
        teaches={
            match.topic: match.confidence
            for match in entry.topics
            if match.confidence >= CONFIDENT and match.topic in vocabulary.topics
        },
        named=frozenset(match.topic for match in entry.topics for one in match.evidence if one.field == "title"),
    )


def only_examines(title: str) -> bool:
    """Whether a resource asks what was learnt elsewhere and teaches nothing: practice tests are no step of a plan."""
    return bool(_EXAM.search(title)) and not _MORE.search(title)


def only_continues(title: str) -> bool:
    """Whether a resource is a later part of another: who has not met the first is not served by it."""
    return bool(_LATER_PART.search(title))


def price_in(resource: LearningResource, currency: str) -> float | None:
    """0 where it is free, the price where it is stated in this currency, else None: nothing is converted."""
    if resource.is_free:
        return 0.0
    price = resource.price
    known = price is not None and price.amount > 0 and price.currency == currency
    return price.amount if price is not None and known else None


def quality(resource: LearningResource) -> float:
    """From 0 to 1 by rating and how many rated; unrated lies in the middle, and what has aged loses by its years."""
    esteem = UNRATED
    if resource.rating is not None:
        count = resource.rating_count or 0
        drawn = (resource.rating * count + USUAL_RATING * DOUBT) / (count + DOUBT)
        esteem = min(max(UNRATED + (drawn - USUAL_RATING), 0.0), 1.0)
    year = (resource.published or "")[:4]
    aged = min(max(AGED - int(year), 0) / YEARS_TO_AGE, 1.0) if year.isdigit() else 0.0
    return esteem * (1 - aged)


def worth_of(one: Candidate, covers: Mapping[str, RoleTopic]) -> dict[str, float]:
    """For each asked topic that a candidate covers, how well, from 0 to 1.

        confidence × level_factor × depth × esteem
        depth  = s / (s + 2), s being the candidate's hours for each asked topic that it covers
        esteem = 1 - 0.2 × (1 - quality)

    So two hours teach half of a topic and twenty nine tenths of it. What comes to less than 0.3 is left out: half an
    hour on Java covers nothing of Java.
    """
    confidence: dict[str, float] = {}
    for topic, sure in one.teaches.items():
        if topic in covers:
            asked = covers[topic].topic
            confidence[asked] = max(confidence.get(asked, 0.0), sure)
    factor = _depth(one, len(confidence)) * (1 - QUALITY_SHARE * (1 - one.quality))
    worths = {asked: sure * level_factor(one.level, covers[asked]) * factor for asked, sure in confidence.items()}
    return {topic: worth for topic, worth in worths.items() if worth >= LEAST_WORTH}


def grounded(one: Candidate, topics: int) -> frozenset[str]:
    """What a candidate teaches so that others can build on it, when its hours are for so many topics.

    By ``confidence × depth``, of which it takes as much as to be worth anything: half an hour is no ground to stand on.
    """
    depth = _depth(one, topics)
    return frozenset(topic for topic, sure in one.teaches.items() if sure * depth >= LEAST_WORTH)


def _depth(one: Candidate, topics: int) -> float:
    """How much of each of so many topics the hours of a candidate teach, from 0 to 1."""
    share = one.hours / topics if topics else 0.0
    return share / (share + HALF_TAUGHT)
