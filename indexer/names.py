"""What words stand for in a query: topics by all of their names, values of facets, what means the same."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from catalog.model import Kind
from catalog.vocabulary import LEVELS, Topic, Vocabulary
from indexer import text
from indexer.synonyms import Synonyms

LONGEST_NAME = 6  # words of a topic's name that are looked for
_LOSES_PLUS = re.compile(r"\w\+(?!\+)")
Phrase = tuple[str, ...]


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What words stand for: the topics they name, the values of facets that follow a colon, what means the same."""

    topics: Mapping[Phrase, str]
    choices: Mapping[str, Mapping[Phrase, str]]
    labels: Mapping[tuple[str, str], str]  # of topics and roles, by facet and value
    synonyms: Synonyms


def names_of(vocabulary: Vocabulary, synonyms: Synonyms) -> Names:
    """The names of a vocabulary as the words that a query would have.

    Where names of several topics are the same words (security, Security+), these mean the topic that they are the label
    of, then the one of which they are the surest name. What has joints is a name without them too.
    """
    topics: dict[Phrase, str] = {}
    for names in _by_sureness:
        for topic in vocabulary.topics.values():
            for phrase in _asked_as(names(topic)):
                topics.setdefault(phrase, topic.id)
    for phrase, named in tuple(topics.items()):
        if not all(map(str.isalnum, phrase)):
            topics.setdefault(text.apart(phrase), named)
    roles = {
        _runs(name): role.id for role in vocabulary.roles.values() for name in (*role.aliases, role.label, role.id)
    }
    choices: dict[str, dict[Phrase, str]] = {
        "topic": topics | {_runs(topic): topic for topic in vocabulary.topics},
        "role": roles,
        "level": {_runs(level): level for level in LEVELS},
        "kind": {_runs(kind.value): kind.value for kind in Kind},
        "cost": {("free",): "free", ("paid",): "paid"},
    }
    labels = {("topic", one.id): one.label for one in vocabulary.topics.values()}
    labels |= {("role", one.id): one.label for one in vocabulary.roles.values()}
    return Names(topics=topics, choices=choices, labels=labels, synonyms=synonyms)


_by_sureness: tuple[Callable[[Topic], tuple[str, ...]], ...] = (
    lambda topic: (topic.label,),
    lambda topic: tuple(name for name in topic.aliases if not _loses_plus(name)),
    lambda topic: (*topic.ambiguous, *topic.unsure_in_books),
    lambda topic: tuple(name for name in topic.aliases if _loses_plus(name)),
    lambda topic: topic.other_numbers,
)


def _loses_plus(name: str) -> bool:
    """Security+ is read as security, C++ is not."""
    return "+" in name and _LOSES_PLUS.search(name) is not None


def _asked_as(names: Iterable[str]) -> Iterator[Phrase]:
    """The words by which a query would name each; none where too little of a name would be left."""
    for name in names:
        runs = text.runs(name)
        telling = [run for run in runs if run not in text.STOP_WORDS]
        if len(telling) > 1 or telling == runs:  # "my sql" is not what "sql" names
            yield tuple(telling)


def topic_named(runs: Sequence[str], names: Names) -> str | None:
    """The topic of that name; ``docker-compose`` is ``docker compose`` too."""
    return names.topics.get(tuple(runs)) or names.topics.get(text.apart(runs))


def _runs(name: str) -> Phrase:
    return tuple(text.runs(name))
