"""What crawls leave behind, bounded: old evidence and old answers go, once a day."""

import logging

from msgspec.structs import replace

from catalog.ledger import SourceClocks
from crawlers.ground import Ground
from crawlers.lease import held
from crawlers.web.evidence import Memory

log = logging.getLogger(__name__)

NAME = "tidying"
DAY = 86_400.0


def tidy(ground: Ground, memory: Memory, evidence_days: float) -> bool:
    """Let go of what is too old; False where it was done in the last day."""
    clocks, now = SourceClocks(ground.store), ground.clock()
    with held(ground, NAME):
        clock = clocks.of(NAME)
        if clock.next_at > now:
            return False
        notes, bodies = memory.fetches.forget(now - evidence_days * DAY), memory.archive.prune()
        clocks.set(replace(clock, next_at=now + DAY, outcome=f"{notes} notes and {bodies} answers let go"))
    log.info("tidied notes=%d answers=%d", notes, bodies)
    return True
