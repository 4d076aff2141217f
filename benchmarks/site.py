"""Pages of the served site over real HTTP: a few clients, each asking for the next page when it has the last one."""

import http.client
import itertools
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import records
from benchmarks.place import MEGABYTE, Place, memory_of
from benchmarks.report import Cell, Report, Row, arguments, spread
from benchmarks.search import SHAPES
from catalog.store import Store

CLIENTS = (1, 4)
_HOST = "127.0.0.1"
_PATIENCE = 60.0  # seconds until the site answers, and for one page


class BadAnswer(Exception):
    """The site gave another answer than a page."""


def main() -> None:
    """Serve a record and an index that exist, and ask for pages of them."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", required=True, help="where benchmarks.ingest left them")
    parser.add_argument("--queries", type=Path, metavar="FILE", default=records.FOLDER / "queries.txt")
    parser.add_argument("--pages", type=int, metavar="N", default=500, help="pages of each sort (default: 500)")
    asked = parser.parse_args()
    if not asked.queries.is_file():
        print(f"skipped: there is no file {asked.queries}; give one query a line with --queries")
        return
    place, port = Place(folder=asked.keep.resolve()), _free_port()
    if not (place.folder / "record").is_dir():
        parser.error(f"{asked.keep} holds no record; make one with python -m benchmarks.ingest --keep {asked.keep}")
    report = Report("Pages over HTTP")
    rows: list[Row] = []
    with place.running("serve", LODESTAR_SITE_PORT=str(port)) as server:
        _wait(port)
        try:
            for name, paths in _paths(place, port, asked.queries, asked.pages).items():
                _fetch_all(port, paths[:20], 1)
                rows += [_row(name, clients, *_fetch_all(port, paths, clients)) for clients in CLIENTS]
        except BadAnswer as error:
            time.sleep(1)  # a server that dies needs a moment to be dead
            said = (place.folder / "serve.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            raise SystemExit(
                f"{error}; the server's status is {server.poll()} (None: it runs). It said:\n{said}"
            ) from error
        memory = round(memory_of(server.pid) / MEGABYTE)
    report.add(
        "Closed loop on 127.0.0.1, connections kept open",
        rows,
        f"One `lodestar serve` process, {memory} MB resident in the end; the clients share its processors.",
        "No page is asked for with a tag, so each is made anew; search pages are all different queries.",
    )
    report.save(asked.json)


def _paths(place: Place, port: int, queries: Path, size: int) -> dict[str, list[str]]:
    """The addresses of each sort of page, spread evenly over what there is."""
    words = [line.strip() for line in queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = [
        "/search?" + urlencode([("q", some), *((facet, value) for facet, values in choices for value in values)])
        for some in words
        for _, choices in SHAPES
    ]
    store = Store.open(place.record)
    last = store.last_change()
    store.close()
    ids = range(1, last, max(1, last // size))
    found = [_location(port, f"/resources/{number}") for number in ids]
    return {"search": _spread(asked, size), "resource": [path for path in found if path], "home": ["/"] * size}


def _spread(values: Sequence[str], size: int) -> list[str]:
    return [values[place * len(values) // size] for place in range(min(size, len(values)))]


def _fetch_all(port: int, paths: Sequence[str], clients: int) -> tuple[list[float], float, list[int]]:
    """(seconds for each page, seconds in all, bytes of each page); any answer but 200 ends the benchmark."""
    waiting, times, sizes, odd = iter(paths), list[float](), list[int](), list[str]()
    lock = threading.Lock()

    def ask() -> None:
        connection = http.client.HTTPConnection(_HOST, port, timeout=_PATIENCE)
        while True:
            with lock:
                path = next(waiting, None)
            if path is None or odd:
                return connection.close()
            started = time.perf_counter()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                sizes.append(len(answer.read()))
            except (OSError, http.client.HTTPException) as error:
                odd.append(f"{path} was not answered: {error!r}")
                continue
            times.append(time.perf_counter() - started)
            if answer.status != http.HTTPStatus.OK:
                odd.append(f"{path} was answered with status {answer.status}")

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = time.perf_counter() - started
    if odd:
        raise BadAnswer(odd[0])
    return times, whole, sizes


def _row(name: str, clients: int, times: Sequence[float], whole: float, sizes: Sequence[int]) -> Row:
    told: dict[str, Cell] = {"page": name, "clients": clients, "pages": len(times), "pages/s": len(times) / whole}
    return told | spread(times) | {"KB a page": sum(sizes) / len(sizes) / 1000}


def _location(port: int, path: str) -> str | None:
    """Where a page really is; None if there is no such page."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=_PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status == http.HTTPStatus.OK:
        return path
    return answer.getheader("Location") if answer.status == http.HTTPStatus.MOVED_PERMANENTLY else None


def _wait(port: int) -> None:
    """Until the first page is there."""
    for waited in _moments():
        try:
            if _location(port, "/"):
                return
        except OSError:
            time.sleep(0.1)
        if waited > _PATIENCE:
            raise SystemExit(f"the site did not answer within {_PATIENCE:.0f} s")


def _moments() -> Iterator[float]:
    started = time.monotonic()
    yield from (time.monotonic() - started for _ in itertools.count())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
