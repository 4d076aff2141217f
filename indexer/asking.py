"""What a query asks for: its words in parts, each a word or several words that together name a topic.

A part is met by an entry that holds its words, or that teaches the topic it names. Entries that meet every part come
first. Where these are few, such follow as meet at least half of the parts.
"""

from collections.abc import Mapping

import msgspec

from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.text import Alternatives

TOPIC_SCORE = 10.0  # what an entry gains by teaching a topic that was named; fitted by benchmarks/relevance.py
PARTLY = 0.5  # what an entry keeps of its score for meeting only some of the parts, before the share of those it meets
FEW = 20  # entries that meet every part, about a page; if there are fewer, some of the parts will do

TopicNames = Mapping[tuple[str, ...], str]


class Part(msgspec.Struct, frozen=True):
    """``words`` are the ways in which each of its words is answered; ``topic`` is the id of the topic they name."""

    words: tuple[Alternatives, ...]
    topic: str | None = None

    @property
    def terms(self) -> list[str]:
        return list(dict.fromkeys(term for ways in self.words for way in ways for term in way))


def topic_names(vocabulary: Vocabulary) -> TopicNames:
    """The names of all topics as the words that a query would have."""
    return {
        tuple(text.telling(name)): topic.id
        for topic in vocabulary.topics.values()
        for name in (*topic.ambiguous, *topic.aliases, topic.label)
    }


def parts(words: str, names: TopicNames) -> list[Part]:
    """The parts of a query, in order; the longest name of a topic that begins at a word is taken."""
    runs = text.telling(words)
    longest = max(map(len, names), default=1)
    found: dict[Part, None] = {}
    at = 0
    while at < len(runs):
        size = next((n for n in range(min(longest, len(runs) - at), 1, -1) if tuple(runs[at : at + n]) in names), 1)
        taken = tuple(runs[at : at + size])
        found[Part(tuple(map(text.alternatives, taken)), names.get(taken))] = None
        at += size
    return list(found)


def needed(count: int) -> int:
    """How many of so many parts an entry must meet where too few meet all."""
    return (count + 1) // 2


def partly(met: int, count: int) -> float:
    """The share of its score that an entry keeps for meeting only some parts."""
    return PARTLY * met / count
