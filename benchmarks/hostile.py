"""Two hundred queries that nobody means well with: each must be answered or refused, and none may take long."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.growth import built, one_size
from benchmarks.report import Report, Row, arguments
from benchmarks.rows import questions
from catalog.errors import BadQuery
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import MAX_SIGNS, Query
from indexer.text import STOP_WORDS

COUNT = 200
LIMIT = 250.0  # milliseconds, of the slowest
_SLOWEST = 10
_SHOWN = 48  # signs of a query in a table
_CJK = "数据库编程入门机器学习データベース入門プログラミング"
_RTL = "תכנות מסדי נתונים برمجة قواعد البيانات"


def main() -> None:
    """Ask them of Lodestar's index, each once and once again; the first time is judged."""
    parser = arguments(main.__doc__ or "")
    asked, place, size = one_size(parser)
    report = Report(f"Hostile queries, {size:,} entries")
    index = open_index(f"whoosh:{built(place, asked.work.resolve(), size)}", load_vocabulary()).reader()
    usual = [question.text for question in questions(asked.queries)]
    for words in usual[:20]:
        index.search(Query(words=words))
    rows = [_row(index, sort, words) for sort, words in hostile(usual)]
    rows.sort(key=lambda row: -float(row["first CPU ms"] or 0))
    notes = (
        "First: asked for the first time; CPU: of processor time, which other work does not lengthen.",
        f"Wanted: the slowest ≤ {LIMIT:.0f} ms.",
        f"Of a query {MAX_SIGNS} signs are read.",
    )
    report.add("By sort", list(_sorts(rows)), *notes)
    report.add(f"The slowest {_SLOWEST}", rows[:_SLOWEST])
    report.save(asked.json)
    if failed := [row for row in rows if row["outcome"] == "failed"]:
        raise SystemExit(f"{len(failed)} queries were neither answered nor refused, the first {failed[0]['query']!r}")


def hostile(usual: Sequence[str]) -> list[tuple[str, str]]:
    """(sort, words) of `COUNT` queries made out of usual ones, the same each time."""
    words = [word for query in usual for word in query.split()]
    often = [word for word, _ in Counter(words).most_common(40)]
    lot = random.Random(11)
    found: list[tuple[str, str]] = []
    while len(found) < COUNT:
        found += _round(words, often, lot)
    return found[:COUNT]


def _round(words: Sequence[str], often: Sequence[str], lot: random.Random) -> Iterator[tuple[str, str]]:
    """One query of each sort."""

    def some(count: int, of: Sequence[str] = words) -> list[str]:
        return lot.choices(of, k=count)

    one, other = some(2)
    letters = [chr(lot.randint(97, 122)) for _ in range(60)]
    yield "10,000 signs", " ".join(some(2_000))[:10_000]
    yield "one word of 10,000 signs", (one * 10_000)[:10_000]
    yield "400 different words", " ".join(some(400))
    yield "frequent words ×40", " ".join(some(40, often))
    yield "one frequent word ×40", " ".join([lot.choice(often)] * 40)
    yield "frequent words with OR", " OR ".join(some(40, often))
    yield "stop words alone", " ".join(some(lot.randint(1, 60), sorted(STOP_WORDS)))
    yield "one-letter words", " ".join(letters)
    yield "one letter", letters[0]
    yield (
        "phrases of frequent words",
        " ".join(f'"{a} {b}"' for a, b in zip(some(20, often), some(20, often), strict=True)),
    )
    yield "phrase of 60 words", f'"{" ".join(some(60, often))}"'
    yield "phrase of stop words", f'"{" ".join(some(8, sorted(STOP_WORDS)))}"'
    yield "hundreds of quotes", '"' * lot.randint(300, 999) + one
    yield "quotes that do not close", " ".join(f'"{word}' for word in some(31))
    yield "nested minus and OR", "-(" * 40 + " OR -".join(some(40)) + ")" * 40
    yield "nothing but minus", " ".join(f"-{word}" for word in some(60, often))
    yield "brackets", "(" * 500 + one + ")" * 499
    yield "CJK wall", "".join(lot.choices(_CJK, k=lot.choice((100, 1_000, 5_000))))
    yield "wildcards", " ".join(f"{word[:2]}* *{word[-1:]} ?{word}" for word in some(20))
    yield "like a regular expression", f"({one}|{other})+$ ^(a+)+b [{one}]{{1,99}} .*.*.*"
    yield "like SQL", f'{one}\' OR 1=1; DROP TABLE entry; -- "{other}" NEAR/3 rowid:*'
    yield "zero-width signs", "\u200b\u200d\ufeff".join(one + other) + "\u200b" * 500
    yield "right to left", " ".join(some(40, _RTL.split())) + "\u202e" + one
    yield "accents on accents", "".join(sign + "\u0301" * 40 for sign in one + other)
    yield "misspelt words", " ".join(word[:1] + word[1:3][::-1] + word[3:] + letters[1] for word in some(40))
    yield "joined words", "-".join(some(100)) + " " + "/".join(some(100)) + " " + ".".join(some(100))
    yield "fields of fields", " ".join(f'title:author:{word} isbn:"{word}' for word in some(30))
    yield "control signs", "\x00\x07\x1b[31m" + one + "\r\n\t" * 200


def _row(index: SearchIndex, sort: str, words: str) -> Row:
    moments, used, outcome, hits = [time.perf_counter()], [time.process_time()], "answered", 0
    for _ in range(2):
        try:
            hits = index.search(Query(words=words)).total
        except BadQuery:
            outcome = "refused"
        except Exception:  # noqa: BLE001 - what else comes is the finding
            outcome = "failed"
        used.append(time.process_time())
        moments.append(time.perf_counter())
    start, first, again = moments
    shown = words.encode("unicode_escape").decode("ascii") if not words.isprintable() else words
    return {
        "sort": sort,
        "query": shown[:_SHOWN],
        "signs": len(words),
        "outcome": outcome,
        "hits": hits,
        "first ms": 1000 * (first - start),
        "first CPU ms": 1000 * (used[1] - used[0]),
        "again ms": 1000 * (again - first),
    }


def _sorts(rows: Sequence[Row]) -> Iterator[Row]:
    for sort in dict.fromkeys(row["sort"] for row in rows):
        these = [row for row in rows if row["sort"] == sort]
        worst = {name: max(float(row[f"{name} ms"] or 0) for row in these) for name in ("first", "first CPU", "again")}
        yield {
            "sort": sort,
            "asked": len(these),
            "failed": sum(row["outcome"] == "failed" for row in these),
            **{f"{name} max ms": milliseconds for name, milliseconds in worst.items()},
        }


if __name__ == "__main__":
    main()
