"""Named arrays in a folder, read as memory maps: written once, whole or not at all, and noticed if damaged.

    arrays.json    layout, for each array its kind, size (bytes), time (ns) and CRC-32, notes of who wrote them
    NAME.array     the numbers as they stand in memory

A file of the size and time it was left with is trusted: opening reads nothing. Any other is read and its checksum
compared, and so is each of them where ``checked`` is asked for.
"""

import json
import logging
import os
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]

logger = logging.getLogger(__name__)


def save(home: Path, arrays: Arrays, *, layout: int, notes: Mapping[str, Any]) -> None:
    """Write arrays for the next who needs them; where that cannot be, they must be derived again."""
    aside = home.with_name(f".{home.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        aside.mkdir(parents=True)
        written = {name: _write(aside / f"{name}.array", array) for name, array in arrays.items()}
        note = {"layout": layout, "arrays": written, "notes": notes}
        (aside / "arrays.json").write_text(json.dumps(note), encoding="utf-8")
        aside.rename(home)
    except OSError as error:
        if not home.is_dir():  # else another was first
            logger.warning("could not keep arrays in=%s problem=%s", home, error)
        shutil.rmtree(aside, ignore_errors=True)


def load(home: Path, *, layout: int, checked: bool) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays of a folder and the notes beside them. Raises `OSError`, `ValueError` or `KeyError` where they are not
    there, of another layout, or damaged.
    """
    note = json.loads((home / "arrays.json").read_text(encoding="utf-8"))
    if note["layout"] != layout:
        raise ValueError("older layout")
    found = {name: _read(home / f"{name}.array", *how, checked=checked) for name, how in note["arrays"].items()}
    return found, note["notes"]


def _write(path: Path, array: NDArray[Any]) -> tuple[str, int, int, int]:
    array.tofile(path)
    status = path.stat()
    return array.dtype.str, status.st_size, status.st_mtime_ns, _checksum(array)


def _read(path: Path, kind: str, size: int, time: int, checksum: int, *, checked: bool) -> NDArray[Any]:
    status = path.stat()
    found = np.asarray(np.memmap(path, kind, "r")) if status.st_size else np.empty(0, kind)
    as_left = (status.st_size, status.st_mtime_ns) == (size, time)
    if status.st_size != size or ((checked or not as_left) and _checksum(found) != checksum):
        raise ValueError(f"{path} is not as it was written")
    return found


def _checksum(array: NDArray[Any]) -> int:
    return crc32(np.ascontiguousarray(array).view(np.uint8).data)
