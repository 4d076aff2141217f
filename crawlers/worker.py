"""The clock: crawls each source that is on when it is due, several at once, each by one worker only.

APScheduler only ticks. What is due are rows of the ledger, taken by lease, so a worker that was stopped or killed, or
several of them, lose nothing and do nothing twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from catalog.errors import LodestarError
from catalog.ledger import SourceClock, SourceClocks
from catalog.model import Crawl
from crawlers.crawl import Web, crawl_if_due
from crawlers.ground import Ground
from crawlers.source import Source

log = logging.getLogger(__name__)

TICK = 15.0  # seconds between looks at what is due
ENDING = 8.0  # seconds that crawls have to end when the worker is stopped
AT_ONCE = 4  # sources crawled at the same time; hosts are asked one request at a time all the same


def due(sources: Iterable[Source], clocks: dict[str, SourceClock], at: float) -> list[Source]:
    """The sources that are on and whose time has come, those that waited longest first."""
    waiting = [(clocks.get(one.listed_as, SourceClock(name=one.listed_as)).next_at, one) for one in sources if one.on]
    return [one for moment, one in sorted(waiting, key=lambda pair: pair[0]) if moment <= at]


class Worker:
    """Crawls what is due, each source in a thread of its own; ``tell`` is given each finished row.

    ``chores`` by name are begun at every step, each once at a time; they know themselves when there is nothing to do.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        web: Web,
        ground: Ground,
        *,
        at_once: int = AT_ONCE,
        chores: Mapping[str, Callable[[], object]] | None = None,
        tell: Callable[[Crawl], None] = lambda _row: None,
    ) -> None:
        self._sources, self._web, self._ground = sources, web, ground
        self._at_once, self._chores, self._tell = at_once, chores or {}, tell
        self._under_way: dict[str, threading.Thread] = {}

    def step(self) -> None:
        """Begin what is due and has room."""
        self._under_way = {name: thread for name, thread in self._under_way.items() if thread.is_alive()}
        for name, act in self._chores.items():
            if name not in self._under_way:
                self._begin(name, act)
        for source in due(self._sources, SourceClocks(self._ground.store).all(), self._ground.clock()):
            if len(self._under_way.keys() - self._chores.keys()) >= self._at_once:
                return
            if source.listed_as not in self._under_way:
                self._begin(source.listed_as, partial(self._crawl, source))

    def finish(self, pause: float = 0.05) -> None:
        """Crawl until nothing is due any more and all is done."""
        tried: set[str] = set()
        while not self._ground.stop.is_set():
            self._sources = [one for one in self._sources if one.listed_as not in tried - self._under_way.keys()]
            self.step()
            tried |= self._under_way.keys()
            if not self._under_way:
                return
            time.sleep(pause)

    def end(self, seconds: float = ENDING) -> bool:
        """Wait for the crawls to end, which a set ``stop`` tells them; False where some did not in time."""
        until = time.monotonic() + seconds
        for thread in self._under_way.values():
            thread.join(max(until - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in self._under_way.values())

    def _begin(self, name: str, act: Callable[[], object]) -> None:
        thread = threading.Thread(target=_told, args=(name, act), name=name, daemon=True)
        self._under_way[name] = thread
        thread.start()

    def _crawl(self, source: Source) -> None:
        row = crawl_if_due(source, self._web, self._ground)
        if row is not None:
            self._tell(row)


def work(step: Callable[[], object], stop: threading.Event, *, tick: float = TICK) -> None:
    """Take a step now and at every tick, in this thread, until ``stop`` is set. A step that fails is told and over."""
    wake = threading.Event()
    clock = BackgroundScheduler(timezone=UTC)
    clock.add_job(wake.set, "interval", seconds=tick, coalesce=True, max_instances=1)
    clock.start()
    wake.set()
    try:
        while not stop.is_set():
            if wake.wait(timeout=0.5):
                wake.clear()
                _told("step", step)
    finally:
        clock.shutdown(wait=False)


def _told(name: str, act: Callable[[], object]) -> None:
    """Act; what goes wrong is told, and does not keep others from their turn."""
    try:
        act()
    except LodestarError as error:
        log.warning("not done name=%s reason=%s", name, error)
    except KeyboardInterrupt:
        log.info("stopped name=%s", name)
    except Exception:
        log.exception("not done name=%s: a fault of the program", name)
