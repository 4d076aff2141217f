"""What some of the options promise: a quick estimate of the best plan of these."""

from collections.abc import Collection, Iterable

import numpy as np

from catalog.guidance.packing.options import STEP_COST, Option, Room, in_order
from catalog.guidance.packing.prices import prices
from catalog.guidance.packing.sifting import reachable
from catalog.guidance.packing.table import Table

FEW_STEPS = 30  # towards the prices: enough to compare


class Promise:
    """Compares parts of the options by the prices of time and money that hold for all of them.

    An option's gains are lessened by its cost at these prices, each in proportion.
    """

    def __init__(self, options: Iterable[Option], room: Room) -> None:
        table = Table(reachable(options, room), room)
        cost = prices(table, FEW_STEPS).cost + STEP_COST
        worthwhile = np.maximum(1.0 - cost / np.maximum(table.gains.sum(axis=1), cost), 0.0)
        self._gains = table.gains * worthwhile[:, None]
        self._options, self._goals = table.options, table.goals
        self._places = {one.id: place for place, one in enumerate(table.options)}

    def of(self, ids: Collection[int], without: Collection[str] = ()) -> float:
        """Σ over the goals, but for some, of the best gain that any of these options has that can be had of these."""
        places = [self._places[one.id] for one in in_order(one for one in self._options if one.id in ids)]
        goals = [column for goal, column in self._goals.items() if goal not in without]
        return float(self._gains[places][:, goals].max(axis=0, initial=0.0).sum())
