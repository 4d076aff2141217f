"""The values of one facet over the documents of a segment, and how many of some documents have each.

A facet of one value a document is an array of codes; several small ones are counted together. One of several values is
pairs (document, code); its frequent values are kept as bitmaps too, of which a count is an AND and a sum of bits: 64
documents at once, however many are found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.query import NOT_STATED
from indexer.whoosh_engine.postings import Ids
from indexer.whoosh_engine.ranges import ranges

Codes = NDArray[Any]  # unsigned, 16 bits or 32
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
_FEW = 20  # of so many pairs one or less is to be counted: looking at only those is worth it
_COMBINATIONS = 4096  # of values that are counted in one pass
_FREQUENT = 96  # a value that one document in so many has is counted by its bitmap


@dataclass(frozen=True, kw_only=True)
class FacetColumn:
    """Values as pairs (document, code) in order of document.

    A document without a value has the code of `NOT_STATED`, so each has at least one pair. ``documents`` is None
    when each has exactly one: then ``codes`` is indexed by document.
    """

    values: list[str]
    codes: Codes
    documents: Ids | None

    def count(self, among: Ids, size: int) -> Counts:
        """How many of these documents, of ``size`` in all, have each value."""
        values = len(self.values)
        if self.documents is None:
            return np.bincount(self.codes if len(among) == size else self.codes[among], minlength=values)
        if len(among) == size:
            return np.bincount(self.codes, minlength=values)
        if len(among) * _FEW < size:
            return np.bincount(self.codes[ranges(self._starts, among)], minlength=values)
        mask = np.zeros(size, bool)
        mask[among] = True
        rare_documents, rare_codes = self._rare
        counts = np.bincount(rare_codes[mask[rare_documents]], minlength=values)
        frequent, bitmaps = self._bitmaps
        counts[frequent] = np.bitwise_count(bitmaps & _bits(mask)).sum(axis=1, dtype=np.int64)
        return counts

    def having(self, values: tuple[str, ...], size: int) -> Mask:
        """Which of the ``size`` documents have any of these values."""
        wanted = np.array([value in values for value in self.values], bool)
        hit = wanted[self.codes]
        if self.documents is None:
            return hit
        mask = np.zeros(size, bool)
        mask[self.documents[hit]] = True
        return mask

    def of(self, document: int) -> frozenset[str]:
        """The values of one document."""
        if self.documents is None:
            return frozenset({self.values[self.codes[document]]})
        return frozenset(self.values[code] for code in self.codes[self._starts[document] : self._starts[document + 1]])

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where the pairs of each document begin, and after the last document the end."""
        documents = np.asarray(self.documents)
        return np.searchsorted(documents, np.arange(documents[-1] + 2 if len(documents) else 1))

    @cached_property
    def _is_frequent(self) -> Mask:
        return np.bincount(self.codes, minlength=len(self.values)) * _FREQUENT > len(self._starts)

    @cached_property
    def _bitmaps(self) -> tuple[NDArray[np.intp], NDArray[np.uint64]]:
        """(codes of the frequent values, for each its documents as bits)."""
        frequent = np.flatnonzero(self._is_frequent)
        size = len(self._starts) - 1
        made = np.zeros((len(frequent), -(-size // 64)), np.uint64)
        for row, code in zip(made, frequent, strict=True):
            mask = np.zeros(size, bool)
            mask[np.asarray(self.documents)[self.codes == code]] = True
            row[:] = _bits(mask)
        return frequent, made

    @cached_property
    def _rare(self) -> tuple[Ids, Codes]:
        """The pairs of the other values."""
        kept = ~self._is_frequent[self.codes]
        return np.asarray(self.documents)[kept], self.codes[kept]


class FacetColumns:
    """All facets of a segment of so many documents, counted over the same ones.

    Their values are numbered through, facet after facet.
    """

    def __init__(self, columns: Mapping[str, FacetColumn], size: int) -> None:
        self._columns = columns
        self._size = size
        ends = np.cumsum([len(column.values) for column in columns.values()]).tolist()
        self.places = {name: slice(*place) for name, place in zip(columns, pairwise([0, *ends]), strict=True)}
        self._values = sum(len(column.values) for column in columns.values())

    def count(self, among: Ids) -> Counts:
        """How many of these documents have each value of each facet."""
        if len(among) * _FEW < self._size:
            starts, codes = self._by_document
            return np.bincount(codes[ranges(starts, among)], minlength=self._values)
        joined = self._joined_counts(among)
        told = (joined.get(name, column) for name, column in self._columns.items())
        return np.concatenate([one.count(among, self._size) if isinstance(one, FacetColumn) else one for one in told])

    def count_one(self, facet: str, among: Ids) -> Counts:
        """How many of these documents have each value of one facet."""
        return self._columns[facet].count(among, self._size)

    @cached_property
    def _by_document(self) -> tuple[NDArray[np.int64], Codes]:
        """Where the values of each document begin, and the values of all, document after document."""
        every = np.arange(self._size)
        documents = np.concatenate([every if of.documents is None else of.documents for of in self._columns.values()])
        codes = [of.codes + np.uint32(self.places[name].start) for name, of in self._columns.items()]
        order = np.argsort(documents, kind="stable")
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(np.bincount(documents, minlength=self._size))))
        return starts, np.concatenate(codes)[order].astype(np.uint16 if self._values <= 2**16 else np.uint32)

    def _joined_counts(self, among: Ids) -> dict[str, Counts]:
        if not self._joined:
            return {}
        codes = self._joined_codes if len(among) == self._size else self._joined_codes[among]
        sizes = [len(self._columns[name].values) for name in self._joined]
        table = np.bincount(codes, minlength=int(np.prod(sizes))).reshape(sizes)
        axes = range(len(sizes))
        return {name: table.sum(axis=tuple(a for a in axes if a != at)) for at, name in enumerate(self._joined)}

    @cached_property
    def _joined(self) -> list[str]:
        """Facets of one value a document that are counted in one pass: those with the fewest values, as long as there
        are not too many combinations.
        """
        single = {name: len(column.values) for name, column in self._columns.items() if column.documents is None}
        found: list[str] = []
        combinations = 1
        for name in sorted(single, key=lambda name: single[name]):
            combinations *= single[name]
            if combinations > _COMBINATIONS:
                break
            found.append(name)
        return found

    @cached_property
    def _joined_codes(self) -> NDArray[np.intp]:
        """The combination of values that each document has."""
        columns = [self._columns[name] for name in self._joined]
        return np.ravel_multi_index([column.codes for column in columns], [len(column.values) for column in columns])


def facet_column(lists: list[tuple[str, Ids]], size: int) -> FacetColumn:
    """From (value, its documents) of a segment of so many documents."""
    stated = np.zeros(size, bool)
    for _, ids in lists:
        stated[ids] = True
    lists = [*lists, (NOT_STATED, np.flatnonzero(~stated).astype(np.int32))]
    documents = np.concatenate([ids for _, ids in lists])
    numbers = np.arange(len(lists), dtype=np.uint16 if len(lists) < 2**16 else np.uint32)
    codes = np.repeat(numbers, [len(ids) for _, ids in lists])
    order = np.argsort(documents, kind="stable")
    documents, codes = documents[order], codes[order]
    values = [value for value, _ in lists]
    return FacetColumn(values=values, codes=codes, documents=None if len(documents) == size else documents)


def _bits(mask: Mask) -> NDArray[np.uint64]:
    """A mask as bits, 64 documents a number, the last ones filled with nothing."""
    packed = np.packbits(mask)
    return np.concatenate((packed, np.zeros(-len(packed) % 8, np.uint8))).view(np.uint64)
