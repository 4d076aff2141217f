"""Fills a plan up greedily: always what is best for its cost, with what must be taken before it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from catalog.guidance.packing.options import STEP_COST, Room
from catalog.guidance.packing.table import Flags, Numbers, Places, Plan, Table


@dataclass(frozen=True, kw_only=True)
class Taste:
    """What an option costs, and whether gains are divided by that or lessened by it."""

    cost: Numbers
    divide: bool

    def __call__(self, gain: Numbers, cost: Numbers) -> Numbers:
        """Above nothing for what is worth taking, the more the better."""
        return gain / cost if self.divide else gain - cost


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """How things stand when the next option is chosen."""

    best: Numbers
    had: Flags
    room: Room
    added: Numbers
    open: Flags  # which options are not taken and fit
    ready: Flags


def filled(table: Table, plan: Plan, taste: Taste, without: int | None = None) -> Plan:
    """The plan with more options, until none that fits is worth taking."""
    plan = list(plan)
    while more := _next(table, _moment(table, plan, without), taste):
        plan += more
    return plan


def _moment(table: Table, plan: Plan, without: int | None) -> _Moment:
    best, had, room = table.best(plan), table.had(plan), table.room_left(plan)
    open_ = table.fits(room)
    open_[plan] = False
    if without is not None:
        open_[without] = False
    return _Moment(best=best, had=had, room=room, added=table.added(best), open=open_, ready=table.ready(had))


def _next(table: Table, now: _Moment, taste: Taste) -> Plan:
    """The best option to take now, after what it needs; nothing when none is worth it."""
    at_once = now.open & now.ready & (now.added > 0)
    chosen, score = Plan(), 0.0
    if at_once.any():
        scores = np.where(at_once, taste(now.added, taste.cost), 0.0)
        found = int(scores.argmax())
        chosen, score = ([found], float(scores[found])) if scores[found] > 0 else (chosen, score)
    waiting = np.flatnonzero(now.open & ~now.ready)
    if len(waiting):
        by_lack = _by_lack(table, now, waiting)
        for merit in (taste(now.added + STEP_COST, taste.cost), -taste.cost):
            for bundle, value in _bundles(table, now, taste, by_lack, merit):
                if value > score:
                    chosen, score = bundle, value
    return chosen


def _by_lack(table: Table, now: _Moment, waiting: Places) -> dict[tuple[int, ...], Places]:
    """The options that are not ready by what they lack."""
    found: dict[tuple[int, ...], list[int]] = defaultdict(list)
    rows, columns = np.nonzero(table.needs[waiting] & ~now.had)
    lacks: dict[int, list[int]] = defaultdict(list)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        lacks[row].append(column)
    for row, lack in lacks.items():
        found[tuple(lack)].append(int(waiting[row]))
    return {lack: np.array(places, dtype=np.intp) for lack, places in found.items()}


def _bundles(
    table: Table, now: _Moment, taste: Taste, by_lack: Mapping[tuple[int, ...], Places], merit: Numbers
) -> Iterator[tuple[Plan, float]]:
    """For each lack the best option that has it, after what gives what it lacks, with their score together.

    Where several give the same, the one with the most merit does; first those that are ready, then such as lack
    something themselves.
    """
    supply: dict[int, Plan] = {}
    _add_supply(supply, table, now, np.flatnonzero(now.open & now.ready), [], merit)
    pending = dict(by_lack)
    while met := [lack for lack in pending if all(need in supply for need in lack)]:
        later: dict[int, Plan] = {}
        for lack in met:
            givers = list(dict.fromkeys(giver for need in lack for giver in supply[need]))
            waiting = pending.pop(lack)
            yield from _best_after(table, now, taste, givers, waiting[(waiting[:, None] != givers).all(axis=1)])
            _add_supply(later, table, now, waiting, givers, merit)
        supply = {**later, **supply}


def _add_supply(
    supply: dict[int, Plan], table: Table, now: _Moment, places: Places, before: Plan, merit: Numbers
) -> None:
    """Note for each thing not had yet the option with the most merit that gives it, after others."""
    for need in np.flatnonzero(np.logical_or.reduce(table.gives[places], axis=0) & ~now.had).tolist():
        givers = places[table.gives[places, need]]
        supply[need] = [*before, int(givers[merit[givers].argmax()])]


def _best_after(
    table: Table, now: _Moment, taste: Taste, givers: Plan, waiting: Places
) -> Iterator[tuple[Plan, float]]:
    minutes, cents = int(table.minutes[givers].sum()), int(table.cents[givers].sum())
    fits = (table.minutes[waiting] <= now.room.minutes - minutes) & (table.cents[waiting] <= now.room.cents - cents)
    waiting = waiting[fits]
    if not len(waiting):
        return
    best = np.maximum(now.best, table.best(givers))
    gains = np.maximum(table.gains[waiting] - best, 0.0).sum(axis=1) - STEP_COST
    gains += (best - now.best).sum() - STEP_COST * len(givers)
    scores = np.where(gains > 0, taste(gains, taste.cost[waiting] + taste.cost[givers].sum()), 0.0)
    found = int(scores.argmax())
    yield [*givers, int(waiting[found])], float(scores[found])
