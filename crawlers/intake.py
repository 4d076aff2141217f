"""From a spool into the record: ingest what it lists, and retire what it should have listed."""

import logging
from pathlib import Path

from catalog.ingest import ingest, retire_unseen
from catalog.model import Crawl
from crawlers import spool
from crawlers.ground import Ground

log = logging.getLogger(__name__)


def take_in(ground: Ground, row: Crawl, path: Path, *, may_retire: bool) -> Crawl:
    """The crawl's row with what its spool added, changed and retired. Doing it twice changes nothing."""
    with ground.show(f"Writing {row.source}", row.listings) as shown:
        step = ground.stoppable(shown)
        row = ingest(ground.store, spool.read(path), classifier=ground.classifier, crawl=row, on_progress=step)
    if may_retire:
        row = retire_unseen(ground.store, row, ground.classifier, ground.stoppable(lambda _count: None))
    return row
