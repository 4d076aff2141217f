"""Lodestar beside other search engines: the same entries, the same queries, the same jobs, in turn in one run.

Each engine builds and answers in a process of its own. One that is not installed is left out, and that is said.
"""

import argparse
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

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
_SAMPLED = ("whoosh",)  # engines so slow that they are asked some of the queries once
_NOTES = {
    "all": ["Lodestar counts all facets here too: it has no search without. The others do not."],
    "any": ["Lodestar counts all facets here too. The others do not."],
    "phrase": ["Lodestar counts all facets here too. The others do not."],
    "facets": [
        "Lodestar counts what each value would give if it were chosen, its own facet's choice left out.",
        "The others count with all choices made, which is a little less work.",
        "Lodestar's hits are more: what holds some of the words, where few hold all, and what teaches a named topic.",
        "FTS5: GROUP BY over a table of the matches. tantivy: a search, then terms aggregations.",
        "Xapian: a ValueCountMatchSpy for each value slot. Whoosh: groupedby.",
    ],
}

Best = dict[str, dict[Question, tuple[float, int]]]  # engine → the least seconds of each question, and what it found


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
    """Build one index, alone on the machine; give its line."""
    with Child(engine, place) as child:
        line: dict[str, Cell] = {"engine": engine, "version": child.version}
        if build:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            cost, peak = child.watched("build", feed, str(folder))
            line |= {
                "entries/s": feed.size / cost["wall"],
                "build s": cost["wall"],
                "processors": cost["cpu"] / cost["wall"],
                "peak MB": round(peak / MEGABYTE),
            }
    return line | {"index MB": size_of(folder) / MEGABYTE, "bytes an entry": round(size_of(folder) / feed.size)}


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
                    for one, *took in zip(these, told["seconds"], told["totals"], strict=True):
                        least[one] = min(least.get(one, tuple(took)), tuple(took))
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
        "Processors: processor time over wall time. Peak: of the process and its children while building.",
        "Resident: after all passes, above the bare process before it loaded the engine; mapped files count.",
        "The others' indexes hold word positions, for phrases; none stores the texts themselves.",
        *missing,
    )


def _tell_job(report: Report, job: str, best: Best, offered: Mapping[str, Sequence[str]], passes: int) -> None:
    rows: list[Row] = []
    ours = best.get(OURS, {})
    for engine, least in best.items():
        row: dict[str, Cell] = {"engine": engine, "queries": len(least)}
        if job == "facets":
            row["hits a query"] = sum(total for _, total in least.values()) / len(least)
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            theirs = percentile([seconds for seconds, _ in least.values()], share)
            row[f"{name} ms"] = 1000 * theirs
            row[f"{name} to ours"] = (
                theirs / percentile([ours[one][0] for one in least], share) if ours and engine != OURS else None
            )
        rows.append(row)
    absent = [f"Not offered by {engine}." for engine, jobs in offered.items() if job not in jobs]
    report.add(
        JOBS[job],
        rows,
        *absent,
        f"Each query's best of {passes} warm passes, the engines in turn (Whoosh: one warm pass of a sample, its ratio "
        "over the same queries). To ours: their time by Lodestar's, above 1 is slower.",
        *_NOTES[job],
    )


if __name__ == "__main__":
    main()
