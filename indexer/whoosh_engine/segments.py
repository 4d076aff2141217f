"""One segment of the index as it stands at one moment: what it finds for a term, a phrase, a choice."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.fields import Field
from indexer.whoosh_engine.columns import columns
from indexer.whoosh_engine.facet_columns import FacetColumns
from indexer.whoosh_engine.found import Found, Mask, narrowed
from indexer.whoosh_engine.impacts import impact
from indexer.whoosh_engine.postings import Ids, SegmentPostings
from indexer.whoosh_engine.spelling import SegmentWords

_CHOICES = 64  # choices whose documents are kept


class SegmentArrays:
    """What never changes in a segment: postings and columns. Shared by all snapshots that hold the segment."""

    def __init__(self, reader: Any, folder: Path, *, checked: bool = False) -> None:
        self.size: int = reader.doc_count_all()
        self.postings = SegmentPostings(reader)
        self.columns = columns(folder, reader, self.postings, checked=checked)
        self.facets = FacetColumns(self.columns.facets, self.columns.profiles)
        self.words = SegmentWords(self.columns.words, self.columns.word_counts, self.columns.words_of)
        self._chosen: dict[tuple[str, tuple[str, ...]], Mask] = {}

    def having(self, facet: str, values: tuple[str, ...]) -> Mask:
        """Which documents have any of these values of a facet; what was asked last is kept."""
        found = self._chosen.get((facet, values))
        if found is None:
            found = self.columns.facets[facet].having(values, self.size)
            kept = list(self._chosen.items())[1 - _CHOICES :]
            self._chosen = {**dict(kept), (facet, values): found}
        return found

    def of_entry(self, entry_id: int) -> NDArray[np.intp]:
        """The documents of an entry, deleted ones with them."""
        entries = self.columns.entries
        if not self._rising:
            return np.flatnonzero(entries == entry_id)
        return np.arange(*(entries.searchsorted(np.int64(entry_id), side) for side in ("left", "right")))

    @cached_property
    def _rising(self) -> bool:
        """Whether entries stand in order, as those do that were read at once."""
        return bool((self.columns.entries[1:] >= self.columns.entries[:-1]).all())


class Segment:
    """A segment with the documents that are deleted from it at this moment."""

    def __init__(self, arrays: SegmentArrays, deleted: Sequence[int]) -> None:
        self._arrays = arrays
        self.size = arrays.size
        self.postings = arrays.postings
        self.columns = arrays.columns
        self.having = arrays.having
        self.facets = arrays.facets
        self.words = arrays.words
        self.deleted: Mask | None = None
        self._deleted = np.array(deleted, np.int32)
        if len(deleted):
            self.deleted = np.zeros(self.size, bool)
            self.deleted[self._deleted] = True
        self.live_count = self.size - len(deleted)

    def live(self) -> Mask:
        return np.ones(self.size, bool) if self.deleted is None else ~self.deleted

    def live_documents(self) -> Ids:
        return np.flatnonzero(self.live()).astype(np.int32)

    def living(self, ids: Ids) -> int:
        """How many of these documents are not deleted."""
        return len(ids) - self._among(ids)

    def documents(self, field: str, term: str) -> Ids:
        """The live documents that hold a term in one field."""
        ids, _ = self.postings.of_term(field, term)
        return ids if self.deleted is None else ids[~self.deleted[ids]]

    def count(self, field: str, term: str) -> int:
        """How many live documents hold a term in one field."""
        return self.living(self.postings.of_term(field, term)[0])

    def of_term(self, term: str) -> tuple[Ids, NDArray[np.float32]]:
        """(documents that hold a term, its impact on each). Deleted ones are still among them."""
        return self.columns.impacts.of_term(term)

    def of_term_in(self, term: str, field: Field, among: Ids | None = None) -> Found:
        """The same by one field alone, in some documents."""
        ids, times = narrowed(self.postings.of_term(field.name, term), among, self.size)
        return ids, impact(field, times, self.columns.lengths[field.name][ids])

    def document(self, entry_id: int) -> int | None:
        """The live document of an entry."""
        at = self._arrays.of_entry(entry_id)
        alive = [int(number) for number in at if self.deleted is None or not self.deleted[number]]
        return alive[-1] if alive else None

    def _among(self, ids: Ids) -> int:
        """How many deleted documents are among these."""
        if self.deleted is None or not len(ids):
            return 0
        if len(ids) < len(self._deleted):
            return int(np.count_nonzero(self.deleted[ids]))
        at = np.searchsorted(ids, self._deleted)
        return int(np.count_nonzero(ids[np.minimum(at, len(ids) - 1)] == self._deleted))
