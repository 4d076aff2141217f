"""How the cost of a search grows with the catalogue, beside what reading the same bytes from memory would take.

The limit of a query is the bytes that any engine must read which looks at every posting of the asked words and at every
facet value of every hit, over the bandwidth that NumPy's sum has on this machine. It can be beaten only by skipping.
"""

import argparse
import shutil
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import records
from benchmarks.child import Child
from benchmarks.engines import Feed, Question
from benchmarks.peers import OURS, ROLE, SHARES, spreads
from benchmarks.place import MEGABYTE, Place, size_of
from benchmarks.plot import Curve, log_log
from benchmarks.report import Report, Row, arguments, percentile
from benchmarks.rows import questions
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import Query

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
BYTES_A_POSTING = 5  # four of the entry's number and one of the score, however an engine may pack them
BYTES_A_VALUE = 2  # of a facet, for each value of each hit
_SHAPES = {"all": ("words", ()), "facets": ("words + role", (("role", (ROLE,)),))}
_ARRAY = 64_000_000  # numbers of eight bytes: far more than any cache holds


def main() -> None:
    """Build Lodestar's index at several sizes and ask the same queries of each."""
    parser = arguments(main.__doc__ or "")
    at_work(parser)
    parser.add_argument("--sizes", metavar="N,N", default=",".join(map(str, SIZES)), help=f"default: {SIZES}")
    parser.add_argument("--passes", type=int, metavar="N", default=3, help="warm passes, the best counts (default: 3)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw p50, p99 and the limits as SVG")
    asked = parser.parse_args()
    place, these = Place(folder=asked.keep.resolve()), questions(asked.queries)
    report = Report("How the cost of a search grows with the catalogue")
    bandwidth = read_bandwidth()
    held: list[Row] = []
    taken: dict[str, list[Row]] = {job: [] for job in _SHAPES}
    for size in map(int, asked.sizes.split(",")):
        folder = built(place, asked.work.resolve(), size)
        with Child(OURS, place) as child:
            child.order("open", str(folder))
            best = {job: _best(child, job, these, asked.passes) for job in _SHAPES}
            memory = child.order("memory")
        held.append(_held(size, folder, memory))
        index = open_index(f"whoosh:{folder}", load_vocabulary()).reader()
        for job in _SHAPES:
            taken[job].append(_row(size, best[job], [touched / bandwidth for touched in _touched(index, job, these)]))
    report.add("What an index takes", held, "Memory of one process above its start, after all queries.")
    for job, (shape, _) in _SHAPES.items():
        report.add(
            f"{shape.capitalize()}, all facets counted", taken[job], *_notes(bandwidth, len(these), asked.passes)
        )
    if asked.plot:
        asked.plot.write_text(_drawn(taken["all"]), encoding="utf-8")
    report.save(asked.json)


def at_work(parser: argparse.ArgumentParser) -> None:
    """Options of all that measures indexes made from a record."""
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", required=True, help="where benchmarks.ingest left a record"
    )
    parser.add_argument("--work", type=Path, metavar="FOLDER", required=True, help="where indexes are built and left")
    parser.add_argument("--queries", type=Path, metavar="FILE", default=records.FOLDER / "queries.txt")


def one_size(parser: argparse.ArgumentParser) -> tuple[argparse.Namespace, Place, int]:
    """What is asked of one index: the options, the record's place, and how many entries."""
    at_work(parser)
    parser.add_argument(
        "--entries", type=int, metavar="N", help="recombined beyond what the record holds (default: all)"
    )
    asked = parser.parse_args()
    place = Place(folder=asked.keep.resolve())
    return asked, place, asked.entries or whole(place)


def built(place: Place, work: Path, size: int) -> Path:
    """The folder of Lodestar's index of so many entries, built unless one by the same rules stands there."""
    folder = work / f"{OURS}-{size}"
    if not folder.is_dir() or open_index(f"whoosh:{folder}", load_vocabulary()).writer().revision() is None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with Child(OURS, place) as child:
            child.order("build", Feed("", place.record, size), str(folder))
    return folder


def whole(place: Place) -> int:
    """The number of entries of the record."""
    store = Store.open(place.record)
    try:
        return store.size()
    finally:
        store.close()


def read_bandwidth() -> float:
    """Bytes a second at which NumPy sums an array larger than the caches; the best of five times."""
    array, taken = np.ones(_ARRAY, np.int64), []
    for _ in range(5):
        started = time.perf_counter()
        array.sum()
        taken.append(time.perf_counter() - started)
    return array.nbytes / min(taken)


def _best(child: Child, job: str, these: Sequence[Question], passes: int) -> list[list[float]]:
    rounds = [child.order("ask", job, these, ROLE) for _ in range(1 + passes)][1:]
    return [
        [min(warm) for warm in zip(*(told[clock] for told in rounds), strict=True)]
        for clock in ("seconds", "processor")
    ]


def _touched(index: SearchIndex, job: str, these: Sequence[Question]) -> Iterator[int]:
    """The bytes of postings and facet values that each question is about."""

    @cache
    def holding(word: str) -> int:
        return index.search(Query(words=word, page_size=1)).complete

    for question in these:
        hits = index.search(Query(words=question.text, choices=_SHAPES[job][1], page_size=1))
        values = sum(sum(counts.values()) for counts in hits.facets.values())
        yield BYTES_A_POSTING * sum(map(holding, question.words)) + BYTES_A_VALUE * values


def _held(size: int, folder: Path, memory: dict[str, int]) -> Row:
    return {
        "entries": size,
        "index MB": size_of(folder) / MEGABYTE,
        "bytes an entry": round(size_of(folder) / size),
        "resident MB": round(memory["resident"] / MEGABYTE),
        "of it not of files MB": round(memory["anonymous"] / MEGABYTE),
    }


def _row(size: int, best: Sequence[Sequence[float]], limits: Sequence[float]) -> Row:
    limit = {f"limit {name} ms": 1000 * percentile(limits, share) for name, share in SHARES.items()}
    row = {"entries": size, **spreads(*best), **limit}
    return row | {"p99 CPU by limit": percentile(best[1], 0.99) / percentile(limits, 0.99)}


def _notes(bandwidth: float, count: int, passes: int) -> tuple[str, str]:
    read = f"read at {bandwidth / 1e9:.1f} GB/s, as NumPy sums {_ARRAY * 8 // MEGABYTE} MB"
    return (
        f"{count} queries, each one's best of {passes} warm passes, in one process; CPU: of processor time.",
        f"Limit: {BYTES_A_POSTING} bytes an entry with an asked word, {BYTES_A_VALUE} a facet value counted; {read}.",
    )


def _drawn(rows: Sequence[Row]) -> str:
    columns = {"p99 CPU ms": "p99", "p50 CPU ms": "p50", "limit p99 ms": "limit of p99", "limit p50 ms": "limit of p50"}
    curves = [
        Curve(
            name=name,
            points=[(float(row["entries"] or 0), float(row[column] or 0)) for row in rows],
            dashed=column.startswith("limit"),
        )
        for column, name in columns.items()
    ]
    return log_log("A search with all facets counted", "entries in the index", "milliseconds of processor time", curves)


if __name__ == "__main__":
    main()
