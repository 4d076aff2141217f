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
        print(f"{title}\n{machine()}", flush=True)

    def add(self, title: str, rows: Sequence[Row], *notes: str) -> None:
        """Print one table; the keys of its first row are its columns."""
        self._tables[title] = rows
        print(f"\n{title}")
        for line in aligned(rows):
            print(f"  {line}")
        for note in notes:
            print(f"  {note}")
        print(end="", flush=True)

    def save(self, path: Path | None) -> None:
        """Write everything told as JSON, if a file was asked for."""
        if path is not None:
            text = json.dumps(self._told | {"tables": self._tables}, indent=2, ensure_ascii=False)
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


def _shown(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
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
    """Date, processors, how busy they are with other things, and the versions that matter."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    whoosh = importlib.metadata.packages_distributions().get("whoosh", ["whoosh"])[0]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", whoosh))
    load = f"load {os.getloadavg()[0]:.1f} at the start"
    return (
        f"{now}; {os.cpu_count()} cores, {platform.machine()}, {load}; Python {platform.python_version()}, {versions}"
    )


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with what every benchmark understands."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables to FILE as JSON too")
    return parser
