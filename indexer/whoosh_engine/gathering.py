"""Gathering what documents say, as numbers in flat arrays, until a segment is written.

A word costs four bytes, one look into a dictionary and no sorting while documents come; what it means is worked out
once, and NumPy makes postings, lengths and the order of words of all documents at once when all are there.
"""

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.writing import PostingPool

from indexer import text
from indexer.fields import TEXTS
from indexer.whoosh_engine import order
from indexer.whoosh_engine.postings import FieldPostings
from indexer.whoosh_engine.ranges import GrowingLists, Lists, Numbers
from indexer.whoosh_engine.schema import SPELLING, SPELT, VALUES

Weights = NDArray[np.float32]
Found = Callable[[], tuple[NDArray[Any], Numbers]]
_SPELT = np.array([field.name in SPELT for field in TEXTS])


class TermPool(PostingPool):
    """Postings that wait for their segment: those of new documents, and of others that Whoosh merges with them."""

    def __init__(self, tempstore: Any, segment: Any) -> None:
        super().__init__(tempstore, segment)
        self.cleanup()

    def cleanup(self) -> None:
        """Let go of everything gathered."""
        self._terms = _Terms()
        self._texts = _Texts(self._terms)
        self._values = _Values(self._terms)
        self._merged: dict[str, _Merged] = {}

    def take(self, document: int, texts: Sequence[Sequence[str]], values: Sequence[tuple[str, ...]]) -> None:
        """Take the texts of TEXTS and the values of VALUES that the next document has."""
        self._texts.add(document, texts)
        self._values.add(values)

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """Take one posting, as Whoosh gives them when it merges segments."""
        field, term, document, weight, _ = item
        merged = self._merged.get(field) or self._merged.setdefault(field, _Merged())
        merged.add(self._terms[term.decode()], document, weight)

    def lengths(self, size: int) -> dict[str, Numbers]:
        """How many terms each of the documents taken, so many, has in each field of running text."""
        return dict(self._texts.gathered.lengths(size))

    def order(self, size: int) -> Lists:
        """The words of each of the documents taken, in order."""
        return self._texts.gathered.order(size)

    def iter_postings(self) -> Iterator[FieldPostings]:
        """Fields in order, each with its terms in order."""
        found = self._texts.gathered.found() | self._values.found()
        names = sorted(self._terms)
        rank = np.empty(len(names), np.int64)
        rank[[self._terms[name] for name in names]] = np.arange(len(names))
        for field in sorted({*found, *self._merged}):
            pairs = [_counted(*found[field](), rank)] if field in found else []
            if field == SPELLING:  # tells only which words there are
                pairs = [(each, np.ones_like(times)) for each, times in pairs]
            pairs += [self._merged[field].pairs(rank)] if field in self._merged else []
            if sum(len(each) for each, _ in pairs):
                yield _postings(field, pairs, names)


class _Terms(dict[str, int]):
    """Terms numbered as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _Runs(dict[str, int]):
    """Runs of signs numbered as they come, each with its terms and the hashes of its words in order."""

    def __init__(self, terms: _Terms) -> None:
        super().__init__()
        self._known = terms
        self.terms, self.hashes = GrowingLists(), GrowingLists()

    def __missing__(self, run: str) -> int:
        terms = text.terms_of_run(run)
        self.terms.add(map(self._known.__getitem__, terms))
        self.hashes.add(order.hashes(terms if len(terms) == 1 and run.isalnum() else text.parts_in_order(run)))
        number = self[run] = len(self)
        return number


class _Pieces(dict[str, int]):
    """Pieces of texts numbered as they come, each with its runs."""

    def __init__(self, runs: _Runs) -> None:
        super().__init__()
        self._known = runs
        self.runs = GrowingLists()

    def __missing__(self, piece: str) -> int:
        self.runs.add(map(self._known.__getitem__, text.runs(piece)))
        number = self[piece] = len(self)
        return number


class _Texts:
    """The texts of documents, document after document."""

    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._runs = _Runs(terms)
        self._pieces = _Pieces(self._runs)
        self._told = GrowingLists()
        self._fields = array("B")
        self._documents = array("I")

    def add(self, document: int, texts: Sequence[Sequence[str]]) -> None:
        number = self._pieces.__getitem__
        for field, told in enumerate(texts):
            for one in told:
                self._told.add(map(number, text.pieces(one)))
                self._fields.append(field)
                self._documents.append(document)

    @cached_property
    def gathered(self) -> "_GatheredTexts":
        """All of them; no more may follow."""
        runs = self._pieces.runs.whole().within(self._told.whole())
        fields = np.array(self._fields)
        names, number_of = list(self._runs), np.zeros(len(self._runs), np.uint32)
        is_spelt = np.bincount(runs.chosen(_SPELT[fields]).numbers, minlength=len(names)) > 0
        number_of[is_spelt] = [self._terms[names[run]] for run in np.flatnonzero(is_spelt).tolist()]
        self._pieces.clear()
        self._runs.clear()
        return _GatheredTexts(
            runs=runs,
            fields=fields,
            documents=np.array(self._documents, np.int64),
            terms=self._runs.terms.whole(),
            hashes=self._runs.hashes.whole(),
            words=number_of,
        )


@dataclass(frozen=True, kw_only=True)
class _GatheredTexts:
    """The runs of each text with the number of its field and its document; of each run its terms, the hashes of its
    words in order, and its number as a term of SPELLING.
    """

    runs: Lists
    fields: NDArray[np.uint8]
    documents: Numbers
    terms: Lists
    hashes: Lists
    words: NDArray[np.uint32]

    def lengths(self, size: int) -> Iterator[tuple[str, Numbers]]:
        """How many terms each of so many documents has, for each field that any has."""
        for place, field in enumerate(TEXTS):
            if (mask := self.fields == place).any():
                runs = self.runs.chosen(mask)
                documents = np.repeat(self.documents[mask], runs.sizes)
                yield field.name, np.bincount(documents, self.terms.sizes[runs.numbers], size).astype(np.int64)

    def order(self, size: int) -> Lists:
        """The words of each of so many documents in order, texts led by their fields."""
        texts = order.written(self.hashes.within(self.runs), self.fields)
        of_each = np.bincount(self.documents, texts.sizes, size).astype(np.int64)
        return Lists(numbers=texts.numbers, sizes=of_each)

    def found(self) -> dict[str, Found]:
        """What gives the terms of each field and their documents."""
        return {field.name: partial(self._of_field, place) for place, field in enumerate(TEXTS)} | {
            SPELLING: self._spelt
        }

    def _of_field(self, place: int) -> tuple[NDArray[Any], Numbers]:
        mask = self.fields == place
        terms = self.terms.within(self.runs.chosen(mask))
        return terms.numbers, np.repeat(self.documents[mask], terms.sizes)

    def _spelt(self) -> tuple[NDArray[Any], Numbers]:
        mask = _SPELT[self.fields]
        runs = self.runs.chosen(mask)
        return self.words[runs.numbers], np.repeat(self.documents[mask], runs.sizes)


class _Values:
    """The values of documents in each of VALUES; what several have together is kept once."""

    def __init__(self, terms: _Terms) -> None:
        self._terms = terms
        self._together: dict[tuple[str, ...], int] = {}
        self._lists = GrowingLists()
        self._columns = [array("I") for _ in VALUES]

    def add(self, values: Sequence[tuple[str, ...]]) -> None:
        for column, some in zip(self._columns, values, strict=True):
            number = self._together.get(some)
            column.append(self._number(some) if number is None else number)

    def _number(self, some: tuple[str, ...]) -> int:
        self._lists.add(self._terms[value] for value in dict.fromkeys(some))
        number = self._together[some] = len(self._together)
        return number

    def found(self) -> dict[str, Found]:
        """What gives the terms of each field and their documents."""
        lists, columns = self._lists.whole(), zip(VALUES, self._columns, strict=True)
        return {name: partial(self._of_column, lists, column) for name, column in columns}

    def _of_column(self, lists: Lists, column: "array[int]") -> tuple[NDArray[Any], Numbers]:
        numbers = np.array(column)
        terms = lists.within(Lists(numbers=numbers, sizes=np.ones(len(numbers), np.int64)))
        return terms.numbers, np.repeat(np.arange(len(numbers)), terms.sizes)


class _Merged:
    """Postings of one field that come one by one, those of each merged segment in order."""

    def __init__(self) -> None:
        self._terms, self._documents, self._weights = array("I"), array("I"), array("f")

    def add(self, term: int, document: int, weight: float) -> None:
        self._terms.append(term)
        self._documents.append(document)
        self._weights.append(weight)

    def pairs(self, rank: Numbers) -> tuple[Numbers, Weights]:
        pairs = _paired(np.array(self._terms), np.array(self._documents, np.int64), rank)
        order = np.argsort(pairs, kind="stable")  # merges the rising runs
        return pairs[order], np.array(self._weights)[order]


def _paired(terms: NDArray[Any], documents: Numbers, rank: Numbers) -> Numbers:
    """A term and a document as one number that sorts by both."""
    paired: Numbers = rank[terms] << 32 | documents
    return paired


def _counted(terms: NDArray[Any], documents: Numbers, rank: Numbers) -> tuple[Numbers, Weights]:
    """Each pair once, and how often it came."""
    pairs = _paired(terms, documents, rank)
    pairs.sort()
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    return pairs[starts], np.diff(starts, append=len(pairs)).astype(np.float32)


def _postings(field: str, parts: Collection[tuple[Numbers, Weights]], names: list[str]) -> FieldPostings:
    pairs, weights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    if len(parts) > 1:
        order = np.argsort(pairs, kind="stable")  # merges the rising runs
        pairs, weights = pairs[order], weights[order]
    ranks = pairs >> 32
    starts = np.flatnonzero(np.diff(ranks, prepend=-1))
    return FieldPostings(
        field=field,
        terms=[names[at].encode() for at in ranks[starts].tolist()],
        starts=starts,
        documents=(pairs & 0xFFFFFFFF).astype(np.int32),
        weights=weights,
    )
