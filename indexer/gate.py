"""May a new generation be published? Judged by how much it holds, and by what the published one finds for golden
queries.
"""

import tomllib
from importlib import resources

from catalog.errors import IndexDamaged, IndexMissing, SearchError
from indexer.engine import SearchIndex
from indexer.query import Query

_SLACK = 10  # entries by which index and record may differ, as the record moves while the index is built
_SLACK_SHARE = 0.01
_LOSS = 0.5  # share of the hits of a golden query that may be lost at most
_SHRUNK = 0.9  # a catalogue smaller than this share of what it was has lost hits by right


def golden_queries() -> list[str]:
    """The words of golden_queries.toml."""
    written = resources.files("indexer").joinpath("golden_queries.toml").read_text(encoding="utf-8")
    return [str(words) for words in tomllib.loads(written)["queries"]]


def judge(candidate: SearchIndex, *, live: SearchIndex, expected: int) -> None:
    """Raise `SearchError` if an index does not hold the expected entries, or finds far less than the live one does."""
    held = candidate.status().entries
    if abs(held - expected) > max(_SLACK, expected * _SLACK_SHARE):
        raise SearchError(f"the new index holds {held} entries and the record {expected}; it is not published")
    for words, found_before in _live_hits(live, held).items():
        found = candidate.search(Query(words=words)).complete
        if found < found_before * _LOSS:
            raise SearchError(
                f"the new index finds {found} for {words!r}, the live one {found_before}: it is not published; "
                "if that is meant, delete the old index"
            )


def _live_hits(live: SearchIndex, held: int) -> dict[str, int]:
    """What the live index finds for each golden query; nothing if there is none to compare with."""
    try:
        if held < live.status().entries * _SHRUNK:
            return {}
        return {words: live.search(Query(words=words)).complete for words in golden_queries()}
    except (IndexMissing, IndexDamaged):
        return {}
