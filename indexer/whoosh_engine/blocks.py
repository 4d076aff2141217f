"""Writing a Whoosh segment faster, behind Whoosh's own extension points and in its own format.

Whoosh sorts one tuple for each posting and writes each posting by a call. Here postings are gathered by term as they
come (documents come in order, so only the terms are sorted) and written a block at a time. The files are those of
Whoosh's W3 codec: Whoosh reads them with no code of ours but the field types.
"""

from array import array
from collections.abc import Iterator
from operator import itemgetter, sub
from pickle import dumps
from struct import Struct
from typing import Any
from zlib import compress

from whoosh import index
from whoosh.codec.whoosh3 import COMPRESSION_MIN_SIZE, LENGTHS_COLUMN, WHOOSH3_HEADER_MAGIC, W3Codec, W3FieldWriter
from whoosh.writing import PostingPool, SegmentWriter

BLOCK = 128  # postings in a block
COMPRESSION = 3  # of zlib
_PICKLE = 2  # the protocol W3 writes
_BLOCK_LENGTH = Struct("!i")
_PLACE = Struct("!qi")  # offset and length of a term's postings
_FIELD = Struct("!H")
_LINE = Struct("!BfIBBfII")  # inlined?, weight, documents, least and greatest length, greatest weight, first, last
Term = tuple[str, bytes, "array[int]", "array[float]"]


class GatheringWriter(SegmentWriter):
    """A segment writer that gathers postings by term. For fields whose postings carry no values."""

    def __init__(self, place: index.FileIndex) -> None:
        super().__init__(place, codec=BlockCodec(), compound=False)
        self.pool = TermPool(self._tempstorage, self.newsegment)


class TermPool(PostingPool):
    """Postings by field and term: 8 bytes each and about 200 for each term."""

    def __init__(self, tempstore: Any, segment: Any) -> None:
        super().__init__(tempstore, segment)
        self._fields: dict[str, dict[bytes, tuple[array[int], array[float]]]] = {}

    def add(self, item: tuple[str, bytes, int, float, bytes | None]) -> None:
        """Take one posting; documents must come in rising order."""
        field, term, document, weight, _ = item
        try:
            documents, weights = self._fields[field][term]
        except KeyError:
            terms = self._fields.setdefault(field, {})
            terms[term] = array("I", (document,)), array("f", (weight,))
        else:
            documents.append(document)
            weights.append(weight)

    def iter_postings(self) -> Iterator[Term]:
        """Each term with all its postings, fields and terms in order; what was given is let go."""
        for field in sorted(self._fields):
            terms = self._fields[field]
            for term in sorted(terms):
                yield field, term, *terms.pop(term)

    def cleanup(self) -> None:
        self._fields = {}


class BlockCodec(W3Codec):
    """W3, written a block at a time."""

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """A segment that names Whoosh's own codec: who reads it needs nothing of ours."""
        return W3Codec().new_segment(storage, indexname)

    def field_writer(self, storage: Any, segment: Any) -> "BlockFieldWriter":
        return BlockFieldWriter(self, storage, segment)


class BlockFieldWriter(W3FieldWriter):
    """Writes the postings of whole terms."""

    def add_postings(self, schema: Any, lengths: Any, items: Iterator[Term]) -> None:
        """Write all terms; ``lengths`` is the reader of the documents' field lengths."""
        current, codes, head = None, b"", b""
        for field, term, documents, weights in items:
            if field != current:
                current = field
                head = _FIELD.pack(self._fieldmap.setdefault(field, len(self._fieldmap)))
                codes = _length_codes(lengths, field) if schema[field].scorable else b""
            self._tindex.add(head + term, self._write_term(documents, weights, codes))

    def _write_term(self, documents: "array[int]", weights: "array[float]", codes: bytes) -> bytes:
        """Write the blocks of one term and give its line in the index of terms."""
        limit, count = BLOCK, len(documents)
        parts = [WHOOSH3_HEADER_MAGIC]
        shortest, longest, heaviest = 255, 0, 0.0
        for start in range(0, count, limit):
            block = documents[start : start + limit]
            block_weights = weights[start : start + limit]
            low, high = _extremes(codes, block)
            most = max(block_weights)
            shortest, longest, heaviest = min(shortest, low), max(longest, high), max(heaviest, most)
            written = _block(block, block_weights, most, (low, high))
            last = start + limit >= count
            parts += [_BLOCK_LENGTH.pack(-len(written) if last else len(written)), written]
        blob = b"".join(parts)
        place = self._postfile.tell()
        self._postfile.write(blob)
        line = _LINE.pack(0, sum(weights), count, shortest, longest, heaviest, documents[0], documents[-1])
        return line + _PLACE.pack(place, len(blob))


def _block(documents: "array[int]", weights: "array[float]", most: float, extremes: tuple[int, int]) -> bytes:
    """One block: a pickled head and pickled (id deltas, weights, no values), compressed where that helps."""
    deltas = (documents[0], *map(sub, documents[1:], documents[:-1]))
    same = most == 1.0 and weights.count(1.0) == len(weights)
    data = dumps((deltas, None if same else weights, None), _PICKLE)
    level = COMPRESSION if len(data) >= COMPRESSION_MIN_SIZE else 0
    head = dumps((len(documents), documents[-1], most, level, *extremes), _PICKLE)
    return head + (compress(data, level) if level else data)


def _extremes(codes: bytes, documents: "array[int]") -> tuple[int, int]:
    """The least and the greatest length code among documents; 0 for fields without lengths."""
    if not codes:
        return 0, 0
    if len(documents) == 1:
        return codes[documents[0]], codes[documents[0]]
    found = itemgetter(*documents)(codes)
    return min(found), max(found)


def _length_codes(lengths: Any, field: str) -> bytes:
    """The length code of each document in a field, as W3 keeps it."""
    name, count = f"_{field}_len", lengths.doc_count_all()
    if not lengths.has_column(name):
        return bytes(count)
    return bytes(lengths.column_reader(name, LENGTHS_COLUMN)).ljust(count, b"\0")
