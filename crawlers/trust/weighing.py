"""Whether what differs differs by more than chance, and how it is said."""

from collections.abc import Iterable, Sequence
from math import sqrt

from crawlers.trust.profile import Numbers, Spread

HONEST_SHARE = 0.25  # of known listings may tell another value of a property from crawl to crawl
LEFT_SHARE = 0.9 * 0.8  # of a part of a source, where a tenth is removed and a fifth edited
QUARTILE_FACTORS = {"rating": 1.5}  # how far the middle of numbers must move, beside their quartiles
QUARTILE_FACTOR = 3.0
YEARS = 5.0  # the same for years
MOST_NAMED = 5  # properties or values in one sentence

# Standard errors. The first is for shares that must also differ by much; the others stand alone, and are asked of
# every property of every source every week: they must hardly ever be chance.
_SURE = 2.5
_QUITE_SURE = 3.5
_VERY_SURE = 4.5


def differ(old_count: int, old_total: int, new_count: int, new_total: int) -> bool:
    """Do two shares differ by more than chance would have it? The z test of two proportions."""
    pooled = (old_count + new_count) / (old_total + new_total)
    error = sqrt(pooled * (1 - pooled) * (1 / old_total + 1 / new_total))
    return abs(old_count / old_total - new_count / new_total) >= _SURE * error > 0


def en_masse(count: int, total: int, least: float) -> bool:
    """Did more of ``total`` change than an honest source changes, and ``least`` at that? The z test of one share."""
    error = sqrt(HONEST_SHARE * (1 - HONEST_SHARE) / total)
    return count >= total * max(least, min(1.0, HONEST_SHARE + _VERY_SURE * error))


def is_far_below(count: int, before: int) -> bool:
    """Is less left of a part of a source than honest change leaves?"""
    return count <= before * LEFT_SHARE - _QUITE_SURE * sqrt(before * LEFT_SHARE * (1 - LEFT_SHARE))


def has_moved(name: str, old: Sequence[float], new: Sequence[float]) -> bool:
    """Does the middle half of the numbers (five quantiles each) lie wholly above or below where it lay, and far off?"""
    apart = new[1] > old[3] or new[3] < old[1]
    low, high = sorted((old[2], new[2]))
    if name == "published":
        return apart and high - low >= YEARS
    return apart and high >= low * QUARTILE_FACTORS.get(name, QUARTILE_FACTOR)


def top(spread: Spread) -> str:
    """The two most frequent values in words: ``“en” 70%, “de” 20%``."""
    return ", ".join(f"“{value}” {count / spread.total:.0%}" for value, count in list(spread.values.items())[:2])


def middle(numbers: Numbers) -> str:
    return f"{numbers.quantiles[1]:,g} and {numbers.quantiles[3]:,g}"


def some(words: Iterable[str]) -> str:
    told = list(words)
    more = f" and {len(told) - MOST_NAMED} more" if len(told) > MOST_NAMED else ""
    return ", ".join(told[:MOST_NAMED]) + more
