"""How well the right resources are found: judged queries, the judges' own evidence withheld, beside plain BM25.

Judges are the editors of lists who put a resource under a heading, and the platforms that tagged a course with a skill.
What they said is taken out of the records before these are imported, so that only words are left to find them by.
"""

import gzip
import json
import math
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import baselines, records
from benchmarks.baselines import Ranking, Told
from benchmarks.place import CHECKOUT, Place
from benchmarks.report import Report, Row, arguments
from catalog.clean import canonical_url
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import MAX_PAGE_SIZE, Query

FOLDER = CHECKOUT.parent / "shared" / "relevance"
LISTS = "free-programming-books"
TAGGED = frozenset({"classcentral-2024", "classcentral-2024-list", "edx-2021-topics"})
FIRST, DEEP = 10, 50  # what nDCG and recall look at
_PAGES = 40  # of results looked through for those in the judged pool


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A set of queries with the entries that were judged relevant, and the pool they were judged among."""

    name: str
    relevant: Mapping[str, frozenset[int]]
    pool: frozenset[int]


def main() -> None:
    """nDCG@10, recall@50 and MRR of each judged set, for Lodestar and for BM25 over title and description elsewhere."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--data", type=Path, metavar="FOLDER", default=records.FOLDER, help=" and ".join(records.NAMES))
    parser.add_argument("--judged", type=Path, metavar="FOLDER", default=FOLDER, help="headings.jsonl and skills.jsonl")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work in this folder, with the record it may hold")
    parser.add_argument("--queries", action="store_true", help="tell nDCG of each query too")
    asked = parser.parse_args()
    paths = records.files(asked.data)
    if not paths or not (asked.judged / "skills.jsonl").is_file():
        print(f"skipped: {asked.data} or {asked.judged} does not hold what was judged; see --help")
        return
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as folder:
        place = Place(folder=(asked.keep or Path(folder)).resolve())
        _prepare(place, paths)
        report = Report("Relevance, evidence withheld")
        sets = judged_sets(place, paths, asked.judged)
        pool = frozenset[int]().union(*(judged.pool for judged in sets))
        rankings = {"Lodestar": _lodestar(open_index(place.index, load_vocabulary()).reader())}
        rankings |= dict(_baselines(place, pool))
        for judged in sets:
            notes = f"{len(judged.relevant)} queries, {len(judged.pool):,} entries judged"
            told = {name: _of_queries(judged, ranking) for name, ranking in rankings.items()}
            report.add(judged.name, [_row(name, list(by_query.values())) for name, by_query in told.items()], notes)
            if asked.queries:
                report.add(f"{judged.name}, nDCG@{FIRST} of each query", list(_each(judged, told)))
        report.save(asked.json)


def _prepare(place: Place, paths: Sequence[Path]) -> None:
    """The record and the index without what the judges said, unless they are there."""
    place.folder.mkdir(parents=True, exist_ok=True)
    if not (place.folder / "record").exists():
        for path in paths:
            with gzip.open(place.folder / path.name, "wt", encoding="utf-8", compresslevel=1) as file:
                file.writelines(json.dumps(withheld(record)) + "\n" for record in records.told(path))
        place.run("import", *(str(place.folder / path.name) for path in paths))
    if not (place.folder / "index").exists():
        place.run("reindex")


def withheld(record: dict[str, Any]) -> dict[str, Any]:
    """A record without the judges' words."""
    secret = {"skills", "subjects"} if record.get("source") in TAGGED | {LISTS} else {"skills"}
    return {name: value for name, value in record.items() if name not in secret}


def judged_sets(place: Place, paths: Sequence[Path], folder: Path) -> list[Judged]:
    """What was judged, as entries: addresses of one entry count once."""
    entries = _by_address(place)
    listed, tagged = set(), set()
    for path in paths:
        for record in records.told(path):
            entry = entries.get(canonical_url(record.get("url")) or "")
            if entry is None:
                continue
            if record["source"] == LISTS and record.get("language") == "en":
                listed.add(entry)
            if record.get("skills") or (record["source"] in TAGGED and record.get("subjects")):
                tagged.add(entry)
    headings, skills = (
        [json.loads(line) for line in _lines(folder / f"{name}.jsonl")] for name in ("headings", "skills")
    )
    return [
        _judged("headings", headings, "relevant", entries, listed),
        _judged("skills", skills, "relevant", entries, tagged),
        _judged("skills on which two sources agree", skills, "agreed", entries, tagged),
    ]


def _judged(name: str, rows: list[dict[str, Any]], which: str, entries: dict[str, int], pool: set[int]) -> Judged:
    found = {
        row["query"]: frozenset(entries[at] for url in row[which] if (at := canonical_url(url) or "") in entries) & pool
        for row in rows
    }
    return Judged(name=name, relevant={words: these for words, these in found.items() if these}, pool=frozenset(pool))


def _by_address(place: Place) -> dict[str, int]:
    store = Store.open(place.record)
    try:
        return {
            address: entry.id for batch in store.scan() for entry in batch for _, address in entry.listings if address
        }
    finally:
        store.close()


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        yield from file


def _lodestar(index: SearchIndex) -> Ranking:
    def ranking(words: str, pool: Collection[int], most: int) -> list[int]:
        found: list[int] = []
        for page in range(1, _PAGES + 1):
            ids = index.search(Query(words=words, page=page, page_size=MAX_PAGE_SIZE)).ids
            found += [entry for entry in ids if entry in pool]
            if len(ids) < MAX_PAGE_SIZE or len(found) >= most:
                break
        return found[:most]

    return ranking


def _baselines(place: Place, pool: Collection[int]) -> Iterator[tuple[str, Ranking]]:
    """Plain BM25 over all entries; stock Whoosh, which is slow to write, over those of the judged pools alone."""
    yield "FTS5", baselines.fts5(_told(place))
    try:
        yield "tantivy", baselines.tantivy(_told(place))
    except ModuleNotFoundError:
        print("tantivy is left out: pip install -r benchmarks/requirements.txt")
    yield "Whoosh", baselines.whoosh(told for told in _told(place) if told.id in pool)


def _told(place: Place) -> Iterator[Told]:
    store = Store.open(place.record)
    try:
        for batch in store.scan():
            for entry in batch:
                yield Told(entry.id, entry.resource.title, entry.resource.description or "")
    finally:
        store.close()


def _of_queries(judged: Judged, ranking: Ranking) -> dict[str, dict[str, float]]:
    return {words: _measured(ranking(words, judged.pool, DEEP), these) for words, these in judged.relevant.items()}


def _measured(found: Sequence[int], relevant: Collection[int]) -> dict[str, float]:
    gained = sum(1 / math.log2(place + 2) for place, entry in enumerate(found[:FIRST]) if entry in relevant)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(FIRST, len(relevant))))
    return {
        "ndcg": gained / ideal,
        "recall": sum(entry in relevant for entry in found[:DEEP]) / len(relevant),
        "possible": sum(entry in relevant for entry in found[:DEEP]) / min(DEEP, len(relevant)),
        "mrr": next((1 / (place + 1) for place, entry in enumerate(found) if entry in relevant), 0.0),
    }


def _row(name: str, of_queries: Sequence[Mapping[str, float]]) -> Row:
    def mean(what: str) -> float:
        return sum(one[what] for one in of_queries) / len(of_queries)

    return {
        "engine": name,
        f"nDCG@{FIRST}": mean("ndcg"),
        f"recall@{DEEP}": mean("recall"),
        "of the possible": mean("possible"),
        "MRR": mean("mrr"),
    }


def _each(judged: Judged, told: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[Row]:
    for words, these in judged.relevant.items():
        yield {"query": words, "relevant": len(these), **{name: of[words]["ndcg"] for name, of in told.items()}}


if __name__ == "__main__":
    main()
