"""Makes a plan better by exchanging options, as long as that helps."""

from collections.abc import Iterable
from itertools import combinations

from catalog.guidance.packing.filling import Filling
from catalog.guidance.packing.table import Plan, Table

LOOSE = 5  # options of a plan, of which two are left out at once
ROUNDS = 2
_CLOSE = 1e-9


def improved(table: Table, plan: Plan, filling: Filling, rounds: int = ROUNDS, *, pairs: bool = True) -> Plan:
    """The plan after exchanges of one for one, and of one, or two where that is wished, for what fills the gap."""
    for _ in range(rounds):
        before = table.worth(plan)
        plan = _exchanged(table, plan)
        plan = _refilled(table, plan, filling, combinations(plan, 1))
        if pairs and table.worth(plan) <= before + _CLOSE:
            plan = _refilled(table, plan, filling, combinations(_loosest(table, plan, filling), 2))
        if table.worth(plan) <= before + _CLOSE:
            break
    return table.ordered(plan)


def _loosest(table: Table, plan: Plan, filling: Filling) -> Plan:
    """The options of a plan of which least is lost for their cost."""
    rests = {one: [other for other in plan if other != one] for one in plan}
    return sorted(plan, key=lambda one: ((table.worth(plan) - table.worth(rests[one])) / filling.cost[one], one))[
        :LOOSE
    ]


def _exchanged(table: Table, plan: Plan) -> Plan:
    """Exchange each option in turn for the best other one, or for none; keep what is better."""
    for one in list(plan):
        rest = [other for other in plan if other != one]
        added = table.added(table.best(rest))
        added[plan] = 0.0
        added[~(table.fits(table.room_left(rest)) & table.ready(table.had(rest)))] = 0.0
        other = int(added.argmax())
        trial = [*rest, other] if added[other] > 0 else rest
        if table.worth(trial) > table.worth(plan) + _CLOSE and table.can_be_taken(trial):
            plan = trial
    return plan


def _refilled(table: Table, plan: Plan, filling: Filling, some: Iterable[Plan | tuple[int, ...]]) -> Plan:
    """Leave out some options at a time and fill up again without them; keep what is better."""
    for left_out in some:
        if all(one in plan for one in left_out):
            rest = table.ordered([other for other in plan if other not in left_out])
            trial = filling.filled(rest, without=left_out)
            if table.worth(trial) > table.worth(plan) + _CLOSE:
                plan = trial
    return plan
