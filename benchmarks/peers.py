"""Lodestar beside other search engines: the same entries, the same queries, the same jobs, in turn in one run.

Each engine builds and answers in a process of its own. One that is not installed is left out, and that is said.
"""

import argparse
import json
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks import records
from benchmarks.child import Absent, Child
from benchmarks.engines import Feed, Question
from benchmarks.engines.worker import ENGINES
from benchmarks.place import MEGABYTE, Place, size_of
from benchmarks.recombined import recombined
from benchmarks.report import Cell, Report, Row, arguments, percentile
from benchmarks.rows import questions, write_rows
from catalog.store import Store

OURS = "lodestar"
JOBS = {
    "all": "Top 10, all of the words",
    "any": "Top 10, any of the words",
    "phrase": "Top 10, the words as a phrase",
    "facets": "Words with a role chosen: top 10, total, all values of eight facets counted",
}
ROLE = "back-end-engineer"
SHARES = {"p50": 0.5, "p99": 0.99}
_SAMPLED = ("whoosh",)  # engines so slow that they are asked some of the queries once
_NOTES = {
    "all": ["Lodestar tells the total too, and finds what teaches a named topic in other words."],
    "any": ["Lodestar tells the total too."],
    "phrase": ["Lodestar tells the total too."],
    "facets": [
        "Lodestar counts what each value would give if it were chosen, its own facet's choice left out.",
        "The others count with all choices made, which is a little less work.",
        "Lodestar's hits are more: what holds some of the words, where few hold all, and what teaches a named topic.",
        "FTS5: GROUP BY over a table of the matches. tantivy: a search, then terms aggregations.",
        "Xapian: a ValueCountMatchSpy for each value slot. Whoosh: groupedby.",
    ],
}


class Took(NamedTuple):
    """What one question took in seconds on the clock and of processor time, and how much it found."""

    seconds: float
    processor: float
    totals: int

    def less(self, other: "Took | None") -> "Took":
        """The lesser of each time, if there is another."""
        if other is None:
            return self
        return Took(min(self.seconds, other.seconds), min(self.processor, other.processor), self.totals)


Best = dict[str, dict[Question, Took]]  # by engine


def main() -> None:
    """Build what is to be compared from a record, then ask in turn."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", required=True, help="where benchmarks.ingest left a record"
    )
    parser.add_argument("--queries", type=Path, metavar="FILE", default=records.FOLDER / "queries.txt")
    parser.add_argument(
        "--entries", type=int, metavar="N", help="recombined beyond what the record holds (default: all)"
    )
    parser.add_argument(
        "--work", type=Path, metavar="FOLDER", help="build here and leave it (default: a temporary one)"
    )
    parser.add_argument("--engines", metavar="NAMES", default=",".join(ENGINES), help="with commas (default: all)")
    parser.add_argument("--passes", type=int, metavar="N", default=3, help="warm passes, the best counts (default: 3)")
    parser.add_argument("--sample", type=int, metavar="N", default=60, help="queries for stock Whoosh (default: 60)")
    parser.add_argument("--built", action="store_true", help="ask the indexes that stand in --work, build none")
    asked = parser.parse_args()
    if not asked.queries.is_file():
        print(f"skipped: there is no file {asked.queries}; give one query a line with --queries")
        return
    if unknown := set(asked.engines.split(",")) - set(ENGINES) | ({OURS} - set(asked.engines.split(","))):
        parser.error(f"--engines must hold lodestar and may hold {', '.join(ENGINES)}; look at {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as folder:
        _compare(asked, Place(folder=asked.keep.resolve()), (asked.work or Path(folder)).resolve())


def _compare(asked: argparse.Namespace, place: Place, work: Path) -> None:
    store = Store.open(place.record)
    size = asked.entries or store.size()
    folders = {engine: work / f"{engine}-{size}" for engine in asked.engines.split(",")}
    report = Report(f"Search engines side by side, {size:,} entries")
    missing: list[str] = []
    with ExitStack() as stack:
        rows = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lodestar-rows-"))) / "rows.jsonl"
        if not asked.built:
            size = write_rows(recombined(store, size), rows)
        store.close()
        told: dict[str, Row] = {}
        for engine, folder in list(folders.items()):
            try:
                told[engine] = _built(engine, place, Feed(str(rows), place.record, size), folder, build=not asked.built)
            except Absent as error:
                missing.append(str(error))
                del folders[engine]
        children = {engine: stack.enter_context(Child(engine, place)) for engine in folders}
        best, offered = _asked(children, folders, asked)
        memory = {engine: child.order("memory") for engine, child in children.items()}
    _tell(report, told, memory, missing)
    for job in JOBS:
        _tell_job(report, job, best[job], offered, asked.passes)
    report.save(asked.json)


def _built(engine: str, place: Place, feed: Feed, folder: Path, *, build: bool) -> Row:
    """Build one index, alone; give its line, which is kept beside the folder for when nothing is built."""
    kept = folder.with_suffix(".json")
    with Child(engine, place) as child:
        line: dict[str, Cell] = {"engine": engine, "version": child.version}
        if not build:
            return json.loads(kept.read_bytes()) if kept.is_file() else line
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        cost, peak = child.watched("build", feed, str(folder))
    line |= {
        "entries/s": feed.size / cost["wall"],
        "build s": cost["wall"],
        "CPU s": cost["cpu"],
        "peak MB": round(peak / MEGABYTE),
        "index MB": size_of(folder) / MEGABYTE,
        "bytes an entry": round(size_of(folder) / feed.size),
    }
    kept.write_text(json.dumps(line), encoding="utf-8")
    return line


def _asked(
    children: Mapping[str, Child], folders: Mapping[str, Path], asked: argparse.Namespace
) -> tuple[dict[str, Best], dict[str, list[str]]]:
    """The best time of each question by job and engine; the jobs that each engine offers.

    The engines are asked in turn, pass by pass, so that noise of the machine hits all of them. The first pass warms.
    """
    every = questions(asked.queries)
    some = random.Random(7).sample(every, min(asked.sample, len(every)))
    offered = {engine: child.order("open", str(folders[engine])) for engine, child in children.items()}
    best: dict[str, Best] = {job: {} for job in JOBS}
    for job in JOBS:
        for number in range(1 + asked.passes):
            for engine, child in children.items():
                if job not in offered[engine] or (engine in _SAMPLED and number > 1):
                    continue
                these = some if engine in _SAMPLED else every
                told = child.order("ask", job, these, ROLE)
                if number:
                    least = best[job].setdefault(engine, {})
                    for one, *took in zip(these, *(told[name] for name in Took._fields), strict=True):
                        least[one] = Took(*took).less(least.get(one))
    return best, offered


def _tell(
    report: Report, told: Mapping[str, Row], memory: Mapping[str, Mapping[str, int]], missing: Sequence[str]
) -> None:
    sorts = {"resident": "resident MB", "anonymous": "of it not of files MB"}
    report.add(
        "Building and holding",
        [
            dict(line) | {name: round(memory[engine][sort] / MEGABYTE) for sort, name in sorts.items()}
            for engine, line in told.items()
        ],
        "Reading the entries counts: Lodestar reads the record, the others JSON with the same texts and values.",
        "CPU: processor time, of all processes. Peak: of the process and its children while building.",
        "Resident: after all passes, above the bare process before it loaded the engine; mapped files count.",
        "All indexes hold the order of words, for phrases. None of the others stores the texts themselves.",
        *missing,
    )


def spreads(seconds: Sequence[float], processor: Sequence[float]) -> dict[str, Cell]:
    """Percentiles in milliseconds, on the clock and of processor time."""
    sorts = {"ms": seconds, "CPU ms": processor}
    return {
        f"{name} {sort}": 1000 * percentile(taken, share)
        for sort, taken in sorts.items()
        for name, share in SHARES.items()
    }


def _tell_job(report: Report, job: str, best: Best, offered: Mapping[str, Sequence[str]], passes: int) -> None:
    rows: list[Row] = []
    ours = best.get(OURS, {})
    for engine, least in best.items():
        row: dict[str, Cell] = {"engine": engine, "queries": len(least)}
        if job == "facets":
            row["hits a query"] = sum(took.totals for took in least.values()) / len(least)
        row |= spreads([took.seconds for took in least.values()], [took.processor for took in least.values()])
        for name, share in SHARES.items() if ours else ():
            theirs, here = ([of[one].processor for one in least] for of in (least, ours))
            row[f"{name} to ours"] = percentile(theirs, share) / percentile(here, share) if engine != OURS else None
        rows.append(row)
    absent = [f"Not offered by {engine}." for engine, jobs in offered.items() if job not in jobs]
    report.add(
        JOBS[job],
        rows,
        *absent,
        f"Each query's best of {passes} warm passes, the engines in turn (Whoosh: one warm pass of a sample, its ratio "
        "over the same queries).",
        "CPU: processor time, which other work on the machine does not lengthen. To ours: theirs by Lodestar's, of "
        "processor time; above 1 is slower.",
        *_NOTES[job],
    )


if __name__ == "__main__":
    main()
