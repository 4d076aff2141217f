"""Options as arrays, so that all of them are weighed at once. A plan is a list of places in the table."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from catalog.guidance.packing.options import STEP_COST, Option, Room

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
Plan = list[int]
Bits = int  # a set of things needed, a bit each


class Table:
    """What each option gains, costs, needs and gives. Of what it gives only what some option needs is told."""

    def __init__(self, options: Sequence[Option], room: Room) -> None:
        self.goals = goals = {
            goal: column for column, goal in enumerate(sorted({goal for one in options for goal in one.gains}))
        }
        bits = {need: 1 << place for place, need in enumerate(sorted({need for one in options for need in one.needs}))}
        self.options, self.room = options, room
        self.gains = np.zeros((len(options), len(goals)))
        for row, one in enumerate(options):
            for goal, gain in one.gains.items():
                self.gains[row, goals[goal]] = gain
        self.each = np.ones(len(goals))  # `x @ each` sums rows in half the time of `sum`
        self.minutes = np.array([one.minutes for one in options], dtype=np.int64)
        self.cents = np.array([one.cents for one in options], dtype=np.int64)
        self.needs: list[Bits] = [sum(bits[need] for need in one.needs) for one in options]
        self._ready: dict[Bits, Flags] = {}
        self.gives: list[Bits] = [sum(bits[given] for given in one.gives if given in bits) for one in options]

    def part(self, places: Places) -> "Table":
        """The table of some of the options."""
        return Table([self.options[place] for place in places], self.room)

    def best(self, plan: Plan) -> Numbers:
        """The best gain for each goal of the options of a plan."""
        best: Numbers = np.maximum.reduce(self.gains.take(plan, axis=0), axis=0, initial=0.0)
        return best

    def had(self, plan: Iterable[int]) -> Bits:
        """What is had after all of a plan."""
        return reduce(or_, (self.gives[place] for place in plan), 0)

    def worth(self, plan: Plan) -> float:
        return float(self.best(plan).sum()) - STEP_COST * len(plan)

    def added(self, best: Numbers) -> Numbers:
        """What each option would add to a plan with these best gains."""
        added: Numbers = np.maximum(self.gains - best, 0.0).sum(axis=1) - STEP_COST
        return added

    def ready(self, had: Bits) -> Flags:
        """Which options have all they need."""
        if had not in self._ready:
            self._ready[had] = np.array([not need & ~had for need in self.needs], dtype=bool)
        return self._ready[had]

    def room_left(self, plan: Plan) -> Room:
        return self.room.less([self.options[place] for place in plan])

    def fits(self, room: Room) -> Flags:
        """Which options fit."""
        fits: Flags = (self.minutes <= room.minutes) & (self.cents <= room.cents)
        return fits

    def ordered(self, plan: Plan) -> Plan:
        """The options of a plan that can be taken, each after what it needs."""
        waiting, taken, had = plan, Plan(), 0
        while waiting:
            later = Plan()
            for one in waiting:
                if self.needs[one] & ~had:
                    later.append(one)
                else:
                    taken.append(one)
                    had |= self.gives[one]
            if len(later) == len(waiting):
                break
            waiting = later
        return taken

    def can_be_taken(self, plan: Plan) -> bool:
        return len(self.ordered(plan)) == len(plan)


def single(bits: Bits) -> Iterator[Bits]:
    """The bits one by one."""
    while bits:
        yield bits & -bits
        bits &= bits - 1
