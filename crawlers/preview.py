"""What a crawl would bring: the source is read to its end, judged and compared, and nothing enters the record."""

from dataclasses import dataclass
from pathlib import Path

from catalog.model import Crawl, CrawlState
from crawlers import spool
from crawlers.crawl import Web, checked_id, next_isbns
from crawlers.ground import Ground, Show, show_nothing
from crawlers.source import ByIsbn, Report, Source
from crawlers.trust.trial import Trial, try_spool
from crawlers.web.request import Errand


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a crawl would have brought; without a record to compare with there is no ``trial``."""

    listings: int
    report: Report
    trial: Trial | None = None


def preview(source: Source, web: Web, ground: Ground, *, whole: bool | None = None) -> Preview:
    """Read the source and hold it against the record. Only the evidence of the fetches is kept."""
    if isinstance(source, ByIsbn):
        source.isbns = next_isbns(source, ground)
    report = Report()
    with spool.reserved(ground.spool, checked_id(f"preview-{source.listed_as}")) as path_of:
        path = path_of(0)
        count = _read(source, web, path, report, ground.show)
        row = Crawl(
            id=0,
            source=source.listed_as,
            state=CrawlState.RUNNING,
            started=ground.now(),
            listings=count,
            skipped=report.skipped,
            complete=report.complete,
            whole=source.whole if whole is None else whole,
        )
        trial = try_spool(ground, row, path, source.watched)
        path.unlink(missing_ok=True)
    return Preview(listings=count, report=report, trial=trial)


def rehearse(source: Source, web: Web, folder: Path, show: Show = show_nothing) -> Preview:
    """Read the source to its end without a record."""
    report = Report()
    with spool.reserved(folder, checked_id(f"preview-{source.listed_as}")) as path_of:
        path = path_of(0)
        count = _read(source, web, path, report, show)
        path.unlink(missing_ok=True)
    return Preview(listings=count, report=report)


def _read(source: Source, web: Web, path: Path, report: Report, show: Show) -> int:
    errand = Errand(source=source.listed_as, pause_seconds=source.pause_seconds)
    with show(f"Reading {source.listed_as}", None) as step:
        return spool.write(source.listings(web.for_errand(errand), report), path, report, step)
