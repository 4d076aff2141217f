"""Smaller indexes from the same record, to see how the cost of a search grows with the catalogue."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from catalog.model import Entry
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.engine import open_index


def build(store: Store, folder: Path, size: int) -> str:
    """Index ``size`` entries spread evenly over a record; gives the index's URL."""
    url = f"whoosh:{folder / f'index-{size}'}"
    writer = open_index(url, load_vocabulary()).writer()
    writer.publish(writer.build(_some(store, size), 0))
    return url


def _some(store: Store, size: int) -> Iterator[Entry]:
    every, place, due = max(1.0, store.size() / size), 0, 0.0
    for batch in store.scan():
        for entry in batch:
            if place >= due:
                due += every
                yield entry
            place += 1


def main() -> None:
    """Build indexes of these sizes in a folder and print their URLs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("record", help="the record's URL")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="+")
    asked = parser.parse_args()
    store = Store.open(asked.record)
    for size in asked.sizes:
        if size < store.size():
            print(build(store, asked.folder, size), flush=True)


if __name__ == "__main__":
    main()
