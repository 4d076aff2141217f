"""Words that mean the same, from synonyms.toml: what else a resource may say for what is asked."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import msgspec

from catalog.errors import ConfigError
from indexer import text
from indexer.text import Alternatives

SHARE = 0.6  # of its score, what an entry keeps for a word that only means the same
Runs = tuple[str, ...]
_Key = tuple[Alternatives, ...]  # the forms of a word have one


class Span(msgspec.Struct, frozen=True):
    """The runs of a query from ``start`` to before ``end``, and each row of runs that means the same."""

    start: int
    end: int
    instead: tuple[Runs, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    same: tuple[tuple[str, ...], ...] = ()
    means: tuple[tuple[str, ...], ...] = ()


class Synonyms:
    """What means the same as rows of runs; nothing where none are given."""

    def __init__(self, lines: Mapping[Runs, tuple[Runs, ...]] | None = None) -> None:
        self._lines = sorted((lines or {}).items())
        self._instead = {_key(row): others for row, others in self._lines}
        self.longest = max(map(len, self._instead), default=0)

    def __iter__(self) -> Iterator[tuple[Runs, tuple[Runs, ...]]]:
        """Each row of runs that can be said otherwise, with what means the same."""
        return iter(self._lines)

    def of(self, runs: Sequence[str]) -> tuple[Runs, ...]:
        """What means the same as all of these runs together."""
        return self._instead.get(_key(runs), ())

    def expansions(self, runs: Sequence[str]) -> Iterator[Span]:
        """The spans of a query that can be said otherwise, from the left, the longest first; they do not overlap."""
        at = 0
        while at < len(runs):
            sizes = range(min(self.longest, len(runs) - at), 0, -1)
            size = next((size for size in sizes if _key(runs[at : at + size]) in self._instead), 0)
            if size:
                yield Span(at, at + size, self.of(runs[at : at + size]))
            at += size or 1


def load_synonyms(path: Path | None = None) -> Synonyms:
    """The synonyms of a file, or those that come with the product. Raises `ConfigError`, which names the line."""
    told = path or resources.files("indexer").joinpath("synonyms.toml")
    try:
        return parsed(told.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, ConfigError) as error:
        raise ConfigError(f"{told}: {error}") from error


def parsed(written: str) -> Synonyms:
    """The synonyms of a text in the form of synonyms.toml. Raises `ConfigError`."""
    try:
        file = msgspec.convert(tomllib.loads(written), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(str(error)) from error
    lines: dict[Runs, tuple[Runs, ...]] = {}
    known: dict[_Key, Runs] = {}
    for line in file.same:
        rows = _rows(line)
        for row in rows:
            _once(known, row, line)
            lines[row] = tuple(other for other in rows if other != row)
    for line in file.means:
        first, *others = _rows(line)
        _once(known, first, line)
        back = [row for other in others for row in lines.get(known.get(_key(other), ()), ())]
        if _key(first) in map(_key, back):
            raise ConfigError(f"{list(line)} turns round a line before; write both as one line of `same`")
        lines[first] = tuple(others)
    return Synonyms(lines)


def _rows(line: Sequence[str]) -> list[Runs]:
    rows = [tuple(text.telling(words)) for words in line]
    if len(rows) < 2 or not all(rows):
        raise ConfigError(f"{list(line)} needs two or more that have words")
    if len(set(map(_key, rows))) < len(rows):
        raise ConfigError(f"{list(line)} holds forms of one word, which meet anyway; leave one out")
    return rows


def _once(known: dict[_Key, Runs], row: Runs, line: Sequence[str]) -> None:
    if _key(row) in known:
        raise ConfigError(f"{' '.join(row)!r} of {list(line)} stands in a line before; put both into one")
    known[_key(row)] = row


def _key(runs: Sequence[str]) -> _Key:
    return tuple(map(text.alternatives, runs))
