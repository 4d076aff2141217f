"""The values of all facets over the documents of a segment, and how many of some documents have each.

A facet of one value a document is an array of codes; one of several values is pairs (document, code). Documents that
have the same values in a sort of facets are of one *profile*, of which there are far fewer than documents: counting
values is counting profiles. Facets of one value a document and few values are a sort; each other one is by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.query import NOT_STATED
from indexer.whoosh_engine.postings import Floats, Ids
from indexer.whoosh_engine.ranges import ranges

Codes = NDArray[Any]  # unsigned, 16 bits or 32
Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
_FEW = 4000  # profiles that are counted one by one, the same ones again
_MANY = 256  # values of a facet that is counted by itself
_SEED = 5  # of the numbers, one a value, whose sums tell profiles apart: two have one by one chance in 2⁶⁴


@dataclass(frozen=True, kw_only=True)
class FacetColumn:
    """Values as pairs (document, code) in order of document.

    A document without a value has the code of `NOT_STATED`, so each has at least one pair. ``documents`` is None
    when each has exactly one: then ``codes`` is indexed by document.
    """

    values: list[str]
    codes: Codes
    documents: Ids | None

    def pairs(self, size: int) -> tuple[Ids, Codes]:
        """(documents, codes) of a segment of so many documents."""
        return (np.arange(size, dtype=np.int32) if self.documents is None else self.documents), self.codes

    def having(self, values: tuple[str, ...], size: int) -> Mask:
        """Which of the ``size`` documents have any of these values."""
        if self.documents is None:
            found: Mask = np.array([value in values for value in self.values], bool)[self.codes]
            return found
        mask, (documents, starts) = np.zeros(size, bool), self._by_code
        for code in (self._codes[value] for value in values if value in self._codes):
            mask[documents[starts[code] : starts[code + 1]]] = True
        return mask

    def of(self, document: int) -> frozenset[str]:
        """The values of one document."""
        if self.documents is None:
            return frozenset({self.values[self.codes[document]]})
        return frozenset(self.values[code] for code in self.codes[self._starts[document] : self._starts[document + 1]])

    def sums(self, weights: Floats, documents: Ids) -> Floats:
        """For each of some documents the sum of its values' weights."""
        if self.documents is None or not len(documents):
            return weights[self.codes[documents]]
        each = self._starts[documents + 1] - self._starts[documents]
        found: Floats = np.add.reduceat(weights[self.codes[ranges(self._starts, documents)]], each.cumsum() - each)
        return found

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {value: code for code, value in enumerate(self.values)}

    @cached_property
    def _by_code(self) -> tuple[Ids, NDArray[np.int64]]:
        """The documents in order of their codes, and where those of each code begin."""
        order = np.argsort(self.codes, kind="stable")
        return np.asarray(self.documents)[order], np.searchsorted(self.codes[order], np.arange(len(self.values) + 1))

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where the pairs of each document begin, and after the last document the end."""
        documents = np.asarray(self.documents)
        return np.searchsorted(documents, np.arange(documents[-1] + 2 if len(documents) else 1))


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """The values that documents have, numbered through, facet after facet.

    A document has a profile of each sort, with the number ``of_documents[sort, document]``; the values of profile p are
    ``values[starts[p]:starts[p + 1]]``.
    """

    of_documents: Codes
    starts: NDArray[np.int64]
    values: Codes


class FacetColumns:
    """All facets of a segment, counted over the same documents."""

    def __init__(self, columns: Mapping[str, FacetColumn], profiles: Profiles) -> None:
        ends = np.cumsum([len(column.values) for column in columns.values()]).tolist()
        self.places = {name: slice(*place) for name, place in zip(columns, pairwise([0, *ends]), strict=True)}
        self._sorts = {name: number for number, names in enumerate(_sorts(columns)) for name in names}
        self._size = ends[-1]
        self._profiles = profiles

    def count(self, among: Ids) -> Counts:
        """How many of these documents have each value of each facet, facet after facet."""
        return self._count(self._profiles.of_documents.take(among, axis=1).ravel())

    def count_one(self, facet: str, among: Ids) -> Counts:
        """How many of these documents have each value of one facet."""
        return self._count(self._profiles.of_documents[self._sorts[facet]].take(among))[self.places[facet]]

    def _count(self, found: Codes) -> Counts:
        """How often each value stands in some profiles."""
        starts, values = self._profiles.starts, self._profiles.values
        if len(found) < _FEW:
            return np.bincount(values[ranges(starts, found)], minlength=self._size)
        times = np.bincount(found)
        met = times.nonzero()[0]
        each = times[met].repeat(starts[met + 1] - starts[met])
        return np.bincount(values[ranges(starts, met)], each, self._size).astype(np.int64)


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


def profiles(columns: Mapping[str, FacetColumn], size: int) -> Profiles:
    """The profiles of a segment of so many documents."""
    ends = np.cumsum([len(column.values) for column in columns.values()]).tolist()
    first = dict(zip(columns, [0, *ends], strict=False))
    marks = np.random.default_rng(_SEED).integers(2**63, size=ends[-1])
    numbers, sizes, values = [], [0], []
    for names in _sorts(columns):
        pairs = [(columns[name].pairs(size), first[name]) for name in names]
        documents = np.concatenate([documents for (documents, _), _ in pairs])
        codes = np.concatenate([codes.astype(np.int64) + start for (_, codes), start in pairs])
        number, each, held = _profiles(documents, codes, marks, size)
        numbers.append(number + len(sizes) - 1)
        sizes += each.tolist()
        values.append(held)
    return Profiles(
        of_documents=_narrow(np.stack(numbers)), starts=np.cumsum(sizes), values=_narrow(np.concatenate(values))
    )


def _sorts(columns: Mapping[str, FacetColumn]) -> list[list[str]]:
    joined = [name for name, column in columns.items() if column.documents is None and len(column.values) <= _MANY]
    return [*([joined] if joined else []), *([name] for name in columns if name not in joined)]


def _profiles(
    documents: Ids, values: NDArray[np.int64], marks: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """From pairs (document, value): the profile of each document, how many values each profile has, and these."""
    order = np.argsort(documents, kind="stable")
    values, starts = values[order], np.searchsorted(documents[order], np.arange(size + 1))
    sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(marks[values])))  # they may run over
    _, first, number = np.unique(sums[starts[1:]] - sums[starts[:-1]], return_index=True, return_inverse=True)
    return number, np.diff(starts)[first], values[ranges(starts, first)]


def _narrow(numbers: NDArray[np.int64]) -> Codes:
    return numbers.astype(np.uint16 if numbers.max(initial=0) < 2**16 else np.uint32)
