"""Which options to take: a knapsack over a covering, with two limits and an order.

Up to twelve options that a best plan may need, all plans are tried. Beyond that, the prices of the dual tell which
options come into question; greedy plans at several prices are made of these, the best few are improved by exchanges,
and the best of them until nothing more is found. Where the plan is of few options, plans are begun with each hopeful
one, and the most hopeful others are tried.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import islice
from operator import or_

import numpy as np

from catalog.guidance.packing.filling import Filling, Taste
from catalog.guidance.packing.improving import improved
from catalog.guidance.packing.options import Option, Packed, Room, worth
from catalog.guidance.packing.prices import Prices, prices
from catalog.guidance.packing.sifting import reachable, unmatched
from catalog.guidance.packing.table import Places, Table, single
from catalog.guidance.packing.trying import Nets, Trying

ALL_TRIED = 12
LOOKED_AT = 80  # options with the best net gains
GIVERS = 2  # for each thing needed, options that give it beside those
FEW = 16
MOST_TRIED = 300
BEGUN = 120  # steps in all of the plans that each begin with one of the options with the best net gains
PRICES = (0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5)  # shares of the dual's prices at which plans are made
BETTERED = 75  # steps in all of the plans that are improved once; the best of them is improved to the end
USUAL = 3  # which of these for the plans that are begun with an option


def packed(options: Iterable[Option], room: Room) -> Packed:
    """A plan that is worth the most, in an order in which each option stands after what it needs.

    What an option needs must be given by others: leave out of ``needs`` what is had already. The answer depends on
    nothing but the options and the room. The bound is the worth itself where all plans were tried.
    """
    possible = unmatched(reachable(options, room))
    if len(possible) > ALL_TRIED:
        return searched(possible, room)
    best = Trying(possible, room, Nets()).best()
    return Packed(options=tuple(best), bound=worth(best))


def searched(options: Sequence[Option], room: Room) -> Packed:
    """A plan by prices, greed and exchanges: near the best, not proven to be it."""
    whole = Table(options, room)
    found = prices(whole)
    looked_at = _looked_at(whole, found)
    table = whole.part(looked_at)
    at_prices = [Taste(cost=found.cost[looked_at] * share, divide=False) for share in PRICES]
    by_share = Taste(cost=found.cost[looked_at] + table.minutes / max(room.minutes, 1) + 1e-3, divide=True)
    filling = Filling(table, by_share)
    plans = [filling.filled([]), *(filling.filled(filling.filled([], taste)) for taste in at_prices)]
    longest = max(1, *map(len, plans))
    if longest <= FEW:
        first = np.argsort(-found.net[looked_at], kind="stable")[: BEGUN // longest].tolist()
        plans += [filling.filled(filling.filled(filling.begun(place), at_prices[USUAL])) for place in first]
    distinct = {tuple(sorted(plan)): plan for plan in plans}
    plans = sorted(distinct.values(), key=table.worth, reverse=True)
    better = (improved(table, plan, filling, 1, pairs=False) for plan in plans[: max(1, BETTERED // longest)])
    best = improved(table, max(better, key=table.worth), filling)
    chosen = [table.options[place] for place in best]
    if len(chosen) <= FEW:
        nets = Nets(base=found.base, net={one.id: float(net) for one, net in zip(options, found.net, strict=True)})
        chosen = Trying(table.options, room, nets, chosen).best(MOST_TRIED)
    return Packed(options=tuple(chosen), bound=max(found.bound, worth(chosen)))


def _looked_at(table: Table, found: Prices) -> Places:
    """The options with the best net gains, and the best of those that give what these need."""
    by_net = np.argsort(-found.net, kind="stable").tolist()
    places = set(by_net[:LOOKED_AT])
    grown = 0
    while grown < len(places):
        grown = len(places)
        needs = reduce(or_, (table.needs[place] for place in places))
        for need in single(needs):
            givers = (place for place in by_net if table.gives[place] & need)
            places.update(islice(givers, GIVERS))
    return np.array(sorted(places), dtype=np.intp)
