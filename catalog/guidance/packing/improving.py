"""Makes a plan better by exchanging options, as long as that helps."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from catalog.guidance.packing.filling import Taste, filled
from catalog.guidance.packing.options import STEP_COST
from catalog.guidance.packing.table import Plan, Table

PAIRS_UP_TO = 16  # options in a plan, two of which are exchanged for one
ROUNDS = 3
_CLOSE = 1e-9


def improved(table: Table, plan: Plan, taste: Taste) -> Plan:
    """The plan after exchanges of one for one, two for one, and one for what fills the gap."""
    for _ in range(ROUNDS):
        before = table.worth(plan)
        plan = _exchanged(table, plan)
        plan = _refilled(table, plan, taste)
        if table.worth(plan) <= before + _CLOSE:
            break
    return table.ordered(plan)


def _exchanged(table: Table, plan: Plan) -> Plan:
    """The plan after the best exchange of one or two for one, again and again."""
    while better := _best_exchange(table, plan, _without_one(plan)) or (
        _best_exchange(table, plan, _without_two(plan)) if len(plan) <= PAIRS_UP_TO else None
    ):
        plan = better
    return plan


def _without_one(plan: Plan) -> Iterator[Plan]:
    return (plan[:place] + plan[place + 1 :] for place in range(len(plan)))


def _without_two(plan: Plan) -> Iterator[Plan]:
    return ([one for one in plan if one not in pair] for pair in combinations(plan, 2))


def _best_exchange(table: Table, plan: Plan, rests: Iterable[Plan]) -> Plan | None:
    """The best of the rests with one other option or none; None when the plan is no worse."""
    found, most = None, table.worth(plan) + _CLOSE
    for rest in rests:
        best = table.best(rest)
        worth = float(best.sum()) - STEP_COST * len(rest)
        added = table.added(best)
        added[plan] = 0.0
        added[~(table.fits(table.room_left(rest)) & table.ready(table.had(rest)))] = 0.0
        other = int(added.argmax())
        trial = [*rest, other] if added[other] > 0 else rest
        if worth + max(float(added[other]), 0.0) > most and table.can_be_taken(trial):
            found, most = trial, worth + max(float(added[other]), 0.0)
    return found


def _refilled(table: Table, plan: Plan, taste: Taste) -> Plan:
    """Leave out each option in turn and fill up again; keep what is better."""
    for one in list(plan):
        if one in plan:
            rest = table.ordered([other for other in plan if other != one])
            trial = filled(table, rest, taste, without=one)
            if table.worth(trial) > table.worth(plan) + _CLOSE:
                plan = trial
    return plan
