"""When a source is read again: sooner after change, later after none, much later after a refusal."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec.structs import replace

from catalog.ledger import SourceClock
from catalog.model import Crawl, CrawlState
from crawlers.source import Source

HOUR = 3600.0
SOONER, LATER = 0.75, 1.25  # what a crawl that found change, or none, makes of the pause
SHORTEST, LONGEST = 0.5, 3.0  # of the source's own cadence: further the pause does not move
AFTER_FAILURE = 0.25  # of the cadence, doubled with each failure in a row
AFTER_REFUSAL = 4.0  # of the cadence, doubled with each refusal in a row
SOONEST_AGAIN = HOUR
LATEST_AGAIN = 60 * 24 * HOUR
SPREAD = 0.1  # how far chance moves a moment, so that sources do not all come due at once


class Outcome(StrEnum):
    """How a crawl ended, as far as it matters for the next one."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    FAILED = "failed"
    REFUSED = "refused"
    ABANDONED = "abandoned"


def outcome_of(row: Crawl, *, refused: bool) -> Outcome:
    """What a finished row says; ``refused`` where a site said no."""
    if row.state is CrawlState.ABANDONED:
        return Outcome.ABANDONED
    if row.state is CrawlState.FAILED:
        return Outcome.REFUSED if refused else Outcome.FAILED
    if row.state is CrawlState.HELD:
        return Outcome.HELD
    return Outcome.CHANGED if row.added or row.changed or row.retired else Outcome.UNCHANGED


def next_clock(
    before: SourceClock, source: Source, outcome: Outcome, at: float, chance: Callable[[], float] = random.random
) -> SourceClock:
    """The clock of a source after a crawl that ended at a moment. Runs that were missed are not made up for."""
    cadence = source.cadence.total_seconds()
    usual = min(max(before.interval or cadence, SHORTEST * cadence), LONGEST * cadence)
    failures = 0
    if outcome in {Outcome.CHANGED, Outcome.UNCHANGED}:
        factor = SOONER if outcome is Outcome.CHANGED else LATER
        pause = usual = min(max(usual * factor, SHORTEST * cadence), LONGEST * cadence)
    elif outcome is Outcome.HELD:
        pause = cadence
    elif outcome is Outcome.ABANDONED:
        return replace(before, outcome=outcome)  # it stays due: the next worker goes on
    else:
        failures = before.failures + 1
        share = AFTER_REFUSAL if outcome is Outcome.REFUSED else AFTER_FAILURE
        pause = min(max(share * cadence * 2.0 ** min(failures - 1, 10), SOONEST_AGAIN), LATEST_AGAIN)
    moment = at + pause * (1 + SPREAD * (2 * chance() - 1))
    if source.cron is not None and outcome in {Outcome.CHANGED, Outcome.UNCHANGED, Outcome.HELD}:
        moment = source.cron(datetime.fromtimestamp(at, UTC) + timedelta(seconds=1)).timestamp()
    return replace(before, next_at=moment, interval=usual, failures=failures, outcome=outcome)
