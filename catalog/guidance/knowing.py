"""What somebody knows who knows some topics, and what a topic asks to be known before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from catalog.vocabulary import Vocabulary

MOST_REMEMBERED = 4096  # sets of topics that are taught together
_NONE = frozenset[str]()


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a topic stands: what is above it, what of that it is a way into, and what it builds on.

    Python leads into programming. Concurrency, learnt after programming, is no way in: it builds on it.
    """

    above: frozenset[str]
    way_into: frozenset[str]
    built_on: frozenset[str]
    before: frozenset[str]  # its prerequisites


class Foundations:
    """The prerequisites and the tree of a vocabulary, each walked once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._places: dict[str, Place] = {}
        self.together = lru_cache(MOST_REMEMBERED)(self._together)

    def place(self, topic: str) -> Place:
        """Where a topic stands, worked out once."""
        if topic not in self._places:
            above = frozenset(self.vocabulary.ancestors(topic))
            before = self.vocabulary.topics[topic].prerequisites
            met = self.with_broader(self.known_from(before))
            self._places[topic] = Place(
                above=above, way_into=above - met, built_on=above & met, before=frozenset(before)
            )
        return self._places[topic]

    def _together(self, topics: frozenset[str]) -> Place:
        """Where some topics stand together; remembered, as many resources teach the same few."""
        places = [self.place(topic) for topic in topics]
        return Place(
            above=_NONE.union(*[place.above for place in places]),
            way_into=_NONE.union(*[place.way_into for place in places]),
            built_on=_NONE.union(*[place.built_on for place in places]),
            before=_NONE.union(*[place.before for place in places]),
        )

    def with_broader(self, topics: Iterable[str]) -> frozenset[str]:
        """Topics and all above them: who has learnt PostgreSQL has met what asks for relational databases."""
        some = frozenset(topics)
        return some.union(*(self.vocabulary.ancestors(topic) for topic in some))

    def known_from(self, topics: Iterable[str]) -> frozenset[str]:
        """The topics, their prerequisites, and theirs: who knows Django knows Python. Unknown ids are left out."""
        known: set[str] = set()
        rising = [topic for topic in topics if topic in self.vocabulary.topics]
        while rising:
            topic = rising.pop()
            if topic not in known:
                known.add(topic)
                rising.extend(self.vocabulary.topics[topic].prerequisites)
        return frozenset(known)
