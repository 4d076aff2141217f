"""What processes cost: the first answer of a new one, the memory of each that serves, searches while another builds."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.child import Child
from benchmarks.engines import Feed, Question
from benchmarks.engines.worker import memory
from benchmarks.growth import built, one_size
from benchmarks.peers import OURS, ROLE
from benchmarks.place import CHECKOUT, MEGABYTE, Place
from benchmarks.report import Report, Row, arguments, percentile, spread
from benchmarks.rows import questions
from catalog.config import load_config
from webui.app import create_app

STARTS = 7
PAGES = 200
_PATIENCE = 120.0  # seconds that searches are measured beside a build, which may take longer
_QUIET = 4  # passes over the queries before it
_IMPORTS = """
import sys
from catalog.vocabulary import load_vocabulary
from indexer.engine import open_index
from indexer.query import Query
vocabulary = load_vocabulary()
"""
_SAYS = "print('ready', flush=True)"
_ANSWERS = "print(open_index(sys.argv[1], vocabulary).reader().search(Query(words=sys.argv[2])).total, flush=True)"
_PAGE = """
import sys
from webui.app import create_app
print(create_app().test_client().get("/search", query_string={"q": sys.argv[2]}, buffered=True).status, flush=True)
"""
_WEB = "from benchmarks.processes import serve; serve()"


def main() -> None:
    """Measure them on Lodestar's index."""
    parser = arguments(main.__doc__ or "")
    asked, place, size = one_size(parser)
    these = questions(asked.queries)
    folder = built(place, asked.work.resolve(), size)
    report = Report(f"Processes, {size:,} entries")
    report.add(
        "Cold start: from a new process to its first answer",
        list(_starts(place, folder, these)),
        f"{STARTS} starts each, with different queries; files are in the system's cache.",
    )
    report.add(
        "Memory of two web processes over one index",
        _memories(place, folder, these),
        f"Each after {PAGES} search pages. Resident counts in full what both map; private belongs to one alone.",
        "The share is private memory and half of what both share (the kernel's PSS).",
    )
    report.add(
        "Searches while another process builds an index of the same size",
        list(_disturbed(place, folder, these, size)),
        "Every single search counts, no best of several; words alone, all facets counted.",
        f"The build takes processors too; it is measured for {_PATIENCE:.0f} s at most.",
    )
    report.save(asked.json)


def _starts(place: Place, folder: Path, these: Sequence[Question]) -> Iterator[Row]:
    codes = {
        "Python alone": _SAYS,
        "with modules and vocabulary": _IMPORTS + _SAYS,
        "to the first answer": _IMPORTS + _ANSWERS,
        "a whole site to its first page": _PAGE,
    }
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for question in these[: STARTS + 1]:  # the first start warms the system's cache
        for name, code in codes.items():
            started = time.perf_counter()
            words = [sys.executable, "-c", code, f"whoosh:{folder}", question.text]
            with subprocess.Popen(
                words, cwd=CHECKOUT, env=_environment(place, folder), stdout=subprocess.PIPE
            ) as process:
                if not process.stdout or not process.stdout.readline():
                    raise SystemExit(f"a process gave no answer: {name}")
                taken[name].append(time.perf_counter() - started)
    for name, (_, *seconds) in taken.items():
        yield {
            "from the start of a process": name,
            "median ms": 1000 * percentile(seconds, 0.5),
            "max ms": 1000 * max(seconds),
        }


def _environment(place: Place, folder: Path) -> dict[str, str]:
    return place.environment(PYTHONPATH=str(CHECKOUT), LODESTAR_INDEX_URL=f"whoosh:{folder}")


def _memories(place: Place, folder: Path, these: Sequence[Question]) -> list[Row]:
    """Two processes serve the same pages; when both have, each tells its memory."""
    asked = json.dumps([f"/search?role={ROLE}&q=" + "+".join(one.words) for one in these[:PAGES]]) + "\n"
    with ExitStack() as stack:
        processes = []
        for _ in range(2):
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-c", _WEB],
                    cwd=CHECKOUT,
                    env=_environment(place, folder),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(processes[-1].communicate)
            stack.callback(processes[-1].kill)
        for line in (asked, "\n"):
            told = [_exchange(process, line) for process in processes]
    sorts = ("resident", "private", "shared", "share", "anonymous")
    return [
        {"process": f"web {number}", **{f"{sort} MB": round(one[sort] / MEGABYTE) for sort in sorts}}
        for number, one in enumerate(told, 1)
    ]


def _exchange(process: "subprocess.Popen[str]", line: str) -> Any:
    if process.stdin is None or process.stdout is None:
        raise SystemExit("a web process was not started")
    process.stdin.write(line)
    process.stdin.flush()
    return json.loads(process.stdout.readline() or "null")


def serve() -> None:
    """One web process: pages are made as they would be for a browser, without the network; then its memory is told."""
    client = create_app(load_config()).test_client()
    for line in sys.stdin:
        for path in json.loads(line) if line.strip() else ():
            answer = client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} was answered with status {answer.status_code}")
        print(json.dumps(memory()), flush=True)


def _disturbed(place: Place, folder: Path, these: Sequence[Question], size: int) -> Iterator[Row]:
    with Child(OURS, place) as reader, Child(OURS, place) as writer, tempfile.TemporaryDirectory() as aside:
        reader.order("open", str(folder))

        def one_pass() -> list[float]:
            seconds: list[float] = reader.order("ask", "all", these, ROLE)["seconds"]
            return seconds

        one_pass()
        yield _spread("quiet", [seconds for _ in range(_QUIET) for seconds in one_pass()])
        writer.tell("build", Feed("", place.record, size), aside)
        until, taken = time.monotonic() + _PATIENCE, list[float]()
        while not writer.answered() and time.monotonic() < until:
            taken += one_pass()
        yield _spread("while another builds", taken)
        writer.close()


def _spread(name: str, seconds: Sequence[float]) -> Row:
    return {"searches": name, "asked": len(seconds), **spread(seconds)}


if __name__ == "__main__":
    main()
