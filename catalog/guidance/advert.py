"""A job advert read: the topics it names, the roles it is nearest to, and how far each is from it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.classify import Classifier, Mention
from catalog.guidance.coverage import covering, known_of, share
from catalog.vocabulary import Role, Vocabulary

FEW = 3  # topics; fewer tell of no role that is not named

_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_REFUSED = re.compile(
    r"\b(?:no|not|never|without)\s+$|\b(?:do|does|did|will|would|need)(?:\s+not|n['’]t)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)


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
    covers; a role that the advert names stands before those that it does not. What the advert says it does without,
    and what stands inside a tag, is not asked for.
    """
    mentions = tuple(_asked(text, classifier.mentions(text)))
    counts = Counter(mention.topic for mention in mentions)
    named = classifier.named_roles(text)
    near = [_near(role, counts, vocabulary, named=role.id in named) for role in vocabulary.roles.values()]
    near = [one for one in near if one.named or (one.asked and len(counts) >= FEW)]
    return Advert(
        mentions=mentions,
        topics=tuple(sorted(counts.items(), key=lambda one: (-one[1], vocabulary.topics[one[0]].label))),
        near=tuple(sorted(near, key=lambda one: (not one.named, -_mean(one), one.role.label))),
    )


def _asked(text: str, mentions: Iterable[Mention]) -> Iterable[Mention]:
    tags = [tag.span() for tag in _TAG.finditer(text)]
    for mention in mentions:
        inside = any(start <= mention.start < end for start, end in tags)
        if not inside and not _REFUSED.search(text, max(mention.start - 60, 0), mention.start):
            yield mention


def _near(role: Role, counts: Counter[str], vocabulary: Vocabulary, *, named: bool) -> Near:
    covers = covering(role, vocabulary)
    asked = known_of(counts, covers)
    covered = sum(topic in covers for topic in counts) / max(len(counts), 1)
    return Near(role=role, asked=asked, share=share(role, asked), covered=covered, named=named)


def _mean(near: Near) -> float:
    return 2 * near.share * near.covered / ((near.share + near.covered) or 1)
