"""Numbered lines of an operator's file, which may be packed, cut off, binary, or one endless line."""

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from catalog.errors import SourceError

LONGEST_LINE = 1_000_000  # bytes
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SNIFFED = 4096
_GZIP_FORM = 31  # zlib: 15 bits of window, and 16 for the header of gzip
_PACKED_PIECE = 1 << 14
_BUFFER = 1 << 17


class Line(NamedTuple):
    """One line without its end; ``content`` is None where it is longer than ``LONGEST_LINE``."""

    number: int
    content: bytes | None


class CutOff(Exception):
    """A packed file ended before its end; what could be read has been given."""


@contextmanager
def open_unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The file unpacked (gzip is recognised by its content, whatever its name); SourceError where it is no text."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}. Check the path and its rights") from error
    with raw:
        stream = io.BufferedReader(_Unpacked(raw), _BUFFER) if raw.peek(2).startswith(_GZIP) else raw
        try:
            start = stream.peek(_SNIFFED)[:_SNIFFED]
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(f"{path} is a gzip file that cannot be unpacked: {error}") from error
        _require_text(path, start)
        yield stream


class _Unpacked(io.RawIOBase):
    """A gzip stream that gives all it can before it complains; the library's own keeps back what came with it."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._unpack = zlib.decompressobj(wbits=_GZIP_FORM)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        room = memoryview(buffer).cast("B")
        while True:
            piece = self._next_piece()
            if not piece and self._unpack.eof:
                return 0
            if not piece:
                raise EOFError("its end is missing")
            content = self._unpack.decompress(piece, len(room))
            if content:
                room[: len(content)] = content
                return len(content)

    def _next_piece(self) -> bytes:
        if not self._unpack.eof:
            return self._unpack.unconsumed_tail or self._packed.read(_PACKED_PIECE)
        piece = self._unpack.unused_data.lstrip(b"\x00") or self._packed.read(_PACKED_PIECE).lstrip(b"\x00")
        if piece:  # files are sometimes packed in several parts, one behind the other
            self._unpack = zlib.decompressobj(wbits=_GZIP_FORM)
        return piece


def _require_text(path: Path, start: bytes) -> None:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{path} is UTF-16 text; save it as UTF-8")
    if b"\x00" in start or start.startswith((b"%PDF", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        raise SourceError(f"{path} is a binary file; JSON Lines or CSV is expected (gzip is fine)")


def numbered_lines(stream: IO[bytes], on_bytes: Callable[[int], None] | None = None) -> Iterator[Line]:
    """Each line with its number, from 1; CutOff where a packed stream breaks, after all whole lines were given."""
    number = 0
    try:
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1 and line.startswith(_BYTE_ORDER_MARK):
                line = line[len(_BYTE_ORDER_MARK) :]
            if on_bytes is not None:
                on_bytes(len(line))
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                _skip_to_end_of_line(stream)
                yield Line(number, None)
            else:
                yield Line(number, line.rstrip(b"\r\n"))
    except (EOFError, OSError, zlib.error) as error:
        raise CutOff(f"after line {number} the file is damaged or cut off: {error}") from error


def _skip_to_end_of_line(stream: IO[bytes]) -> None:
    while piece := stream.readline(LONGEST_LINE):
        if piece.endswith(b"\n"):
            return
