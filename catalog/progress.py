"""How long work is shown: a bar with rate and time left on a terminal, a plain line every few seconds elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Never, TextIO

from tqdm import tqdm

Step = Callable[[int], None]


@contextmanager
def progress(
    label: str,
    *,
    total: int | None = None,
    unit: str = "records",
    stream: TextIO | None = None,
    every_seconds: float = 5.0,
) -> Iterator[Step]:
    """Gives ``step(n)``, to be called when n more are done; the last line says how many and how fast."""
    out = stream if stream is not None else sys.stderr
    if out.isatty():
        with tqdm(desc=label, total=total, unit=f" {unit}", file=out, dynamic_ncols=True, mininterval=0.2) as bar:
            yield lambda n: _advance(bar, n)
        return
    lines = _PlainLines(label, total, unit, out, every_seconds)
    try:
        yield lines.step
    finally:
        lines.last()


def _advance(bar: "tqdm[Never]", n: int) -> None:
    bar.update(n)


class _PlainLines:
    """The same for logs and pipes, where a moving bar would only be noise."""

    def __init__(self, label: str, total: int | None, unit: str, out: TextIO, every_seconds: float) -> None:
        self._label, self._total, self._unit, self._out = label, total, unit, out
        self._every = every_seconds
        self._started = self._shown = time.monotonic()
        self._done = 0

    def step(self, n: int) -> None:
        self._done += n
        now = time.monotonic()
        if now - self._shown >= self._every:
            self._shown = now
            self._print(now)

    def last(self) -> None:
        if self._done:  # nothing done is nothing to tell
            self._print(time.monotonic(), final=True)

    def _print(self, now: float, *, final: bool = False) -> None:
        seconds = max(now - self._started, 1e-6)
        rate = self._done / seconds
        parts = [f"{self._label}: {self._done:,}"]
        if self._total and not final:
            parts.append(f"of {self._total:,}")
        parts.append(f"{self._unit}, {rate:,.0f}/s")
        if final:
            parts.append(f"in {seconds:,.1f} s")
        elif self._total and rate:
            parts.append(f"about {max(self._total - self._done, 0) / rate:,.0f} s left")
        self._out.write(" ".join(parts) + "\n")
        self._out.flush()
