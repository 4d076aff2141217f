"""The step from one role to another: what carries over, what must go deeper, what is missing."""

from dataclasses import dataclass

from catalog.guidance.coverage import covering, grouped, share, spared
from catalog.vocabulary import LEVELS, Role, RoleTopic, Vocabulary

BROUGHT = ("must", "should")  # what everybody in a role can be taken to know


@dataclass(frozen=True, kw_only=True)
class Move:
    """What of a goal somebody brings along who works in another role; each part the weightiest first."""

    start: Role
    goal: Role
    carried: tuple[RoleTopic, ...]
    deeper: tuple[RoleTopic, ...]  # known, but at a lower level than the goal wants
    missing: tuple[RoleTopic, ...]
    share: float  # of the goal's weight that is carried or only to be deepened, from 0 to 1

    @property
    def to_learn(self) -> list[tuple[RoleTopic, ...]]:
        """What is missing, alternatives together: one of them is enough."""
        return grouped(self.goal, self.missing)


def move(start: Role, goal: Role, vocabulary: Vocabulary) -> Move:
    """The shortest difference between two roles, as seen by who wants to go from one to the other."""
    reached = _reached(start, goal, vocabulary)
    away = spared(goal, reached)
    asked = sorted(goal.topics, key=lambda one: (-one.weight, vocabulary.topics[one.topic].label))
    return Move(
        start=start,
        goal=goal,
        carried=tuple(one for one in asked if reached.get(one.topic, -1) >= LEVELS.index(one.level)),
        deeper=tuple(one for one in asked if 0 <= reached.get(one.topic, -1) < LEVELS.index(one.level)),
        missing=tuple(one for one in asked if one.topic not in reached and one.topic not in away),
        share=share(goal, reached),
    )


def _reached(start: Role, goal: Role, vocabulary: Vocabulary) -> dict[str, int]:
    """For each topic of the goal that the start covers, the highest level reached, counted from 0.

    Of alternatives nobody knows which one somebody brings; they count where the goal has alternatives too.
    """
    either, asked_either = (frozenset[str]().union(*(group.topics for group in role.one_of)) for role in (start, goal))
    covers, reached = covering(goal, vocabulary), dict[str, int]()
    for one in start.topics:
        if (
            one.need in BROUGHT
            and (asked := covers.get(one.topic))
            and (one.topic not in either or asked.topic in asked_either)
        ):
            reached[asked.topic] = max(reached.get(asked.topic, 0), LEVELS.index(one.level))
    return reached
