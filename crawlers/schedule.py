"""Moments by a crontab line."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(r"(?<![/\w])(\d)(?:-(\d))?(?=,|/|$)")


def next_by_cron(line: str) -> Callable[[datetime], datetime]:
    """What gives the next moment after one, both in UTC; ValueError where the line is no crontab line."""
    fields = line.split()
    if len(fields) == 5:
        fields[4] = _RANGE.sub(_named, fields[4])
    trigger = CronTrigger.from_crontab(" ".join(fields), timezone=UTC)

    def following(after: datetime) -> datetime:
        moment: datetime | None = trigger.get_next_fire_time(None, after)
        if moment is None:
            raise ValueError(f"{line!r} names no moment to come")
        return moment

    following(datetime.now(UTC))
    return following


def _named(found: re.Match[str]) -> str:
    """Days by name: the trigger counts them from Monday, crontab from Sunday."""
    first, last = int(found[1]), int(found[2] or found[1])
    if first > 7 or last > 7:
        raise ValueError("days of the week are 0 to 7")
    return ",".join(_DAYS[first : last + 1])
