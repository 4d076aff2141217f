"""Where listings wait between the web and the record: one file a crawl, whole or not there."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from msgspec.structs import replace

from catalog.errors import CrawlError
from catalog.model import Listing, decoder, encode
from crawlers.source import Report

_STEP = 500
PathOf = Callable[[int], Path]
_decode = decoder(Listing).decode


class Apart:
    """Keeps the listings of one crawl apart: two under one key would change the record back and forth with every crawl.

    The first under a key has it. A later one of the same title is the same again and is left out; one of another
    title is another resource that shares the address, and gets a key of its own.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._titles: dict[int, int] = {}  # title by place, both as hashes, so that a crawl of millions stays small

    def keyed(self, listing: Listing) -> Listing | None:
        """The listing under a key of its own, or None where it was listed before."""
        place, title = hash((listing.source, listing.key)), hash(listing.resource.title.casefold())
        known = self._titles.get(place)
        if known is None:
            self._titles[place] = title
            return listing
        if known == title:
            self._report.note(listing.key, "listed twice; the first one counts")
            return None
        words = blake2b(listing.resource.title.casefold().encode(), digest_size=6).hexdigest()
        return self.keyed(replace(listing, key=f"{listing.key}#{words}"))


def write(
    listings: Iterable[Listing], path: Path, report: Report, on_progress: Callable[[int], None] | None = None
) -> int:
    """Write each listing once and give their number; the file appears under its name only when it is whole."""
    apart = Apart(report)
    count = shown = 0
    part = path.with_suffix(".part")
    try:
        with _told(path.parent), part.open("wb") as file:
            for told in listings:
                listing = apart.keyed(told)
                if listing is None:
                    continue
                file.write(encode(listing) + b"\n")
                count += 1
                if on_progress is not None and count - shown >= _STEP:
                    on_progress(count - shown)
                    shown = count
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if on_progress is not None:
        on_progress(count - shown)
    return count


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CrawlError(
            f"listings cannot be put into {folder} ({error.strerror or error}); "
            "check [crawl] spool, its rights and the room on its disk"
        ) from error


def read(path: Path) -> Iterator[Listing]:
    with path.open("rb") as file:
        for line in file:
            yield _decode(line)


@contextmanager
def reserved(folder: Path, source: str) -> Iterator[PathOf]:
    """The spool of one source for one process at a time; gives the path for a crawl's number.

    The lock is the kernel's and falls with the process, so a killed crawl never bars the next one. What an earlier
    crawl left is removed: its listings are read anew.
    """
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / f"{source}.lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CrawlError(f"{source} is being crawled by another process; wait for it to end") from error
        for left in (*folder.glob(f"{source}@*.jsonl"), *folder.glob(f"{source}@*.part")):
            with suppress(OSError):
                left.unlink()
        yield lambda number: folder / f"{source}@{number}.jsonl"
