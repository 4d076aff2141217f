"""Generations of an index: folders written aside, one pointer to the published one, a note of what each holds.

    index_data/
        published            the name of the published generation
        writer.lock          held by the one process that writes
        000002/
            state.json       change number, fingerprint of the rules, entries
            whoosh/          the Whoosh index
            columns/         arrays derived from it

A generation is published by renaming the pointer file, so readers see the old one or the new one, never a mix.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import IO

import msgspec

from catalog.errors import IndexDamaged, IndexMissing, SearchError

_LOOK = 0.05  # seconds between looks at a lock that is taken


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation holds: all changes up to ``revision``, made by the rules of ``fingerprint``.

    ``files`` are the size (bytes) and the time (ns) of each file of the Whoosh index as it was left: Whoosh never
    writes to one again, so a file that is otherwise now was damaged.
    """

    revision: int
    fingerprint: str
    files: dict[str, tuple[int, int]] = {}


class Generations:
    """The generations in one folder."""

    def __init__(self, folder: Path, *, keep: int = 3) -> None:
        self.folder = folder
        self._keep = keep

    def path(self, generation: str) -> Path:
        return self.folder / generation

    def published(self) -> str:
        """The name of the published generation. Raises `IndexMissing`."""
        try:
            name = (self.folder / "published").read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise IndexMissing("no search index has been built yet; run `lodestar reindex`") from error
        if not name.isdigit() or not self.path(name).is_dir():
            raise IndexMissing(
                f"the search index points to generation {name!r}, which is not there; run `lodestar reindex`"
            )
        return name

    def state(self, generation: str) -> State:
        """What a generation holds. Raises `IndexDamaged`."""
        path = self.path(generation) / "state.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError) as error:
            raise IndexDamaged(f"{path} cannot be read ({error}); run `lodestar reindex`") from error

    def note(self, generation: str, *, revision: int, fingerprint: str) -> None:
        """Write down what a generation holds as it now stands."""
        files = {path.name: _stamp(path) for path in (self.path(generation) / "whoosh").iterdir() if _is_lasting(path)}
        state = State(revision=revision, fingerprint=fingerprint, files=files)
        write_safely(self.path(generation) / "state.json", msgspec.json.encode(state))

    def check(self, generation: str, state: State) -> None:
        """Raise `IndexDamaged` if a file is not as it was left."""
        for name, stamp in state.files.items():
            path = self.path(generation) / "whoosh" / name
            try:
                found = _stamp(path)
            except OSError as error:
                raise IndexDamaged(f"{path} is not there ({error.strerror}); run `lodestar reindex`") from error
            if found != stamp:
                raise IndexDamaged(f"{path} is not as it was written; run `lodestar reindex`")

    def new(self) -> str:
        """Make the folder of the next generation."""
        last = max((int(path.name) for path in self._all()), default=0)
        name = f"{last + 1:06d}"
        self.path(name).mkdir(parents=True)
        return name

    def publish(self, generation: str) -> None:
        """Point to a generation and drop those that are too old to keep, and unfinished ones before it.

        Raises `SearchError` where it is gone, or a later one was published meanwhile.
        """
        with suppress(IndexMissing):
            if (live := self.published()) > generation:
                raise SearchError(f"the index was built anew meanwhile: {live} is published, {generation} is not")
        if not (self.path(generation) / "state.json").is_file():
            raise SearchError(f"generation {generation} is not there any more; run `lodestar reindex` again")
        write_safely(self.folder / "published", generation.encode())
        older = [path for path in self._all() if path.name < generation]
        finished = [path for path in older if (path / "state.json").exists()]
        for path in older:
            if path not in finished[max(0, len(finished) - self._keep + 1) :]:
                shutil.rmtree(path, ignore_errors=True)

    def discard(self, generation: str) -> None:
        shutil.rmtree(self.path(generation), ignore_errors=True)

    @contextmanager
    def writing(self, patience: float = 0.0) -> Iterator[None]:
        """Hold the lock of the one writer; a killed holder loses it by itself. Raises `SearchError` when it is taken
        and stays so for ``patience`` seconds.
        """
        end = time.monotonic() + patience
        with self._lock_file() as lock:
            while not _locked(lock):
                if time.monotonic() >= end:
                    raise SearchError(
                        f"another process writes the index in {self.folder}; wait for it, or stop `lodestar follow` or "
                        "`up`"
                    )
                time.sleep(_LOOK)
            yield

    def _lock_file(self) -> IO[str]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return (self.folder / "writer.lock").open("w")
        except OSError as error:
            raise SearchError(
                f"the index cannot be written in {self.folder} ({error.strerror}); check [index] url and the rights"
            ) from error

    def _all(self) -> list[Path]:
        with suppress(FileNotFoundError):
            return sorted(path for path in self.folder.iterdir() if path.name.isdigit() and path.is_dir())
        return []


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _is_lasting(path: Path) -> bool:
    """Whether Whoosh leaves the file alone until it removes it, unlike its locks."""
    return path.suffix in {".toc", ".seg", ".trm", ".pst", ".vps", ".col"}


def write_safely(path: Path, content: bytes) -> None:
    """Replace a file so that it is found old or new, never half, even after a power cut."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def fingerprint(*rules: object) -> str:
    """A short name for the rules an index was made by: other rules, other name."""
    return blake2b(json.dumps(rules, sort_keys=True, default=str).encode(), digest_size=8).hexdigest()
