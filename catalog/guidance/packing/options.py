"""What a plan is made of, seen from outside: options with gains and costs, the room for them, and their order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

STEP_COST = 0.25  # what one more option must add, beside a must topic's 3, to be worth the change


class Ordered(Protocol):
    """What must stand after what it needs."""

    @property
    def needs(self) -> frozenset[str]: ...

    @property
    def gives(self) -> frozenset[str]: ...


N = TypeVar("N", bound=Ordered)


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """Something to take: what it gains for each goal, what it costs, what must be had before and what is had after."""

    id: int
    gains: Mapping[str, float] = field(default_factory=dict)
    minutes: int
    cents: int = 0
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """The minutes and the cents that there are."""

    minutes: int
    cents: int

    def holds(self, options: Iterable[Option]) -> bool:
        left = self.less(options)
        return left.minutes >= 0 and left.cents >= 0

    def less(self, options: Iterable[Option]) -> "Room":
        """What is left beside some options."""
        minutes, cents = self.minutes, self.cents
        for one in options:
            minutes -= one.minutes
            cents -= one.cents
        return Room(minutes=minutes, cents=cents)

    def more(self, options: Iterable[Option]) -> "Room":
        """What there would be without some options that are in."""
        chosen = tuple(options)
        return Room(
            minutes=self.minutes + sum(one.minutes for one in chosen),
            cents=self.cents + sum(one.cents for one in chosen),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """The options of a plan, each after what it needs, and a worth that no plan within the room can exceed."""

    options: tuple[Option, ...]
    bound: float


def worth(chosen: Iterable[Option]) -> float:
    """Σ over the goals of the best gain that any option has for it, less a little for each option."""
    count, best = 0, dict[str, float]()
    for one in chosen:
        count += 1
        for goal, gain in one.gains.items():
            best[goal] = max(best.get(goal, 0.0), gain)
    return sum(best.values()) - STEP_COST * count


def in_order(chosen: Iterable[N]) -> list[N]:
    """What is chosen in the first order found in which each stands after what it needs; what has none is left out."""
    waiting, taken, had = list(chosen), list[N](), set[str]()
    while ready := [one for one in waiting if one.needs <= had]:
        taken += ready
        waiting = [one for one in waiting if not one.needs <= had]
        had.update(*(one.gives for one in ready))
    return taken
