"""What a resource is worth to somebody who still has to learn these topics, and which few go well together."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from catalog.guidance.coverage import covered, level_factor
from catalog.model import Entry, LearningResource
from catalog.vocabulary import RoleTopic

FEW_RATINGS = 20  # ratings are drawn towards the usual one as if so many had given it
USUAL_RATING = 4.0
NAMED = 0.6  # confidence from which a resource is taken to teach a topic, not to mention it
RATED = 0.25  # how far a rating raises or lowers what is taught, for each point above or below the usual


def esteem(resource: LearningResource) -> float | None:
    """The rating drawn towards 4.0 as if twenty people had said so: 5.0 by one reader does not beat 4.7 by a
    thousand.
    """
    if resource.rating is None:
        return None
    count = resource.rating_count or 0
    return round((resource.rating * count + USUAL_RATING * FEW_RATINGS) / (count + FEW_RATINGS), 4)


def gains(entry: Entry, covers: Mapping[str, RoleTopic]) -> dict[str, float]:
    """What each topic of a role gains by an entry: weight × confidence × level, raised by what learners say of it."""
    said = 1 + RATED * ((esteem(entry.resource) or USUAL_RATING) - USUAL_RATING)
    asked = {one.topic: one for one in covers.values()}
    return {
        topic: asked[topic].weight * confidence * level_factor(entry.resource.level, asked[topic]) * said
        for topic, confidence in covered(entry.topics, covers).items()
        if confidence >= NAMED
    }


def complementary(
    entries: Iterable[Entry], covers: Mapping[str, RoleTopic], known: Collection[str], most: int
) -> list[tuple[Entry, tuple[str, ...]]]:
    """The few that together teach most of what is not known, each with what it adds, the weightiest first.

    Each choice is the best one beside those chosen before it; ties go to the lower id.
    """
    left = {entry.id: (entry, gains(entry, covers)) for entry in entries}
    best: dict[str, float] = {}
    chosen: list[tuple[Entry, tuple[str, ...]]] = []

    def added(told: Mapping[str, float]) -> dict[str, float]:
        return {
            topic: gain - best.get(topic, 0.0)
            for topic, gain in told.items()
            if topic not in known and gain > best.get(topic, 0.0)
        }

    while left and len(chosen) < most:
        entry_id, more = max(
            ((number, added(told)) for number, (_, told) in left.items()),
            key=lambda one: (sum(one[1].values()), -one[0]),
        )
        if not more:
            break
        entry, told = left.pop(entry_id)
        chosen.append((entry, _weightiest(more)))
        best |= {topic: max(gain, best.get(topic, 0.0)) for topic, gain in told.items()}
    return chosen


def _weightiest(gained: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(gained, key=lambda topic: (-gained[topic], topic)))


def best_of(entries: Sequence[Entry], topic: str, covers: Mapping[str, RoleTopic], most: int) -> list[Entry]:
    """The best few for one topic of a role; one of them a book where there is a good one."""
    ranked = sorted(entries, key=lambda entry: (-gains(entry, covers).get(topic, 0.0), entries.index(entry)))
    ranked = [entry for entry in ranked if topic in gains(entry, covers)] or ranked
    few, rest = ranked[:most], ranked[most:]
    kinds = {entry.resource.kind for entry in few}
    other = next((entry for entry in rest[:most] if entry.resource.kind not in kinds), None)
    return [*few[:-1], other] if len(kinds) == 1 and len(few) == most and other else few
