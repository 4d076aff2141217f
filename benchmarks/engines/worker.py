"""One engine in a process of its own: asked by lines of JSON on the standard input, answering by lines of JSON."""

import gc
import importlib
import json
import resource
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.engines import Feed, Peer, Question

ENGINES = {
    "lodestar": "Lodestar",
    "fts5": "Fts5",
    "tantivy": "Tantivy",
    "xapian": "Xapian",
    "whoosh": "StockWhoosh",
}


class Worker:
    """The orders a process understands."""

    def __init__(self, name: str) -> None:
        self._start = memory()
        module = importlib.import_module(f"benchmarks.engines.{name}")
        self._engine: Peer = getattr(module, ENGINES[name])()

    def version(self) -> str:
        return self._engine.version()

    def build(self, feed: list[Any], folder: str) -> dict[str, float]:
        """Seconds on the clock, and of processor time with all children."""
        before, started = _processor(), time.perf_counter()
        self._engine.build(Feed(*feed), Path(folder))
        return {"wall": time.perf_counter() - started, "cpu": _processor() - before}

    def open(self, folder: str) -> list[str]:
        """Open an index; gives the jobs that the engine offers."""
        self._engine.open(Path(folder))
        return self._engine.jobs()

    def ask(self, job: str, questions: list[list[Any]], role: str) -> dict[str, list[Any]]:
        """Each question once: its seconds on the clock and of processor time, and how many were found if it counts."""
        asked = [Question(text, tuple(words), tuple(phrase)) for text, words, phrase in questions]
        told: dict[str, list[Any]] = {"seconds": [], "processor": [], "totals": []}
        gc.collect()
        for question in asked:
            started, before = time.perf_counter(), time.process_time()
            answer = self._engine.ask(job, question, role)
            told["processor"].append(time.process_time() - before)
            told["seconds"].append(time.perf_counter() - started)
            told["totals"].append(len(answer.ids) if answer.total is None else answer.total)
        return told

    def counts(self, question: list[Any], role: str) -> dict[str, Any]:
        """One answer with its facets, to hold engines against each other."""
        text, words, phrase = question
        answer = self._engine.ask("facets", Question(text, tuple(words), tuple(phrase)), role)
        return {"total": answer.total, "counts": answer.counts}

    def memory(self) -> dict[str, int]:
        """Bytes above those of the bare process at its start, by sort."""
        now = memory()
        return {sort: now[sort] - self._start[sort] for sort in now}


def memory() -> dict[str, int]:
    """Bytes of this process: resident, its share of them, private and shared, as Linux rolls them up; 0 elsewhere."""
    told: Counter[str] = Counter()
    with suppress(OSError), Path("/proc/self/smaps_rollup").open(encoding="ascii") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if rest.endswith("kB\n"):
                told[name] = int(rest.split()[0]) * 1024
    return {
        "resident": told["Rss"],
        "share": told["Pss"],
        "private": told["Private_Clean"] + told["Private_Dirty"],
        "shared": told["Shared_Clean"] + told["Shared_Dirty"],
        "anonymous": told["Anonymous"],
    }


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Answer until the input ends. The first line told is whether the engine is there at all."""
    answers, sys.stdout = sys.stdout, sys.stderr
    try:
        worker = Worker(sys.argv[1])
    except ImportError as error:
        print(json.dumps({"absent": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"version": worker.version()}), file=answers, flush=True)
    for line in sys.stdin:
        order, arguments = json.loads(line)
        print(json.dumps(getattr(worker, order)(*arguments)), file=answers, flush=True)


if __name__ == "__main__":
    main()
