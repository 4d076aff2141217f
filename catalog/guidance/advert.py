"""A job advert read: the topics it names, the roles it is nearest to, and how far each is from it."""

from collections import Counter
from dataclasses import dataclass

from catalog.classify import Classifier, Mention
from catalog.guidance.coverage import covering, known_of, share
from catalog.vocabulary import Role, Vocabulary


@dataclass(frozen=True, kw_only=True)
class Near:
    """A role beside an advert."""

    role: Role
    asked: frozenset[str]  # topics of the role that the advert asks for
    share: float  # of the role that the advert asks for, by weight, from 0 to 1
    covered: float  # of the advert's topics those that the role covers, from 0 to 1
    named: bool  # the advert names the role


@dataclass(frozen=True, kw_only=True)
class Advert:
    """What was read out of an advert."""

    mentions: tuple[Mention, ...]
    topics: tuple[tuple[str, int], ...]  # with how often each is named, the most often named first
    near: tuple[Near, ...]  # the nearest first


def read_advert(text: str, classifier: Classifier, vocabulary: Vocabulary) -> Advert:
    """The topics and the nearest roles. Pure: nothing of the text is kept but where the names stand.

    Nearness is the harmonic mean of how much of the role the advert asks for and how much of the advert the role
    covers; a role that the advert names stands before those that it does not.
    """
    mentions = classifier.mentions(text)
    counts = Counter(mention.topic for mention in mentions)
    named = classifier.named_roles(text)
    near = [_near(role, counts, vocabulary, named=role.id in named) for role in vocabulary.roles.values()]
    near = [one for one in near if one.asked]
    return Advert(
        mentions=mentions,
        topics=tuple(sorted(counts.items(), key=lambda one: (-one[1], vocabulary.topics[one[0]].label))),
        near=tuple(sorted(near, key=lambda one: (not one.named, -_mean(one), one.role.label))),
    )


def _near(role: Role, counts: Counter[str], vocabulary: Vocabulary, *, named: bool) -> Near:
    covers = covering(role, vocabulary)
    asked = known_of(counts, covers)
    covered = sum(topic in covers for topic in counts) / max(len(counts), 1)
    return Near(role=role, asked=asked, share=share(role, asked), covered=covered, named=named)


def _mean(near: Near) -> float:
    return 2 * near.share * near.covered / ((near.share + near.covered) or 1)
