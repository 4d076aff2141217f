"""Search engines side by side, each behind the same few questions and each in a process of its own.

Nothing here but the standard library: Xapian is asked by the system's Python, which knows nothing of our packages.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

SEVERAL = ("role", "topic")  # facets of which an entry may have several values
TITLE_WEIGHT = 4  # how much more a word of the title counts, in the engines that are not ours
PAGE = 10

Row = dict[str, Any]
Counts = dict[str, dict[str, int]]


class Question(NamedTuple):
    """A query as it is written, its words without stop words, and its words with them."""

    text: str
    words: tuple[str, ...]
    phrase: tuple[str, ...]


class Feed(NamedTuple):
    """Where entries come from: rows written once for all, and the record with the number of entries for Lodestar."""

    rows: str
    record: str
    size: int

    def read(self) -> Iterator[Row]:
        return rows(Path(self.rows))


class Answer(NamedTuple):
    """How much was found: ids of one page; in all, and by facet, where the job asks for it."""

    ids: list[int]
    total: int | None = None
    counts: Counts | None = None


class Peer(Protocol):
    """One engine. A job that it does not offer is not among its ``jobs``."""

    def version(self) -> str: ...

    def build(self, feed: Feed, folder: Path) -> None:
        """Write an index of all entries into an empty folder."""
        ...

    def open(self, folder: Path) -> None: ...

    def jobs(self) -> list[str]:
        """Of the open index: among ``all``, ``any``, ``phrase``, ``facets``."""
        ...

    def ask(self, job: str, question: Question, role: str) -> Answer: ...


def rows(path: Path) -> Iterator[Row]:
    """Rows as `benchmarks.rows` wrote them."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
