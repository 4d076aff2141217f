"""Fills a plan up greedily: always what is best for its cost, with what must be taken before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.guidance.packing.before import Before, Foresight
from catalog.guidance.packing.options import STEP_COST, Room
from catalog.guidance.packing.table import Bits, Flags, Numbers, Plan, Table


@dataclass(frozen=True, kw_only=True, eq=False)
class Taste:
    """What an option costs, and whether gains are divided by that (which is above nothing then) or lessened by it."""

    cost: Numbers
    divide: bool

    def __call__(self, gain: Numbers, cost: Numbers) -> Numbers:
        """Above nothing for what is worth taking, the more the better."""
        return gain / cost if self.divide else gain - cost


class Filling:
    """Fills plans of one table."""

    def __init__(self, table: Table, taste: Taste) -> None:
        self._table, self._taste, self.cost = table, taste, taste.cost
        self._foresight = Foresight(table, taste.cost)
        self._costs: dict[tuple[Bits, Taste], Numbers] = {}

    def filled(self, plan: Plan, taste: Taste | None = None, without: Sequence[int] = ()) -> Plan:
        """The plan with more options, until none that fits is worth taking; none of those to be left out."""
        table, plan, taste = self._table, list(plan), taste or self._taste
        best, had, room = table.best(plan), table.had(plan), table.room_left(plan)
        closed = [*plan, *without]
        while True:
            before = self._foresight.before(had)
            open_ = _open(room, before)
            open_[closed] = False
            more = _next(table, best, before, open_, taste, self._cost_with_way(had, taste))
            if not more:
                return plan
            plan, closed = plan + more, closed + more
            best, had = np.maximum(best, table.best(more)), had | table.had(more)
            room = room.less([table.options[one] for one in more])

    def _cost_with_way(self, had: Bits, taste: Taste) -> Numbers:
        """What each option costs with what must be taken before it, when so much is had."""
        if (had, taste) not in self._costs:
            before = self._foresight.before(had)
            self._costs[had, taste] = taste.cost + (before.taken @ taste.cost).take(before.way)
        return self._costs[had, taste]

    def begun(self, place: int) -> Plan:
        """An option after what comes before it; nothing where these do not fit."""
        before = self._foresight.before(0)
        fits = _open(self._table.room, before)[place]
        return [*before.ways[before.way[place]], place] if fits else []


def _open(room: Room, before: Before) -> Flags:
    """Which options fit, with what must be taken before them."""
    fits: Flags = (before.minutes <= room.minutes) & (before.cents <= room.cents) & before.possible
    return fits


def _next(table: Table, best: Numbers, before: Before, open_: Flags, taste: Taste, cost: Numbers) -> Plan:
    """The best option to take now, after what it needs; nothing when none is worth it."""
    places = open_.nonzero()[0]
    if not places.size:
        return []
    way, each = before.way.take(places), table.each
    with_it = table.gains.take(places, axis=0)
    np.maximum(with_it, np.maximum(before.gains, best).take(way, axis=0), out=with_it)
    without_it = STEP_COST * (1 + before.sizes) + best @ each
    scores = taste(with_it @ each - without_it.take(way), cost.take(places))
    found = int(scores.argmax())
    return [*before.ways[way[found]], int(places[found])] if scores[found] > 0 else []
