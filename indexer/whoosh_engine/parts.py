"""A large generation is written by several processes, each a segment of its own: Python runs on one core a process.

The parent reads entries and hands them out in batches, to each in turn; it alone commits. The processes
are new ones, started by name: they share no threads, locks or open files with the parent, and run nothing of its
``__main__``. One whose parent is gone ends by itself.
"""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import fields, replace
from itertools import chain, cycle, islice
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Self

import msgspec
from whoosh import index

from catalog.errors import SearchError
from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer.whoosh_engine.blocks import GatheringWriter
from indexer.whoosh_engine.schema import document

FEW = 10_000  # entries that are written sooner than other processes have started
_POLITE = 10  # how far a process that writes stands behind those that answer visitors
_MOST = 2  # segments of a new generation: each costs every search a little
_BATCH = 100  # entries in a message: about 80 KB, which fits into a pipe
_START = "from indexer.whoosh_engine.parts import write_part; write_part()"


def processes() -> int:
    """How many processes are worth starting on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST, cores)


def write(home: Path, entries: Iterable[Entry], vocabulary: Vocabulary) -> None:
    """Fill the new Whoosh index of a generation. Raises `SearchError`, `OSError`."""
    told, count = iter(entries), processes()
    first = list(islice(told, FEW)) if count > 1 else []
    told = chain(first, told)
    if len(first) < FEW:
        segments = [_segment(home, told, vocabulary)]
    else:
        del first
        segments = _segments(home, told, vocabulary, count)
    _commit(index.open_dir(str(home / "whoosh")), [segment for segment in segments if segment.doc_count_all()])


def _segments(home: Path, entries: Iterator[Entry], vocabulary: Vocabulary, count: int) -> list[Any]:
    """What so many processes write at once."""
    with ExitStack() as stack:
        parts = [stack.enter_context(_Part(home, vocabulary)) for _ in range(count)]
        turns = cycle(parts)  # so that the same entries make the same segments
        while batch := list(islice(entries, _BATCH)):
            part = next(turns)
            part.answer()
            part.send(msgspec.json.encode(batch))
        for part in parts:
            part.send(b"")
        return [part.segment() for part in parts]


class _Part:
    """A process that writes one segment."""

    def __init__(self, home: Path, vocabulary: Vocabulary) -> None:
        self.connection, theirs = Pipe()
        with closing(theirs):
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-P", "-c", _START, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            )
        told = {field.name: getattr(vocabulary, field.name) for field in fields(vocabulary)}
        plain: dict[str, Any] = {name: dict(value) for name, value in told.items() if isinstance(value, Mapping)}
        self.connection.send((home, replace(vocabulary, **plain)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        self._process.kill()
        self._process.wait()

    def send(self, batch: bytes) -> None:
        try:
            self.connection.send_bytes(batch)
        except ConnectionError:
            while True:  # until the answer that says why
                self.answer()

    def answer(self) -> Any:
        """None when the process asks for the next batch, the segment at the end. Raises what it died of."""
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionError) as error:
            raise SearchError(
                f"a process that wrote a part of the index ended with status {self._process.wait()}; the published "
                "one is as it was; see whether memory is short and run `lodestar reindex`"
            ) from error
        if isinstance(answer, OSError):
            raise answer
        return answer

    def segment(self) -> Any:
        """What it wrote, once told that no more batches come."""
        while (answer := self.answer()) is None:
            pass
        return answer


def _commit(place: index.FileIndex, segments: list[Any]) -> None:
    """Make the segments those of the index, as Whoosh's own writer for several processes does."""
    number = place.latest_generation() + 1
    index.TOC(place.schema, segments, number).write(place.storage, place.indexname)
    index.clean_files(place.storage, place.indexname, number, segments)
    place.storage.temp_storage(f"{place.indexname}.tmp").destroy()


def write_part() -> None:
    """What a process of `write` does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    os.nice(_POLITE)
    gc.disable()  # millions of small values, none of them garbage
    with Connection(int(sys.argv[1])) as connection, suppress(EOFError, ConnectionError):
        try:
            connection.send(_written(connection))
        except ConnectionError:
            raise
        except OSError as error:
            connection.send(error)


def _written(connection: "Connection[Any, Any]") -> Any:
    home, vocabulary = connection.recv()
    return _segment(home, _received(connection), vocabulary)


def _received(connection: "Connection[Any, Any]") -> Iterator[Entry]:
    decoder = msgspec.json.Decoder(list[Entry])
    connection.send(None)
    while batch := connection.recv_bytes():
        connection.send(None)
        yield from decoder.decode(batch)


def _segment(home: Path, entries: Iterable[Entry], vocabulary: Vocabulary) -> Any:
    """Write entries as a segment, for others to commit."""
    writer = GatheringWriter(home, alone=False)
    for entry in entries:
        writer.add(document(entry, vocabulary))
    return writer.finished_segment()
