"""How long a change takes from the record to a live search: follower and reader each in a process of its own."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import records
from benchmarks.place import CHECKOUT, Place
from benchmarks.report import Row
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.engine import open_index
from indexer.query import Query

CHANGES = 1000
_LOOK = 0.01  # seconds between questions of the reader and between looks for the commit
_PATIENCE = 120.0  # seconds
_FIRST, _WORD = "quorvexil", "zalmithrax"  # words that stand in no catalogue


def measure(place: Place, paths: list[Path]) -> list[Row]:
    """Change records by an import while `lodestar follow` runs and a reader asks; seconds until all are found."""
    store = Store.open(place.record)
    with place.running("follow"):
        _change(place, store, paths, _FIRST, 1)  # now the follower and the reader are known to be at work
        count, started, committed, found = _change(place, store, paths, _WORD, CHANGES)
    store.close()
    return [
        {"1,000 changed entries": "changed and found", "value": count, "unit": "entries", "wanted": ""},
        {"1,000 changed entries": "commit → found", "value": found - committed, "unit": "s", "wanted": "< 5"},
        {"1,000 changed entries": "import typed → found", "value": found - started, "unit": "s", "wanted": ""},
    ]


def _change(place: Place, store: Store, paths: list[Path], word: str, size: int) -> tuple[int, float, float, float]:
    """(changes, moment the import was started, moment of its commit, moment the reader found all)."""
    file = place.folder / f"{word}.jsonl.gz"
    count = records.changed(paths, store, size, word, file)
    with _reader(place, word, count) as reader:
        if reader.stdout is None or not reader.stdout.readline():
            raise SystemExit("the reader of the live index did not start")
        before = store.last_change()
        started = time.monotonic()
        with place.running("import", "--believe", str(file)) as process:
            while store.last_change() == before:
                if process.poll() or time.monotonic() - started > _PATIENCE:
                    raise SystemExit(f"the import of changes failed; see {place.folder / 'import.log'}")
                time.sleep(_LOOK)
            committed = time.monotonic()
            process.wait()
        if store.last_change() - before != count:
            raise SystemExit(f"{count} records were changed and {store.last_change() - before} entries changed")
        found = json.loads(reader.stdout.readline() or "null")
    if found is None:
        raise SystemExit(f"{count} changed entries were not found within {_PATIENCE:.0f} s")
    return count, started, committed, found


def _reader(place: Place, word: str, count: int) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "benchmarks.live", place.index, word, str(count)]
    return subprocess.Popen(
        words, cwd=CHECKOUT, env=place.environment(PYTHONPATH=str(CHECKOUT)), stdout=subprocess.PIPE, text=True
    )


def main() -> None:
    """Ask an index for a word until it has so many hits; tell "ready", then the moment."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("index")
    parser.add_argument("word")
    parser.add_argument("hits", type=int)
    asked = parser.parse_args()
    index = open_index(asked.index, load_vocabulary()).reader()
    query = Query(words=asked.word)
    index.search(query)
    print("ready", flush=True)
    parent, until = os.getppid(), time.monotonic() + _PATIENCE
    while index.search(query).total < asked.hits:
        if time.monotonic() > until or os.getppid() != parent:
            sys.exit(1)
        time.sleep(_LOOK)
    print(json.dumps(time.monotonic()), flush=True)


if __name__ == "__main__":
    main()
