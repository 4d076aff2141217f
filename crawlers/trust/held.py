"""Crawls that nobody believed yet: their spools wait for an operator, who releases or discards them."""

import logging
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from catalog.errors import CrawlError
from catalog.ledger import Crawls
from catalog.model import Crawl, CrawlState
from crawlers import spool
from crawlers.ground import Ground
from crawlers.intake import take_in
from crawlers.lease import held

log = logging.getLogger(__name__)

_OPEN = [CrawlState.HELD]


def hold(ground: Ground, row: Crawl, path: Path) -> None:
    """Put a crawl's spool aside. It takes the place of one that is held already."""
    settle(ground, row, "a later crawl is held in its place")
    place = _place(ground, row)
    place.parent.mkdir(parents=True, exist_ok=True)
    path.replace(place)


def settle(ground: Ground, row: Crawl, reason: str) -> None:
    """Discard the held crawls of a source that came before this one."""
    crawls = Crawls(ground.store)
    for earlier in crawls.latest(row.source, limit=1000, states=_OPEN):
        if earlier.id < row.id:
            _close(ground, earlier, reason)


def release(ground: Ground, crawl_id: int) -> Crawl:
    """Take a held crawl into the record, on an operator's word; CrawlError where it is not to be had."""
    row = _held(ground, crawl_id)
    with spool.reserved(ground.spool, row.source), held(ground, row.source):
        row = _held(ground, crawl_id)
        later = Crawls(ground.store).latest(row.source, limit=1, states=[CrawlState.BELIEVED], after=row.id)
        if later:
            raise CrawlError(f"crawl {later[0].id} of {row.source} is later and was believed; discard {row.id}")
        path = _place(ground, row)
        if not path.exists():
            raise CrawlError(f"the listings of crawl {row.id} are not in {path.parent}; discard it and crawl again")
        row = take_in(ground, row, path, may_retire=row.whole and row.complete)
        row = replace(row, state=CrawlState.BELIEVED, ended=ground.now(), problems=("released", *row.problems))
        Crawls(ground.store).finish(row)
        path.unlink(missing_ok=True)
    log.info("released source=%s id=%d", row.source, row.id)
    return row


def discard(ground: Ground, crawl_id: int) -> Crawl:
    """Forget what a held crawl listed; its account stays."""
    return _close(ground, _held(ground, crawl_id), "discarded by an operator")


def _held(ground: Ground, crawl_id: int) -> Crawl:
    row = Crawls(ground.store).of_id(crawl_id)
    if row is None:
        raise CrawlError(f"there is no crawl {crawl_id}; `lodestar crawls --held` lists those that wait")
    if row.state is not CrawlState.HELD:
        raise CrawlError(f"crawl {crawl_id} of {row.source} is {row.state}, not held; nothing is to be decided")
    return row


def _close(ground: Ground, row: Crawl, reason: str) -> Crawl:
    row = replace(row, state=CrawlState.DISCARDED, problems=(reason, *row.problems))
    Crawls(ground.store).finish(row)
    with suppress(OSError):
        _place(ground, row).unlink(missing_ok=True)
    log.info("discarded source=%s id=%d reason=%s", row.source, row.id, reason)
    return row


def _place(ground: Ground, row: Crawl) -> Path:
    return ground.spool / "held" / f"{row.source}@{row.id}.jsonl"
