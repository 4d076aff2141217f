"""What of a role a topic covers, and how well a level suits what the role wants."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace

from catalog.model import Level, TopicMatch
from catalog.vocabulary import LEVELS, NEEDS, Role, RoleTopic, Vocabulary

LEVEL_STEP = 0.05  # what a topic loses for each step between the level offered and the level wanted
_STEPS = {level: step for step, level in enumerate(LEVELS)}


def covering(role: Role, vocabulary: Vocabulary) -> Mapping[str, RoleTopic]:
    """For each topic that covers something of the role, what it covers.

    A topic covers itself where the role asks for it, else the weightiest topic above it that the role asks for: Django
    covers server-side frameworks.
    """
    asked = {one.topic: one for one in role.topics}
    covers: dict[str, RoleTopic] = {}
    for topic in vocabulary.topics:
        if topic in asked:
            covers[topic] = asked[topic]
        elif above := asked.keys() & vocabulary.ancestors(topic):
            covers[topic] = max((asked[other] for other in sorted(above)), key=lambda one: one.weight)
    return covers


def level_factor(offered: Level | None, asked: RoleTopic) -> float:
    """1 where the level is the one wanted or not stated, less for each step away."""
    if offered not in _STEPS:
        return 1.0
    return 1.0 - LEVEL_STEP * abs(_STEPS[offered] - _STEPS[asked.level])


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
    """How much of a role these of its topics are, by weight: from 0 to 1.

    Alternatives weigh as much as the weightiest choice among them, and the choice counts of which most is there.
    """
    weights = {one.topic: one.weight for one in role.topics}
    apart = weights.keys() - frozenset().union(*(group.topics for group in role.one_of))
    whole = sum(weights[topic] for topic in apart)
    there = sum(weights[topic] for topic in apart if topic in topics)
    for group in role.one_of:
        heaviest = max(sum(weights[topic] for topic in choice) for choice in group.choices)
        whole += heaviest
        there += heaviest * max(_part(choice, topics, weights) for choice in group.choices)
    return there / whole


def _part(choice: Iterable[str], topics: Container[str], weights: Mapping[str, float]) -> float:
    """How much of a choice is there, by weight."""
    some = tuple(choice)
    return sum(weights[topic] for topic in some if topic in topics) / sum(weights[topic] for topic in some)


def spared(role: Role, topics: Container[str]) -> frozenset[str]:
    """What of a role nobody needs who has these topics: the other choices where one of alternatives is had."""
    found: set[str] = set()
    for group in role.one_of:
        had = frozenset[str]().union(*(choice for choice in group.choices if choice[0] in topics))
        found |= group.topics - had if had else set()
    return frozenset(found)


def weighed(role: Role) -> dict[str, RoleTopic]:
    """The topics of a role with their weights for who learns them: choices of the same need weigh the same.

    Whether a role lists a choice as must, should or nice says how usual it is; a less usual one keeps its own weight.
    """
    asked = {one.topic: one for one in role.topics}
    for group in role.one_of:
        heads = [asked[choice[0]] for choice in group.choices]
        need, weight = max((NEEDS[one.need], one.need) for one in heads)[1], max(one.weight for one in heads)
        asked |= {one.topic: replace(one, weight=weight) for one in heads if one.need == need}
    return asked


def grouped(role: Role, topics: Iterable[RoleTopic]) -> list[tuple[RoleTopic, ...]]:
    """Topics of a role one by one, but alternatives to each other together, at the place of the first.

    What goes with a choice that is among them is left out.
    """
    some = tuple(topics)
    of = {choice[0]: group.label for group in role.one_of for choice in group.choices}
    there = {one.topic for one in some}
    beside = {topic for group in role.one_of for head, *others in group.choices if head in there for topic in others}
    found: dict[str, list[RoleTopic]] = {}
    for one in some:
        if one.topic not in beside:
            found.setdefault(of.get(one.topic, one.topic), []).append(one)
    return [tuple(together) for together in found.values()]
