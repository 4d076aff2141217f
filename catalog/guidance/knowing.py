"""What somebody knows who knows some topics, and what a topic asks to be known before it."""

from collections.abc import Iterable, Mapping

from catalog.vocabulary import Vocabulary


def with_broader(topics: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Topics and all above them: who has learnt PostgreSQL has met what asks for relational databases."""
    return frozenset(other for topic in topics for other in (topic, *vocabulary.ancestors(topic)))


def known_from(topics: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The topics and the prerequisites of each, theirs too: who knows Django knows Python. Unknown ids are left out."""
    known: set[str] = set()
    rising = [topic for topic in topics if topic in vocabulary.topics]
    while rising:
        topic = rising.pop()
        if topic not in known:
            known.add(topic)
            rising.extend(vocabulary.topics[topic].prerequisites)
    return frozenset(known)


def needs_of(taught: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """What must be known before a resource that teaches these topics: their prerequisites, less what it teaches too."""
    topics = tuple(taught)
    asked = {before for topic in topics for before in vocabulary.topics[topic].prerequisites}
    return frozenset(asked) - with_broader(topics, vocabulary)


def worth(value: Mapping[str, float], topics: Iterable[str]) -> float:
    """The sum of what topics are worth; those without a worth count nothing."""
    return sum(value.get(topic, 0.0) for topic in topics)
