"""What has to be taken before each option: for what it lacks, the cheapest that give it, and what these lack."""

from dataclasses import dataclass

import numpy as np

from catalog.guidance.packing.table import Bits, Flags, Numbers, Places, Plan, Table, single


@dataclass(frozen=True, kw_only=True)
class Before:
    """Ways to what options lack, when so much is had. The first way is to take nothing."""

    ways: list[Plan]
    way: Places  # of each option
    possible: Flags  # whether there is a way to it
    minutes: Numbers  # of each option with its way
    cents: Numbers
    gains: Numbers  # the best of each way for each goal
    taken: Numbers  # which options each way takes
    sizes: Numbers  # and how many


class Foresight:
    """The ways in a table, each worked out once."""

    def __init__(self, table: Table, cost: Numbers) -> None:
        self._table = table
        self._cheapest = [place for place in np.argsort(cost, kind="stable").tolist() if table.gives[place]]
        self._found: dict[Bits, Before] = {}

    def before(self, had: Bits) -> Before:
        """The ways when so much is had, none by the options that are left out."""
        if had not in self._found:
            self._found[had] = self._before(had)
        return self._found[had]

    def _before(self, had: Bits) -> Before:
        table = self._table
        lacks = [need & ~had for need in table.needs]
        ways = self._ways(lacks, had)
        rows = {lack: row for row, lack in enumerate(ways)}
        plans = list(ways.values())
        taken = np.zeros((len(plans), len(lacks)))
        for row, plan in enumerate(plans):
            taken[row, plan] = 1.0
        way = np.array([rows.get(lack, 0) for lack in lacks], dtype=np.intp)
        return Before(
            ways=plans,
            way=way,
            possible=np.array([lack in rows for lack in lacks], dtype=bool),
            gains=np.array([table.best(plan) for plan in plans]),
            minutes=table.minutes + (taken @ table.minutes)[way],
            cents=table.cents + (taken @ table.cents)[way],
            taken=taken,
            sizes=taken.sum(axis=1),
        )

    def _ways(self, lacks: list[Bits], had: Bits) -> dict[Bits, Plan]:
        """For each lack that can be met the options that meet it, in order."""
        ways: dict[Bits, Plan] = {0: []}
        pending = set(lacks) - {0}
        supply: dict[Bits, Plan] = {}
        met = {0}
        while met:
            for place in self._cheapest:
                if lacks[place] in met:
                    for given in single(self._table.gives[place] & ~had):
                        supply.setdefault(given, [*ways[lacks[place]], place])
            met = {lack for lack in pending if all(need in supply for need in single(lack))}
            pending -= met
            for lack in met:
                ways[lack] = list(dict.fromkeys(place for need in single(lack) for place in supply[need]))
        return ways
