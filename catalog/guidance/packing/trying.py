"""Tries plans one after the other, all that can still be better than the best one found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalog.guidance.packing.options import STEP_COST, Option, Room, in_order, worth

_CLOSE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Nets:
    """What bounds plans: none is worth more than ``base`` and the net gains (by id) of its options together."""

    base: float = 0.0
    net: Mapping[int, float] = field(default_factory=dict)

    def of(self, one: Option) -> float:
        return self.net.get(one.id, sum(one.gains.values()))


class Trying:
    """Goes through the options, first with and then without each, and turns back where nothing is to be hoped for."""

    def __init__(self, options: Sequence[Option], room: Room, nets: Nets, known: Sequence[Option] = ()) -> None:
        self._options = sorted(options, key=lambda one: (-nets.of(one), one.id))
        self._room, self._nets = room, nets
        self._best, self._worth = list(known), worth(known)
        self._hopes, self._rest = [dict[str, float]()], [0.0]  # from each place on; built from the end
        for one in reversed(self._options):
            self._hopes.append(_best(self._hopes[-1], one))
            self._rest.append(self._rest[-1] + max(nets.of(one), 0.0))
        self._hopes.reverse()
        self._rest.reverse()
        self._left = 0

    def best(self, most: int | None = None) -> list[Option]:
        """The plan that is worth the most of all, or of those reached in ``most`` steps, in order."""
        self._left = 2 ** (len(self._options) + 1) if most is None else most
        self._try(0, [], {}, self._room, self._nets.base)
        return in_order(self._best)

    def _try(self, place: int, taken: list[Option], best: Mapping[str, float], room: Room, bound: float) -> None:
        self._left -= 1
        value = sum(best.values()) - STEP_COST * len(taken)
        if value > self._worth + _CLOSE and len(in_order(taken)) == len(taken):
            self._best, self._worth = taken, value
        if place == len(self._options) or self._left <= 0 or not self._hopeful(place, value, best, bound):
            return
        one = self._options[place]
        if room.holds([one]):
            with_it = _best(best, one)
            rest = Room(minutes=room.minutes - one.minutes, cents=room.cents - one.cents)
            self._try(place + 1, [*taken, one], with_it, rest, bound + self._nets.of(one))
        self._try(place + 1, taken, best, room, bound)

    def _hopeful(self, place: int, value: float, best: Mapping[str, float], bound: float) -> bool:
        """Whether the options from a place on could lead to a better plan than the best."""
        if bound + self._rest[place] <= self._worth + _CLOSE:
            return False
        hope = sum(
            gain - best.get(goal, 0.0) for goal, gain in self._hopes[place].items() if gain > best.get(goal, 0.0)
        )
        return value + hope > self._worth + _CLOSE


def _best(best: Mapping[str, float], one: Option) -> dict[str, float]:
    """The best gains with one more option."""
    return {**best, **{goal: max(gain, best.get(goal, 0.0)) for goal, gain in one.gains.items()}}
