"""May a new generation be published? Judged by how much it holds, and by what it finds for golden queries."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from importlib import resources

import msgspec

from catalog.errors import IndexDamaged, IndexMissing, SearchError
from catalog.model import Entry
from indexer import text
from indexer.engine import SearchIndex
from indexer.query import Query

_SLACK = 10  # entries by which index and record may differ, as the record moves while the index is built
_SLACK_SHARE = 0.01
_LOSS = 0.5  # share of the hits of a golden query that may be lost at most
_SHRUNK = 0.9  # a catalogue smaller than this share of what it was has lost hits by right
_FAILING = 0.2  # share of the golden queries that may fail: another catalogue may hold better answers than ours
Held = Mapping[str, AbstractSet[int]]  # entries by the names under which golden queries want them


class Golden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words, and what must be (``wants``) and must not be (``never``, a query) among the first ``within`` hits."""

    words: str
    wants: tuple[str, ...] = ()
    within: int = 10
    never: str | None = None


class Verdict(msgspec.Struct, frozen=True):
    """How a golden query fares; ``why`` it fails is empty where it does not."""

    golden: Golden
    why: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    query: tuple[Golden, ...]


def golden_queries() -> tuple[Golden, ...]:
    """What golden_queries.toml says."""
    written = resources.files("indexer").joinpath("golden_queries.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(written), _File).query


def noting(entries: Iterable[Entry], held: dict[str, set[int]]) -> Iterator[Entry]:
    """Pass entries on, noting in ``held`` those that golden queries want."""
    wanted = {_name(want) for golden in golden_queries() for want in golden.wants}
    for entry in entries:
        resource = entry.resource
        title = _name(resource.title)
        tellers = (resource.provider, resource.institution, *resource.authors)
        names = {title, resource.isbn or title, *(_name(f"{title} | {teller}") for teller in tellers)}
        for name in names & wanted:
            held.setdefault(name, set()).add(entry.id)
        yield entry


def verdicts(index: SearchIndex, held: Held) -> Iterator[Verdict]:
    """How each golden query fares of which something can be judged: what it wants is held, or it has a ``never``."""
    for golden in golden_queries():
        wanted = [want for want in golden.wants if held.get(_name(want))]
        if wanted or golden.never:
            yield Verdict(golden, _why(index, golden, wanted, held))


def judge(candidate: SearchIndex, *, live: SearchIndex, expected: int, held: Held | None = None) -> None:
    """Raise `SearchError` if an index does not hold the expected entries, finds far less than the live one does, or
    not what golden queries want of what is ``held``.
    """
    entries = candidate.status().entries
    if abs(entries - expected) > max(_SLACK, expected * _SLACK_SHARE):
        raise SearchError(f"the new index holds {entries} entries and the record {expected}; it is not published")
    for words, found_before in _live_hits(live, entries).items():
        found = candidate.search(_as_written(words)).complete
        if found < found_before * _LOSS:
            raise SearchError(
                f"the new index finds {found} for {words!r}, the live one {found_before}: it is not published; "
                "if that is meant, delete the old index"
            )
    judged = list(verdicts(candidate, held or {}))
    failing = [verdict for verdict in judged if verdict.why]
    if len(failing) > max(_SLACK, len(judged) * _FAILING):
        raise SearchError(
            f"the new index fails {len(failing)} of {len(judged)} golden queries ({_told(failing)}): it is not "
            "published; the text rules or the weights are not what they were"
        )


def _why(index: SearchIndex, golden: Golden, wanted: Sequence[str], held: Held) -> str:
    first = index.search(Query(words=golden.words, page_size=golden.within)).ids
    missing = [want for want in wanted if held[_name(want)].isdisjoint(first)]
    if missing:
        return f"not among the first {golden.within}: {', '.join(missing)}"
    if golden.never is None:
        return ""
    never = Query(words=golden.never)
    wrong = [str(entry) for entry in first if index.explain(never, entry).matches]
    return f"entries {', '.join(wrong)} are {golden.never!r}" if wrong else ""


def _told(failing: Sequence[Verdict]) -> str:
    return ", ".join(repr(verdict.golden.words) for verdict in failing[:5]) + (" …" if len(failing) > 5 else "")


def _name(written: str) -> str:
    return " ".join(text.fold(written).split())


def _as_written(words: str) -> Query:
    """A query whose hits are only counted: other spellings are not looked for."""
    return Query(words=words, literal=True, page_size=1)


def _live_hits(live: SearchIndex, held: int) -> dict[str, int]:
    """What the live index finds for each golden query; nothing if there is none to compare with."""
    try:
        if held < live.status().entries * _SHRUNK:
            return {}
        return {golden.words: live.search(_as_written(golden.words)).complete for golden in golden_queries()}
    except (IndexMissing, IndexDamaged):
        return {}
