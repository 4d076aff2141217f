"""Which of several alternatives a plan keeps to: the choice whose resources promise most."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from catalog.guidance.offers import Offer, Standpoint
from catalog.guidance.packing import Promise, Room
from catalog.vocabulary import OneOf


def decided(stand: Standpoint, offers: Sequence[Offer], room: Room) -> Standpoint:
    """The standpoint with a choice taken of all alternatives, one after the other, the weightiest first."""
    if not stand.undecided:
        return stand
    promise, left = Promise(stand.options(offers), room), list(offers)

    def weight(group: OneOf) -> float:
        return max(stand.wanted[topic].weight for topic in group.topics & stand.wanted.keys())

    for group, choices in sorted(stand.undecided, key=lambda one: -weight(one[0])):
        by_topics: dict[frozenset[str], list[Offer]] = defaultdict(list)
        for offer in left:
            by_topics[stand.about(offer, group)].append(offer)
        going = {
            choice: [offer for about, some in by_topics.items() if stand.allowed(about, [choice]) for offer in some]
            for choice in choices
        }
        promised = {
            choice: promise.of({offer.id for offer in some}, without=group.topics.difference(choice))
            for choice, some in going.items()
        }
        best = max(choices, key=promised.__getitem__)
        stand, left = replace(stand, choose=stand.choose | {best[0]}), going[best]
    return stand
