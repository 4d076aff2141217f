"""A way into a role: which resources in which order, within hours and money, and what stays open.

The plan that is looked for is worth the most of all that keep the limits:

    Σ over asked topics not known of weight × the best worth among its steps        (`candidates.worth_of`)
    + for each kind of resource and each need what the need weighs × the best worth among its steps of that kind
    - 0.25 for each step

The second line is there where candidates are of several kinds, so that a plan of courses has books in it too. No step
stands before the prerequisites of what it teaches: they are known, taught by it too, or taught by a step before it. A
topic is taught by what names it in title, subjects, skills or syllabus (`candidates.CONFIDENT`), and with it all that
is broader.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from catalog.guidance.candidates import Candidate
from catalog.guidance.limits import Limits
from catalog.guidance.missing import Missing, missing
from catalog.guidance.offers import Standpoint
from catalog.guidance.packing import packed, worth
from catalog.guidance.runner_up import RunnerUp, runners_up
from catalog.guidance.steps import Step, steps
from catalog.vocabulary import Role, RoleTopic


@dataclass(frozen=True, kw_only=True)
class Path:
    """The steps in order, what of the role was known before, and what stays open."""

    role: Role
    limits: Limits
    steps: tuple[Step, ...]
    runners_up: Mapping[int, RunnerUp]  # by the id of a step's resource
    known: tuple[RoleTopic, ...]
    missing: tuple[Missing, ...]
    worth: float
    bound: float  # what no plan within the limits can exceed

    @property
    def hours(self) -> float:
        return sum(step.candidate.hours for step in self.steps)

    @property
    def money(self) -> float:
        """What the steps cost whose price is known."""
        return sum(step.candidate.price or 0.0 for step in self.steps)

    @property
    def covered(self) -> tuple[RoleTopic, ...]:
        """The asked topics that the steps add."""
        return tuple(added.asked for step in self.steps for added in step.adds)

    def share(self, topics: Iterable[RoleTopic]) -> float:
        """How much of the role's weight some of its topics are, from 0 to 1."""
        whole = sum(one.weight for one in self.role.topics)
        return sum(one.weight for one in topics) / whole if whole else 0.0


def path(stand: Standpoint, candidates: Iterable[Candidate], limits: Limits) -> Path:
    """The plan for somebody before a role. It depends on nothing but what is given, and not on its order."""
    by_id = {one.id: one for one in candidates}
    offers = [stand.offer(by_id[number]) for number in sorted(by_id)]
    admitted = [offer for offer in offers if limits.admit(offer.candidate)]
    found = packed(stand.options(admitted), limits.room)
    chosen = {one.id for one in found.options}
    in_turn = steps((offer for offer in offers if offer.id in chosen), stand, limits.hours_a_week)
    covered = {added.asked.topic for step in in_turn for added in step.adds}
    return Path(
        role=stand.role,
        limits=limits,
        steps=in_turn,
        runners_up=runners_up(in_turn, offers, stand, limits),
        known=tuple(one for one in stand.role.topics if one.topic in stand.known),
        missing=missing(stand, offers, covered, limits),
        worth=worth(found.options),
        bound=found.bound,
    )
