"""The recorded catalogue as files to import: all of it, an even sample, or some records changed."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.place import CHECKOUT
from catalog.clean import canonical_url
from catalog.store import Store

FOLDER = CHECKOUT.parent / "shared" / "data"
NAMES = ("courses.jsonl.gz", "books.jsonl.gz")


def files(data: Path) -> list[Path]:
    """The files of the recorded catalogue; empty when any of them is absent."""
    found = [data / name for name in NAMES]
    return found if all(path.is_file() for path in found) else []


def count(paths: list[Path]) -> int:
    """How many records the files hold, one a line."""
    return sum(1 for path in paths for _ in _lines(path))


def sample(paths: list[Path], size: int, folder: Path) -> list[Path]:
    """About ``size`` records spread evenly over the files, in files of the same names."""
    every = max(1.0, count(paths) / size)
    place, due, made = 0, 0.0, []
    for path in paths:
        made.append(folder / path.name)
        with gzip.open(made[-1], "wb", compresslevel=1) as file:
            for line in _lines(path):
                if place >= due:
                    file.write(line)
                    due += every
                place += 1
    return made


def changed(paths: list[Path], store: Store, size: int, word: str, target: Path) -> int:
    """Write ``size`` records with ``word`` before their titles; give how many were found.

    Taken are records whose entry has no other listing, so that the entry takes the title over.
    """
    wanted = _alone(store, size)
    with gzip.open(target, "wt", encoding="utf-8", compresslevel=1) as file:
        for record in told(*paths):
            if (place := (record.get("source"), canonical_url(record.get("url")))) in wanted:
                wanted.remove(place)
                file.write(json.dumps(record | {"title": f"{word} {record['title']}"}) + "\n")
    return size - len(wanted)


def _alone(store: Store, size: int) -> set[tuple[str | None, str | None]]:
    """(source, address) of entries with one listing, spread evenly over the record."""
    every, place = max(1, store.size() // (2 * size)), 0
    found: set[tuple[str | None, str | None]] = set()
    for batch in store.scan():
        for entry in batch:
            place += 1
            if place >= every and len(entry.listings) == 1 and entry.listings[0][1]:
                found.add(entry.listings[0])
                place = 0
                if len(found) == size:
                    return found
    return found


def told(*paths: Path) -> Iterator[dict[str, Any]]:
    """The records of files, one after the other."""
    for path in paths:
        for line in _lines(path):
            yield json.loads(line)


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") as file:
        yield from file
