"""Lists of numbers in flat arrays, one after another (compressed sparse rows)."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def places(starts: NDArray[Any], sizes: NDArray[Any]) -> Numbers:
    """All places of some ranges, range after range: starts 5, 9 and sizes 2, 3 are 5, 6, 9, 10, 11."""
    ends = np.cumsum(sizes)
    found: Numbers = np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)
    return found


def ranges(starts: NDArray[np.int64], rows: NDArray[Any]) -> NDArray[np.int64]:
    """All places of some rows, each of which goes from its start to that of the next."""
    places = starts.take(rows)
    sizes = starts[1:].take(rows)
    sizes -= places
    ends = sizes.cumsum()
    places += sizes
    places -= ends
    found: NDArray[np.int64] = places.repeat(sizes)
    found += np.arange(len(found))
    return found


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Lists of numbers, one after another."""

    numbers: NDArray[Any]
    sizes: Numbers

    def within(self, other: "Lists") -> "Lists":
        """The other lists with each number, as that of a list here, replaced by what stands in it."""
        each = self.sizes[other.numbers]
        starts = np.cumsum(self.sizes) - self.sizes
        ends, grown = np.cumsum(other.sizes), np.concatenate((np.zeros(1, np.int64), np.cumsum(each)))
        return Lists(
            numbers=self.numbers[places(starts[other.numbers], each)], sizes=grown[ends] - grown[ends - other.sizes]
        )

    def chosen(self, mask: NDArray[np.bool_]) -> "Lists":
        """The lists that the mask tells."""
        return Lists(numbers=self.numbers[np.repeat(mask, self.sizes)], sizes=self.sizes[mask])


class GrowingLists:
    """Lists that come one by one."""

    def __init__(self) -> None:
        self._numbers = array("I")
        self._sizes = array("I")

    def add(self, numbers: Iterable[int]) -> None:
        before = len(self._numbers)
        self._numbers.extend(numbers)
        self._sizes.append(len(self._numbers) - before)

    def whole(self) -> Lists:
        return Lists(numbers=np.array(self._numbers), sizes=np.array(self._sizes, np.int64))
