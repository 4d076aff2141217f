"""Options that no best plan needs: too large, out of reach, or no better in anything than another."""

from collections import defaultdict
from collections.abc import Iterable

from catalog.guidance.packing.options import Option, Room, in_order


def reachable(options: Iterable[Option], room: Room) -> list[Option]:
    """The options that fit the room alone and whose needs can be given by others that do, in order of id."""
    small = [one for one in options if one.minutes <= room.minutes and one.cents <= room.cents]
    return sorted(in_order(small), key=lambda one: one.id)


def unmatched(options: Iterable[Option]) -> list[Option]:
    """The options but those that another one matches in every gain and in all it gives, for no more, needing no more.

    Whatever plan holds one that is left out is worth no less with the other in its place. In order of id.
    """
    some = list(options)
    needed = frozenset[str]().union(*(one.needs for one in some))
    some.sort(key=lambda one: (-sum(one.gains.values()), one.minutes, one.cents, -len(one.gives & needed), one.id))
    kept: list[Option] = []
    by_goal: dict[str, list[Option]] = defaultdict(list)
    for one in some:
        rivals = min((by_goal[goal] for goal in one.gains), key=len, default=kept)
        cheaper = (other for other in rivals if other.minutes <= one.minutes and other.cents <= one.cents)
        if not any(_matches(other, one, needed) for other in cheaper):
            kept.append(one)
            for goal in one.gains:
                by_goal[goal].append(one)
    return sorted(kept, key=lambda one: one.id)


def _matches(other: Option, one: Option, needed: frozenset[str]) -> bool:
    """Whether another option, that costs no more, needs no more and gives and gains no less."""
    return (
        other.needs <= one.needs
        and other.gives >= one.gives & needed
        and all(other.gains.get(goal, 0.0) >= gain for goal, gain in one.gains.items())
    )
