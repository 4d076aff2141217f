"""Sets of documents with scores, and how they are joined: the algebra of a search.

A `Found` is (documents, rising; their scores, ≥ 0). Long sets are joined over an array with a place for each document,
short ones by looking each document up: both cost what the sets hold, not what the index holds.
Sums are made in the order of the parts, so that equal answers have equal scores.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_engine.postings import Floats, Ids

Mask = NDArray[np.bool_]
Found = tuple[Ids, Floats]
NOTHING: Found = (np.empty(0, np.int32), np.empty(0, np.float64))
_SHORT = 16  # a set so many times shorter than another is looked up in it
_SPARSE = 64  # sets that hold less than one document in so many are sorted, not spread out


def every(parts: Sequence[Found], size: int) -> Found:
    """Documents of all parts with the sum of their scores; ``size`` documents are in the segment."""
    if len(parts) == 1:
        return parts[0]
    shortest_first = sorted(range(len(parts)), key=lambda at: len(parts[at][0]))
    ids, scores = parts[shortest_first[0]]
    columns = {shortest_first[0]: scores}
    for at in shortest_first[1:]:
        if not len(ids):
            return NOTHING
        kept, theirs = _shared(ids, parts[at], size)
        ids = ids[kept]
        columns = {other: column[kept] for other, column in columns.items()} | {at: theirs}
    total = np.zeros(len(ids))
    for at in range(len(parts)):
        total += columns[at]
    return ids, total


def either(ways: Sequence[Found], size: int) -> Found:
    """Documents of any way with the best of their scores."""
    return _united(ways, size, best=True)


def together(parts: Sequence[Found], size: int) -> Found:
    """Documents of any part with the sum of their scores."""
    return _united(parts, size, best=False)


def counted(parts: Sequence[Found], least: int, size: int) -> tuple[Ids, Floats, NDArray[np.uint8]]:
    """Documents of at least so many parts, the sum of their scores, and of how many parts they are."""
    met = np.zeros(size, np.uint8)
    scores = np.zeros(size)
    for ids, theirs in parts:
        met[ids] += 1
        scores[ids] += theirs
    found = np.flatnonzero(met >= least).astype(np.int32)
    return found, scores[found], met[found]


def less(found: Found, unwanted: Mask | None) -> Found:
    """What is left without these documents."""
    if unwanted is None or not len(found[0]):
        return found
    kept = ~unwanted[found[0]]
    return found[0][kept], found[1][kept]


def among(documents: Ids, wanted: Ids) -> Mask:
    """Which of some rising documents stand in a rising list."""
    if not len(wanted):
        return np.zeros(len(documents), bool)
    found: Mask = wanted[np.minimum(np.searchsorted(wanted, documents), len(wanted) - 1)] == documents
    return found


def score_in(found: Found, document: int) -> float | None:
    """The score of one document, None if it is not among them."""
    ids, scores = found
    at = int(np.searchsorted(ids, document))
    return float(scores[at]) if at < len(ids) and ids[at] == document else None


def _shared(ids: Ids, found: Found, size: int) -> tuple[Mask, Floats]:
    """Which of these documents are among the found, and the scores that those have there."""
    theirs, scores = found
    if len(ids) * _SHORT < len(theirs):
        at = np.searchsorted(theirs, ids)
        at[at == len(theirs)] = 0
        kept: Mask = theirs[at] == ids
        return kept, scores[at[kept]]
    # Both rise and name a document once: what they share stands in one order in both.
    return _mask(theirs, size)[ids], scores[_mask(ids, size)[theirs]]


def _mask(ids: Ids, size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[ids] = True
    return mask


def _united(parts: Sequence[Found], size: int, *, best: bool) -> Found:
    parts = [part for part in parts if len(part[0])]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    if sum(len(ids) for ids, _ in parts) * _SPARSE < size:
        return _merged(parts, best=best)
    spread, mask = np.zeros(size), np.zeros(size, bool)
    for ids, scores in parts:
        mask[ids] = True
        spread[ids] = np.maximum(spread[ids], scores) if best else spread[ids] + scores
    found = np.flatnonzero(mask).astype(np.int32)
    return found, spread[found]


def _merged(parts: Sequence[Found], *, best: bool) -> Found:
    ids = np.concatenate([part[0] for part in parts])
    scores = np.concatenate([part[1] for part in parts])
    order = np.argsort(ids, kind="stable")  # merges the rising runs
    ids, scores = ids[order], scores[order]
    first = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    return ids[first], (np.maximum if best else np.add).reduceat(scores, first)
