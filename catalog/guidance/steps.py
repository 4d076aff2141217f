"""The steps of a plan: their order, their weeks, what each adds, and what it prepares."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.guidance.candidates import Candidate
from catalog.guidance.offers import Offer, Standpoint
from catalog.model import Level
from catalog.vocabulary import NEEDS, RoleTopic

_EARLY: Mapping[Level | None, int] = {Level.BEGINNER: 0, Level.ADVANCED: 2}  # all others between
_A_MINUTE = 1 / 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Added:
    """An asked topic that a step teaches best of the plan, how well (0 to 1), and by which of its own topics."""

    asked: RoleTopic
    worth: float
    by: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One resource of a plan. ``before`` are hours spent when it begins; ``prepares`` what later steps need of it, and
    ``needed_for`` which these are, counted from 1.
    """

    candidate: Candidate
    adds: tuple[Added, ...]
    prepares: tuple[str, ...]
    needed_for: tuple[int, ...]
    before: float
    first_week: int  # counted from 1
    last_week: int


def steps(chosen: Iterable[Offer], stand: Standpoint, hours_a_week: float) -> tuple[Step, ...]:
    """The chosen offers as steps, one after the other."""
    adds = _adds(sorted(chosen, key=lambda offer: offer.id), stand)
    in_turn = _in_turn(list(adds.values()), stand.had)
    found, before, had = [], 0.0, set(stand.had)
    for place, (offer, added) in enumerate(in_turn):
        gives = offer.gives - had
        needed = {number: gives & other.needs for number, (other, _) in enumerate(in_turn[place + 1 :], place + 2)}
        after = before + offer.candidate.hours
        first = math.floor((before + _A_MINUTE) / hours_a_week) + 1
        found.append(
            Step(
                candidate=offer.candidate,
                adds=added,
                prepares=tuple(sorted(frozenset[str]().union(*needed.values()))),
                needed_for=tuple(number for number, some in needed.items() if some),
                before=before,
                first_week=first,
                last_week=max(first, math.ceil((after - _A_MINUTE) / hours_a_week)),
            )
        )
        before, had = after, had | offer.gives
    return tuple(found)


Taught = tuple[Offer, tuple[Added, ...]]


def _adds(offers: Sequence[Offer], stand: Standpoint) -> dict[int, Taught]:
    """For each offer the asked topics that none of the others teaches better, the weightiest first."""
    best: dict[str, Offer] = {}
    for offer in offers:
        for topic, value in offer.worths.items():
            if topic not in best or value > best[topic].worths[topic]:
                best[topic] = offer
    return {
        offer.id: (
            offer,
            tuple(
                Added(asked=asked, worth=offer.worths[topic], by=_through(offer.candidate, asked, stand))
                for topic, asked in sorted(stand.wanted.items(), key=lambda pair: (-pair[1].weight, pair[0]))
                if best.get(topic) is offer
            ),
        )
        for offer in offers
    }


def _through(one: Candidate, asked: RoleTopic, stand: Standpoint) -> str:
    """The topic by which a candidate covers an asked one: the surest, itself before others."""
    by = [topic for topic in one.teaches if topic in stand.covers and stand.covers[topic].topic == asked.topic]
    return max(by, key=lambda topic: (one.teaches[topic], topic == asked.topic, topic))


def _in_turn(waiting: list[Taught], had: Iterable[str]) -> list[Taught]:
    """In an order in which nothing stands before what it needs: needed before nice, easy before hard."""
    taken, there = list[Taught](), set(had)
    while ready := [one for one in waiting if one[0].needs <= there]:
        first = min(ready, key=_rank)
        waiting = [one for one in waiting if one is not first]
        taken.append(first)
        there |= first[0].gives
    return taken


def _rank(one: Taught) -> tuple[float, int, float, int]:
    offer, adds = one
    need = max((NEEDS[added.asked.need] for added in adds), default=max(NEEDS.values()))
    return -need, _EARLY.get(offer.candidate.level, 1), -sum(added.asked.weight for added in adds), offer.id
