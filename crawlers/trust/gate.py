"""Is this crawl believable? A source that came back empty, halved or silent is more often broken than changed.

Each rule looks at one thing and says in words, with numbers from before and now, what an operator should look at. What
counts is the last believed crawl: one that an operator released becomes the new normal.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from crawlers.trust.difference import Difference
from crawlers.trust.profile import Numbers, Profile, Spread
from crawlers.trust.sighting import Sighting
from crawlers.trust.weighing import differ, en_masse, has_moved, is_far_below, middle, some, top

FEWEST_TO_COMPARE = 10  # listings, or told values: below, any share is chance
SMALLEST_SHARE = 0.5  # of what was listed before; of one kind, provider or language too
SHRINKING = 0.9  # of the last crawl: what is stable since then is not shrinking, however much there once was
GREATEST_GROWTH = 5.0  # times what was listed before
STRANGE_SHARE = 0.05  # of titles or descriptions that look like error pages
FEWEST_STRANGE = 3
GARBLED_SHARE = 0.05  # of listings whose letters are wrong, where they were not before
GARBLED_AT_FIRST = 0.3  # the same where there is no before: some sources have them in their own texts
DEFAULT_SHARE = 0.5  # of titles that are the same, in a first crawl
PREVAILING_SHARE = 0.3  # of one text, where it was at most half as frequent before
REPEATED_SHARE = 0.2  # of listings that say what another one says, more than before
TOLD_SHARE = 0.2  # a property that fewer told may fall silent
SILENCE = 2 / 3  # of the share that told a property before
WHOLE_SILENCE = 0.1  # the same where the listings are others each time
MIXED_SHARE = 0.05  # of a category's values that are not the most frequent one: what may collapse
COLLAPSE = 0.25  # of that share
SHIFT = 0.35  # of a category's values that became others; for few values more
REPLACED_SHARE = 0.5
JUMPED_SHARE = 0.3
CHURN = 0.5  # of the live listings missing while as many came; less where titles prove the move
PROVEN_CHURN = 0.2

# Kinds, and those values of other categories that so large a part of the source tells, do not vanish in a week.
_PARTS = {"kind": 0.05, "language": 0.1, "provider": 0.2, "institution": 0.2}
_STABLE = ("title", "url", "kind", "provider", "institution", "authors", "language", "level", "isbn", "published")
_JUMPING = ("price", "hours_min", "rating", "pages")
_TEXTS = ("title", "description", "url", "image", "isbn", "doi", "published", "authors")
_CATEGORIES = ("kind", "provider", "institution", "language", "level", "is_free", "licence", "currency", "host")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``reasons`` say why a crawl is held; ``may_retire`` whether what it did not see is gone."""

    reasons: tuple[str, ...] = ()
    may_retire: bool = False

    @property
    def believed(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, kw_only=True)
class Believed:
    """A crawl that was taken: what it looked like, and whether the source was read to its end."""

    profile: Profile
    complete: bool = True


@dataclass(frozen=True, kw_only=True)
class _Case:
    """All that is weighed. ``last`` is the profile to compare with: of the latest believed crawl that was complete."""

    profile: Profile
    difference: Difference
    skipped: int
    complete: bool
    whole: bool
    live: int
    before: tuple[Profile, ...]
    sightings: tuple[Sighting, ...]

    @property
    def last(self) -> Profile | None:
        """None where the two cannot be compared: a part of a source may look unlike the whole."""
        enough = self.complete and self.before and self.profile.listings >= FEWEST_TO_COMPARE
        return self.before[0] if enough and self.before[0].listings >= FEWEST_TO_COMPARE else None

    @property
    def same_listings(self) -> bool:
        """Are they the ones of last time, for the most part? A source that tells others each time varies honestly."""
        return self.whole or 2 * self.difference.known >= self.profile.listings


def judge(
    *,
    profile: Profile,
    difference: Difference,
    skipped: int,
    complete: bool,
    whole: bool,
    live: int,
    before: Sequence[Believed] = (),
    sightings: Sequence[Sighting] = (),
) -> Verdict:
    """Weigh a spool, by its profile and its difference from the record, against what was believed before.

    ``skipped`` is how many listings could not be read, ``complete`` whether the source was read to its end, ``whole``
    whether it lists everything it has, ``live`` how many listings the record has of it, ``before`` the last few
    believed crawls, the latest first, and ``sightings`` what the spool says of the source's canaries.
    """
    case = _Case(
        profile=profile,
        difference=difference,
        skipped=skipped,
        complete=complete,
        whole=whole,
        live=live,
        before=tuple(one.profile for one in before if one.complete and one.profile.listings),
        sightings=tuple(sightings),
    )
    reasons = tuple(reason for rule in _RULES for reason in rule(case))
    return Verdict(reasons=reasons, may_retire=not reasons and whole and complete)


# ---- how much there is


def _readable(case: _Case) -> Iterator[str]:
    listings = case.profile.listings
    if listings == 0:
        yield "it lists nothing"
    elif case.skipped > listings:
        yield f"{case.skipped:,} listings could not be read, more than the {listings:,} that could"


def _size(case: _Case) -> Iterator[str]:
    listings = case.profile.listings
    if not (case.whole and case.complete and listings):
        return
    sizes = [one.listings for one in case.before]
    last = sizes[0] if sizes else case.live
    usual = round(median(sizes)) if sizes and listings < last * SHRINKING else last
    before = max(last, usual)
    if before < FEWEST_TO_COMPARE:
        return
    if listings < before * SMALLEST_SHARE:
        yield f"it lists {listings:,}, less than half of the {before:,} before"
    elif sizes and listings > max(*sizes, case.live) * GREATEST_GROWTH:
        yield f"it lists {listings:,}, more than {GREATEST_GROWTH:.0f} times the {last:,} before"


def _parts(case: _Case) -> Iterator[str]:
    """A kind, a language, a large provider of which less than half is left."""
    if case.last is None or not case.whole:
        return
    for name, smallest in _PARTS.items():
        old, new = (one.spreads.get(name, Spread()) for one in (case.last, case.profile))
        if case.profile.share(name) < case.last.share(name) * SILENCE:
            continue  # the property as a whole fell silent, which is said elsewhere
        gone = [
            f"{new.values.get(value, 0):,} with {name} “{value}”, {count:,} before"
            for value, count in old.values.items()
            if count >= max(FEWEST_TO_COMPARE, smallest * old.total)
            and new.values.get(value, 0) < count * SMALLEST_SHARE
            and is_far_below(new.values.get(value, 0), count)
        ]
        if gone:
            yield f"it lists {some(gone)}"


def _churn(case: _Case) -> Iterator[str]:
    change = case.difference
    if not case.whole or change.live < FEWEST_TO_COMPARE:
        return
    moved = change.renamed / change.live
    if (case.complete and change.churn >= CHURN) or moved >= max(PROVEN_CHURN, 0.5 * change.added / change.live):
        yield (
            f"the keys seem to have changed: {change.missing or change.renamed:,} of {change.live:,} live listings are "
            f"missing while {change.added:,} new ones came, {change.renamed:,} of them with a missing one's title"
        )


# ---- what it says


def _canaries(case: _Case) -> Iterator[str]:
    for sighting in case.sightings:
        if sighting.seen or (case.whole and case.complete):
            yield from sighting.alarm()


def _strange(case: _Case) -> Iterator[str]:
    listings = case.profile.listings
    for name, count in case.profile.strange.items():
        told = max(case.profile.told.get(name, 0), 1)
        usual = max((one.strange.get(name, 0) / max(one.told.get(name, 0), 1) for one in case.before[:1]), default=0.0)
        enough = count >= FEWEST_STRANGE or (name == "title" and count == listings)
        if enough and count / told >= max(STRANGE_SHARE, 2 * usual):
            value = f", such as “{case.profile.spreads[name].prevailing[0]}”" if count / told >= DEFAULT_SHARE else ""
            yield f"{count:,} of {told:,} {name}s look like an error or challenge page or an unfilled template{value}"


def _garbled(case: _Case) -> Iterator[str]:
    count, listings = case.profile.garbled, case.profile.listings
    last = case.before[0] if case.before else None
    usual = last.garbled / last.listings if last else 0.0
    least = max(GARBLED_SHARE, 2 * usual) if last else GARBLED_AT_FIRST
    if listings and count >= FEWEST_STRANGE and count / listings >= least:
        yield f"{count:,} of {listings:,} listings have wrongly decoded letters, such as “Ã©” ({usual:.0%} before)"


def _defaults(case: _Case) -> Iterator[str]:
    """All titles the same: where there is no before, a page that is no list looks like this."""
    if case.last is not None:
        return
    titles = case.profile.spreads.get("title", Spread())
    value, count = titles.prevailing
    least = DEFAULT_SHARE if titles.total >= FEWEST_TO_COMPARE else 1.0
    known = any(one.spreads.get("title", Spread()).prevailing[0] == value for one in case.before[:1])
    if titles.total >= FEWEST_STRANGE and count >= least * titles.total and not known:
        yield f"{count:,} of {titles.total:,} have the same title “{value}”"


def _prevailing(case: _Case) -> Iterator[str]:
    if case.last is None:
        return
    for name in _TEXTS:
        old, new = (one.spreads.get(name, Spread()) for one in (case.last, case.profile))
        value, count = new.prevailing
        share, usual = count / max(new.total, 1), old.prevailing[1] / max(old.total, 1)
        much_more = share >= max(PREVAILING_SHARE, 2 * usual) or 1 - share < (1 - usual) * COLLAPSE
        enough = min(new.total, old.total) >= FEWEST_TO_COMPARE
        if enough and much_more and differ(old.prevailing[1], old.total, count, new.total):
            yield f"{share:.0%} have the same {name} “{value}”; before, the most frequent was in {usual:.0%}"


def _repeats(case: _Case) -> Iterator[str]:
    if case.last is None:
        return
    share, usual = (one.repeated / one.listings for one in (case.profile, case.last))
    if share >= REPEATED_SHARE + usual and differ(
        case.last.repeated, case.last.listings, case.profile.repeated, case.profile.listings
    ):
        yield f"{share:.0%} repeat the title and description of another listing ({usual:.0%} before)"


def _silence(case: _Case) -> Iterator[str]:
    """Properties that the source told and tells no more, seen on the whole or on the listings known before."""
    silent: dict[str, str] = {}
    least = SILENCE if case.same_listings else WHOLE_SILENCE
    if case.last is not None:
        for name, told in case.last.told.items():
            share, usual = case.profile.share(name), case.last.share(name)
            counts = (told, case.last.listings, case.profile.told.get(name, 0), case.profile.listings)
            if usual >= TOLD_SHARE and share < usual * least and differ(*counts):
                silent[name] = f"{name} {usual:.0%} → {share:.0%}"
    for name, change in case.difference.fields.items():
        enough = change.told >= max(FEWEST_TO_COMPARE, TOLD_SHARE * case.difference.known)
        if enough and name not in silent and en_masse(change.lost, change.told, 1 - SILENCE):
            silent[name] = f"{name} lost by {change.lost:,} of {change.told:,} known listings"
    if silent:
        yield f"it fell silent on {some(silent.values())}"


def _collapse(case: _Case) -> Iterator[str]:
    """Categories that became one value, or others than they were."""
    if case.last is None or not case.same_listings:
        return
    for name in _CATEGORIES:
        old, new = (one.spreads.get(name, Spread()) for one in (case.last, case.profile))
        if min(old.total, new.total) < FEWEST_TO_COMPARE:
            continue
        value, count = new.prevailing
        mixed, usual = 1 - count / new.total, 1 - old.prevailing[1] / old.total
        counts = (old.total - old.prevailing[1], old.total, new.total - count, new.total)
        if usual >= MIXED_SHARE and mixed < usual * COLLAPSE and differ(*counts):
            yield f"{name} is “{value}” in {count / new.total:.0%}; before, in {1 - usual:.0%} it was one value"
        elif (distance := old.distance(new)) >= SHIFT + 1 / sqrt(min(old.total, new.total)):
            yield f"{name} is another in {distance:.0%}: {top(old)} → {top(new)}"


def _quantiles(case: _Case) -> Iterator[str]:
    if case.last is None or not case.same_listings:
        return
    for name, new in case.profile.numbers.items():
        old = case.last.numbers.get(name, Numbers())
        if min(old.count, new.count) < 2 * FEWEST_TO_COMPARE or not has_moved(name, old.quantiles, new.quantiles):
            continue
        yield f"{name} is of another size: half are between {middle(old)} → {middle(new)}"


# ---- what it says of listings that are known


def _jumps(case: _Case) -> Iterator[str]:
    for name in _JUMPING:
        change = case.difference.of(name)
        both = change.told - change.lost
        if both >= FEWEST_TO_COMPARE and en_masse(change.jumped, both, JUMPED_SHARE):
            what = (
                "a multiple of what it was, or in another currency" if name == "price" else "a multiple of what it was"
            )
            examples = [f"{one.old} → {one.new}" for one in case.difference.alterations if one.field == name][:2]
            yield f"{name} of {change.jumped:,} of {both:,} known listings is {what}: {', '.join(examples)}"


def _replaced(case: _Case) -> Iterator[str]:
    replaced = []
    for name in _STABLE:
        change = case.difference.of(name)
        both = change.told - change.lost
        if both >= FEWEST_TO_COMPARE and en_masse(change.replaced, both, REPLACED_SHARE):
            replaced.append(f"{name} ({change.replaced:,} of {both:,})")
    if replaced:
        yield f"known listings have another {some(replaced)}"


_RULES: tuple[Callable[[_Case], Iterator[str]], ...] = (
    _readable, _size, _parts, _churn, _canaries, _strange, _garbled, _defaults, _prevailing, _repeats,
    _silence, _collapse, _quantiles, _jumps, _replaced,
)  # fmt: skip
