"""All benchmarks, one after the other, over one temporary folder that is removed in the end."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import records
from benchmarks.growth import whole
from benchmarks.place import CHECKOUT, Place
from benchmarks.report import arguments

SMALLER = (10_000, 50_000)  # entries of the indexes that show growth


def main() -> None:
    """Ingest, search, typing, the site, relevance, matching, crawling, other engines, growth: each in its process."""
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
        sample = ["--records", asked.records] if asked.records else []
        _part("ingest", told, "--data", str(data), "--keep", str(place.folder), *sample)
        kept = [*queries, "--keep", str(place.folder)]
        _part("search", told, *kept)
        _part("typing", told, *kept)
        _part("site", told, *kept)
        _part("relevance", told)
        _part("matching", told)
        _part("reading", told)
        _part("revisit", told)
        kept += ["--work", str(Path(folder) / "work")]
        _part("peers", told, *kept)
        size = whole(place)
        _part("growth", told, *kept, "--sizes", ",".join(str(some) for some in (*SMALLER, size) if some <= size))
        for name in ("questions", "processes", "hostile"):
            _part(name, told, *kept)
        if asked.json:
            parts = [json.loads(path.read_bytes()) for path in sorted(told.iterdir())]
            asked.json.write_text(json.dumps(parts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _part(name: str, told: Path, *options: str) -> None:
    words = [sys.executable, "-m", f"benchmarks.{name}", *options, f"--json={told / name}.json"]
    if status := subprocess.run(words, cwd=CHECKOUT, check=False).returncode:
        raise SystemExit(status)
    print(flush=True)


if __name__ == "__main__":
    main()
