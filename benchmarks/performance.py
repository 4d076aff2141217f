"""Everything that docs/performance.md tells, measured part by part, and written between its markers."""

import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from benchmarks.growth import SIZES, at_work
from benchmarks.place import CHECKOUT
from benchmarks.report import markdown

PARTS = ("peers", "growth", "questions", "processes", "hostile")
OF_THE_RECORD = ("peers", "processes")  # the others at the largest size
PAGE = CHECKOUT / "docs" / "performance.md"
BEGIN, END = "<!-- numbers: begin -->", "<!-- numbers: end -->"


def main() -> None:
    """Run the parts, each in a process of its own; what each told stays in the folder of work until it runs again."""
    parser = ArgumentParser(description=main.__doc__)
    at_work(parser)
    parser.add_argument(
        "--sizes", metavar="N,N", default=",".join(map(str, SIZES)), help=f"of growth; default: {SIZES}"
    )
    parser.add_argument(
        "--parts", metavar="NAMES", default=",".join(PARTS), help="with commas; '' runs none (default: all)"
    )
    parser.add_argument("--entries", metavar="N", help="of engines and processes (default: all of the record)")
    parser.add_argument("--page", action="store_true", help=f"write the numbers into {PAGE.relative_to(CHECKOUT)}")
    asked = parser.parse_args()
    if unknown := set(filter(None, asked.parts.split(","))) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    told = asked.work.resolve() / "told"
    told.mkdir(parents=True, exist_ok=True)
    for part in filter(None, asked.parts.split(",")):
        words = [sys.executable, "-m", f"benchmarks.{part}", *_options(part, asked), f"--json={told / part}.json"]
        if subprocess.run(words, cwd=CHECKOUT, check=False).returncode:
            print(f"{part} did not end well; what it told before stays")
        print(flush=True)
    if asked.page:
        written = {part: json.loads(path.read_bytes()) for part in PARTS if (path := told / f"{part}.json").is_file()}
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), "\n".join(_section(written))), encoding="utf-8")


def _options(part: str, asked: Namespace) -> list[str]:
    options = [
        f"--keep={asked.keep.resolve()}",
        f"--work={asked.work.resolve()}",
        f"--queries={asked.queries.resolve()}",
    ]
    if part == "growth":
        return [*options, f"--sizes={asked.sizes}", f"--plot={PAGE.with_suffix('.svg')}"]
    largest = max(map(int, asked.sizes.split(",")))
    size = asked.entries if part in OF_THE_RECORD else largest
    return [*options, f"--entries={size}"] if size else options


def replaced(page: str, section: str) -> str:
    """A page with another text between its markers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} needs the two lines {BEGIN} and {END}")
    return f"{before}{begin}\n\n{section}\n\n{end}{after}"


def _section(written: dict[str, Any]) -> Iterator[str]:
    for part, told in written.items():
        yield f"### {told['title']}\n\n`python -m benchmarks.{part}`: {told['machine']}.\n"
        for title, rows in told["tables"].items():
            yield f"**{title}**\n"
            yield from [*markdown(rows), ""]
            yield from [f"- {note}" for note in told["notes"][title]]
            yield ""
        if part == "growth":
            yield f"![How a search grows with the catalogue]({PAGE.with_suffix('.svg').name})\n"


if __name__ == "__main__":
    main()
