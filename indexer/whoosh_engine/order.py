"""Where the words of each document stand, word by word, as 32-bit hashes: what tells a phrase from its words.

The words of all documents are numbered through. Each text is led by the number of its field, so that no phrase reaches
from one text into another; hashes stand above these numbers. That two words have one hash is one chance in four
thousand million, and a phrase only counts in documents that hold all of its words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.fields import TEXTS
from indexer.whoosh_engine.found import among
from indexer.whoosh_engine.postings import Ids
from indexer.whoosh_engine.ranges import Lists

_PLACES = {field.name: place for place, field in enumerate(TEXTS, 1)}
_LEAST = 64  # the least hash of a word
Mask = NDArray[np.bool_]
Places = NDArray[np.uint32]
_NOWHERE = np.zeros(1, np.uint32)


@dataclass(frozen=True, kw_only=True)
class Order:
    """The words of document i stand from place ``starts[i]`` to before ``starts[i + 1]``.

    The word with the hash ``keys[k]`` stands at ``places[bounds[k]:bounds[k + 1]]``; keys rise, and so do these.
    """

    starts: NDArray[np.int64]
    keys: NDArray[np.uint32]
    bounds: NDArray[np.int64]
    places: Places

    def holding(self, documents: Ids, phrase: Sequence[str], field: str | None) -> Mask:
        """Which of these documents hold the terms of a phrase one right after another, in one field or in any."""
        each = sorted(((self._of(_hash(term)), at) for at, term in enumerate(phrase)), key=lambda one: len(one[0]))
        begins: Places = each[0][0] - np.uint32(each[0][1])  # the rarest word tells where a phrase may begin
        for places, at in each[1:]:
            begins = begins[among(begins + np.uint32(at), places)]
        if field is not None:
            begins = begins[self._fields(begins) == _PLACES[field]]
        held = (self.starts.searchsorted(begins, "right") - 1).astype(np.int32)
        return among(documents, held)

    def _of(self, key: int) -> Places:
        """Where a word stands."""
        at = int(self.keys.searchsorted(np.uint32(key)))
        known = at < len(self.keys) and int(self.keys[at]) == key
        return self.places[self.bounds[at] : self.bounds[at + 1]] if known else self.places[:0]

    def _fields(self, places: Places) -> NDArray[np.intp]:
        """The number of the field that each place is in: that of the last lead before it."""
        leads = [self._of(number) for number in range(len(_PLACES) + 1)]
        before = [np.concatenate((_NOWHERE, lead + np.uint32(1)))[lead.searchsorted(places)] for lead in leads]
        found: NDArray[np.intp] = np.argmax(before, axis=0)
        return found


def hashes(words: Iterable[str]) -> list[int]:
    """What stands for each of some terms."""
    return [_hash(word) for word in words]


def written(words: Lists, fields: NDArray[Any]) -> Lists:
    """Texts with the numbers of their fields before them, from the hashes in each and its place among TEXTS."""
    sizes = words.sizes + 1
    leads = np.cumsum(sizes) - sizes
    made = np.empty(sizes.sum(), np.uint32)
    made[leads] = fields + 1
    is_word = np.ones(len(made), bool)
    is_word[leads] = False
    made[is_word] = words.numbers
    return Lists(numbers=made, sizes=sizes)


def derive(column: Any) -> Order:
    """The order of all documents of a segment, from what was written of each."""
    each = list(column)
    sizes = np.array([len(one) for one in each], np.int64) // 4
    words = np.frombuffer(b"".join(each), np.uint32).astype(np.uint64)
    words <<= np.uint64(32)
    words |= np.arange(len(words), dtype=np.uint64)
    words.sort()
    keys = (words >> np.uint64(32)).astype(np.uint32)
    first = np.flatnonzero(np.concatenate((np.ones(min(len(keys), 1), bool), keys[1:] != keys[:-1])))
    return Order(
        starts=np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))),
        keys=keys[first],
        bounds=np.append(first, len(keys)),
        places=words.astype(np.uint32),
    )


def key(runs: Sequence[str]) -> int:
    """One hash for all of some runs in order."""
    return crc32(" ".join(runs).encode())


def _hash(term: str) -> int:
    return max(crc32(term.encode()), _LEAST)
