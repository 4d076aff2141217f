"""What a query asks for: its words in parts, each a word or several words that together name a topic.

A part is met by an entry that holds its words, or that teaches the topic it names. Entries that meet every part come
first. Where these are few, such follow as meet at least half of the parts. What is not wanted is left out of both.
"""

from collections.abc import Mapping

import msgspec

from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.text import Alternatives

TOPIC_SCORE = 10.0  # what an entry gains by teaching a topic that was named; fitted by benchmarks/relevance.py
PARTLY = 0.5  # what an entry keeps of its score for meeting only some of the parts, before the share of those it meets
FEW = 20  # entries that meet every part, about a page; if there are fewer, some of the parts will do

_DASHES = "-\u2013\u2212"
TopicNames = Mapping[tuple[str, ...], str]


class Part(msgspec.Struct, frozen=True):
    """``words`` are the ways in which each of its words is answered; ``topic`` is the id of the topic they name."""

    words: tuple[Alternatives, ...]
    topic: str | None = None

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


def split(words: str) -> tuple[str, list[str]]:
    """The wanted words, and those that a dash right before them says not to want: ``go -game``, not ``go - a game``."""
    signs = words.split()
    unwanted = [sign for sign in signs if len(sign) > 1 and sign[0] in _DASHES and text.runs(sign[1:])]
    return " ".join(sign for sign in signs if sign not in unwanted), [sign[1:] for sign in unwanted]


def understood(words: str, names: TopicNames) -> Asked:
    """What a query asks for; the longest name of a topic that begins at a word is taken. False where it is nothing."""
    wanted, unwanted = split(words)
    runs = text.telling(wanted)
    longest = max(map(len, names), default=1)
    found: dict[Part, None] = {}
    at = 0
    while at < len(runs):
        size = next((n for n in range(min(longest, len(runs) - at), 1, -1) if tuple(runs[at : at + n]) in names), 1)
        taken = tuple(runs[at : at + size])
        found[Part(tuple(map(text.alternatives, taken)), names.get(taken))] = None
        at += size
    without = (Part(tuple(map(text.alternatives, text.runs(word)))) for word in unwanted)
    return Asked(tuple(found), tuple(dict.fromkeys(without)))


def needed(count: int) -> int:
    """How many of so many parts an entry must meet where too few meet all."""
    return (count + 1) // 2


def partly(met: int, count: int) -> float:
    """The share of its score that an entry keeps for meeting only some parts."""
    return PARTLY * met / count
