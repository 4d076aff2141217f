"""How measurements are told: aligned tables on the standard output, and the same as JSON."""

import argparse
import importlib.metadata
import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


class Report:
    """The tables of one run, printed as they come and kept for `save`."""

    def __init__(self, title: str) -> None:
        self._told: dict[str, object] = {"title": title, "machine": machine(), "tables": {}}
        self._tables: dict[str, Sequence[Row]] = {}
        self._notes: dict[str, Sequence[str]] = {}
        print(f"{title}\n{machine()}", flush=True)

    def add(self, title: str, rows: Sequence[Row], *notes: str) -> None:
        """Print one table; the keys of its first row are its columns."""
        self._tables[title], self._notes[title] = rows, notes
        print(f"\n{title}")
        for line in aligned(rows):
            print(f"  {line}")
        for note in notes:
            print(f"  {note}")
        print(end="", flush=True)

    def save(self, path: Path | None) -> None:
        """Write everything told as JSON, if a file was asked for."""
        if path is not None:
            text = json.dumps(self._told | {"tables": self._tables, "notes": self._notes}, indent=2, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")


def aligned(rows: Sequence[Row]) -> list[str]:
    """Rows as lines of text: words to the left, numbers to the right."""
    if not rows:
        return []
    columns = list(rows[0])
    cells = [[_shown(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    left = [all(isinstance(row.get(column), str) for row in rows) for column in columns]
    return [
        "  ".join(
            cell.ljust(width) if to_left else cell.rjust(width)
            for cell, width, to_left in zip(line, widths, left, strict=True)
        ).rstrip()
        for line in [columns, *cells]
    ]


def markdown(rows: Sequence[Row]) -> list[str]:
    """Rows as lines of a Markdown table: words to the left, numbers to the right."""
    if not rows:
        return []
    columns = list(rows[0])
    left = [all(isinstance(row.get(column), str) for row in rows) for column in columns]
    cells = [columns, ["---" if to_left else "--:" for to_left in left]]
    cells += [[_shown(row.get(column)).replace("|", "\\|") for column in columns] for row in rows]
    return [f"| {' | '.join(line)} |" for line in cells]


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if 0 < abs(value) < 0.1:
            return f"{value:.2g}"
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else value


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(seconds: Sequence[float]) -> dict[str, Cell]:
    """The usual percentiles in milliseconds."""
    shares = {"p50 ms": 0.5, "p90 ms": 0.9, "p99 ms": 0.99, "max ms": 1.0}
    return {name: 1000 * percentile(seconds, share) for name, share in shares.items()}


def machine() -> str:
    """Date, processors and memory, how busy they are with other things, and the versions that matter."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    whoosh = importlib.metadata.packages_distributions().get("whoosh", ["whoosh"])[0]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", whoosh))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    hardware = f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB"
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return f"{now}; {hardware}, {load}; {platform.system()}, Python {platform.python_version()}, {versions}"


def _processor() -> str:
    """What the processor calls itself, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]} ({platform.machine()})" if names else platform.machine()


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with what every benchmark understands."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables to FILE as JSON too")
    return parser
