import pytest

from catalog.model import Crawl, CrawlState
from crawlers.gate import Verdict, judge


def last(listings: int, *, complete: bool = True) -> Crawl:
    return Crawl(id=1, source="s", state=CrawlState.BELIEVED, started="", listings=listings, complete=complete)


def verdict(listings: int, **changes: object) -> Verdict:
    given: dict[str, object] = {"skipped": 0, "complete": True, "whole": True, "live": 0, "last": None} | changes
    return judge(listings=listings, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listings", "changes"),
    [
        (1, {}),
        (50, {"last": last(100)}),
        (100, {"last": last(10)}),
        (4, {"last": last(9)}),
        (49, {"last": last(100, complete=False), "live": 60}),
    ],
)
def test_believed_and_may_retire(listings: int, changes: dict[str, object]) -> None:
    assert verdict(listings, **changes) == Verdict(may_retire=True)


@pytest.mark.parametrize("changes", [{"complete": False}, {"whole": False}])
def test_believed_but_retires_nothing(changes: dict[str, object]) -> None:
    """What an incomplete reading or a single file does not list may still be there."""
    assert verdict(3, last=last(100), **changes) == Verdict(may_retire=False)


@pytest.mark.parametrize(
    ("listings", "changes", "words"),
    [
        (0, {}, "nothing"),
        (0, {"whole": False}, "nothing"),
        (49, {"last": last(100)}, "less than half of the 100"),
        (49, {"live": 100}, "less than half of the 100"),
        (10, {"skipped": 11}, "could not be read"),
    ],
)
def test_held(listings: int, changes: dict[str, object], words: str) -> None:
    found = verdict(listings, **changes)
    assert not found.believed
    assert not found.may_retire
    assert words in found.reasons[0]
