"""How long a search takes in process, with all facet counts, over a list of real queries; stock Whoosh beside it."""

import argparse
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks import records
from benchmarks.place import MEGABYTE, Place, memory_of
from benchmarks.report import Report, Row, arguments, percentile, spread
from benchmarks.stock import StockWhoosh
from catalog.errors import IndexMissing
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.fields import SORTS
from indexer.query import RELEVANCE, Query

ROLE = (("role", ("back-end-engineer",)),)
KIND_AND_LEVEL = (("kind", ("course",)), ("level", ("beginner",)))
SHAPES = (("words", ()), ("words + role", ROLE), ("words + kind + level", KIND_AND_LEVEL))
_PASSES = 3  # warm ones
_REPEATS = 15  # of a single query
_SLOWEST = 8


def main() -> None:
    """Search one or more indexes that exist; they are only read."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--index", action="append", metavar="URL", help="whoosh:FOLDER; give it again for more sizes")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="use the index that benchmarks.ingest left there")
    parser.add_argument("--queries", type=Path, metavar="FILE", default=records.FOLDER / "queries.txt")
    parser.add_argument("--stock", type=int, metavar="N", default=60, help="queries for stock Whoosh (default: 60)")
    parser.add_argument(
        "--stock-seconds",
        type=float,
        metavar="S",
        default=240.0,
        help="and the longest all of it may take for one index",
    )
    asked = parser.parse_args()
    urls = [*(asked.index or ()), *([Place(folder=asked.keep.resolve()).index] if asked.keep else ())]
    if not urls:
        parser.error("which index? --index whoosh:FOLDER, or --keep FOLDER of an earlier benchmarks.ingest")
    if not asked.queries.is_file():
        print(f"skipped: there is no file {asked.queries}; give one query a line with --queries")
        return
    report = Report("Search in process, all facets counted")
    words = [line.strip() for line in asked.queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        grown = [_one_index(report, url, words, asked) for url in urls]
    except IndexMissing as error:
        raise SystemExit(str(error)) from error
    if len(grown) > 1:
        report.add("How the cost grows (warm, words)", grown)
    report.save(asked.json)


def _one_index(report: Report, url: str, words: Sequence[str], asked: argparse.Namespace) -> Row:
    """All tables of one index; gives its line in the table of growth."""
    before, started = memory_of("self"), time.perf_counter()
    index = open_index(url, load_vocabulary()).reader()
    index.search(Query())
    opened = time.perf_counter() - started
    entries = f"{index.status().entries:,} entries"
    rows: list[Row] = []
    timed: list[tuple[float, str, Query]] = []
    warm: dict[str, list[float]] = {}
    memory = [memory_of("self")]
    for shape, choices in SHAPES:
        queries = [Query(words=some, choices=choices) for some in words]
        rows.append({"queries": shape, "pass": "first", **spread(_timed(index, queries))})
        passes = [_timed(index, queries) for _ in range(_PASSES)]
        warm[shape] = [seconds for one in passes for seconds in one]
        rows.append({"queries": shape, "pass": "warm", **spread(warm[shape])})
        timed += [(min(times), shape, query) for query, *times in zip(queries, *passes, strict=True)]
        memory.append(memory_of("self"))
    megabytes = [round((now - before) / MEGABYTE) for now in memory]
    report.add(
        f"{entries} in {_segments(index, url)} segments: {len(words)} queries; wanted p50 < 25, p99 < 120",
        rows,
        f"first: this process was not asked these before, its files may be cached; warm: {_PASSES} more passes.",
        f"Memory above the start: {megabytes[0]} MB after opening and one answer (in {opened:.2f} s), "
        f"{megabytes[-1]} MB after all of them.",
    )
    report.add(f"{entries}: the slowest (best of the warm passes)", _slowest(index, timed))
    report.add(f"{entries}: everything, and other orders (warm)", list(_special(index)))
    if stock := list(_stock(index, url, words, asked)):
        report.add(f"{entries}: stock Whoosh on the same index, queries drawn by lot, one pass", stock)
    return {"entries": index.status().entries, **spread(warm["words"]), "MB": megabytes[-1]}


def _segments(index: SearchIndex, url: str) -> int:
    return len(list(_home(index, url).glob("*.pst")))


def _home(index: SearchIndex, url: str) -> Path:
    """Where Whoosh's own files are."""
    return Path(url.partition(":")[2]) / index.status().generation / "whoosh"


def _timed(index: SearchIndex, queries: Iterable[Query]) -> list[float]:
    """Seconds for each query."""
    taken = []
    for query in queries:
        started = time.perf_counter()
        index.search(query)
        taken.append(time.perf_counter() - started)
    return taken


def _slowest(index: SearchIndex, timed: Sequence[tuple[float, str, Query]]) -> list[Row]:
    worst = sorted(timed, key=lambda one: -one[0])[:_SLOWEST]
    return [
        {"query": query.words, "with": shape, "ms": 1000 * seconds, "hits": index.search(query).total}
        for seconds, shape, query in worst
    ]


def _special(index: SearchIndex) -> Iterator[Row]:
    asked = [(f"everything{shape.removeprefix('words')}", Query(choices=choices)) for shape, choices in SHAPES]
    orders = [(words, sort) for words in ("", "data") for sort in (RELEVANCE, *(field.name for field in SORTS))]
    asked += [(f"{words or 'everything'} by {sort}", Query(words=words, sort=sort)) for words, sort in orders]
    asked.append(("everything, page 500", Query(page=500)))
    for name, query in asked:
        index.search(query)
        yield {"query": name, "hits": index.search(query).total, **spread(_timed(index, [query] * _REPEATS))}


def _stock(index: SearchIndex, url: str, words: Sequence[str], asked: argparse.Namespace) -> Iterator[Row]:
    """Stock Whoosh and we, asked the same in turn until the queries or the time are used up."""
    if asked.stock < 1:
        return
    for shape, choices in SHAPES:
        until = time.monotonic() + asked.stock_seconds / len(SHAPES)
        took: dict[str, list[float]] = {"ours": [], "plain": [], "faceted": []}
        equal = 0
        with StockWhoosh(_home(index, url)) as stock:
            for some in random.Random(7).sample(words, min(asked.stock, len(words))):
                query = Query(words=some, choices=choices)
                moments = [time.perf_counter()]
                total = index.search(query).total
                moments.append(time.perf_counter())
                stock.search(query, facets=False)
                moments.append(time.perf_counter())
                equal += stock.search(query, facets=True) == total
                moments.append(time.perf_counter())
                for name, start, end in zip(took, moments, moments[1:], strict=False):
                    took[name].append(end - start)
                if time.monotonic() > until:
                    break
        ours, plain, faceted = (1000 * percentile(seconds, 0.5) for seconds in took.values())
        yield {
            "queries": shape,
            "asked": len(took["ours"]),
            "same totals": equal,
            "ours p50 ms": ours,
            "no facets p50 ms": plain,
            "stock p50 ms": faceted,
            "stock p99 ms": 1000 * percentile(took["faceted"], 0.99),
            "ratio of p50": faceted / ours,
        }


if __name__ == "__main__":
    main()
