"""What operators type: `import`, `crawl`, `sources`, `work`."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Event
from types import FrameType

import click

from catalog.classify import Classifier
from catalog.config import Config
from catalog.errors import ConfigError, CrawlError, SourceError
from catalog.model import Crawl, CrawlState
from catalog.progress import Step, progress
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers.crawl import Ground, Rehearsal, crawl, rehearse
from crawlers.fetch import WebFetch
from crawlers.manners import Manners
from crawlers.source import Source, known_sources, open_source, table_of
from crawlers.sources.dataset import Dataset
from crawlers.worker import crawl_due
from crawlers.worker import work as keep_working

_SHOWN_PROBLEMS = 10


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "source_id", help="List the records under this source id (default: the file's name).")
@click.option("--complete", is_flag=True, help="The file is the whole source: retire what it no longer lists.")
@click.option("--believe", is_flag=True, help="Take the file even where the gate would hold it.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
@click.pass_obj
def import_files(
    config: Config, files: tuple[Path, ...], *, source_id: str | None, complete: bool, believe: bool, dry_run: bool
) -> None:
    """Read records of courses and books from FILES into the catalogue.

    JSON Lines or CSV, packed with gzip or not; what a file is, its content says. A line that cannot be read is
    reported with its number and left out. Importing a file again changes nothing.

    \b
    Examples:
      lodestar import courses.jsonl.gz books.jsonl.gz
      lodestar import --source acme-academy --complete feed.csv
      lodestar import --dry-run feed.csv
    """
    sources = [Dataset({"files": [str(path)], **({"as": source_id} if source_id else {})}) for path in files]
    _run_all(config, sources, whole=complete, believe=believe, dry_run=dry_run)


@click.command("crawl")
@click.argument("source_ids", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--believe", is_flag=True, help="Take the crawl even where the gate would hold it.")
@click.option("--dry-run", is_flag=True, help="Fetch and check everything, write nothing.")
@click.pass_obj
def crawl_sources(config: Config, source_ids: tuple[str, ...], *, believe: bool, dry_run: bool) -> None:
    """Crawl each SOURCE once, now.

    \b
    Examples:
      lodestar crawl free-programming-books
      lodestar crawl --dry-run schema-org
      lodestar sources                         which sources there are
    """
    sources = [open_source(source_id, config.sources) for source_id in source_ids]
    for source in sources:
        if not source.on:  # its terms were not confirmed, so a person must have said yes
            raise SourceError(f"{source.id} is off; set sources.{table_of(source.id)}.enabled = true to crawl it")
    _run_all(config, sources, whole=None, believe=believe, dry_run=dry_run)


@click.command("sources")
@click.pass_obj
def list_sources(config: Config) -> None:
    """List the sources: whether each is on, when it was last crawled, and how much it lists.

    \b
    Example:
      lodestar sources
    """
    with closing(Store.open(config.record.url)) as store:
        rows = [("ID", "NAME", "ON", "LAST CRAWL", "LISTINGS"), *_source_rows(config, store)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        click.echo("  ".join([*cells, row[-1].rjust(widths[-1])]))


def _source_rows(config: Config, store: Store) -> Iterator[tuple[str, str, str, str, str]]:
    """The sources we know, then those that came in files."""
    listed = dict(store.sources())
    for source_id, kind in known_sources().items():
        on = "on" if open_source(source_id, config.sources).on else "off"
        yield source_id, kind.name, on, _last(store, source_id) or "never", f"{listed.pop(source_id, 0):,}"
    for source_id, count in listed.items():
        yield source_id, "from a file", "", _last(store, source_id), f"{count:,}"


@click.command("work")
@click.option("--once", is_flag=True, help="Crawl what is due now and stop.")
@click.pass_obj
def work_on_sources(config: Config, *, once: bool) -> None:
    """Crawl each source that is on whenever it is due, until stopped.

    \b
    Examples:
      lodestar work
      lodestar work --once
    """
    if not config.crawl.contact and not config.crawl.allow_private_hosts:
        raise ConfigError("set [crawl] contact to a mail or web address: sites must be able to reach who crawls them")
    sources = [open_source(source_id, config.sources) for source_id in known_sources()]
    stop = Event()
    ground = ground_of(config)
    with _stopping_kindly(), WebFetch(manners(config)) as fetch, closing(ground.store):

        def step() -> None:
            for row in crawl_due(sources, fetch, ground):
                _tell(row)
            if once:
                stop.set()

        with suppress(KeyboardInterrupt):
            keep_working(step, stop)


verbs: list[click.Command] = [import_files, crawl_sources, list_sources, work_on_sources]


def _run_all(config: Config, sources: Sequence[Source], *, whole: bool | None, believe: bool, dry_run: bool) -> None:
    """One source after the other; a failed one does not keep the next from running, but the command fails."""
    failed: list[str] = []
    with ExitStack() as stack:
        stack.enter_context(_stopping_kindly())
        fetch = stack.enter_context(WebFetch(manners(config)))
        ground = None if dry_run else ground_of(config)
        if ground is not None:
            stack.callback(ground.store.close)
        for source in sources:
            try:
                if ground is None:
                    _tell_rehearsal(source, rehearse(source, fetch, Path(config.crawl.spool), _show))
                else:
                    row = crawl(source, fetch, ground, whole=whole, believe=believe)
                    _tell(row)
                    failed += [row.source] if row.state is CrawlState.HELD else []
            except CrawlError as error:
                failed.append(source.listed_as)
                click.echo(f"{source.listed_as}: {error}", err=True)
    if failed:
        raise click.ClickException(f"not taken into the catalogue: {', '.join(failed)}")


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


def ground_of(config: Config) -> Ground:
    return Ground(
        store=Store.open(config.record.url),
        classifier=Classifier(load_vocabulary()),
        spool=Path(config.crawl.spool),
        show=_show,
    )


def _show(label: str, total: int | None) -> AbstractContextManager[Step]:
    return progress(label, total=total, unit="listings")


def _tell(row: Crawl) -> None:
    words = f"{row.source}: {row.state}, {row.listings:,} listings, {row.skipped:,} skipped"
    if row.state is CrawlState.BELIEVED:
        words += f"; {row.added:,} added, {row.changed:,} changed, {row.retired:,} retired, {row.unchanged:,} unchanged"
    if not row.complete:
        words += " (not read to the end)"
    click.echo(words)
    _tell_problems(row.problems)


def _tell_rehearsal(source: Source, rehearsal: Rehearsal) -> None:
    report = rehearsal.report
    end = "" if report.complete else " (not read to the end)"
    click.echo(
        f"{source.listed_as}: {rehearsal.listings:,} listings, {report.skipped:,} skipped{end}; nothing was written"
    )
    _tell_problems(report.problems)


def _tell_problems(problems: tuple[str, ...]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
        click.echo(f"  {problem}", err=True)
    if len(problems) > _SHOWN_PROBLEMS:
        click.echo(f"  … {problems[-1]}; the crawl's row keeps the first ones", err=True)


def _last(store: Store, source_id: str) -> str:
    last = next(iter(store.crawls(source_id, limit=1)), None)
    return f"{last.started} {last.state}" if last is not None else ""


@contextmanager
def _stopping_kindly() -> Iterator[None]:
    """SIGTERM ends a crawl as Ctrl-C does: its row says so, and the batch under way is finished or undone."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
