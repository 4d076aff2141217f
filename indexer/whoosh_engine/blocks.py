"""Writing a Whoosh segment faster, behind Whoosh's own extension points and in its own format.

Whoosh takes a document field by field, sorts one tuple for each posting and writes each posting by a call. Here the
postings of a field are sorted and measured at once (`gathering`) and written a block at a time. The files are those
of Whoosh's W3 codec: Whoosh reads them with no code of ours but the field types.
"""

from array import array
from collections.abc import Iterator
from pathlib import Path
from pickle import dumps
from struct import Struct
from typing import Any
from zlib import compress

import numpy as np
from numpy.typing import NDArray
from whoosh import index
from whoosh.codec.whoosh3 import (
    COMPRESSION_MIN_SIZE,
    LENGTHS_COLUMN,
    WHOOSH3_HEADER_MAGIC,
    W3Codec,
    W3FieldWriter,
    W3PerDocWriter,
)
from whoosh.reading import SegmentReader
from whoosh.util.numeric import byte_to_length
from whoosh.writing import SegmentWriter

from indexer.whoosh_engine.columns import columns
from indexer.whoosh_engine.gathering import TermPool
from indexer.whoosh_engine.postings import FieldPostings, WrittenPostings, numbers
from indexer.whoosh_engine.ranges import Lists
from indexer.whoosh_engine.schema import NUMBERS, ORDER, Document
from indexer.whoosh_engine.storage import MappedStorage
from indexer.whoosh_engine.term_table import TermTable

BLOCK = 128  # postings in a block
COMPRESSION = 3  # of zlib
_PICKLE = 2  # the protocol W3 writes
_BLOCK_LENGTH = Struct("!i")
_PLACE = Struct("!qi")  # offset and length of a term's postings
_FIELD = Struct("!H")
_HEAD = np.dtype(  # of a term's line, before its postings or their place
    [
        ("inlined", "u1"),
        ("weight", ">f4"),
        ("count", ">u4"),
        ("shortest", "u1"),  # codes of the documents' lengths
        ("longest", "u1"),
        ("heaviest", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
    ]
)
_LENGTH_CODES = np.array([byte_to_length(code) for code in range(256)])
Codes = NDArray[np.uint8]
Inlined = tuple[tuple[int], tuple[float], tuple[None]]


class GatheringWriter(SegmentWriter):
    """Writes segments of a generation, and their arrays, from flat arrays of postings."""

    def __init__(self, home: Path, *, alone: bool = True) -> None:
        """``alone`` takes Whoosh's lock of the index; without it the caller commits the segment."""
        super().__init__(index.open_dir(str(home / "whoosh")), codec=BlockCodec(), compound=False, _lk=alone)
        self._home = home
        self.pool: TermPool = TermPool(self._tempstorage, self.newsegment)
        self._numbers = [array(column._typecode) for column in NUMBERS.values()]  # noqa: SLF001

    def add(self, told: Document) -> None:
        """Take what the index is told of one entry."""
        self.pool.take(self.docnum, told.texts, told.values)
        for column, number in zip(self._numbers, told.numbers, strict=True):
            column.append(number)
        self._added = True
        self.docnum += 1

    def finished_segment(self) -> Any:
        """Write the segment and give it, for others to commit."""
        self._write_columns()
        return self._finalize_segment()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        if segment.doc_count_all():
            reader = SegmentReader(MappedStorage(str(self._home / "whoosh")), self.schema, segment)
            columns(self._home / "columns", reader, WrittenPostings(reader, self.fieldwriter.written))
        return segment

    def _merge_segments(self, *how: Any) -> Any:
        self._write_columns()  # before documents of other segments follow
        return super()._merge_segments(*how)

    def _write_columns(self) -> None:
        if not self.docnum:
            return
        per_document: ColumnsWriter = self.perdocwriter
        per_document.begin(self.docnum)
        for (name, column), told in zip(NUMBERS.items(), self._numbers, strict=True):
            per_document.add_numbers(name, column, np.array(told))
        for name, lengths in self.pool.lengths(self.docnum).items():
            per_document.add_lengths(name, lengths)
        per_document.add_lists(ORDER, self.schema[ORDER].column_type, self.pool.order(self.docnum))


class BlockCodec(W3Codec):
    """W3, written a block at a time."""

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """A segment that names Whoosh's own codec: who reads it needs nothing of ours."""
        return W3Codec().new_segment(storage, indexname)

    def per_document_writer(self, storage: Any, segment: Any) -> "ColumnsWriter":
        return ColumnsWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> "BlockFieldWriter":
        return BlockFieldWriter(self, storage, segment)


class ColumnsWriter(W3PerDocWriter):
    """Writes what is kept for each document, a column of all documents so far at once.

    Whoosh's columns take one value a call; more may follow in this way, of documents that are merged.
    """

    def begin(self, documents: int) -> None:
        """Tell how many documents there are so far."""
        self._doccount = documents

    def add_numbers(self, name: str, column: Any, numbers: NDArray[Any]) -> None:
        """Keep a number for each document."""
        writer = self._made(name, column)
        writer._dbfile.write(numbers.astype(numbers.dtype.newbyteorder(">")).tobytes())  # noqa: SLF001
        writer._count = len(numbers)  # noqa: SLF001

    def add_lengths(self, field: str, lengths: NDArray[np.int64]) -> None:
        """Keep how many terms each document has in a field: in one byte, as W3 does."""
        codes = np.searchsorted(_LENGTH_CODES[:255], lengths).astype(np.uint8)
        self.add_numbers(f"_{field}_len", LENGTHS_COLUMN, codes)
        self._fieldlengths[field] += int(lengths.sum())

    def add_lists(self, name: str, column: Any, lists: Lists) -> None:
        """Keep a list of numbers for each document, as bytes."""
        writer = self._made(name, column)
        sizes = lists.sizes * lists.numbers.itemsize
        ends = np.cumsum(sizes)
        writer._dbfile.write(lists.numbers.tobytes())  # noqa: SLF001
        writer._lengths.array = _compact(sizes)  # noqa: SLF001
        writer._offsets.array = _compact(ends - sizes)  # noqa: SLF001
        writer._offset_base = int(ends[-1])  # noqa: SLF001
        writer._count = len(sizes)  # noqa: SLF001

    def _made(self, name: str, column: Any) -> Any:
        self._create_column(name, column)
        return self._get_column(name)


class BlockFieldWriter(W3FieldWriter):
    """Writes the postings of whole fields."""

    def __init__(self, codec: BlockCodec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        file = self._tindex.dbfile
        file.seek(0)
        self._tindex: TermTable = TermTable(file)
        self._tindex.extras["fieldmap"] = self._fieldmap
        self._place = self._postfile.tell()
        self.written: dict[str, FieldPostings] = {}

    def add_postings(self, schema: Any, lengths: Any, items: Iterator[FieldPostings]) -> None:
        """Write all fields; ``lengths`` is the reader of the documents' field lengths."""
        for postings in items:
            self.written[postings.field] = postings
            number = _FIELD.pack(self._fieldmap.setdefault(postings.field, len(self._fieldmap)))
            codes = _length_codes(lengths, postings.field) if schema[postings.field].scorable else None
            lines = self._write_terms(postings, codes)
            self._tindex.add_lines([number + term for term in postings.terms], lines)

    def _write_terms(self, postings: FieldPostings, codes: Codes | None) -> list[bytes]:
        """Write the blocks of all terms and give each one's line in the index of terms.

        A term of one document has its posting in its line.
        """
        blocks = _Blocks(postings, codes)
        lines = []
        for head, count, first in zip(blocks.heads(), blocks.counts.tolist(), blocks.first.tolist(), strict=True):
            if count == 1:
                lines.append(head + dumps(blocks.single(first), _PICKLE))
            else:
                lines.append(head + self._write(blocks.written(first, count)))
        return lines

    def _write(self, blob: bytes) -> bytes:
        self._postfile.write(blob)
        self._place += len(blob)
        return _PLACE.pack(self._place - len(blob), len(blob))


class _Blocks:
    """The blocks of all terms of a field, measured at once: from where to where, and the extremes in each."""

    def __init__(self, postings: FieldPostings, codes: Codes | None) -> None:
        starts, documents, weights = postings.starts, postings.documents, postings.weights
        self.counts = np.diff(starts, append=len(documents))
        blocks = -(-self.counts // BLOCK)
        self.first = np.cumsum(blocks) - blocks  # the first block of each term
        places = np.repeat(starts - BLOCK * self.first, blocks) + BLOCK * np.arange(blocks.sum())
        ends = np.append(places[1:], len(documents))
        of_each = np.zeros(len(documents), np.uint8) if codes is None else codes[documents]
        self._places, self._ends = places.tolist(), ends.tolist()
        self._postings, self._last = postings, documents[ends - 1].tolist()
        self._lightest, self._heaviest = _extremes(weights, places)
        self._shortest, self._longest = _extremes(of_each, places)
        self._deltas = np.diff(documents, prepend=np.int32(0))
        self._deltas[places] = documents[places]

    def heads(self) -> list[bytes]:
        """What the line of each term begins with."""
        starts, documents, weights = self._postings.starts, self._postings.documents, self._postings.weights
        made = np.empty(len(starts), _HEAD)
        made["inlined"] = self.counts == 1
        made["weight"] = np.add.reduceat(weights, starts, dtype=np.float64)
        made["count"] = self.counts
        made["shortest"] = np.minimum.reduceat(self._shortest, self.first)
        made["longest"] = np.maximum.reduceat(self._longest, self.first)
        made["heaviest"] = np.maximum.reduceat(self._heaviest, self.first)
        made["first"] = documents[starts]
        made["last"] = documents[starts + self.counts - 1]
        whole, size = made.tobytes(), _HEAD.itemsize
        return [whole[at : at + size] for at in range(0, len(whole), size)]

    def single(self, block: int) -> Inlined:
        """The one posting of a term, as W3 keeps it in the term's line: documents, weights, values."""
        return (self._last[block],), (float(self._heaviest[block]),), (None,)

    def written(self, first: int, count: int) -> bytes:
        """The blocks of a term, each with its length before it, the last with that length negative."""
        parts, last = [WHOOSH3_HEADER_MAGIC], first + (count - 1) // BLOCK
        for block in range(first, last + 1):
            written = self._block(block)
            parts += [_BLOCK_LENGTH.pack(-len(written) if block == last else len(written)), written]
        return b"".join(parts)

    def _block(self, block: int) -> bytes:
        """A pickled head and pickled (id deltas, weights, no values), compressed where that helps."""
        start, end = self._places[block], self._ends[block]
        most = self._heaviest[block]
        weights: tuple[float, ...] | float | None = most
        if self._lightest[block] != most:
            weights = tuple(self._postings.weights[start:end].tolist())
        elif most == 1.0:
            weights = None
        body = dumps((tuple(self._deltas[start:end].tolist()), weights, None), _PICKLE)
        level = COMPRESSION if len(body) >= COMPRESSION_MIN_SIZE else 0
        extremes = self._shortest[block], self._longest[block]
        head = dumps((end - start, self._last[block], most, level, *extremes), _PICKLE)
        return head + (compress(body, level) if level else body)


def _compact(numbers: NDArray[np.int64]) -> "array[int]":
    """The narrowest array that Whoosh would use for some numbers."""
    most = int(numbers.max())
    kind = next(kind for kind, bits in (("B", 8), ("H", 16), ("i", 31), ("I", 32)) if most < 2**bits)
    return array(kind, numbers.astype(kind).tobytes())


def _extremes(values: NDArray[Any], places: NDArray[np.int64]) -> tuple[list[Any], list[Any]]:
    """The least and the greatest value of each block."""
    return np.minimum.reduceat(values, places).tolist(), np.maximum.reduceat(values, places).tolist()


def _length_codes(lengths: Any, field: str) -> Codes:
    """The length code of each document in a field, as W3 keeps it."""
    name, count = f"_{field}_len", lengths.doc_count_all()
    if not lengths.has_column(name):
        return np.zeros(count, np.uint8)
    return numbers(lengths.column_reader(name, LENGTHS_COLUMN), "u1", count)
