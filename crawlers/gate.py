"""Is this crawl believable? A source that came back empty or halved is more often broken than gone."""

from dataclasses import dataclass

from catalog.model import Crawl

SMALLEST_SHARE = 0.5  # of what the last believed crawl listed
FEWEST_TO_COMPARE = 10  # below this, half is chance


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``reasons`` say why a crawl is held; ``may_retire`` whether what it did not see is gone."""

    reasons: tuple[str, ...] = ()
    may_retire: bool = False

    @property
    def believed(self) -> bool:
        return not self.reasons


def judge(*, listings: int, skipped: int, complete: bool, whole: bool, live: int, last: Crawl | None) -> Verdict:
    """Weigh a spool of ``listings`` against the ``live`` ones of the record and the last believed crawl.

    ``whole`` says that the source lists everything it has, ``complete`` that it was read to its end.
    """
    reasons: list[str] = []
    if listings == 0:
        reasons.append("it lists nothing")
    elif skipped > listings:
        reasons.append(f"{skipped:,} listings could not be read, more than the {listings:,} that could")
    if whole and complete:
        before = last.listings if last is not None and last.complete else live
        if listings and before >= FEWEST_TO_COMPARE and listings < before * SMALLEST_SHARE:
            reasons.append(f"it lists {listings:,}, less than half of the {before:,} before")
    return Verdict(reasons=tuple(reasons), may_retire=not reasons and whole and complete)
