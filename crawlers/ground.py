"""What crawls stand on: the record, the folder of spools, the clock, and the wish of somebody to stop."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from catalog.classify import Classifier
from catalog.store import Store

Step = Callable[[int], None]
Show = Callable[[str, int | None], AbstractContextManager[Step]]


def show_nothing(_label: str, _total: int | None) -> AbstractContextManager[Step]:
    return nullcontext(lambda _n: None)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The record, the classifier of its vocabulary, and a folder for spools.

    ``show`` makes a progress display from a label and a total; ``clock`` gives seconds since 1970; a set ``stop`` ends
    crawls as KeyboardInterrupt does.
    """

    store: Store
    classifier: Classifier
    spool: Path
    show: Show = field(default=show_nothing)
    clock: Callable[[], float] = time.time
    stop: threading.Event = field(default_factory=threading.Event)

    def now(self) -> str:
        """This moment as the record writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def stoppable(self, step: Step) -> Step:
        """The step, which ends the work where somebody wants to stop."""

        def checked(count: int) -> None:
            step(count)
            if self.stop.is_set():
                raise KeyboardInterrupt

        return checked
