"""What of a role a topic covers, and how well a level suits what the role wants."""

from collections.abc import Mapping

from catalog.model import Level
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
