"""The archive of answers: bodies as they were sent, packed, each once, under the name of its content.

It lets a reader run again without the network, and an unchanged page cross the line only once. Everything in it may be
deleted: what is missing is fetched again.
"""

import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from catalog.errors import CrawlError

DAY = 86_400.0
_LEVEL = 6


class _Kept(NamedTuple):
    used: float
    size: int
    path: Path


class Archive:
    """A folder of bodies, bounded by ``most_bytes`` on disk and ``most_days`` since each was last used."""

    def __init__(self, folder: Path, *, most_bytes: int = 2_000_000_000, most_days: float = 30) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._most_days = most_days

    def put(self, body: bytes) -> str:
        """Keep a body and give its name; CrawlError where it cannot be kept."""
        digest = hashlib.sha256(body).hexdigest()
        path = self._path(digest)
        with self._told():
            if path.exists():
                os.utime(path)
                return digest
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{digest}.{uuid4().hex}.part")
            try:
                part.write_bytes(gzip.compress(body, _LEVEL, mtime=0))
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        return digest

    def get(self, digest: str) -> bytes | None:
        """The body of that name; None where it is not kept, or not whole any more."""
        path = self._path(digest)
        try:
            body = gzip.decompress(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, EOFError, zlib.error):
            body = b""
        if hashlib.sha256(body).hexdigest() != digest:
            path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            os.utime(path)
        return body

    def has(self, digest: str | None) -> bool:
        return digest is not None and self._path(digest).exists()

    def prune(self) -> int:
        """Remove what was not used for long, and what was used least recently until the rest fits; give how many."""
        kept = sorted(self._kept())
        size = sum(one.size for one in kept)
        oldest = time.time() - self._most_days * DAY
        gone = 0
        for one in kept:
            if one.used >= oldest and size <= self._most_bytes:
                break
            one.path.unlink(missing_ok=True)
            size -= one.size
            gone += 1
        return gone

    def _kept(self) -> Iterator[_Kept]:
        for path in self._folder.glob("??/*"):
            with suppress(FileNotFoundError):
                told = path.stat()
                yield _Kept(told.st_mtime, told.st_size, path)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.gz"

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CrawlError(
                f"answers cannot be kept in {self._folder} ({error.strerror or error}); "
                "check [crawl] answers, its rights and the room on its disk"
            ) from error
