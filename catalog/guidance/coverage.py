"""What of a role a topic covers, and how well a level suits what the role wants."""

from collections.abc import Container, Iterable, Mapping

from catalog.model import Level, TopicMatch
from catalog.vocabulary import LEVELS, Role, RoleTopic, Vocabulary

LEVEL_STEP = 0.05  # what a topic loses for each step between the level offered and the level wanted


def covering(role: Role, vocabulary: Vocabulary) -> Mapping[str, RoleTopic]:
    """For each topic that covers something of the role, what it covers.

    A topic covers itself where the role asks for it, else the weightiest topic above it that the role asks for: Django
    covers server-side frameworks.
    """
    asked = {one.topic: one for one in role.topics}
    covers: dict[str, RoleTopic] = {}
    for topic in vocabulary.topics:
        above = [asked[other] for other in sorted(vocabulary.ancestors(topic)) if other in asked]
        if topic in asked:
            covers[topic] = asked[topic]
        elif above:
            covers[topic] = max(above, key=lambda one: one.weight)
    return covers


def level_factor(offered: Level | None, asked: RoleTopic) -> float:
    """1 where the level is the one wanted or not stated, less for each step away."""
    if offered not in LEVELS:
        return 1.0
    return 1.0 - LEVEL_STEP * abs(LEVELS.index(offered) - LEVELS.index(asked.level))


def covered(matches: Iterable[TopicMatch], covers: Mapping[str, RoleTopic]) -> dict[str, float]:
    """What of a role a resource teaches: for each asked topic the best confidence among the topics that cover it."""
    best: dict[str, float] = {}
    for match in matches:
        if asked := covers.get(match.topic):
            best[asked.topic] = max(best.get(asked.topic, 0.0), match.confidence)
    return best


def known_of(known: Iterable[str], covers: Mapping[str, RoleTopic]) -> frozenset[str]:
    """What of a role somebody knows already who knows these topics."""
    return frozenset(covers[topic].topic for topic in known if topic in covers)


def share(role: Role, topics: Container[str]) -> float:
    """How much of a role these of its topics are, by weight: from 0 to 1."""
    return sum(one.weight for one in role.topics if one.topic in topics) / sum(one.weight for one in role.topics)
