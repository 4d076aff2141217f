"""The words of the trade as values: topics (SKOS concepts in a tree) and roles (schema.org Occupations)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

import msgspec

NEEDS: Mapping[str, float] = MappingProxyType({"must": 3.0, "should": 2.0, "nice": 1.0})  # need → default weight
LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Something that can be taught: a SKOS concept with its place in the tree and the names it goes by."""

    id: str
    label: str
    definition: str
    broader: tuple[str, ...] = ()  # the first is the main parent
    aliases: tuple[str, ...] = ()  # sure anywhere in a text
    ambiguous: tuple[str, ...] = ()  # ordinary words too: they need proof beside them
    unsure_in_books: tuple[str, ...] = ()  # sure in a course, ambiguous among novels and biographies
    cues: tuple[str, ...] = ()  # words that prove an ambiguous name of this topic
    not_in: tuple[str, ...] = ()  # phrases that hold a name of this topic and mean something else
    related: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    same_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def sure_names(self) -> tuple[str, ...]:
        unsure = {name.casefold() for name in self.ambiguous + self.unsure_in_books}
        return tuple(name for name in (self.label, *self.aliases) if name.casefold() not in unsure)

    @property
    def other_numbers(self) -> tuple[str, ...]:
        """The plurals of sure names of two words or more, and the singulars of those that are plurals."""
        return tuple(filter(None, map(_other_number, self.sure_names)))


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleTopic:
    """One topic a role asks for: how urgently (must, should, nice), with what weight, at what level."""

    topic: str
    need: str
    weight: float
    level: str


@dataclass(frozen=True, kw_only=True)
class OneOf:
    """Alternatives among the topics of a role: who has learnt one choice needs none of the others.

    A choice is a topic, and others after it that go with it.
    """

    label: str
    choices: tuple[tuple[str, ...], ...]

    @cached_property
    def topics(self) -> frozenset[str]:
        return frozenset().union(*self.choices)


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A piece of a career guide: a part of the work, a tool, a way in, a step up, a project, a link."""

    title: str
    text: str
    topics: tuple[str, ...] = ()
    level: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """A role that people in another role move to or come from, and why the step is near."""

    role: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Guide:
    """What an editor tells of a career; nothing of it decides what matches."""

    work: str  # what such people do, in prose
    sections: tuple[Passage, ...] = ()  # the parts of the work
    tools: tuple[Passage, ...] = ()
    education: tuple[Passage, ...] = ()
    growth: tuple[Passage, ...] = ()
    projects: tuple[Passage, ...] = ()
    links: tuple[Passage, ...] = ()
    challenges: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    hard: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()  # is it for me?


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """An occupation (schema.org Occupation) as the topics it asks for, with the guide to it."""

    id: str
    label: str
    summary: str
    aliases: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    same_as: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[RoleTopic, ...] = ()
    one_of: tuple[OneOf, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    guide: Guide = Guide(work="")


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All topics and roles, checked, with the phrases that tell computing texts from others."""

    topics: Mapping[str, Topic]
    roles: Mapping[str, Role]
    computing_cues: tuple[str, ...] = ()  # phrases that prove a text to be about computing
    fiction_cues: tuple[str, ...] = ()  # phrases in a title or subject that prove the opposite
    source_terms: Mapping[str, str] = field(default_factory=dict)  # what sources call things → topic, or "" for none
    not_computing: tuple[str, ...] = ()  # topics that, with all below them, prove nothing about computing

    def __getstate__(self) -> dict[str, Any]:
        """What a process hands to another: read-only views cannot be handed over, what they show can."""
        state = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in state.items()}

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {topic: [] for topic in self.topics}
        for topic in sorted(self.topics):
            for above in self.topics[topic].broader:
                below[above].append(topic)
        return {topic: tuple(narrower) for topic, narrower in below.items()}

    def narrower(self, topic: str) -> tuple[str, ...]:
        """The ids directly below a topic, in alphabetical order."""
        return self._below[topic]

    @cached_property
    def _above(self) -> Mapping[str, tuple[str, ...]]:
        return {topic: self._rising(topic) for topic in self.topics}

    def ancestors(self, topic: str) -> tuple[str, ...]:
        """The ids above a topic, nearest first, each once."""
        return self._above[topic]

    def _rising(self, topic: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        rising = list(self.topics[topic].broader)
        while rising:
            above = rising.pop(0)
            if above not in found:
                found[above] = None
                rising.extend(self.topics[above].broader)
        return tuple(found)

    def roots(self) -> tuple[str, ...]:
        """The ids of the topics with nothing above them, in alphabetical order."""
        return tuple(sorted(topic.id for topic in self.topics.values() if not topic.broader))

    @cached_property
    def edition(self) -> str:
        """Sixteen hex digits that change whenever anything in it changes."""
        return _digest(self._content())

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change whenever something changes that decides what matches; advice does not."""
        content = self._content()
        for topic in content["topics"].values():
            del topic["definition"]
        for role in content["roles"].values():
            for advice in ("summary", "duties", "one_of", "neighbours", "guide"):
                del role[advice]
        return _digest(content)

    def _content(self) -> dict[str, Any]:
        return {
            "topics": {slug: msgspec.to_builtins(topic) for slug, topic in self.topics.items()},
            "roles": {slug: msgspec.to_builtins(role) for slug, role in self.roles.items()},
            "cues": [sorted(self.computing_cues), sorted(self.fiction_cues), sorted(self.not_computing)],
            "terms": sorted(self.source_terms.items()),
        }


def _digest(content: object) -> str:
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()[:16]


def _other_number(name: str) -> str | None:
    """The plural of a singular and the other way round, for names of two words or more."""
    last = name.rsplit(maxsplit=1)[-1]
    if " " not in name or not last.isalpha() or last.endswith(("ss", "us", "is", "js", "os")):
        return None
    return name[:-1] if last.endswith("s") and len(last) > 4 else name + "s"
