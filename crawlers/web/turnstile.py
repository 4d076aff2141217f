"""The turnstile before each host: one request at a time over all workers, with a pause after each."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from catalog.errors import Busy
from catalog.ledger import NEVER, FetchNote, HostMemory, this_process

LONGEST_WAIT = 300.0  # seconds; a host that asks for more is left alone for this run
LONGEST_REQUEST = 120.0  # seconds after which the place of a worker that died is free again
_LOOK_AGAIN = 1.0


class HostBook(Protocol):
    """Where it is written who may ask a host when: `catalog.ledger.Hosts` for many workers, `OwnBook` for one."""

    def take(self, name: str, by: str, *, at: float, until: float) -> float:
        """0 where the host is ours, else the seconds after which to ask again."""

    def give(self, name: str, by: str, *, next_at: float, note: FetchNote | None = None) -> None:
        """Give the host back, not to be asked before ``next_at``."""

    def memory(self, name: str) -> HostMemory:
        """What is remembered of the host."""

    def refuse(self, name: str, *, until: float, words: str) -> None:
        """Remember that the host does not want us."""

    def forgive(self, name: str) -> bool:
        """Forget a refusal."""


class OwnBook:
    """The book of a single process, gone with it."""

    def __init__(self) -> None:
        self._hosts: dict[str, HostMemory] = {}

    def take(self, name: str, by: str, *, at: float, until: float) -> float:  # noqa: ARG002  one process needs no lease
        return max(self.memory(name).next_at - at, NEVER)

    def give(self, name: str, by: str, *, next_at: float, note: FetchNote | None = None) -> None:  # noqa: ARG002
        known = self.memory(name)
        self._hosts[name] = HostMemory(
            name=name,
            next_at=next_at,
            refused_until=known.refused_until,
            refusals=known.refusals,
            words=known.words,
        )

    def memory(self, name: str) -> HostMemory:
        return self._hosts.get(name, HostMemory(name=name))

    def refuse(self, name: str, *, until: float, words: str) -> None:
        known = self.memory(name)
        self._hosts[name] = HostMemory(
            name=name, next_at=known.next_at, refused_until=until, refusals=known.refusals + 1, words=words
        )

    def forgive(self, name: str) -> bool:
        known = self.memory(name)
        self._hosts[name] = HostMemory(name=name, next_at=known.next_at)
        return known.refusals > 0


@dataclass
class Passage:
    """One way through the turnstile; who passes leaves the evidence of what was asked, and how long to wait after."""

    pause: float
    note: FetchNote | None = None


@dataclass
class Turnstile:
    """Lets one request at a time through to each host; ``sleep`` and ``clock`` are for tests."""

    book: HostBook
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _locks_lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def passing(self, host: str, pause: float) -> Iterator[Passage]:
        """Wait for our turn at the host; Busy where it would be too long."""
        by = f"{this_process()}:{uuid4().hex[:8]}"
        with self._lock(host):
            waited = 0.0
            while wait := self.book.take(host, by, at=self.clock(), until=self.clock() + LONGEST_REQUEST):
                if wait > LONGEST_WAIT or waited > 2 * LONGEST_WAIT:
                    raise Busy(f"{host} wants to be left alone for {wait:.0f} s more; it is tried again later")
                step = min(wait, _LOOK_AGAIN) if waited else wait
                self.sleep(step)
                waited += step
            passage = Passage(pause)
            try:
                yield passage
            finally:
                self.book.give(host, by, next_at=self.clock() + passage.pause, note=passage.note)

    def _lock(self, host: str) -> threading.Lock:
        with self._locks_lock:
            return self._locks.setdefault(host, threading.Lock())
