"""What an edited vocabulary would change: the topics and roles that entries gain and lose."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.classify import Classifier
from catalog.model import LearningResource
from catalog.vocabulary.concepts import Vocabulary

MOST_TITLES = 3


@dataclass(kw_only=True)
class Shift:
    """What changes for one topic or role: how many entries gain it and lose it, with the first titles of each."""

    name: str
    gained: int = 0
    lost: int = 0
    gaining: list[str] = field(default_factory=list)
    losing: list[str] = field(default_factory=list)

    def gain(self, title: str) -> None:
        self.gained += 1
        self.gaining.extend([title] if len(self.gaining) < MOST_TITLES else [])

    def lose(self, title: str) -> None:
        self.lost += 1
        self.losing.extend([title] if len(self.losing) < MOST_TITLES else [])


class Preview:
    """Two vocabularies beside each other; what is looked at is counted."""

    def __init__(self, before: Vocabulary, after: Vocabulary) -> None:
        self._classifiers = Classifier(before), Classifier(after)
        self._shifts: dict[tuple[str, str], Shift] = {}
        self.seen = self.changed = 0

    def look(self, resources: Iterable[LearningResource]) -> None:
        """Classify each resource by both, and keep what differs."""
        for resource in resources:
            was, now = (_conclusions(classifier, resource) for classifier in self._classifiers)
            self.seen += 1
            self.changed += was != now
            for of in now - was:
                self._shift(of).gain(resource.title)
            for of in was - now:
                self._shift(of).lose(resource.title)

    def shifts(self, kind: str) -> list[Shift]:
        """The changes of all topics (``kind`` "topic") or roles ("role"), the largest first."""
        found = [shift for (of, _), shift in self._shifts.items() if of == kind]
        return sorted(found, key=lambda shift: (-shift.gained - shift.lost, shift.name))

    def _shift(self, of: tuple[str, str]) -> Shift:
        return self._shifts.setdefault(of, Shift(name=of[1]))


def _conclusions(classifier: Classifier, resource: LearningResource) -> set[tuple[str, str]]:
    topics = classifier.topics(resource)
    roles = classifier.roles(resource, topics)
    return {("topic", match.topic) for match in topics} | {("role", fit.role) for fit in roles}
