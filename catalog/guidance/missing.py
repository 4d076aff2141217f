"""What of a role a plan leaves open, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.guidance.candidates import Candidate
from catalog.guidance.limits import Limits
from catalog.guidance.offers import Offer, Standpoint
from catalog.guidance.packing import in_order
from catalog.vocabulary import RoleTopic


class Why(StrEnum):
    """Why a topic is in no step."""

    NOTHING = "nothing"  # no candidate teaches it
    UNTOLD = "untold"  # those that do, do not tell hours or price, and such were not to come in
    TOO_LARGE = "too large"  # each alone is over the limits
    PREREQUISITES = "prerequisites"  # none teaches what must be known before
    NO_ROOM = "no room"  # other topics are worth more within the limits


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """An asked topic in no step; what must be known before where that is why; and what might have taught it."""

    asked: RoleTopic
    why: Why
    needs: tuple[str, ...] = ()
    nearest: Candidate | None = None


def missing(stand: Standpoint, offers: Sequence[Offer], covered: Iterable[str], limits: Limits) -> tuple[Missing, ...]:
    """For each topic wanted and in no step the reason, the weightiest first."""
    there = set(covered)
    possible = [offer for offer in offers if limits.admit(offer.candidate) and limits.allow(offer.candidate)]
    orderable = {offer.id for offer in in_order(possible)}
    left = [asked for topic, asked in stand.wanted.items() if topic not in there]
    return tuple(
        _reason(asked, offers, limits, orderable) for asked in sorted(left, key=lambda one: (-one.weight, one.topic))
    )


def _reason(asked: RoleTopic, offers: Iterable[Offer], limits: Limits, orderable: set[int]) -> Missing:
    teach = sorted(
        (offer for offer in offers if asked.topic in offer.worths), key=lambda one: (-one.worths[asked.topic], one.id)
    )
    admitted = [offer for offer in teach if limits.admit(offer.candidate)]
    allowed = [offer for offer in admitted if limits.allow(offer.candidate)]
    ordered = [offer for offer in allowed if offer.id in orderable]
    for found, before, why in (
        (teach, (), Why.NOTHING),
        (admitted, teach, Why.UNTOLD),
        (allowed, admitted, Why.TOO_LARGE),
        (ordered, allowed, Why.PREREQUISITES),
    ):
        if not found:
            nearest = before[0] if before else None
            needs = tuple(sorted(nearest.needs)) if nearest and why is Why.PREREQUISITES else ()
            return Missing(asked=asked, why=why, needs=needs, nearest=nearest.candidate if nearest else None)
    return Missing(asked=asked, why=Why.NO_ROOM, nearest=min(ordered, key=lambda one: one.candidate.hours).candidate)
