"""What the verbs share: the ground and the web that the configuration asks for, and how a crawl is told."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event
from types import FrameType

import click

from catalog.classify import Classifier
from catalog.config import Config
from catalog.errors import SourceError
from catalog.ledger import Fetches, Hosts
from catalog.model import Crawl, CrawlState
from catalog.progress import Step, progress
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers.account import size
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.source import Source, open_source, table_of
from crawlers.web.archive import Archive
from crawlers.web.evidence import Memory
from crawlers.web.manners import Manners

SHOWN_PROBLEMS = 10


def manners(config: Config) -> Manners:
    """How the configuration wants the crawler to behave."""
    settings = config.crawl
    return Manners(
        product=settings.product,
        version=_version(),
        contact=settings.contact,
        pause_seconds=settings.pause_seconds,
        timeout_seconds=settings.timeout_seconds,
        max_bytes=settings.max_bytes,
        max_redirects=settings.max_redirects,
        allow_private_hosts=tuple(settings.allow_private_hosts),
    )


def _version() -> str:
    try:
        return version("lodestar")
    except PackageNotFoundError:
        return "0"


def ground_of(config: Config, stop: Event | None = None) -> Ground:
    """The record and the folders of the configuration, opened."""
    return Ground(
        store=Store.open(config.record.url),
        classifier=Classifier(load_vocabulary()),
        spool=Path(config.crawl.spool),
        show=show_progress,
        stop=stop or Event(),
    )


def memory_of(config: Config, store: Store) -> Memory:
    """What fetching remembers between runs."""
    settings = config.crawl
    archive = Archive(
        Path(settings.answers), most_bytes=settings.answers_mb * 1_000_000, most_days=settings.answers_days
    )
    return Memory(fetches=Fetches(store), archive=archive)


def web_of(config: Config, ground: Ground) -> WebFetch:
    """The client for real crawls, which shares its pauses and its memory with other workers by the record."""
    return WebFetch(manners(config), memory=memory_of(config, ground.store), book=Hosts(ground.store), stop=ground.stop)


def sources_of(config: Config, source_id: str) -> list[Source]:
    """The sources of that id; SourceError where one is off: its terms were not confirmed, so a person must say yes."""
    found = open_source(source_id, config.sources)
    for source in found:
        if not source.on:
            raise SourceError(f"{source.id} is off; set sources.{table_of(source.id)}.enabled = true to crawl it")
    return found


def show_progress(label: str, total: int | None) -> AbstractContextManager[Step]:
    return progress(label, total=total, unit="listings")


def tell(row: Crawl) -> None:
    """A finished crawl in a few lines."""
    words = f"{row.source}: {row.state}, {row.listings:,} listings, {row.skipped:,} skipped"
    if row.state is CrawlState.BELIEVED:
        words += f"; {row.added:,} added, {row.changed:,} changed, {row.retired:,} retired, {row.unchanged:,} unchanged"
    if not row.complete:
        words += " (not read to the end)"
    if row.requests:
        words += f"; {row.requests:,} requests, {row.unmodified:,} of them unmodified, {size(row.bytes)}"
    click.echo(words)
    tell_problems(row.problems)
    if row.state is CrawlState.HELD:
        click.echo(f"  see it: lodestar crawls {row.id}; decide: lodestar release {row.id} | lodestar discard {row.id}")


def tell_problems(problems: tuple[str, ...]) -> None:
    for problem in problems[:SHOWN_PROBLEMS]:
        click.echo(f"  {problem}", err=True)
    if len(problems) > SHOWN_PROBLEMS:
        click.echo(f"  … {problems[-1]}; the crawl's row keeps the first ones", err=True)


@contextmanager
def on_stop(act: Callable[[], object]) -> Iterator[None]:
    """Inside, SIGTERM calls ``act`` in place of ending the process."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        act()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def interrupt() -> None:
    """SIGTERM ends a crawl as Ctrl-C does: its row says so, and the batch under way is finished or undone."""
    raise KeyboardInterrupt
