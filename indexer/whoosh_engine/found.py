"""Sets of documents with scores, and how they are joined: the algebra of a search.

A `Found` is (documents, rising; their scores, ≥ 0). Long sets are joined over an array with a place for each document,
short ones by looking each document up: both cost what the sets hold, not what the index holds. `take` of places reads
an array in half the time of brackets, and of the places that a mask tells in a third.
Sums are made in the order of the parts, so that equal answers have equal scores.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_engine.postings import Floats, Ids

Mask = NDArray[np.bool_]
Counts = NDArray[np.uint8]
Found = tuple[Ids, Floats]
Values = NDArray[Any]
NOTHING: Found = (np.empty(0, np.int32), np.empty(0, np.float64))
_SHORT = 3  # a set so many times shorter than another is looked up in it
_SPARSE = 4  # sets that hold less than one document in so many are sorted, not spread out


def narrowed(held: tuple[Ids, Values], among: Ids | None, size: int) -> tuple[Ids, Values]:
    """The documents, with their values, that are among others; ``size`` documents are in the segment."""
    ids, values = held
    if among is None:
        return held
    if len(among) * _SHORT < len(ids):
        at = ids.searchsorted(among)
        at[at == len(ids)] = 0
        kept = _places(ids.take(at) == among)
        return among.take(kept), values.take(at.take(kept))
    kept = _places(_mask(among, size).take(ids))
    return ids.take(kept), values.take(kept)


def members(documents: Ids, wanted: Ids, size: int) -> Mask:
    """Which of some documents stand among others."""
    if len(documents) * _SHORT < len(wanted):
        return among(documents, wanted)
    return _mask(wanted, size).take(documents)


def every(parts: Sequence[Found], size: int) -> Found:
    """The documents of all parts, which are those of the smallest, with the sum of their scores."""
    shared = min((ids for ids, _ in parts), key=len)
    total = np.zeros(len(shared))
    for part in parts:
        total += part[1] if len(part[0]) == len(shared) else narrowed(part, shared, size)[1]
    return shared, total


def either(ways: Sequence[Found], size: int) -> Found:
    """Documents of any way with the best of their scores."""
    return _united(ways, size, best=True)


def together(parts: Sequence[Found], size: int) -> Found:
    """Documents of any part with the sum of their scores."""
    return _united(parts, size, best=False)


def counted(parts: Sequence[Found], least: int, size: int) -> tuple[Ids, Floats, Counts]:
    """Documents of at least so many parts, the sum of their scores, and of how many parts they are."""
    met = np.zeros(size, np.uint8)
    scores = np.zeros(size)
    for ids, theirs in parts:
        met[ids] += 1
        scores[ids] += theirs
    found = _places(met >= least)
    return found.astype(np.int32), scores.take(found), met.take(found)


def less(found: Found, unwanted: Mask | None) -> Found:
    """What is left without these documents."""
    if unwanted is None or not len(found[0]):
        return found
    kept = _places(~unwanted.take(found[0]))
    return found[0].take(kept), found[1].take(kept)


def among(documents: NDArray[Any], wanted: NDArray[Any]) -> Mask:
    """Which of some rising numbers stand in a rising list of the same kind."""
    if not len(wanted):
        return np.zeros(len(documents), bool)
    found: Mask = wanted.take(np.minimum(np.searchsorted(wanted, documents), len(wanted) - 1)) == documents
    return found


def any_of(lists: Sequence[Ids]) -> Ids:
    """The documents of all lists, each once, rising."""
    ids = np.concatenate([NOTHING[0], *lists])
    ids.sort()
    return ids.take(_places(_first(ids)))


def _places(mask: Mask) -> NDArray[np.intp]:
    """Where a mask tells that something is kept."""
    return mask.nonzero()[0]


def _first(ids: Ids) -> Mask:
    """Which of some rising numbers are not those before them."""
    first = np.ones(len(ids), bool)
    np.not_equal(ids[1:], ids[:-1], out=first[1:])
    return first


def _mask(ids: Ids, size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[ids] = True
    return mask


def _united(parts: Sequence[Found], size: int, *, best: bool) -> Found:
    parts = [part for part in parts if len(part[0])]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    if len(parts) == 2 or sum(len(ids) for ids, _ in parts) * _SPARSE < size:
        return _merged(parts, best=best)
    ids, scores = (np.concatenate(one) for one in zip(*parts, strict=True))
    found = _places(_mask(ids, size))
    if not best:
        sums: NDArray[Any] = np.bincount(ids, scores)
        return found.astype(np.int32), sums.take(found)
    spread = np.zeros(size)
    for here, theirs in parts:
        spread[here] = np.maximum(spread.take(here), theirs)
    return found.astype(np.int32), spread.take(found)


def _merged(parts: Sequence[Found], *, best: bool) -> Found:
    ids = np.concatenate([part[0] for part in parts])
    scores = np.concatenate([part[1] for part in parts])
    order = ids.argsort(kind="stable")  # merges the rising runs
    ids, scores = ids.take(order), scores.take(order)
    first = _first(ids)
    starts = _places(first)
    if len(parts) > 2:
        return ids.take(starts), (np.maximum if best else np.add).reduceat(scores, starts)
    again = _places(~first)
    if best:
        scores[again - 1] = np.maximum(scores.take(again - 1), scores.take(again))
    else:
        scores[again - 1] += scores.take(again)
    return ids.take(starts), scores.take(starts)
