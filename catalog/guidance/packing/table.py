"""Options as arrays, so that all of them are weighed at once. A plan is a list of places in the table."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.guidance.packing.options import STEP_COST, Option, Room

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
Plan = list[int]


class Table:
    """What each option gains, costs, needs and gives, a row each."""

    def __init__(self, options: Sequence[Option], room: Room) -> None:
        goals = sorted({goal for one in options for goal in one.gains})
        needs = sorted({need for one in options for need in one.needs})
        self.options, self.room = options, room
        gains = [[one.gains.get(goal, 0.0) for goal in goals] for one in options]
        self.gains = np.array(gains, dtype=float).reshape(len(options), len(goals))
        self.minutes = np.array([one.minutes for one in options], dtype=np.int64)
        self.cents = np.array([one.cents for one in options], dtype=np.int64)
        self.needs = _flags([[need in one.needs for need in needs] for one in options], needs)
        self.gives = _flags([[need in one.gives for need in needs] for one in options], needs)
        self.needy = _any(self.needs, 1)

    def part(self, places: Places) -> "Table":
        """The table of some of the options."""
        return Table([self.options[place] for place in places], self.room)

    def best(self, plan: Plan) -> Numbers:
        """The best gain for each goal of the options of a plan."""
        best: Numbers = self.gains[plan].max(axis=0, initial=0.0)
        return best

    def had(self, plan: Plan) -> Flags:
        """What is had after all of a plan."""
        return _any(self.gives[plan], 0)

    def worth(self, plan: Plan) -> float:
        return float(self.best(plan).sum()) - STEP_COST * len(plan)

    def added(self, best: Numbers) -> Numbers:
        """What each option would add to a plan with these best gains."""
        added: Numbers = np.maximum(self.gains - best, 0.0).sum(axis=1) - STEP_COST
        return added

    def ready(self, had: Flags) -> Flags:
        """Which options have all they need."""
        return ~_any(self.needs & ~had, 1)

    def room_left(self, plan: Plan) -> Room:
        return Room(
            minutes=self.room.minutes - int(self.minutes[plan].sum()),
            cents=self.room.cents - int(self.cents[plan].sum()),
        )

    def fits(self, room: Room) -> Flags:
        """Which options fit."""
        fits: Flags = (self.minutes <= room.minutes) & (self.cents <= room.cents)
        return fits

    def ordered(self, plan: Plan) -> Plan:
        """The options of a plan that can be taken, each after what it needs."""
        if not self.needy[plan].any():
            return list(plan)
        waiting, taken, had = list(plan), Plan(), np.zeros(self.needs.shape[1], dtype=bool)
        while ready := [one for one in waiting if not (self.needs[one] & ~had).any()]:
            taken += ready
            waiting = [one for one in waiting if one not in ready]
            had |= _any(self.gives[ready], 0)
        return taken

    def can_be_taken(self, plan: Plan) -> bool:
        return len(self.ordered(plan)) == len(plan)


def _flags(rows: list[list[bool]], columns: Sequence[str]) -> Flags:
    return np.array(rows, dtype=bool).reshape(len(rows), len(columns))


def _any(flags: Flags, axis: int) -> Flags:
    found: Flags = np.logical_or.reduce(flags, axis=axis)
    return found
