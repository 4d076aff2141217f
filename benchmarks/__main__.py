"""All benchmarks, one after the other, over one temporary folder that is removed in the end."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import records
from benchmarks.place import CHECKOUT, Place
from benchmarks.report import arguments

SMALLER = ("10000", "50000")  # entries of the indexes that show growth


def main() -> None:
    """Ingest, search at three sizes, typing, the site, relevance, crawling: each in a process of its own."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--records", metavar="N", help="an even sample of N records (default: all)")
    parser.add_argument("--data", type=Path, metavar="FOLDER", default=records.FOLDER, help=" and ".join(records.NAMES))
    asked = parser.parse_args()
    data = asked.data.resolve()
    if not records.files(data):
        print(f"skipped: {data} does not hold {' and '.join(records.NAMES)}; give their folder with --data")
        return
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as folder:
        place, told = Place(folder=Path(folder) / "place"), Path(folder) / "told"
        told.mkdir()
        queries = ["--queries", str(data / "queries.txt")]
        size = ["--records", asked.records] if asked.records else []
        _part("ingest", told, "--data", str(data), "--keep", str(place.folder), *size)
        smaller = _run("growth", place.record, folder, *SMALLER, silent=True).split()
        _part("search", told, *queries, *(f"--index={url}" for url in (*smaller, place.index)))
        _part("typing", told, *queries, "--keep", str(place.folder))
        _part("site", told, *queries, "--keep", str(place.folder))
        _part("relevance", told)
        _part("reading", told)
        _part("revisit", told)
        if asked.json:
            parts = [json.loads(path.read_bytes()) for path in sorted(told.iterdir())]
            asked.json.write_text(json.dumps(parts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _part(name: str, told: Path, *options: str) -> None:
    _run(name, *options, f"--json={told / name}.json")
    print(flush=True)


def _run(name: str, *options: str, silent: bool = False) -> str:
    words = [sys.executable, "-m", f"benchmarks.{name}", *options]
    done = subprocess.run(words, cwd=CHECKOUT, stdout=subprocess.PIPE if silent else None, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout or ""


if __name__ == "__main__":
    main()
