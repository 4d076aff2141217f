"""A way into a role: which resources in which order, within hours and money, and what stays open.

The plan that is looked for is worth the most of all that keep the limits:

    Σ over asked topics not known of weight × the best worth among its steps        (`candidates.worth_of`)
    + for each kind of resource and each need what the need weighs × the best worth among its steps of that kind
    - 0.25 for each step

The second line is there where candidates are of several kinds, so that a plan of courses has books in it too. No step
stands before the prerequisites of what it teaches: they are known, taught by it too, or taught by a step before it. A
topic is taught by what names it in title, subjects, skills or syllabus (`candidates.CONFIDENT`). A step meets a
prerequisite where it spends time on the topic itself (`candidates.grounded`), or on a narrower one that the plan wants
and that is a way into it (`Standpoint.offer`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.guidance.candidates import Candidate
from catalog.guidance.choosing import decided
from catalog.guidance.coverage import share
from catalog.guidance.limits import Limits
from catalog.guidance.missing import Missing, missing
from catalog.guidance.offers import Offer, Standpoint
from catalog.guidance.packing import packed, worth
from catalog.guidance.runner_up import RunnerUp, runners_up
from catalog.guidance.steps import Step, steps
from catalog.vocabulary import Role, RoleTopic


@dataclass(frozen=True, kw_only=True)
class Path:
    """The steps in order, what of the role was known before, and what stays open."""

    stand: Standpoint  # with the choices that the plan keeps to
    limits: Limits
    steps: tuple[Step, ...]
    runners_up: Mapping[int, RunnerUp]  # by the id of a step's resource
    known: tuple[RoleTopic, ...]
    missing: tuple[Missing, ...]
    worth: float
    bound: float  # what no plan within the limits can exceed

    @property
    def role(self) -> Role:
        return self.stand.role

    @property
    def hours(self) -> float:
        return sum(step.candidate.hours for step in self.steps)

    @property
    def money(self) -> float:
        """What the steps cost whose price is known."""
        return sum(step.candidate.price or 0.0 for step in self.steps)

    @property
    def shown(self) -> tuple[int, ...]:
        """The ids of the steps' resources and of their runners-up, each once."""
        others = (other.candidate.id for other in self.runners_up.values())
        return tuple(dict.fromkeys((*(step.candidate.id for step in self.steps), *others)))

    @property
    def covered(self) -> tuple[RoleTopic, ...]:
        """The asked topics that the steps add."""
        return tuple(added.asked for step in self.steps for added in step.adds)

    def share(self, topics: Iterable[RoleTopic]) -> float:
        """How much of the role's weight some of its topics are, from 0 to 1."""
        return share(self.role, {one.topic for one in topics})


def offered(stand: Standpoint, candidates: Iterable[Candidate], limits: Limits) -> tuple[Standpoint, Sequence[Offer]]:
    """The standpoint with a choice taken of all alternatives, and what the candidates that go with it offer."""
    by_id = {one.id: one for one in candidates}
    offers = [stand.offer(by_id[number]) for number in sorted(by_id)]
    stand = decided(stand, [offer for offer in offers if limits.admit(offer.candidate)], limits.room)
    return stand, [stand.narrowed(offer) for offer in offers if stand.goes_with(offer)]


def path(stand: Standpoint, candidates: Iterable[Candidate], limits: Limits) -> Path:
    """The plan for somebody before a role. It depends on nothing but what is given, and not on its order."""
    stand, offers = offered(stand, candidates, limits)
    admitted = [offer for offer in offers if limits.admit(offer.candidate)]
    found = packed(stand.options(admitted), limits.room)
    chosen = {one.id for one in found.options}
    in_turn = steps((offer for offer in offers if offer.id in chosen), stand, limits.hours_a_week)
    covered = {added.asked.topic for step in in_turn for added in step.adds}
    return Path(
        stand=stand,
        limits=limits,
        steps=in_turn,
        runners_up=runners_up(in_turn, offers, stand, limits),
        known=tuple(one for one in stand.role.topics if one.topic in stand.known),
        missing=missing(stand, offers, covered, limits),
        worth=worth(found.options),
        bound=found.bound,
    )
