"""The other questions of an index: completions while typing, what is similar, and why an entry stands where it does."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from benchmarks.growth import built, one_size
from benchmarks.peers import spreads
from benchmarks.report import Report, Row, arguments
from benchmarks.rows import questions
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import Query

Asked = TypeVar("Asked")

_LONGEST = 8  # signs of a prefix
_PASSES = 3  # warm ones


def main() -> None:
    """Ask them of Lodestar's index, each for every query."""
    parser = arguments(main.__doc__ or "")
    asked, place, size = one_size(parser)
    report = Report(f"Other questions, {size:,} entries")
    index = open_index(f"whoosh:{built(place, asked.work.resolve(), size)}", load_vocabulary()).reader()
    report.add(
        "Suggest, similar and explain",
        _rows(index, asked.queries),
        f"Each one's best of {_PASSES} warm passes; CPU: of processor time.",
        f"Suggest: the first 1 to {_LONGEST} signs of each query.",
        "Similar: the first hit of each query. Explain: the score of that hit.",
        "Misspelt: each query with two letters changed over, searched and corrected.",
    )
    report.save(asked.json)


def _rows(index: SearchIndex, queries: Path) -> list[Row]:
    words = [question.text for question in questions(queries)]
    first = {some: hits.ids[0] for some in words if (hits := index.search(Query(words=some))).ids}
    prefixes = dict.fromkeys(some[:size] for some in words for size in range(1, min(_LONGEST, len(some)) + 1))
    return [
        _timed("suggest", index.suggest, prefixes),
        _timed("similar", index.similar, dict.fromkeys(first.values())),
        _timed("explain", lambda asked: index.explain(Query(words=asked[0]), asked[1]), first.items()),
        _timed("search, misspelt", lambda asked: index.search(Query(words=asked)), map(_misspelt, words)),
    ]


def _timed(what: str, ask: Callable[[Asked], object], asked: Iterable[Asked]) -> Row:
    these = list(asked)
    seconds, processor = ([float("inf")] * len(these) for _ in range(2))
    for number in range(1 + _PASSES):
        for place, one in enumerate(these):
            started, before = time.perf_counter(), time.process_time()
            ask(one)
            if number:
                processor[place] = min(processor[place], time.process_time() - before)
                seconds[place] = min(seconds[place], time.perf_counter() - started)
    return {"question": what, "asked": len(these), **spreads(seconds, processor)}


def _misspelt(words: str) -> str:
    """The longest word with its second and third letters changed over."""
    longest = max(words.split(), key=len)
    return words.replace(longest, longest[:1] + longest[1:3][::-1] + longest[3:])


if __name__ == "__main__":
    main()
