"""The words of each document in order, as 32-bit hashes: what tells a phrase from its words.

Each text is led by the number of its field, so that no phrase reaches from one text into another. Hashes stand above
these numbers. That two words have one hash is one chance in four thousand million, and a phrase is only looked for in
documents that hold all of its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer import text
from indexer.fields import TEXTS
from indexer.whoosh_engine.postings import Ids
from indexer.whoosh_engine.ranges import Lists, places

_PLACES = {field.name: place for place, field in enumerate(TEXTS, 1)}
_LEAST = 64  # the least hash of a word
_AT_ONCE = 4_000_000  # words that are looked at together: memory while a phrase is looked for
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Order:
    """The words of document i stand from ``starts[i]`` to ``starts[i + 1]``."""

    starts: NDArray[np.int64]
    words: NDArray[np.uint32]

    def holding(self, documents: Ids, phrase: Sequence[str], field: str | None) -> Mask:
        """Which of these documents hold the terms of a phrase one right after another, in one field or in any."""
        wanted = [_hash(term) for term in phrase]
        found = np.zeros(len(documents), bool)
        sizes = self.starts[documents + 1] - self.starts[documents]
        for portion in np.split(np.arange(len(documents)), _cuts(sizes)):
            found[portion] = self._holding(documents[portion], sizes[portion], wanted, field)
        return found

    def _holding(self, documents: Ids, sizes: NDArray[np.int64], wanted: list[int], field: str | None) -> Mask:
        ends = np.cumsum(sizes)
        if not len(ends) or ends[-1] < len(wanted):
            return np.zeros(len(documents), bool)
        words = self.words[places(self.starts[documents], sizes)]
        reach = len(words) - len(wanted) + 1
        hit = words[:reach] == wanted[0]
        for place, word in enumerate(wanted[1:], 1):
            hit &= words[place : place + reach] == word
        at = np.flatnonzero(hit)
        if field is not None:
            leads = np.flatnonzero(words < _LEAST)
            at = at[words[leads[np.searchsorted(leads, at) - 1]] == _PLACES[field]]
        found = np.zeros(len(documents), bool)
        found[np.searchsorted(ends, at, "right")] = True
        return found


def hashes(run: str) -> list[int]:
    """The words of one run of signs in order."""
    return [_hash(term) for term in text.parts_in_order(run)]


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
    return Order(
        starts=np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))),
        words=np.frombuffer(b"".join(each), np.uint32),
    )


def key(runs: Sequence[str]) -> int:
    """One hash for all of some runs in order."""
    return crc32(" ".join(runs).encode())


def _hash(term: str) -> int:
    return max(crc32(term.encode()), _LEAST)


def _cuts(sizes: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where to cut so that the portions are not much larger than what is looked at together."""
    return np.flatnonzero(np.diff(np.cumsum(sizes) // _AT_ONCE)) + 1
