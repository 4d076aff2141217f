"""What somebody has for a plan: hours, money, and how strict they are with what is not told."""

import math
from dataclasses import dataclass
from functools import cached_property

from catalog.guidance.candidates import Candidate
from catalog.guidance.packing import Room

_NO_LIMIT = 10**9  # cents


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Hours, money (None: no limit), and whether what does not tell its hours or price may come in.

    Hours that are not told are counted as estimated; prices that are not told are not counted. Where money has no
    limit, what does not tell its price comes in anyway.
    """

    hours_a_week: float
    weeks: int
    budget: float | None = None
    unknown_hours: bool = True
    unknown_prices: bool = False

    @property
    def hours(self) -> float:
        return self.hours_a_week * self.weeks

    @cached_property
    def room(self) -> Room:
        cents = _NO_LIMIT if self.budget is None else math.floor(round(self.budget * 100, 4))
        return Room(minutes=math.floor(round(self.hours * 60, 4)), cents=cents)

    def admit(self, one: Candidate) -> bool:
        """Whether what is not told of a candidate may stay untold."""
        priced = one.price is not None or self.unknown_prices or self.budget is None
        return priced and (one.hours_stated or self.unknown_hours)

    def allow(self, one: Candidate) -> bool:
        """Whether a candidate would be within the limits if it were the only one."""
        room = self.room
        return minutes(one) <= room.minutes and cents(one) <= room.cents


def minutes(one: Candidate) -> int:
    return math.ceil(round(one.hours * 60, 4))


def cents(one: Candidate) -> int:
    return math.ceil(round((one.price or 0.0) * 100, 4))
