"""What other rules would change in the answers: two indexes, or one asked in two ways, beside each other."""

from collections.abc import Iterator, Sequence

import msgspec

from indexer.engine import SearchIndex
from indexer.query import Query

FIRST = 10  # places of an answer that are compared


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What changes in one query: totals, and the ids that come among the first ten or leave them."""

    words: str
    before: int
    after: int
    comes: tuple[int, ...]
    leaves: tuple[int, ...]


def changes(queries: Sequence[str], before: SearchIndex, after: SearchIndex) -> Iterator[Change]:
    """The queries that two indexes answer differently in their first ten or in their totals."""
    for words in queries:
        was, now = (index.search(Query(words=words, page_size=FIRST)) for index in (before, after))
        if (was.ids, was.total) != (now.ids, now.total):
            comes = tuple(one for one in now.ids if one not in was.ids)
            leaves = tuple(one for one in was.ids if one not in now.ids)
            yield Change(words=words, before=was.total, after=now.total, comes=comes, leaves=leaves)
