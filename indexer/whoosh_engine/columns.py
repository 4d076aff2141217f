"""Arrays derived from a Whoosh segment: entry ids, dates, sort numbers, field lengths, and the facet values of each
document.

A segment never changes apart from deletions, so its arrays are written once, beside the index, and read as memory maps.
They may be deleted at any time: they are derived again.
"""

import json
import logging
import os
import shutil
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from indexer.fields import FACETS, SORTS, TEXTS
from indexer.query import NOT_STATED
from indexer.whoosh_engine import spelling
from indexer.whoosh_engine.postings import Floats, Ids, SegmentPostings, numbers
from indexer.whoosh_engine.schema import DATE, ENTRY, SPELLING, facet_field, sort_column
from indexer.whoosh_engine.spelling import Counts, Words

Codes = NDArray[Any]  # unsigned, 16 bits or 32
_LAYOUT = 3  # raise it when the arrays change: older ones are then derived again
_FEW = 10  # pairs to look at for each document before looking only at its own is worth it
_ABANDONED = 600.0  # seconds after which half written arrays belong to nobody any more

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class FacetColumn:
    """The values of one facet over a segment's documents, as pairs (document, code) in order of document.

    A document without a value has the code of `NOT_STATED`, so each has at least one pair. ``documents`` is None
    when each has exactly one: then ``codes`` is indexed by document.
    """

    values: list[str]
    codes: Codes
    documents: Ids | None

    def count(self, among: Ids, mask: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """How many of these documents have each value; ``mask`` tells the same documents as booleans, None for all."""
        size = len(self.values)
        if self.documents is None:
            return np.bincount(self.codes if mask is None else self.codes[among], minlength=size)
        if mask is None:
            return np.bincount(self.codes, minlength=size)
        if len(among) * _FEW < len(self.documents):
            return np.bincount(self.codes[self._pairs_of(among)], minlength=size)
        return np.bincount(self.codes[mask[self.documents]], minlength=size)

    def _pairs_of(self, among: Ids) -> NDArray[np.int64]:
        """The places of the pairs of these documents: quicker than looking at all pairs when the documents are few."""
        starts = self._starts[among]
        sizes = self._starts[among + 1] - starts
        ends = np.cumsum(sizes)
        places: NDArray[np.int64] = np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)
        return places

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where the pairs of each document begin, and after the last document the end."""
        documents = np.asarray(self.documents)
        return np.searchsorted(documents, np.arange(documents[-1] + 2 if len(documents) else 1))

    def having(self, values: tuple[str, ...], size: int) -> NDArray[np.bool_]:
        """Which of the ``size`` documents have any of these values."""
        wanted = np.array([value in values for value in self.values], bool)
        hit = wanted[self.codes]
        if self.documents is None:
            return hit
        mask = np.zeros(size, bool)
        mask[self.documents[hit]] = True
        return mask


@dataclass(frozen=True, kw_only=True)
class SegmentColumns:
    """All arrays of one segment."""

    entries: NDArray[np.int64]
    dates: NDArray[np.int64]
    lengths: dict[str, Floats]
    sorts: dict[str, Floats]
    facets: dict[str, FacetColumn]
    words: Words
    word_counts: Counts


def columns(folder: Path, reader: Any, postings: SegmentPostings) -> SegmentColumns:
    """The arrays of a segment, from their files if they are there and whole, else derived and written."""
    home = folder / str(reader.segment().segment_id())
    try:
        return _load(home, reader.doc_count_all())
    except (OSError, EOFError, ValueError, KeyError):
        shutil.rmtree(home, ignore_errors=True)
    derived = _derive(reader, postings)
    _save(home, derived)
    return derived


def prune(folder: Path, segment_ids: set[str]) -> None:
    """Remove the arrays of segments that are no more, and what a killed process left half written."""
    for home in folder.iterdir() if folder.is_dir() else ():
        if home.name not in segment_ids and not _is_being_written(home):
            shutil.rmtree(home, ignore_errors=True)


def _is_being_written(home: Path) -> bool:
    """Whether another reader may be deriving these arrays at this moment."""
    try:
        return home.name.startswith(".") and time.time() - home.stat().st_mtime < _ABANDONED
    except OSError:
        return False


def _derive(reader: Any, postings: SegmentPostings) -> SegmentColumns:
    size = reader.doc_count_all()

    def column(name: str, kind: str) -> NDArray[Any]:
        return numbers(reader.column_reader(name), kind, size)

    words, word_counts = spelling.arrays(postings.terms(SPELLING))
    return SegmentColumns(
        entries=column(ENTRY, "i8"),
        dates=column(DATE, "i8"),
        lengths={field.name: postings.lengths(field.name) for field in TEXTS},
        sorts={field.name: column(sort_column(field.name), "f8") for field in SORTS},
        facets={field.name: _facet(postings, facet_field(field.name), size) for field in FACETS},
        words=words,
        word_counts=word_counts,
    )


def _facet(postings: SegmentPostings, field: str, size: int) -> FacetColumn:
    values = [value for value, _ in postings.terms(field)]
    lists = [postings.of_term(field, value)[0] for value in values]
    stated = np.zeros(size, bool)
    for ids in lists:
        stated[ids] = True
    lists.append(np.flatnonzero(~stated).astype(np.int32))
    values.append(NOT_STATED)
    documents = np.concatenate(lists)
    numbers = np.arange(len(lists), dtype=np.uint16 if len(lists) < 2**16 else np.uint32)
    codes = np.repeat(numbers, [len(ids) for ids in lists])
    order = np.argsort(documents, kind="stable")
    documents, codes = documents[order], codes[order]
    return FacetColumn(values=values, codes=codes, documents=None if len(documents) == size else documents)


def _save(home: Path, derived: SegmentColumns) -> None:
    """Write the arrays for the next who needs them; where that cannot be, they are derived again."""
    aside = home.with_name(f".{home.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        aside.mkdir(parents=True)
        arrays = _arrays(derived)
        for name, array in arrays.items():
            array.tofile(aside / f"{name}.array")
        note = {
            "layout": _LAYOUT,
            "arrays": {name: [array.dtype.str, crc32(array.tobytes())] for name, array in arrays.items()},
            "facets": {name: facet.values for name, facet in derived.facets.items()},
        }
        (aside / "columns.json").write_text(json.dumps(note), encoding="utf-8")
        aside.rename(home)
    except OSError as error:
        if not home.is_dir():  # else another was first
            logger.warning("could not keep arrays in=%s problem=%s", home, error)
        shutil.rmtree(aside, ignore_errors=True)


def _arrays(derived: SegmentColumns) -> dict[str, NDArray[Any]]:
    made: dict[str, NDArray[Any]] = {"entries": derived.entries, "dates": derived.dates}
    made |= {"words": derived.words, "word-counts": derived.word_counts}
    made |= {f"length-{name}": array for name, array in derived.lengths.items()}
    made |= {f"sort-{name}": array for name, array in derived.sorts.items()}
    for name, facet in derived.facets.items():
        made[f"codes-{name}"] = facet.codes
        if facet.documents is not None:
            made[f"documents-{name}"] = facet.documents
    return made


def _load(home: Path, size: int) -> SegmentColumns:
    note = json.loads((home / "columns.json").read_text(encoding="utf-8"))
    if note["layout"] != _LAYOUT:
        raise ValueError("older layout")

    def array(name: str, length: int | None = size) -> NDArray[Any]:
        kind, checksum = note["arrays"][name]
        path = home / f"{name}.array"
        found = np.asarray(np.memmap(path, kind, "r")) if path.stat().st_size else np.empty(0, kind)
        if crc32(found.tobytes()) != checksum or (length is not None and len(found) != length):
            raise ValueError(f"{path} is not as it was written")
        return found

    def facet(name: str) -> FacetColumn:
        several = f"documents-{name}" in note["arrays"]
        return FacetColumn(
            values=note["facets"][name],
            codes=array(f"codes-{name}", None if several else size),
            documents=array(f"documents-{name}", None) if several else None,
        )

    return SegmentColumns(
        entries=array("entries"),
        dates=array("dates"),
        lengths={field.name: array(f"length-{field.name}") for field in TEXTS},
        sorts={field.name: array(f"sort-{field.name}") for field in SORTS},
        facets={field.name: facet(field.name) for field in FACETS},
        words=array("words", None),
        word_counts=array("word-counts", None),
    )
