"""From files to a searchable index: import, import again, build, and a change on its way to a live search.

Every step is the real `lodestar` command in a process of its own, start and vocabulary included.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks import live, records
from benchmarks.place import MEGABYTE, Cost, Place, size_of
from benchmarks.report import Report, Row, arguments
from catalog.store import Store


def main() -> None:
    """Measure in a fresh folder, which is removed in the end unless it is to be kept."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--records", type=int, metavar="N", help="an even sample of N records (default: all)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", default=records.FOLDER, help=" and ".join(records.NAMES))
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work in this new folder and leave it there")
    asked = parser.parse_args()
    paths = records.files(asked.data)
    if not paths:
        print(f"skipped: {asked.data} does not hold {' and '.join(records.NAMES)}; give their folder with --data")
        return
    if asked.keep:
        if asked.keep.exists():
            parser.error(f"{asked.keep} is there already, and a record in it would spoil the measurement")
        asked.keep.mkdir(parents=True)
        _measure(asked, paths, Place(folder=asked.keep.resolve()))
        return
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as folder:
        _measure(asked, paths, Place(folder=Path(folder)))


def _measure(asked: argparse.Namespace, paths: list[Path], place: Place) -> None:
    report = Report("Ingest and index, end to end")
    paths = records.sample(paths, asked.records, place.folder) if asked.records else paths
    count = records.count(paths)
    first, again = _import(place, paths)
    entries = _entries(place)
    build = place.run("reindex")
    report.add(
        "Throughput (one process each, wall time from start to end of the command)",
        [
            _row("import", count, "records", first, "≥ 3,000"),
            _row("import the same again", count, "records", again, "less time"),
            _row("reindex", entries, "entries", build, "≥ 1,500"),
        ],
        f"{count:,} records became {entries:,} entries; importing them again changed none.",
    )
    report.add("Size on disk", _sizes(place, entries))
    report.add("Freshness", live.measure(place, paths))
    report.save(asked.json)


def _import(place: Place, paths: list[Path]) -> tuple[Cost, Cost]:
    """Import twice; the second time nothing may change."""
    words = ["import", *map(str, paths)]
    first = place.run(*words)
    before = _last_change(place)
    again = place.run(*words)
    if _last_change(place) != before:
        raise SystemExit(f"importing the same files again made {_last_change(place) - before} changes")
    return first, again


def _row(step: str, count: int, unit: str, cost: Cost, wanted: str) -> Row:
    return {
        "step": step,
        "wall s": cost.wall,
        "cpu s": cost.cpu,
        "per second": count / cost.wall,
        "of": unit,
        "wanted": wanted,
        "peak MB": round(cost.memory / MEGABYTE),
    }


def _sizes(place: Place, entries: int) -> list[Row]:
    sizes = {
        "record": size_of(place.folder / "record"),
        "index, by Whoosh": size_of(place.folder / "index", "*/whoosh/*"),
        "index, columns beside it": size_of(place.folder / "index", "*/columns/**/*"),
    }
    return [
        {"part": name, "MB": size / MEGABYTE, "bytes per entry": round(size / entries)} for name, size in sizes.items()
    ]


def _entries(place: Place) -> int:
    store = Store.open(place.record)
    try:
        return store.size()
    finally:
        store.close()


def _last_change(place: Place) -> int:
    store = Store.open(place.record)
    try:
        return store.last_change()
    finally:
        store.close()


if __name__ == "__main__":
    main()
