"""What a resource is worth to somebody who still has to learn these topics, and which few go well together."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from catalog.guidance.candidates import candidate, worth_of
from catalog.guidance.coverage import spared
from catalog.model import Entry
from catalog.vocabulary import Role, RoleTopic, Vocabulary

STRANGE = 0.2  # what counts of a resource that does not serve the role as a whole


class Worth:
    """The worth of resources to who is on the way into one role."""

    def __init__(self, role: Role, covers: Mapping[str, RoleTopic], vocabulary: Vocabulary) -> None:
        self._role, self._covers, self._vocabulary = role, covers, vocabulary
        self._asked = {one.topic: one for one in covers.values()}

    def gains(self, entry: Entry) -> dict[str, float]:
        """What each topic of the role gains by a resource: weight × how well it is taught."""
        taught = worth_of(candidate(entry, self._vocabulary, ""), self._covers)
        return {topic: self._asked[topic].weight * worth for topic, worth in taught.items()}

    def best_of(self, entries: Sequence[Entry], topic: str, most: int) -> list[Entry]:
        """The best few for one topic; one of them of another kind where there is a good one."""
        gained = [(self.gains(entry).get(topic, 0.0), entry) for entry in entries]
        ranked = [entry for gain, entry in sorted(gained, key=lambda one: -one[0]) if gain] or list(entries)
        few, rest = ranked[:most], ranked[most:]
        kinds = {entry.resource.kind for entry in few}
        other = next((entry for entry in rest[:most] if entry.resource.kind not in kinds), None)
        return [*few[:-1], other] if len(kinds) == 1 and len(few) == most and other else few

    def complementary(
        self, entries: Iterable[Entry], known: Collection[str], most: int
    ) -> list[tuple[Entry, tuple[str, ...]]]:
        """The few that together teach most of what is not known, each with what it adds, the weightiest first.

        Each choice is the best one beside those chosen before it, by what it adds and how well it serves the role; ties
        go to the lower id.
        """
        left = {entry.id: (entry, self.gains(entry), self._fit(entry)) for entry in entries}
        best = dict.fromkeys((*known, *spared(self._role, known)), float("inf"))
        had, chosen = set(known), list[tuple[Entry, tuple[str, ...]]]()
        while left and len(chosen) < most:
            added = {number: _added(told, best) for number, (_, told, _) in left.items()}
            number = max(left, key=lambda number: (sum(added[number].values()) * left[number][2], -number))
            if not added[number]:
                break
            entry, told, _ = left.pop(number)
            chosen.append((entry, _weightiest(added[number])))
            best |= {topic: max(gain, best.get(topic, 0.0)) for topic, gain in told.items()}
            had |= told.keys()
            best |= dict.fromkeys(spared(self._role, had), float("inf"))
        return chosen

    def _fit(self, entry: Entry) -> float:
        return next((served.fit for served in entry.roles if served.role == self._role.id), STRANGE)


def _added(told: Mapping[str, float], best: Mapping[str, float]) -> dict[str, float]:
    """What a resource adds to the best so far of each topic."""
    return {topic: gain - best.get(topic, 0.0) for topic, gain in told.items() if gain > best.get(topic, 0.0)}


def _weightiest(gained: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(gained, key=lambda topic: (-gained[topic], topic)))
