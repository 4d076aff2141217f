"""Sources into the catalogue: `import` and `crawl`."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from catalog.config import Config
from catalog.errors import CrawlError
from catalog.model import Crawl, CrawlState
from crawlers.crawl import Web, crawl
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.preview import Preview, rehearse
from crawlers.source import Source
from crawlers.sources.dataset import Dataset
from crawlers.verbs.doors import (
    ground_of,
    interrupt,
    manners,
    memory_of,
    on_stop,
    show_progress,
    sources_of,
    tell,
    tell_problems,
    web_of,
)
from crawlers.web.stored import StoredWeb


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
    if dry_run:
        _rehearse_all(config, sources)
        return
    with ExitStack() as stack:
        stack.enter_context(on_stop(interrupt))
        ground = ground_of(config)
        stack.callback(ground.store.close)
        web = stack.enter_context(web_of(config, ground))
        run_all(sources, web, ground, whole=complete, believe=believe)


@click.command("crawl")
@click.argument("source_ids", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--believe", is_flag=True, help="Take the crawl even where the gate would hold it.")
@click.option("--stored", is_flag=True, help="Read the answers of the last crawl again; ask no site.")
@click.pass_obj
def crawl_sources(config: Config, source_ids: tuple[str, ...], *, believe: bool, stored: bool) -> None:
    """Crawl each SOURCE once, now.

    A crawl that was killed is gone on with: what it had fetched is not fetched again. `lodestar preview SOURCE` shows
    what a crawl would bring.

    \b
    Examples:
      lodestar crawl free-programming-books
      lodestar crawl --stored mit-ocw          after a change of the reader: no network
      lodestar sources                         which sources there are
    """
    sources = [source for source_id in source_ids for source in sources_of(config, source_id)]
    with ExitStack() as stack:
        stack.enter_context(on_stop(interrupt))
        ground = ground_of(config)
        stack.callback(ground.store.close)
        if stored:
            web: Web = StoredWeb(memory_of(config, ground.store), config.crawl.product)
        else:
            web = stack.enter_context(web_of(config, ground))
        run_all(sources, web, ground, believe=believe)


def run_all(
    sources: Sequence[Source], web: Web, ground: Ground, *, whole: bool | None = None, believe: bool = False
) -> None:
    """One source after the other; a failed one does not keep the next from running, but the command fails."""
    failed: list[str] = []
    for source in sources:
        try:
            row: Crawl = crawl(source, web, ground, whole=whole, believe=believe)
            tell(row)
            failed += [row.source] if row.state is CrawlState.HELD else []
        except CrawlError as error:
            failed.append(source.listed_as)
            click.echo(f"{source.listed_as}: {error}", err=True)
    if failed:
        raise click.ClickException(f"not taken into the catalogue: {', '.join(failed)}")


def _rehearse_all(config: Config, sources: Sequence[Source]) -> None:
    """Files are read without a record: it need not even be there."""
    failed: list[str] = []
    for source in sources:
        try:
            with on_stop(interrupt):
                tell_preview(source, rehearse(source, no_web(config), Path(config.crawl.spool), show_progress))
        except CrawlError as error:
            failed.append(source.listed_as)
            click.echo(f"{source.listed_as}: {error}", err=True)
    if failed:
        raise click.ClickException(f"could not be read: {', '.join(failed)}")


def no_web(config: Config) -> Web:
    """For sources that read files."""
    return WebFetch(manners(config))


def tell_preview(source: Source, preview: Preview) -> None:
    """What a crawl would bring, in words."""
    report = preview.report
    end = "" if report.complete else " (not read to the end)"
    click.echo(
        f"{source.listed_as}: {preview.listings:,} listings, {report.skipped:,} skipped{end}; nothing was written"
    )
    tell_problems(report.problems)
    if preview.trial is None:
        return
    click.echo("\n".join(preview.trial.difference.lines()) or "nothing would change")
    for reason in preview.trial.verdict.reasons:
        click.echo(f"would be held: {reason}")
