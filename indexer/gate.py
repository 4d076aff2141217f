"""May a new generation be published? Judged by what it holds and by queries that must find what they name."""

import tomllib
from importlib import resources

import msgspec

from catalog.errors import SearchError
from indexer.engine import SearchIndex
from indexer.query import Query


class GoldenQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Words that must have hits once the catalogue holds ``min_entries`` or more."""

    words: str
    min_hits: int = 1
    min_entries: int = 0


def golden_queries() -> list[GoldenQuery]:
    """The rows of golden_queries.toml."""
    written = resources.files("indexer").joinpath("golden_queries.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written)["query"], list[GoldenQuery])


def judge(index: SearchIndex, *, expected: int) -> None:
    """Raise `SearchError` if an index does not hold the expected number of entries or fails a golden query."""
    held = index.status().entries
    if abs(held - expected) > max(10, expected * 0.01):  # the record may move while the index is built
        raise SearchError(f"the new index holds {held} entries and the record {expected}; it is not published")
    for query in golden_queries():
        total = index.search(Query(words=query.words)).total
        if held >= query.min_entries and total < query.min_hits:
            raise SearchError(
                f"the new index finds {total} for {query.words!r} and should find {query.min_hits}; it is not published"
            )
