"""One crawl, from the source to the record: spool, gate, ingest, retire. The row of the crawl is its account."""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from catalog.errors import CrawlError, LodestarError, Refused, SourceWithdrawn
from catalog.ledger import Crawls, Fetches, SourceClocks
from catalog.model import Crawl, CrawlState, encode
from catalog.shelf import Shelf
from crawlers import spool
from crawlers.cadence import next_clock, outcome_of
from crawlers.fetch import Fetch
from crawlers.ground import Ground
from crawlers.intake import take_in
from crawlers.lease import held as leased
from crawlers.source import ByIsbn, Report, Source
from crawlers.trust import held
from crawlers.trust.trial import Trial, try_spool
from crawlers.web.request import Errand

log = logging.getLogger(__name__)

RESUMED_HOURS = 24  # what a killed crawl had fetched is used by the next one for so long
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class Web(Protocol):
    """What crawls fetch by: a client that can act on behalf of each of them."""

    def for_errand(self, errand: Errand) -> Fetch:
        """The same client on behalf of one crawl."""


def crawl(source: Source, web: Web, ground: Ground, *, whole: bool | None = None, believe: bool = False) -> Crawl:
    """Run one crawl and give its finished row; errors are written into the row and raised again.

    ``whole`` overrides what the source says of itself; ``believe`` is an operator's word against the gate.
    A killed crawl leaves a row that the next one marks abandoned. The next one takes the answers that were fetched
    already from the archive, and ingest is an upsert by (source, key), so nothing is lost or doubled.
    """
    source_id = checked_id(source.listed_as)
    with spool.reserved(ground.spool, source_id) as path_of, leased(ground, source_id):
        run = _Run(source, ground, path_of=path_of, whole=source.whole if whole is None else whole)
        return run.account_for(web, believe=believe)


def crawl_if_due(source: Source, web: Web, ground: Ground) -> Crawl | None:
    """Run one crawl, unless another worker has done it since somebody looked at what is due: then None."""
    source_id = checked_id(source.listed_as)
    with spool.reserved(ground.spool, source_id) as path_of, leased(ground, source_id):
        if SourceClocks(ground.store).of(source_id).next_at > ground.clock():
            return None
        return _Run(source, ground, path_of=path_of, whole=source.whole).account_for(web, believe=False)


class _Run:
    """One crawl under way; ``row`` is what its account says so far."""

    def __init__(self, source: Source, ground: Ground, *, path_of: spool.PathOf, whole: bool) -> None:
        self._source, self._ground = source, ground
        self._crawls = Crawls(ground.store)
        self._clocks = SourceClocks(ground.store)
        self._report = Report()
        self._resumed = self._unfinished()
        self.row = replace(self._crawls.begin(source.listed_as, ground.now()), whole=whole)
        self._path: Path = path_of(self.row.id)

    def account_for(self, web: Web, *, believe: bool) -> Crawl:
        """The finished row, however it ended."""
        refused = False
        try:
            self.to_the_end(web, believe=believe)
        except (KeyboardInterrupt, SystemExit):
            self.close(CrawlState.ABANDONED, "it was stopped from outside; the next crawl goes on where it was")
            raise
        except LodestarError as error:
            refused = isinstance(error, Refused | SourceWithdrawn)
            self.close(CrawlState.FAILED, str(error))
            raise
        except Exception as error:
            self.close(CrawlState.FAILED, f"{type(error).__name__}: {error}. This is a fault of the program")
            raise
        finally:
            self.set_clock(refused=refused)
        return self.row

    def to_the_end(self, web: Web, *, believe: bool) -> None:
        self._read_source(web)
        trial = try_spool(self._ground, self.row, self._path, self._source.watched)
        self.row = replace(self.row, profile=msgspec.json.decode(encode(trial.profile)))
        if not trial.verdict.believed and not believe:
            self._hold(trial)
            return
        may_retire = self.row.whole and self.row.complete if believe else trial.verdict.may_retire
        self.row = take_in(self._ground, self.row, self._path, may_retire=may_retire)
        self.close(CrawlState.BELIEVED)
        held.settle(self._ground, self.row, f"crawl {self.row.id} came later and was believed")
        self._path.unlink(missing_ok=True)

    def _read_source(self, web: Web) -> None:
        source, row = self._source, self.row
        if isinstance(source, ByIsbn):
            source.isbns = next_isbns(source, self._ground)
        errand = Errand(
            source=row.source, crawl_id=row.id, pause_seconds=source.pause_seconds, resumed=frozenset(self._resumed)
        )
        with self._ground.show(f"Reading {row.source}", None) as step:
            listings = source.listings(web.for_errand(errand), self._report)
            count = spool.write(listings, self._path, self._report, self._ground.stoppable(step))
        self.row = replace(row, listings=count, skipped=self._report.skipped, complete=self._report.complete)
        log.info("spooled source=%s listings=%d skipped=%d", row.source, count, self._report.skipped)

    def _hold(self, trial: Trial) -> None:
        held.hold(self._ground, self.row, self._path)
        self.row = replace(self.row, reasons=trial.verdict.reasons, difference=tuple(trial.difference.lines()))
        self.close(CrawlState.HELD, *(f"held: {reason}" for reason in trial.verdict.reasons))

    def close(self, state: CrawlState, *words: str) -> None:
        cost = Fetches(self._ground.store).totals(self.row.id)
        self.row = replace(
            self.row,
            state=state,
            ended=self._ground.now(),
            skipped=self._report.skipped,
            problems=(*words, *self._report.problems),
            requests=cost.requests,
            bytes=cost.bytes,
            unmodified=cost.unmodified,
        )
        self._crawls.finish(self.row)
        log.info("crawl source=%s id=%d state=%s listings=%d", self.row.source, self.row.id, state, self.row.listings)

    def set_clock(self, *, refused: bool) -> None:
        """Say when the source is due again, and where a source that is asked by ISBN goes on."""
        before, outcome = self._clocks.of(self.row.source), outcome_of(self.row, refused=refused)
        clock = next_clock(before, self._source, outcome, self._ground.clock())
        if isinstance(self._source, ByIsbn) and self.row.state is CrawlState.BELIEVED:
            clock = replace(clock, bookmark=self._source.reached or before.bookmark)
        self._clocks.set(clock)

    def _unfinished(self) -> list[int]:
        """The numbers of the crawls since the last finished one, which were killed not long ago."""
        found: list[int] = []
        for row in self._crawls.latest(self._source.listed_as, limit=10):
            age = self._ground.clock() - datetime.fromisoformat(row.started).astimezone(UTC).timestamp()
            if row.state not in {CrawlState.ABANDONED, CrawlState.RUNNING} or age > RESUMED_HOURS * 3600:
                break
            found.append(row.id)
        return found


def next_isbns(source: ByIsbn, ground: Ground) -> tuple[str, ...]:
    """The books that are asked next: those after the bookmark, and from the beginning again after the last."""
    bookmark = SourceClocks(ground.store).of(source.listed_as).bookmark or ""
    shelf = Shelf(ground.store)
    found = shelf.isbns(bookmark, source.books_a_crawl)
    return tuple(found or shelf.isbns("", source.books_a_crawl))


def checked_id(source_id: str) -> str:
    """The id becomes a file name and a column of every listing."""
    if not _ID.fullmatch(source_id):
        raise CrawlError(
            f"{source_id!r} is no source id; use a-z, 0-9, dot, dash and underscore, at most 64 characters"
        )
    return source_id
