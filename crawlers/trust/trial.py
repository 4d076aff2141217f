"""A spool before the gate: its profile, its difference from the record, and the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from catalog.ledger import Crawls
from catalog.model import Crawl, CrawlState
from catalog.shelf import Shelf
from crawlers import spool
from crawlers.ground import Ground
from crawlers.source import Canary
from crawlers.trust.difference import Difference, difference
from crawlers.trust.gate import Believed, Verdict, judge
from crawlers.trust.profile import Profile, profile_of
from crawlers.trust.sighting import Watch

REMEMBERED = 5  # believed crawls that a new one is held against


@dataclass(frozen=True, kw_only=True)
class Trial:
    """All that is known of a crawl when it is judged."""

    profile: Profile
    difference: Difference
    verdict: Verdict


def try_spool(ground: Ground, row: Crawl, path: Path, canaries: Sequence[Canary]) -> Trial:
    """Judge what a crawl has spooled; nothing is written."""
    watch = Watch(canaries)
    profile = profile_of(watch.over(spool.read(path)))
    compared = difference(spool.read(path), row.source, Shelf(ground.store), row.whole and row.complete)
    verdict = judge(
        profile=profile,
        difference=compared,
        skipped=row.skipped,
        complete=row.complete,
        whole=row.whole,
        live=ground.store.listing_count(row.source),
        before=_before(ground, row.source),
        sightings=watch.sightings,
    )
    return Trial(profile=profile, difference=compared, verdict=verdict)


def _before(ground: Ground, source: str) -> list[Believed]:
    """The last believed crawls of a source, the latest first, as far as their profiles can still be read."""
    believed = Crawls(ground.store).latest(source, limit=REMEMBERED, states=[CrawlState.BELIEVED])
    return [
        Believed(profile=msgspec.convert(one.profile, Profile), complete=one.complete)
        for one in believed
        if one.profile
    ]
