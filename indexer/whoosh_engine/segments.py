"""One segment of the index as it stands at one moment: what it finds for a term, a word, a choice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_engine.columns import columns
from indexer.whoosh_engine.postings import Floats, Ids, SegmentPostings

Mask = NDArray[np.bool_]
Found = tuple[Ids, Floats]  # documents, rising, and their scores
NOTHING: Found = (np.empty(0, np.int32), np.empty(0, np.float64))


class SegmentArrays:
    """What never changes in a segment: postings and columns. Shared by all snapshots that hold the segment."""

    def __init__(self, reader: Any, folder: Path) -> None:
        self.size: int = reader.doc_count_all()
        self.postings = SegmentPostings(reader)
        self.columns = columns(folder, reader, self.postings)


class Segment:
    """A segment with the documents that are deleted from it at this moment."""

    def __init__(self, arrays: SegmentArrays, deleted: Sequence[int]) -> None:
        self.size = arrays.size
        self.postings = arrays.postings
        self.columns = arrays.columns
        self._live: Mask | None = None
        if deleted:
            self._live = np.ones(self.size, bool)
            self._live[list(deleted)] = False
        self.live_count = self.size - len(deleted)

    def live(self) -> Mask:
        return np.ones(self.size, bool) if self._live is None else self._live

    def of_term(self, field: str, term: str) -> Found:
        """(live documents, times the term occurs in each)."""
        ids, times = self.postings.of_term(field, term)
        if self._live is None or not len(ids):
            return ids, times
        alive = self._live[ids]
        return ids[alive], times[alive]

    def total_length(self, field: str) -> float:
        """How many terms the live documents have in a field."""
        lengths = self.columns.lengths[field]
        return float(lengths.sum() if self._live is None else lengths[self._live].sum())

    def document(self, entry_id: int) -> int | None:
        """The live document of an entry."""
        at = np.flatnonzero(self.columns.entries == entry_id)
        alive = [int(number) for number in at if self._live is None or self._live[number]]
        return alive[-1] if alive else None


def either(ways: Sequence[Found]) -> Found:
    """Documents of any way with the best of their scores."""
    return _united(ways, np.maximum)


def together(parts: Sequence[Found]) -> Found:
    """Documents of any part with the sum of their scores."""
    return _united(parts, np.add)


def every(parts: Sequence[Found]) -> Found:
    """Documents of all parts with the sum of their scores."""
    ids = min((part[0] for part in parts), key=len)
    kept = np.ones(len(ids), bool)
    total = np.zeros(len(ids))
    for other_ids, other_scores in parts:
        if not len(other_ids):
            return NOTHING
        at = np.searchsorted(other_ids, ids)
        at[at == len(other_ids)] = 0
        kept &= other_ids[at] == ids
        total += other_scores[at]
    return ids[kept], total[kept]


def less(found: Found, unwanted: Ids) -> Found:
    """What is left without these documents."""
    if not len(unwanted):
        return found
    kept = ~np.isin(found[0], unwanted)
    return found[0][kept], found[1][kept]


def counted(parts: Sequence[Found]) -> tuple[Ids, Floats, Ids]:
    """Documents of any part, the sum of their scores, and of how many parts they are."""
    ids, scores = together(parts)
    met = np.zeros(len(ids), np.int32)
    for found, _ in parts:
        met[np.searchsorted(ids, found)] += 1
    return ids, scores, met


def _united(parts: Sequence[Found], combine: Any) -> Found:
    parts = [part for part in parts if len(part[0])]
    if not parts:
        return NOTHING
    if len(parts) == 1:
        return parts[0]
    ids = np.concatenate([part[0] for part in parts])
    scores = np.concatenate([part[1] for part in parts])
    order = np.argsort(ids, kind="stable")  # merges the rising runs
    ids, scores = ids[order], scores[order]
    first = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
    return ids[first], combine.reduceat(scores, first)
