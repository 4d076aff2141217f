"""How sure it is that a resource teaches what it names: by where the names stand, how often, and in what company.

The numbers follow what judged courses said (`benchmarks/matching.py`): of the topics that a title names, nineteen in
twenty were also told by others; of those that a description names once, one in three, named twice three in five, named
three times four in five. Named once beside a topic near to it, or in a short description, it was every second.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
COMPANY = 0.1  # for what is named once beside a topic near to it
ALONE = 0.05  # what it costs to be named once, in a long description that tells of other things
SHORT = 500  # characters of a description that has no room for asides


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """For each topic those above and below it, and those a course on it naturally names."""

    line: Mapping[str, frozenset[str]]
    near: Mapping[str, frozenset[str]]


def nearness(vocabulary: Vocabulary) -> Nearness:
    """Near are the topics above and below, those with the same main parent, related ones and prerequisites."""
    line: dict[str, set[str]] = {topic: set(vocabulary.ancestors(topic)) for topic in vocabulary.topics}
    for below in vocabulary.topics:
        for above in vocabulary.ancestors(below):
            line[above].add(below)
    near = {topic: set(kin) for topic, kin in line.items()}
    children: dict[str, list[str]] = defaultdict(list)
    for topic in vocabulary.topics.values():
        for above in topic.broader[:1]:
            children[above].append(topic.id)
        for other in (*topic.related, *topic.prerequisites):
            near[topic.id].add(other)
            near[other].add(topic.id)
    for siblings in children.values():
        for topic_id in siblings:
            near[topic_id].update(siblings)
    return Nearness(
        line={topic: frozenset(kin) for topic, kin in line.items()},
        near={topic: frozenset(kin - {topic}) for topic, kin in near.items()},
    )


class Weighing:
    """Gives each topic of one reading its confidence."""

    def __init__(self, reading: Reading, believed: Mapping[str, Sequence[Hit]], nearness: Nearness) -> None:
        self._reading = reading
        self._believed = believed
        self._nearness = nearness
        self._fields = {topic: {reading.field(hit) for hit in hits} for topic, hits in believed.items()}
        self._titled = {topic for topic, fields in self._fields.items() if "title" in fields}
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
        in_company = self._short or not self._titled or self._titled & self._nearness.near[topic]
        in_line = any(self._fields[other] for other in self._nearness.line[topic] & self._fields.keys())
        return confidence + (COMPANY if in_company or in_line else -ALONE)

    def _says_anything_of(self, topic: str) -> bool:
        """Whether words other than skills name the topic, one above it or one below it."""
        kin = {topic, *self._nearness.line[topic]} & self._fields.keys()
        return any(self._fields[one] - {"skills"} for one in kin)

    def _evidence(self, told: Sequence[Hit]) -> tuple[Evidence, ...]:
        first: dict[tuple[str, str], Evidence] = {}
        for hit in told:
            field, words = self._reading.field(hit), self._reading.words(hit)
            first.setdefault((field, words), Evidence(field=field, phrase=words, start=self._reading.place(hit)))
        return tuple(first.values())[:MOST_EVIDENCE]
