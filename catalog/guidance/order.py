"""What to know before a topic, and what it opens the way to: the prerequisites read in both directions."""

from collections.abc import Collection, Sequence

from catalog.guidance.knowing import Foundations
from catalog.vocabulary import Vocabulary


def before(topics: Collection[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The direct prerequisites of the topics that are not among them, nor covered by one of them.

    What teaches Django covers web frameworks too, so these need not be known before.
    """
    had = Foundations(vocabulary).with_broader(topic for topic in topics if topic in vocabulary.topics)
    asked = (one for topic in topics if topic in vocabulary.topics for one in vocabulary.topics[topic].prerequisites)
    return tuple(dict.fromkeys(one for one in asked if one not in had))


def after(topics: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The topics that have one of these as a direct prerequisite.

    Those first for which least else is missing, then those that the earlier of the topics lead to.
    """
    had = Foundations(vocabulary).with_broader(topic for topic in topics if topic in vocabulary.topics)
    places = {topic: place for place, topic in enumerate(topics)}
    opened = [
        (
            len(set(topic.prerequisites) - had),
            min(places.get(one, len(places)) for one in topic.prerequisites),
            topic.label.casefold(),
            topic.id,
        )
        for topic in vocabulary.topics.values()
        if topic.id not in had and not had.isdisjoint(topic.prerequisites)
    ]
    return tuple(topic for *_, topic in sorted(opened))
