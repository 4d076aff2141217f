"""What time and money are worth in a plan, and a worth that no plan can exceed: the dual of the choice.

Let u be a price for each goal, t for all the time and m for all the money. An option's net gain is
Σ max(0, gain - u) - step - t × its share of the time - m × its share of the money, and

    Σ u + t + m + Σ max(0, net gain)  ≥  the worth of any plan,

needs being left aside. Steps along the subgradient make this bound small (Held, Wolfe and Crowder 1974). At the prices
that do, options of a good plan have net gains near or above nothing.
"""

from dataclasses import dataclass

import numpy as np

from catalog.guidance.packing.options import STEP_COST
from catalog.guidance.packing.table import Numbers, Table

STEPS = 100
FIRST_STEP, SHRINK, PATIENCE = 1.0, 0.6, 8  # the step shrinks when so many did not better the bound
_NEARLY_NOTHING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The bound, what of it an empty plan has, and at its prices what each option costs and what it gains beyond."""

    bound: float
    base: float
    cost: Numbers
    net: Numbers


def prices(table: Table, steps: int = STEPS) -> Prices:
    """The prices of the smallest bound that so many steps find."""
    shares = np.stack([table.minutes / max(table.room.minutes, 1), table.cents / max(table.room.cents, 1)])
    most = table.gains.max(axis=0, initial=0.0)
    goals, limits = most * 0.5, np.array([most.sum() * 0.3, 0.0])
    best, step, stale = Prices(bound=np.inf, base=0.0, cost=limits @ shares, net=limits @ shares), FIRST_STEP, 0
    above = np.empty_like(table.gains)
    for _ in range(steps):
        np.maximum(np.subtract(table.gains, goals, out=above), 0.0, out=above)
        cost = limits @ shares
        net = above @ table.each - STEP_COST - cost
        taken = net > 0
        bound = float(goals.sum() + limits.sum() + net[taken].sum())
        stale = 0 if bound < best.bound else stale + 1
        if bound < best.bound:
            best = Prices(bound=bound, base=float(goals.sum() + limits.sum()), cost=cost, net=net)
        elif stale % PATIENCE == 0:
            step *= SHRINK
        up, over = 1.0 - np.count_nonzero(above[taken], axis=0), 1.0 - shares @ taken
        length = float((up * up).sum() + (over * over).sum())
        if length < _NEARLY_NOTHING:
            break
        stride = step * bound / length * 0.5
        goals, limits = np.maximum(goals - stride * up, 0.0), np.maximum(limits - stride * over, 0.0)
    return best
