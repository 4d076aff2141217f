"""One crawl, from the source to the record: spool, gate, ingest, retire. The row of the crawl is its account."""

import logging
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from catalog.classify import Classifier
from catalog.errors import CrawlError, LodestarError
from catalog.ingest import ingest, retire_unseen
from catalog.model import Crawl, CrawlState
from catalog.store import Store, now
from crawlers import spool
from crawlers.fetch import Fetch
from crawlers.gate import judge
from crawlers.source import Report, Source

log = logging.getLogger(__name__)

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

Step = Callable[[int], None]
Show = Callable[[str, int | None], AbstractContextManager[Step]]


def show_nothing(_label: str, _total: int | None) -> AbstractContextManager[Step]:
    return nullcontext(lambda _n: None)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What crawls stand on: the record, the classifier of its vocabulary, and a folder for spools.

    ``show`` makes a progress display from a label and a total.
    """

    store: Store
    classifier: Classifier
    spool: Path
    show: Show = field(default=show_nothing)


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What a crawl would have brought; nothing was written."""

    listings: int
    report: Report


def rehearse(source: Source, fetch: Fetch, folder: Path, show: Show = show_nothing) -> Rehearsal:
    """Read the source to its end and stop before the record."""
    report = Report()
    with spool.reserved(folder, _checked_id(f"rehearsal-{source.listed_as}")) as path_of:
        path = path_of(0)
        with show(f"Reading {source.listed_as}", None) as step:
            count = spool.write(source.listings(fetch, report), path, report, step)
        path.unlink(missing_ok=True)
    return Rehearsal(listings=count, report=report)


def crawl(source: Source, fetch: Fetch, ground: Ground, *, whole: bool | None = None, believe: bool = False) -> Crawl:
    """Run one crawl and give its finished row; errors are written into the row and raised again.

    ``whole`` overrides what the source says of itself; ``believe`` is an operator's word against the gate.
    A killed crawl leaves a row that the next one marks abandoned, and its listings are simply read again:
    ingest is an upsert by (source, key), so nothing is lost or doubled.
    """
    source_id = _checked_id(source.listed_as)
    report = Report()
    with spool.reserved(ground.spool, source_id) as path_of:
        row = ground.store.begin_crawl(source_id)
        run = _Run(
            source=source,
            fetch=fetch,
            ground=ground,
            row=row,
            report=report,
            path=path_of(row.id),
            whole=source.whole if whole is None else whole,
            believe=believe,
        )
        try:
            run.to_the_end()
        except (KeyboardInterrupt, SystemExit):
            run.close(CrawlState.ABANDONED, "it was stopped from outside")
            raise
        except LodestarError as error:
            run.close(CrawlState.FAILED, str(error))
            raise
        except Exception as error:
            run.close(CrawlState.FAILED, f"{type(error).__name__}: {error}. This is a fault of the program")
            raise
        return run.row


@dataclass(kw_only=True)
class _Run:
    """One crawl under way; ``row`` is what its account says so far."""

    source: Source
    fetch: Fetch
    ground: Ground
    row: Crawl
    report: Report
    path: Path
    whole: bool
    believe: bool

    def to_the_end(self) -> None:
        self.read_source()
        store, row = self.ground.store, self.row
        verdict = judge(
            listings=row.listings,
            skipped=row.skipped,
            complete=row.complete,
            whole=self.whole,
            live=store.listing_count(row.source),
            last=store.last_believed(row.source),
        )
        if not verdict.believed and not self.believe:
            self.close(CrawlState.HELD, *(f"held: {reason}" for reason in verdict.reasons))
            return
        may_retire = self.whole and row.complete if self.believe else verdict.may_retire
        self.write_record(may_retire=may_retire)
        self.close(CrawlState.BELIEVED)
        self.path.unlink(missing_ok=True)

    def read_source(self) -> None:
        with self.ground.show(f"Reading {self.row.source}", None) as step:
            listings = self.source.listings(self.fetch, self.report)
            count = spool.write(listings, self.path, self.report, step)
        self.row = replace(self.row, listings=count, skipped=self.report.skipped, complete=self.report.complete)
        log.info("spooled source=%s listings=%d skipped=%d", self.row.source, count, self.report.skipped)

    def write_record(self, *, may_retire: bool) -> None:
        ground = self.ground
        with ground.show(f"Writing {self.row.source}", self.row.listings) as step:
            self.row = ingest(
                ground.store, spool.read(self.path), classifier=ground.classifier, crawl=self.row, on_progress=step
            )
        if may_retire:
            self.row = retire_unseen(ground.store, self.row, ground.classifier)

    def close(self, state: CrawlState, *words: str) -> None:
        problems = (*words, *self.report.problems)
        self.row = replace(self.row, state=state, ended=now(), skipped=self.report.skipped, problems=problems)
        self.ground.store.finish_crawl(self.row)
        log.info("crawl source=%s id=%d state=%s listings=%d", self.row.source, self.row.id, state, self.row.listings)


def _checked_id(source_id: str) -> str:
    """The id becomes a file name and a column of every listing."""
    if not _ID.fullmatch(source_id):
        raise CrawlError(
            f"{source_id!r} is no source id; use a-z, 0-9, dot, dash and underscore, at most 64 characters"
        )
    return source_id
