"""What speaks for an entry beside the words of a query: a factor that its score is multiplied by.

    factor = prior × (1 - 0.16 × strays)
    prior  = 1 + 0.3 × known + 0.3 if it is a programme + 0.4 × spread - 0.1 if it is a podcast or an episode

``known``, from 0 to 1, grows with the number of ratings or learners, tenfold by tenfold; ``spread`` with the number of
sources that list it. ``strays`` are topics, three at most, that its title names and nobody asked for: a course in
machine learning with Python is less of an answer to Python than a course in Python. Fitted by
`benchmarks/relevance.py`.
"""

import math
from collections.abc import Set as AbstractSet

from catalog.model import Entry, Kind

MOST_STRAYS = 3
_STRAY = 0.16  # what each takes away
_KNOWN, _PROGRAM, _SPREAD, _AUDIO = 0.3, 0.3, 0.4, 0.1
_GRAIN = 2.0**-10  # priors are multiples of this: exact in any floating point


def prior(entry: Entry) -> float:
    """What is known of an entry before anything is asked."""
    resource = entry.resource
    known = max(_known(resource.rating_count, 5), _known(resource.enrolment_count, 6))
    spread = min((len({source for source, _ in entry.listings}) - 1) / 5, 1.0) if len(entry.listings) > 1 else 0.0
    program = resource.kind is Kind.PROGRAM
    audio = resource.kind in {Kind.PODCAST, Kind.EPISODE}
    found = 1 + _KNOWN * known + _PROGRAM * program + _SPREAD * spread - _AUDIO * audio
    return round(found / _GRAIN) * _GRAIN


def _known(people: int | None, digits: int) -> float:
    return min(math.log10(1 + people) / digits, 1.0) if people else 0.0


def named_in_title(entry: Entry) -> AbstractSet[str]:
    """The topics that the title of an entry names."""
    return {match.topic for match in entry.topics for found in match.evidence if found.field == "title"}


def factor(prior: float, in_title: int, *, asked: bool) -> float:
    """What a score is multiplied by, from the number of topics in the title, and whether the entry teaches one that is
    asked for.
    """
    return prior * (1 - _STRAY * min(max(in_title - asked, 0), MOST_STRAYS))
