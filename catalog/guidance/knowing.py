"""What somebody knows who knows some topics, and what a topic asks to be known before it."""

from collections.abc import Iterable

from catalog.vocabulary import Vocabulary


class Foundations:
    """The prerequisites and the tree of a vocabulary, each walked once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._broader: dict[str, frozenset[str]] = {}
        self._into: dict[str, frozenset[str]] = {}

    def with_broader(self, topics: Iterable[str]) -> frozenset[str]:
        """Topics and all above them: who has learnt PostgreSQL has met what asks for relational databases."""
        return frozenset[str]().union(*map(self._up, topics))

    def narrowest(self, topics: Iterable[str]) -> frozenset[str]:
        """Those of the topics that are not above another of them."""
        some = frozenset(topics)
        return some.difference(*(self._up(topic) - {topic} for topic in some))

    def way_into(self, topic: str) -> frozenset[str]:
        """What is above a topic and is not met on the way to it already.

        Python leads into programming. Concurrency, learnt after programming, is a part of it and no way in.
        """
        if topic not in self._into:
            before = self.known_from(self._vocabulary.topics[topic].prerequisites)
            self._into[topic] = self._up(topic) - {topic} - self.with_broader(before)
        return self._into[topic]

    def built_on(self, topics: Iterable[str]) -> frozenset[str]:
        """What is above the topics and was met before: who teaches concurrency has programming behind them."""
        return frozenset[str]().union(*(self._up(topic) - {topic} - self.way_into(topic) for topic in topics))

    def known_from(self, topics: Iterable[str]) -> frozenset[str]:
        """The topics, their prerequisites, and theirs: who knows Django knows Python. Unknown ids are left out."""
        known: set[str] = set()
        rising = [topic for topic in topics if topic in self._vocabulary.topics]
        while rising:
            topic = rising.pop()
            if topic not in known:
                known.add(topic)
                rising.extend(self._vocabulary.topics[topic].prerequisites)
        return frozenset(known)

    def needs_of(self, taught: Iterable[str]) -> frozenset[str]:
        """What must be known before what teaches these topics: their prerequisites, less what it teaches too."""
        topics = tuple(taught)
        asked = {before for topic in topics for before in self._vocabulary.topics[topic].prerequisites}
        return frozenset(asked) - self.with_broader(topics) if asked else frozenset()

    def _up(self, topic: str) -> frozenset[str]:
        if topic not in self._broader:
            self._broader[topic] = frozenset((topic, *self._vocabulary.ancestors(topic)))
        return self._broader[topic]
