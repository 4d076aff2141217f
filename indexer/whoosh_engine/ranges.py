"""Places in arrays that keep several values for each of many things, one after another (compressed sparse rows)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def places(starts: NDArray[Any], sizes: NDArray[Any]) -> NDArray[np.int64]:
    """All places of some ranges, range after range: starts 5, 9 and sizes 2, 3 are 5, 6, 9, 10, 11."""
    ends = np.cumsum(sizes)
    found: NDArray[np.int64] = np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)
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
