"""A source for one crawl at a time over all workers: taken, kept alive while the crawl runs, and given back."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from catalog.errors import CrawlError, RecordError
from catalog.ledger import SourceClocks, this_process
from crawlers.ground import Ground

log = logging.getLogger(__name__)

LENGTH = 90.0  # seconds a lease lasts without a sign of life
BEAT = 20.0  # seconds between two signs


@contextmanager
def held(ground: Ground, source: str) -> Iterator[None]:
    """The source is ours inside; CrawlError where another worker crawls it."""
    clocks = SourceClocks(ground.store)
    by = f"{this_process()}:{uuid4().hex[:8]}"
    now = ground.clock()
    if not clocks.take(source, by, at=now, until=now + LENGTH):
        raise CrawlError(f"{source} is being crawled by another process; wait for it to end")
    over = threading.Event()
    beat = threading.Thread(target=_beat, args=(clocks, source, by, ground, over), daemon=True)
    beat.start()
    try:
        yield
    finally:
        over.set()
        beat.join()
        clocks.give(source, by)


def _beat(clocks: SourceClocks, source: str, by: str, ground: Ground, over: threading.Event) -> None:
    while not over.wait(BEAT):
        try:
            if not clocks.keep(source, by, ground.clock() + LENGTH):
                log.warning("lease lost source=%s", source)
                return
        except RecordError as error:  # the record is busy or gone: the next beat may find it
            log.warning("lease not renewed source=%s reason=%s", source, error)
