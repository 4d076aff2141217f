"""Readings that enter nothing: `preview`, `record` and `replay`."""

from contextlib import ExitStack
from pathlib import Path

import click

from catalog.config import Config
from crawlers.preview import preview
from crawlers.replay import Recording, record, replay
from crawlers.source import known_sources, table_of
from crawlers.verbs.doors import ground_of, interrupt, on_stop, sources_of, tell_problems, web_of
from crawlers.verbs.reading import tell_preview

_SHOWN = 20


@click.command("preview")
@click.argument("source_id", metavar="SOURCE")
@click.pass_obj
def preview_source(config: Config, source_id: str) -> None:
    """Show what a crawl of SOURCE would read and change, and whether it would be believed. Writes nothing.

    The site is asked as politely as in a crawl, and the evidence of that is kept.

    \b
    Example:
      lodestar preview coursera
    """
    with ExitStack() as stack:
        stack.enter_context(on_stop(interrupt))
        ground = ground_of(config)
        stack.callback(ground.store.close)
        web = stack.enter_context(web_of(config, ground))
        for source in sources_of(config, source_id):
            tell_preview(source, preview(source, web, ground))


@click.command("record")
@click.argument("source_id", metavar="SOURCE")
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="Default: SOURCE.recording.json.")
@click.pass_obj
def record_source(config: Config, source_id: str, path: Path | None) -> None:
    """Read SOURCE once and save its answers with the listings they gave, for tests. Keys and tokens are left out.

    \b
    Examples:
      lodestar record sqlbolt
      lodestar record sqlbolt --to tests/recordings/sqlbolt.json
      lodestar replay tests/recordings/sqlbolt.json
    """
    with ExitStack() as stack:
        stack.enter_context(on_stop(interrupt))
        ground = ground_of(config)
        stack.callback(ground.store.close)
        web = stack.enter_context(web_of(config, ground))
        for source in sources_of(config, source_id):
            recording, report = record(source, web, config.sources.get(table_of(source.id), {}))
            place = path or Path(f"{source.listed_as}.recording.json")
            recording.write(place)
            click.echo(f"{place}: {len(recording.answers):,} answers, {len(recording.listings):,} listings")
            tell_problems(report.problems)


@click.command("replay")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay_recording(path: Path) -> None:
    """Read a recorded source again and show where its listings differ from the recorded ones. Asks no site.

    \b
    Example:
      lodestar replay sqlbolt.recording.json
    """
    recording = Recording.read(path)
    kind = known_sources().get(recording.source)
    if kind is None:
        raise click.ClickException(f"{path} is of {recording.source!r}, which is no source any more")
    found = [one for source in kind.opened(recording.settings) for one in replay(recording, source)[0]]
    then, now = ({one.key: one for one in listings} for listings in (recording.listings, found))
    differing = [key for key in {**then, **now} if then.get(key) != now.get(key)]
    for key in differing[:_SHOWN]:
        click.echo(f"  {key}\n    recorded: {then.get(key)}\n    now:      {now.get(key)}")
    click.echo(f"{path}: {len(now):,} listings, {len(differing):,} of them differ")
    if differing:
        raise click.ClickException("the reader tells something else than when this was recorded")
