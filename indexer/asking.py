"""What a query asks for: its words in parts, each a word or several words that together name a topic.

A part is met by an entry that holds its words, or that teaches the topic it names. Entries that meet every part come
first. Where these are few, such follow as meet at least half of the parts. What is not wanted is left out of both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.text import Alternatives

TOPIC_SCORE = 10.0  # what an entry gains by teaching a topic that was named; fitted by benchmarks/relevance.py
PARTLY = 0.5  # what an entry keeps of its score for meeting only some of the parts, before the share of those it meets
LONGEST_NAME = 6  # words of a topic's name that are looked for
FEW = 20  # entries that meet every part, about a page; if there are fewer, some of the parts will do

_DASHES = "-\u2013\u2212"
_SIGN = re.compile(r'[^\s":]+:"[^"]*"|\S+')  # up to a blank, or to the end of what a field has in quotes
# What people write before a colon, and the field it means.
FIELD_NAMES = {"title": "title", "author": "author", "by": "author", "provider": "source", "isbn": "isbn"}
TopicNames = Mapping[tuple[str, ...], str]


class Part(msgspec.Struct, frozen=True):
    """``words`` are the ways in which each of its words is answered; ``topic`` is the id of the topic they name.

    Where a ``field`` is named, the words must stand in it, and no entry is shown that does not meet the part.
    """

    words: tuple[Alternatives, ...]
    topic: str | None = None
    field: str | None = None

    @property
    def terms(self) -> list[str]:
        return list(dict.fromkeys(term for ways in self.words for way in ways for term in way))


class Asked(msgspec.Struct, frozen=True):
    """A query as it is understood: what an entry should meet, and what it must not hold."""

    parts: tuple[Part, ...] = ()
    without: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts or self.without)

    @property
    def terms(self) -> frozenset[str]:
        """The terms that an answer may hold."""
        return frozenset(term for part in self.parts for term in part.terms)

    @property
    def topics(self) -> frozenset[str]:
        """The topics that are named."""
        return frozenset(part.topic for part in self.parts if part.topic is not None)


def topic_names(vocabulary: Vocabulary) -> TopicNames:
    """The names of all topics as the words that a query would have."""
    return {
        tuple(text.telling(name)): topic.id
        for topic in vocabulary.topics.values()
        for name in (*topic.ambiguous, *topic.aliases, topic.label)
    }


def signs(words: str) -> list[str]:
    """The words of a query as they are written; a field keeps what it has in quotes."""
    return _SIGN.findall(words)


def split(words: str) -> tuple[str, list[str]]:
    """The wanted words, and those that a dash right before them says not to want: ``go -game``, not ``go - a game``."""
    told = signs(words)
    unwanted = [sign for sign in told if len(sign) > 1 and sign[0] in _DASHES and text.runs(sign[1:])]
    return " ".join(sign for sign in told if sign not in unwanted), [sign[1:] for sign in unwanted]


def understood(words: str, names: TopicNames) -> Asked:
    """What a query asks for. False where it is nothing.

    The longest name of a topic that begins at a word is taken. ``author:knuth`` and ``author:"donald knuth"`` name a
    field; a field that is none is read as a word.
    """
    wanted, unwanted = split(words)
    free: list[str] = []
    found: dict[Part, None] = {}
    for sign in signs(wanted):
        if part := _of_field(sign):
            found[part] = None
        else:
            free.append(sign)
    found |= dict.fromkeys(_named(text.telling(" ".join(free)), names))
    return Asked(tuple(found), tuple(dict.fromkeys(_of_field(sign) or _part(text.runs(sign)) for sign in unwanted)))


def _of_field(sign: str) -> Part | None:
    name, colon, told = sign.partition(":")
    runs = text.runs(told)
    return _part(runs, field=FIELD_NAMES[name.lower()]) if colon and runs and name.lower() in FIELD_NAMES else None


def _named(runs: Sequence[str], names: TopicNames) -> Iterator[Part]:
    """Runs as parts, topics by their longest names."""
    at = 0
    while at < len(runs):
        size = next(
            (n for n in range(min(LONGEST_NAME, len(runs) - at), 1, -1) if tuple(runs[at : at + n]) in names), 1
        )
        taken = tuple(runs[at : at + size])
        yield _part(taken, topic=names.get(taken))
        at += size


def _part(runs: Sequence[str], *, topic: str | None = None, field: str | None = None) -> Part:
    return Part(tuple(map(text.alternatives, runs)), topic, field)


def needed(count: int) -> int:
    """How many of so many parts an entry must meet where too few meet all."""
    return (count + 1) // 2


def partly(met: int, count: int) -> float:
    """The share of its score that an entry keeps for meeting only some parts."""
    return PARTLY * met / count
