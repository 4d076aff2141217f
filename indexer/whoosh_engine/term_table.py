"""The index of terms of a segment: Whoosh's ordered hash file, written a field at a time.

The layout is that of `whoosh.filedb.filetables` (after D. J. Bernstein's cdb): lines of key and value, 256 hash tables,
their directory, and the place of each line. Whoosh's own writer takes a line at a time and hashes with MD5; this one
takes the format's other hash, CRC32, and lays the tables out with NumPy.
"""

from array import array
from collections.abc import Sequence
from struct import Struct
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filetables import HashWriter, OrderedHashWriter
from whoosh.util.numlists import GrowableArray

_CRC32 = 1  # its number in the file
_SIZES = Struct("!ii")  # of key and value
_POINTER = np.dtype([("hash", ">u4"), ("place", ">i8")])
Places = NDArray[np.int64]


class TermTable(OrderedHashWriter):
    """Writes lines whose keys rise from one call to the next."""

    def __init__(self, file: Any) -> None:
        HashWriter.__init__(self, file, hashtype=_CRC32)
        self._place = file.tell()
        self._hashes = array("I")
        self._sizes = array("I")

    def add_lines(self, keys: Sequence[bytes], values: Sequence[bytes]) -> None:
        """Write lines in order of their keys."""
        lines = [_SIZES.pack(len(key), len(value)) + key + value for key, value in zip(keys, values, strict=True)]
        self._hashes.extend(map(crc32, keys))
        self._sizes.extend(map(len, lines))
        self.dbfile.write(b"".join(lines))

    def close(self) -> Any:
        sizes = np.array(self._sizes, np.int64)
        places = self._place + np.cumsum(sizes) - sizes
        kind = "I" if self.dbfile.tell() < 2**32 else "q"
        self.index = GrowableArray(kind)
        self.index.array = array(kind, places.tolist())
        self._places = places
        return super().close()

    def _write_hashes(self) -> None:
        hashes = np.array(self._hashes)
        order = np.argsort(hashes & 255, kind="stable")
        bounds = np.searchsorted(hashes[order] & 255, np.arange(257))
        for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            self.directory.append((self.dbfile.tell(), 2 * (end - start)))
            chosen = order[start:end]
            self.dbfile.write(_hash_table(hashes[chosen], self._places[chosen]))


def _hash_table(hashes: NDArray[np.uint32], places: Places) -> bytes:
    """One table, half of it empty: each pointer in its own slot or, where that is taken, the next free one."""
    count = len(hashes)
    table = np.zeros(2 * count, _POINTER)
    slots = (hashes >> 8).astype(np.int64) % max(2 * count, 1)
    order = np.argsort(slots, kind="stable")
    steps = np.arange(count)
    free = np.maximum.accumulate(slots[order] - steps) + steps
    around = free >= 2 * count  # past the end: the first free slots from the beginning
    is_free = np.ones(2 * count, bool)
    is_free[free[~around]] = False
    free[around] = np.flatnonzero(is_free)[: np.count_nonzero(around)]
    table["hash"][free] = hashes[order]
    table["place"][free] = places[order]
    return table.tobytes()
