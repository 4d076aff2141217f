"""Gathering what documents say, as numbers in flat arrays, until a segment is written.

A word costs four bytes and no sorting while documents come; NumPy sorts a field at once when all are there.
"""

from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.writing import PostingPool

from indexer import text
from indexer.whoosh_engine.ranges import places

Numbers = NDArray[np.int64]
Weights = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class FieldPostings:
    """All postings of one field, by term and then by document; those of term i begin at ``starts[i]``."""

    field: str
    terms: list[bytes]
    starts: Numbers
    documents: NDArray[np.int32]
    weights: Weights


class TermPool(PostingPool):
    """Postings that wait for their segment. Documents may come in any order, each field of one at once."""

    def __init__(self, tempstore: Any, segment: Any) -> None:
        super().__init__(tempstore, segment)
        self.cleanup()

    def cleanup(self) -> None:
        """Let go of everything gathered."""
        self._terms = _Terms()
        self._runs = _Runs(self._terms)
        self._told: dict[str, _Told] = {}
        self._values: dict[str, _Told] = {}
        self._merged: dict[str, _Merged] = {}

    def add_runs(self, field: str, document: int, runs: Iterable[str]) -> None:
        """Take the runs of signs that a document has in a field: it has their terms, as often as they come."""
        told = self._told.get(field) or self._told.setdefault(field, _Told())
        told.add(document, map(self._runs.__getitem__, runs))

    def add_values(self, field: str, document: int, values: Iterable[str]) -> None:
        """Take the distinct values that a document has in a field."""
        told = self._values.get(field) or self._values.setdefault(field, _Told())
        told.add(document, map(self._terms.__getitem__, map(str.encode, values)))

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """Take one posting, as Whoosh gives them when it merges segments."""
        field, term, document, weight, _ = item
        merged = self._merged.get(field) or self._merged.setdefault(field, _Merged())
        merged.add(self._terms[term], document, weight)

    def lengths(self, size: int) -> dict[str, Numbers]:
        """How many terms each of the first ``size`` documents has in each field of running text."""
        terms = np.array(self._runs.sizes, np.int64)
        return {
            field: np.bincount(told.by_document(), terms[told.found()], minlength=size).astype(np.int64)
            for field, told in self._told.items()
        }

    def iter_postings(self) -> Iterator[FieldPostings]:
        """Fields in order, each with its terms in order."""
        names = sorted(self._terms)
        rank = np.empty(len(names), np.int64)
        rank[[self._terms[name] for name in names]] = np.arange(len(names))
        for field in sorted({*self._told, *self._values, *self._merged}):
            pairs = [_counted(*found, rank) for found in self._found(field)]
            pairs += [self._merged[field].pairs(rank)] if field in self._merged else []
            yield _postings(field, pairs, names)

    def _found(self, field: str) -> Iterator[tuple[NDArray[Any], Numbers]]:
        """(terms, documents) of what documents said."""
        if field in self._values:
            yield self._values[field].found(), self._values[field].by_document()
        if field in self._told:
            told = self._told[field]
            yield self._runs.expanded(told.found(), told.by_document())


class _Terms(dict[bytes, int]):
    """Terms numbered as they come."""

    def __missing__(self, term: bytes) -> int:
        number = self[term] = len(self)
        return number


class _Runs(dict[str, int]):
    """Runs of signs numbered as they come, each with its terms: what a run means is worked out once."""

    def __init__(self, terms: _Terms) -> None:
        super().__init__()
        self._terms = terms
        self._of_runs = array("I")
        self.sizes = array("I")

    def __missing__(self, run: str) -> int:
        terms = text.terms_of_run(run)
        self._of_runs.extend(self._terms[term.encode()] for term in terms)
        self.sizes.append(len(terms))
        number = self[run] = len(self)
        return number

    def expanded(self, runs: NDArray[Any], documents: Numbers) -> tuple[NDArray[Any], Numbers]:
        """(terms, documents) for (runs, documents)."""
        sizes = np.array(self.sizes, np.int64)
        starts = np.cumsum(sizes) - sizes
        each = sizes[runs]
        return np.array(self._of_runs)[places(starts[runs], each)], np.repeat(documents, each)


class _Told:
    """Numbers of runs or terms in one field, document after document."""

    def __init__(self) -> None:
        self._numbers = array("I")
        self._documents = array("I")
        self._sizes = array("I")

    def add(self, document: int, numbers: Iterable[int]) -> None:
        before = len(self._numbers)
        self._numbers.extend(numbers)
        self._documents.append(document)
        self._sizes.append(len(self._numbers) - before)

    def found(self) -> NDArray[Any]:
        return np.array(self._numbers)

    def by_document(self) -> Numbers:
        """The document of each number."""
        return np.repeat(np.array(self._documents, np.int64), np.array(self._sizes, np.int64))


class _Merged:
    """Postings of one field that come one by one."""

    def __init__(self) -> None:
        self._terms, self._documents, self._weights = array("I"), array("I"), array("f")

    def add(self, term: int, document: int, weight: float) -> None:
        self._terms.append(term)
        self._documents.append(document)
        self._weights.append(weight)

    def pairs(self, rank: Numbers) -> tuple[Numbers, Weights]:
        return _paired(np.array(self._terms), np.array(self._documents, np.int64), rank), np.array(self._weights)


def _paired(terms: NDArray[Any], documents: Numbers, rank: Numbers) -> Numbers:
    """A term and a document as one number that sorts by both."""
    paired: Numbers = rank[terms] << 32 | documents
    return paired


def _counted(terms: NDArray[Any], documents: Numbers, rank: Numbers) -> tuple[Numbers, Weights]:
    """Each pair once, and how often it came."""
    pairs, times = np.unique(_paired(terms, documents, rank), return_counts=True)
    return pairs, times.astype(np.float32)


def _postings(field: str, parts: Collection[tuple[Numbers, Weights]], names: list[bytes]) -> FieldPostings:
    pairs, weights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.argsort(pairs, kind="stable")  # merges the rising runs
    pairs, weights = pairs[order], weights[order]
    ranks = pairs >> 32
    starts = np.flatnonzero(np.diff(ranks, prepend=-1))
    return FieldPostings(
        field=field,
        terms=[names[at] for at in ranks[starts].tolist()],
        starts=starts,
        documents=(pairs & 0xFFFFFFFF).astype(np.int32),
        weights=weights,
    )
