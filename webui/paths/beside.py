"""A runner-up beside the step it did not become: what speaks for it, and what it lacks, in words."""

from catalog.guidance.candidates import Candidate
from catalog.guidance.runner_up import RunnerUp
from catalog.model import LearningResource
from catalog.vocabulary import Vocabulary
from webui import labels

MUCH = 0.75  # a difference in hours or money is worth a word where one is less than so much of the other
MOST_NAMED = 4


def speaks_for(
    ours: Candidate, other: RunnerUp, mine: LearningResource, theirs: LearningResource, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """What is better about the other."""
    one = other.candidate
    told = (
        f"also teaches {_named(other.also, vocabulary)}, which this plan does not" if other.also else "",
        "spends more time on each topic" if other.deeper else "",
        "shorter" if one.hours < MUCH * ours.hours else "",
        "cheaper" if _less(one.price, ours.price) else "",
        _better(theirs, mine) if other.better_rated else "",
        "states its hours" if one.hours_stated and not ours.hours_stated else "",
        "states its price" if one.price is not None and ours.price is None else "",
    )
    return tuple(filter(None, told))


def against(
    ours: Candidate, other: RunnerUp, mine: LearningResource, theirs: LearningResource, vocabulary: Vocabulary
) -> tuple[str, ...]:
    """What is worse about the other, and what keeps it out."""
    one = other.candidate
    told = (
        "" if other.admitted else "left out, for it does not state its hours or price",
        f"does not plainly teach {_named(other.without, vocabulary)}" if other.without else "",
        f"asks for {_named(other.needs, vocabulary)} before it" if other.needs else "",
        "does not fit into your hours and money beside the other steps" if not other.fits else "",
        "spends less time on each topic" if other.shallower else "",
        "longer" if MUCH * one.hours > ours.hours and other.fits else "",
        "dearer" if _less(ours.price, one.price) else "",
        _better(mine, theirs, worse=True) if other.worse_rated else "",
        "its hours are our estimate" if ours.hours_stated and not one.hours_stated else "",
        "its price is not stated" if ours.price is not None and one.price is None and other.admitted else "",
    )
    return tuple(filter(None, told))


def _less(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and one < MUCH * other


def _better(better: LearningResource, other: LearningResource, *, worse: bool = False) -> str:
    """By rating where the better one has it, else by its year."""
    if better.rating is not None and (other.rating is None or better.rating > other.rating):
        if not worse:
            return f"better rated: {better.rating:.1f} of 5"
        return "not rated" if other.rating is None else f"rated {other.rating:.1f} of 5"
    if worse and other.rating is not None and better.rating is None:
        return f"rated {other.rating:.1f} of 5"
    year = (other.published or "")[:4]
    return f"from {year}" if worse and year else "" if worse else "better rated or newer"


def _named(topics: tuple[str, ...], vocabulary: Vocabulary) -> str:
    names = [vocabulary.topics[topic].label for topic in topics[:MOST_NAMED]]
    more = len(topics) - len(names)
    return labels.listed([*names, f"{more} more"] if more else names)
