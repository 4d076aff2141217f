"""The resource that would stand in a step's place: what speaks for it, and what it lacks."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.guidance.candidates import Candidate
from catalog.guidance.limits import Limits, cents, minutes
from catalog.guidance.offers import Offer, Standpoint
from catalog.guidance.packing import Room
from catalog.guidance.steps import Step

BETTER = 0.1  # of quality, which goes from 0 to 1
SURER = 0.05  # of worth


@dataclass(frozen=True, kw_only=True)
class RunnerUp:
    """A resource that was not chosen for the topics of a step, beside the step's.

    ``also`` are asked topics that it teaches and the whole plan does not; ``without`` topics of the step that it does
    not teach; ``needs`` what it asks to be known before and is not by then.
    """

    candidate: Candidate
    also: tuple[str, ...]
    without: tuple[str, ...]
    needs: tuple[str, ...]
    deeper: bool  # teaches what both teach better
    shallower: bool
    better_rated: bool
    worse_rated: bool
    admitted: bool  # False: what it does not tell was not to come in
    fits: bool  # False: in the step's place it would go over the limits


def runners_up(
    steps: Sequence[Step], offers: Sequence[Offer], stand: Standpoint, limits: Limits
) -> dict[int, RunnerUp]:
    """For each step, by the id of its resource, the best that was not chosen; none where nothing else teaches it.

    What could stand in the step's place within the limits goes before what could not.
    """
    by_id = {offer.id: offer for offer in offers}
    mine = [by_id[step.candidate.id] for step in steps]
    taken = {offer.id for offer in mine}
    others = _by_topic(offer for offer in offers if offer.id not in taken)
    covered = {added.asked.topic for step in steps for added in step.adds}
    left = limits.room.less(stand.options(mine))
    had, found = set(stand.had), dict[int, RunnerUp]()
    for step, own in zip(steps, mine, strict=True):
        place = _Place(step=step, own=own, room=left.more(stand.options([own])), had=frozenset(had), limits=limits)
        if best := place.best(others, stand):
            found[own.id] = place.beside(best, covered)
        had |= own.gives
    return found


def _by_topic(offers: Iterable[Offer]) -> Mapping[str, Sequence[Offer]]:
    """For each topic what is worth something for it, or gives it."""
    found: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        for topic in offer.gives.union(offer.worths):
            found[topic].append(offer)
    return found


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a step stands: what is had before it, and the room there would be without it."""

    step: Step
    own: Offer
    room: Room
    had: frozenset[str]
    limits: Limits

    def fits(self, other: Offer) -> bool:
        one = other.candidate
        return minutes(one) <= self.room.minutes and cents(one) <= self.room.cents

    def best(self, others: Mapping[str, Sequence[Offer]], stand: Standpoint) -> Offer | None:
        """What is worth most for the topics of the step; for a step that only prepares, what prepares the same."""
        topics = [added.asked.topic for added in self.step.adds]
        if topics:
            rivals = {offer.id: offer for topic in topics for offer in others.get(topic, ())}
            worths = {
                offer.id: sum(stand.wanted[topic].weight * offer.worths.get(topic, 0.0) for topic in topics)
                for offer in rivals.values()
            }
        else:
            needed = self.step.prepares
            rivals = (
                {one.id: one for one in others.get(needed[0], ()) if one.gives.issuperset(needed)} if needed else {}
            )
            worths = {offer.id: 1.0 + offer.candidate.quality for offer in rivals.values()}
        some = [offer for offer in rivals.values() if worths[offer.id] > 0]
        return max(
            some, key=lambda one: (self._could(one), worths[one.id], -one.candidate.hours, -one.id), default=None
        )

    def _could(self, other: Offer) -> bool:
        return other.needs <= self.had and self.fits(other) and self.limits.admit(other.candidate)

    def beside(self, other: Offer, covered: Container[str]) -> RunnerUp:
        """The other resource as a runner-up to the step."""
        ours, theirs = self.step.candidate, other.candidate
        topics = [added.asked.topic for added in self.step.adds]
        both = [topic for topic in topics if topic in other.worths]
        gap = sum(other.worths[topic] - self.own.worths[topic] for topic in both) / len(both) if both else 0.0
        return RunnerUp(
            candidate=theirs,
            also=tuple(sorted(topic for topic in other.worths if topic not in covered)),
            without=tuple(topic for topic in topics if topic not in other.worths),
            needs=tuple(sorted(other.needs - self.had)),
            deeper=gap > SURER,
            shallower=gap < -SURER,
            better_rated=theirs.quality > ours.quality + BETTER,
            worse_rated=theirs.quality < ours.quality - BETTER,
            admitted=self.limits.admit(theirs),
            fits=self.fits(other),
        )
