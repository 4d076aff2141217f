"""Postings of one Whoosh segment as NumPy arrays: read once a term, a whole block at a time, and kept while room lasts.

The layout read here is that of Whoosh's W3 codec: a magic word, then blocks of a 32-bit length (negative for the
last), a pickled head (count, last id, greatest weight, compressed?, …) and pickled data (id deltas, weights, values).
"""

import io
import pickle
import struct
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, WHOOSH3_HEADER_MAGIC, W3Codec, W3TermInfo
from whoosh.columns import NumericColumn
from whoosh.reading import TermNotFound
from whoosh.util.numeric import byte_to_length

from catalog.errors import IndexDamaged

Ids = NDArray[np.int32]
Floats = NDArray[np.float64]

_BLOCK_LENGTH = struct.Struct("!i")
_FIELD = struct.Struct("!H")
_SIZES = struct.Struct("!ii")
_COUNT = struct.Struct("!5xI")  # documents, in a term's line
_LENGTHS = np.array([0] + [byte_to_length(byte) for byte in range(1, 256)], dtype=np.float64)
_NONE: tuple[Ids, Floats] = (np.empty(0, np.int32), np.empty(0, np.float64))
_ROOM = 64 * 2**20  # bytes of decoded postings kept for each segment


@dataclass(frozen=True, kw_only=True)
class FieldPostings:
    """All postings of one field, by term and then by document; those of term i begin at ``starts[i]``."""

    field: str
    terms: list[bytes]
    starts: NDArray[np.int64]
    documents: Ids
    weights: NDArray[np.float32]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many documents each term has."""
        return np.diff(self.starts, append=len(self.documents))


class SegmentPostings:
    """What the text fields of a segment hold: postings by term, and lengths by document."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._segment = reader.segment()
        self._bytes = self._segment.open_file(reader.storage(), W3Codec.POSTS_EXT)
        # Threads may still ask an older snapshot: its files close when nobody holds it any more.
        weakref.finalize(self, _close, reader, self._bytes)
        self._kept: OrderedDict[tuple[str, str], tuple[Ids, Floats]] = OrderedDict()
        self._kept_bytes = 0
        self._lock = threading.Lock()  # Whoosh's files remember a position: one thread at a time

    def of_term(self, field: str, term: str) -> tuple[Ids, Floats]:
        """(document numbers, rising; how often the term occurs in each)."""
        with self._lock:
            found = self._kept.get((field, term))
            if found is not None:
                self._kept.move_to_end((field, term))
                return found
            found = self._read(field, term)
            self._keep((field, term), found)
            return found

    def field(self, field: str) -> FieldPostings:
        """All of one field; kept nowhere."""
        with self._lock:
            found = [
                (term, *self._postings(field, term, W3TermInfo.from_bytes(line))) for term, line in self._lines(field)
            ]
        counts = np.array([len(ids) for _, ids, _ in found], np.int64)
        return FieldPostings(
            field=field,
            terms=[term.encode() for term, _, _ in found],
            starts=np.cumsum(counts) - counts,
            documents=np.concatenate([_NONE[0], *(ids for _, ids, _ in found)]),
            weights=np.concatenate([_NONE[1], *(times for _, _, times in found)]).astype(np.float32),
        )

    def terms(self, field: str) -> list[tuple[str, int]]:
        """(term, number of documents) for all terms of a field, in order."""
        with self._lock:
            return [(term, _COUNT.unpack_from(line)[0]) for term, line in self._lines(field)]

    def lengths(self, field: str) -> Floats:
        """How many terms each document has in a field, as Whoosh keeps it: one byte, exact to 10, then to 4 %."""
        count, column = self._reader.doc_count_all(), f"_{field}_len"
        with self._lock:
            documents = self._segment.codec().per_document_reader(self._reader.storage(), self._segment)
            try:
                if not documents.has_column(column):
                    return np.zeros(count)
                codes = numbers(documents.column_reader(column, LENGTHS_COLUMN), "u1", count)
            finally:
                documents.close()
        kept: Floats = _LENGTHS[codes]
        return kept

    def _lines(self, field: str) -> Iterator[tuple[str, bytes]]:
        """The lines of a field in the index of terms, read at once: a size of key and of value, the key, the value."""
        table = self._reader._terms  # noqa: SLF001  Whoosh itself looks each term up again
        if field not in table.indexed_field_names():
            return
        lines, number = table._tindex, table._fieldmap[field]  # noqa: SLF001
        start, end = (lines.closest_key_pos(_FIELD.pack(of)) for of in (number, number + 1))
        found, at = lines.dbfile.get(start, (end or lines.endofdata) - start), 0
        while at < len(found):
            key, value = _SIZES.unpack_from(found, at)
            at += _SIZES.size
            yield str(found[at + _FIELD.size : at + key], "utf-8"), found[at + key : at + key + value]
            at += key + value

    def _read(self, field: str, term: str) -> tuple[Ids, Floats]:
        try:
            return self._postings(field, term, self._reader.term_info(field, term.encode()))
        except (TermNotFound, KeyError):
            return _NONE

    def _postings(self, field: str, term: str, info: Any) -> tuple[Ids, Floats]:
        if info.is_inlined():
            ids, weights, _ = info.inlined_postings()
            return np.asarray(ids, np.int32), np.asarray(weights, np.float64)
        offset, _ = info.extent()
        try:
            return _decode(self._bytes, offset, info.doc_frequency())
        except (struct.error, zlib.error, pickle.UnpicklingError, EOFError, ValueError, TypeError) as error:
            raise IndexDamaged(
                f"the postings of {field}:{term} cannot be read ({error}); run `lodestar reindex`"
            ) from error

    def _keep(self, place: tuple[str, str], found: tuple[Ids, Floats]) -> None:
        self._kept[place] = found
        self._kept_bytes += found[0].nbytes + found[1].nbytes + 200
        while self._kept_bytes > _ROOM:
            _, (ids, times) = self._kept.popitem(last=False)
            self._kept_bytes -= ids.nbytes + times.nbytes + 200


class WrittenPostings(SegmentPostings):
    """Postings of a segment that was just written: what is still in memory is not read back."""

    def __init__(self, reader: Any, written: Mapping[str, FieldPostings]) -> None:
        super().__init__(reader)
        self._written = written

    def field(self, field: str) -> FieldPostings:
        """All of one field."""
        return self._written.get(field) or super().field(field)


def numbers(column: Any, kind: str, size: int) -> NDArray[Any]:
    """A column of numbers (NumPy's ``kind``), read at once where Whoosh gives a document at a time."""
    if not isinstance(column, NumericColumn.Reader):  # no document has a value
        return np.fromiter(iter(column), kind, size)
    made = np.full(size, column._default, kind)  # noqa: SLF001
    raw = column._dbfile.get(column._basepos, column._count * column._fixedlen)  # noqa: SLF001
    made[: column._count] = np.frombuffer(raw, f">{column._typecode}")  # noqa: SLF001
    return made


def _decode(file: Any, offset: int, count: int) -> tuple[Ids, Floats]:
    if file.get(offset, 4) != WHOOSH3_HEADER_MAGIC:
        raise IndexDamaged(f"postings at {offset} do not begin as they should; run `lodestar reindex`")
    ids, weights = np.empty(count, np.int32), np.empty(count, np.float64)
    offset, filled, last = offset + 4, 0, False
    while not last:
        (length,) = _BLOCK_LENGTH.unpack(file.get(offset, 4))
        last, length = length < 0, abs(length)
        block = io.BytesIO(file.get(offset + 4, length))
        size, _, _, compressed, _, _ = pickle.load(block)  # noqa: S301
        data = block.read()
        deltas, block_weights, _ = pickle.loads(zlib.decompress(data) if compressed else data)  # noqa: S301
        ids[filled : filled + size] = np.cumsum(deltas)
        weights[filled : filled + size] = 1.0 if block_weights is None else block_weights
        filled += size
        offset += 4 + length
    return ids[:filled], weights[:filled]


def _close(reader: Any, file: Any) -> None:
    file.close()
    reader.close()
