"""The clock: crawls each source that is on when it is due.

APScheduler only ticks. What is due is read from the rows of past crawls, so a worker that was stopped, or several of
them, lose nothing; two never read one source at once, because a crawl holds the lock of its spool.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler

from catalog.errors import LodestarError
from catalog.model import Crawl
from catalog.store import Store
from crawlers.crawl import Ground, crawl
from crawlers.fetch import Fetch
from crawlers.source import Source

log = logging.getLogger(__name__)

TICK = 60.0  # seconds between looks at what is due
PATIENCE = 4  # a source whose last crawl was not believed is tried again after its cadence divided by this


def due(sources: Iterable[Source], store: Store, at: datetime) -> list[Source]:
    """The sources that are on and whose time has come, those that waited longest first."""
    waiting = [(_next(source, store), source) for source in sources if source.on]
    ready = [(moment, source) for moment, source in waiting if moment <= at]
    return [source for _, source in sorted(ready, key=lambda pair: pair[0])]


def crawl_due(sources: Iterable[Source], fetch: Fetch, ground: Ground) -> list[Crawl]:
    """Crawl what is due now, one source after the other; a source that fails does not keep the next from its turn."""
    rows = []
    for source in due(sources, ground.store, datetime.now(UTC)):
        try:
            rows.append(crawl(source, fetch, ground))
        except LodestarError as error:
            log.warning("not crawled source=%s reason=%s", source.listed_as, error)
    return rows


def work(step: Callable[[], object], stop: Event, *, tick: float = TICK) -> None:
    """Take a step now and at every tick, in this thread, until ``stop`` is set."""
    wake = Event()
    clock = BackgroundScheduler(timezone=UTC)
    clock.add_job(wake.set, "interval", seconds=tick, coalesce=True, max_instances=1)
    clock.start()
    wake.set()
    try:
        while not stop.is_set():
            if wake.wait(timeout=0.5):
                wake.clear()
                step()
    finally:
        clock.shutdown(wait=False)


def _next(source: Source, store: Store) -> datetime:
    """When a source is to be read again: at once if it never was, sooner after a crawl that was not believed."""
    last = next(iter(store.crawls(source.listed_as, limit=1)), None)
    if last is None:
        return datetime.min.replace(tzinfo=UTC)
    believed = store.last_believed(source.listed_as)
    pause: timedelta = source.cadence if believed and believed.id == last.id else source.cadence / PATIENCE
    return datetime.fromisoformat(last.started) + pause
