"""How sure it is that a resource teaches what it names: by where the names stand, how often, and in what company.

The numbers follow what judged courses said (`benchmarks/matching.py`): of the topics that a title names, nineteen in
twenty were also told by others; of those that a description names once, one in three, named twice three in five, named
three times four in five. Named once where a topic above or below it is named too it was three in four, in a short
description two in three.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from catalog.model import Evidence, TopicMatch
from catalog.phrases import Hit, Reading
from catalog.vocabulary import Vocabulary

MOST_EVIDENCE = 3
LEAST_CONFIDENCE = 0.4  # below, a topic is not kept
PLACES: Mapping[str, float] = MappingProxyType(
    {"title": 0.9, "subjects": 0.85, "skills": 0.85, "syllabus": 0.7, "description": 0.4}
)
AGREEMENT, MOST_AGREEMENT = 0.04, 0.16  # for each further place that says the same
AMBIGUITY = 0.05  # what a name costs that needed proof
BARE_SKILL = 0.45  # a skill of which neither title nor text says anything: platforms give these freely
OFTEN = (0.4, 0.6, 0.75)  # named once, twice, three times in a description
COMPANY = 0.1  # for what is named once beside a topic above or below it, or in a short description
ALONE = 0.05  # what it costs to be named once, in a long description that tells of other things
SHORT = 500  # characters of a description that has no room for asides


def lines(vocabulary: Vocabulary) -> Mapping[str, frozenset[str]]:
    """For each topic those above it and those below it."""
    found: dict[str, set[str]] = {topic: set(vocabulary.ancestors(topic)) for topic in vocabulary.topics}
    for below in vocabulary.topics:
        for above in vocabulary.ancestors(below):
            found[above].add(below)
    return {topic: frozenset(kin) for topic, kin in found.items()}


class Weighing:
    """Gives each topic of one reading its confidence."""

    def __init__(
        self, reading: Reading, believed: Mapping[str, Sequence[Hit]], lines: Mapping[str, frozenset[str]]
    ) -> None:
        self._reading = reading
        self._believed = believed
        self._lines = lines
        self._fields = {topic: {reading.field(hit) for hit in hits} for topic, hits in believed.items()}
        self._short = reading.length("description") <= SHORT

    def match(self, topic: str) -> TopicMatch | None:
        """The topic with its confidence and evidence, unless it is too unsure to be kept."""
        reading = self._reading
        told = sorted(self._believed[topic], key=lambda hit: (-PLACES[reading.field(hit)], hit.start))
        confidence = self._by_place(topic, told)
        if confidence < LEAST_CONFIDENCE:
            return None
        if not any(hit.phrase.is_sure(book=reading.book) or reading.is_tag(hit) for hit in told):
            confidence -= AMBIGUITY
        return TopicMatch(topic=topic, confidence=round(min(confidence, 0.99), 2), evidence=self._evidence(told))

    def _by_place(self, topic: str, told: Sequence[Hit]) -> float:
        best = self._reading.field(told[0])
        if best == "description":
            return self._by_mentions(topic, len(told))
        confidence = PLACES[best]
        if best == "skills" and not self._says_anything_of(topic):
            confidence = BARE_SKILL
        return confidence + min(AGREEMENT * (len(told) - 1), MOST_AGREEMENT)

    def _by_mentions(self, topic: str, mentions: int) -> float:
        confidence = OFTEN[min(mentions, len(OFTEN)) - 1]
        if mentions > 1:
            return confidence
        in_company = self._short or not self._lines[topic].isdisjoint(self._fields)
        return confidence + (COMPANY if in_company else -ALONE)

    def _says_anything_of(self, topic: str) -> bool:
        """Whether words other than skills name the topic, one above it or one below it."""
        kin = {topic, *self._lines[topic]} & self._fields.keys()
        return any(self._fields[one] - {"skills"} for one in kin)

    def _evidence(self, told: Sequence[Hit]) -> tuple[Evidence, ...]:
        first: dict[tuple[str, str], Evidence] = {}
        for hit in told:
            field, words = self._reading.field(hit), self._reading.words(hit)
            first.setdefault((field, words), Evidence(field=field, phrase=words, start=self._reading.place(hit)))
        return tuple(first.values())[:MOST_EVIDENCE]
