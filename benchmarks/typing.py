"""What typing costs and how well it is understood: completions letter by letter, slips mended, similar resources."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import records
from benchmarks.place import Place
from benchmarks.report import Report, Row, arguments, spread
from catalog.errors import IndexMissing
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import Query

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4  # letters of a word that gets a slip
_SIMILAR = 300  # entries drawn by lot


def main() -> None:
    """Type all queries into an index that exists; it is only read."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--index", metavar="URL", help="whoosh:FOLDER")
    parser.add_argument("--record", metavar="URL", help="the record behind it, for similar resources")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="use what benchmarks.ingest left there")
    parser.add_argument("--queries", type=Path, metavar="FILE", default=records.FOLDER / "queries.txt")
    asked = parser.parse_args()
    url, record = asked.index, asked.record
    if asked.keep:
        place = Place(folder=asked.keep.resolve())
        url, record = place.index, place.record
    if not url:
        parser.error("which index? --index whoosh:FOLDER, or --keep FOLDER of an earlier benchmarks.ingest")
    if not asked.queries.is_file():
        print(f"skipped: there is no file {asked.queries}; give one query a line with --queries")
        return
    report = Report("Typing")
    queries = [line.strip() for line in asked.queries.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        _typed(report, open_index(url, load_vocabulary()).reader(), queries, record)
    except IndexMissing as error:
        raise SystemExit(str(error)) from error
    report.save(asked.json)


def _typed(report: Report, index: SearchIndex, queries: Sequence[str], record: str | None) -> None:
    chance = random.Random(7)
    slips = [slip for query in queries if (slip := _slipped(query, chance)) is not None]
    index.suggest("a b")
    rows: list[Row] = []
    for name, words in (("as it is", queries), ("with one slip", [slip for slip, _ in slips])):
        typed = [query[:size] for query in words for size in range(1, len(query) + 1)]
        for order in ("first", "warm"):
            times = [_seconds(lambda prefix=one: index.suggest(prefix)) for one in typed]  # type: ignore[misc]
            rows.append({"suggest, each letter typed": name, "pass": order, "asked": len(typed), **spread(times)})
    report.add(f"{index.status().entries:,} entries: completions; wanted p99 ≤ 3", rows, _CPU)
    report.add("Queries with one slip in a word of four letters or more", [_mended(index, slips)], _CPU, _RIGHT)
    if record:
        report.add("Similar resources; wanted ≤ 10", list(_similar(index, Store.open(record), chance)), _CPU)


_CPU = "Milliseconds of processor time of the asking thread; first: this process was not asked these before."
_RIGHT = (
    "Right: corrected as it was meant, or the same first page. Silent: nothing was corrected, though the page differs."
)


def _slipped(query: str, chance: random.Random) -> tuple[str, str] | None:
    """(query with one random edit, query); None where no word is long enough."""
    words = query.lower().split()
    places = [place for place, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    if not places:
        return None
    place = chance.choice(places)
    slip = _edited(words[place], chance)
    return " ".join([*words[:place], slip, *words[place + 1 :]]), " ".join(words)


def _edited(word: str, chance: random.Random) -> str:
    """The word with a letter left out, put in, exchanged, or swapped with the next."""
    at, letter = chance.randrange(len(word)), chance.choice(_LETTERS)
    before, here, after = word[:at], word[at], word[at + 1 :]
    made = [before + after, before + letter + here + after, before + letter + after]
    if after:
        made.append(before + after[0] + here + after[1:])
    different = [one for one in made if one != word]
    return chance.choice(different)


def _mended(index: SearchIndex, slips: Sequence[tuple[str, str]]) -> Row:
    right, silent, times = 0, 0, []
    for slip, meant in slips:
        times.append(_seconds(lambda words=slip: index.search(Query(words=words))))  # type: ignore[misc]
        found, wanted = index.search(Query(words=slip)), index.search(Query(words=meant))
        if (found.corrections and found.corrections[0] == meant) or found.ids == wanted.ids:
            right += 1
        elif not found.corrections:
            silent += 1
    return {
        "asked": len(slips),
        "right %": 100 * right / len(slips),
        "silent %": 100 * silent / len(slips),
        "wrong %": 100 * (len(slips) - right - silent) / len(slips),
        **spread(times),
    }


def _similar(index: SearchIndex, store: Store, chance: random.Random) -> Iterator[Row]:
    ids = chance.sample(range(1, store.last_id() + 1), min(_SIMILAR, store.last_id()))
    entries = [entry for entry in store.entries(ids) if not entry.hidden]
    for order in ("first", "warm"):
        times = [_seconds(lambda one=one: index.similar(one.id, 4, title=one.resource.title)) for one in entries]  # type: ignore[misc]
        yield {"similar": order, "asked": len(times), **spread(times)}


def _seconds(ask: Callable[[], object]) -> float:
    started = time.thread_time()
    ask()
    return time.thread_time() - started


if __name__ == "__main__":
    main()
