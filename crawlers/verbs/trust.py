"""Crawls and what becomes of those that were not believed: `crawls`, `release`, `discard`."""

from contextlib import closing

import click

from catalog.config import Config
from catalog.errors import CrawlError
from catalog.ledger import Crawls, Fetches
from catalog.model import Crawl, CrawlState
from catalog.store import LARGEST_ID, Store
from crawlers.account import moment, size
from crawlers.trust import held
from crawlers.verbs.doors import ground_of, interrupt, on_stop, tell

_SHOWN_FETCHES = 20


@click.command("crawls")
@click.argument("which", metavar="[SOURCE|ID]", required=False)
@click.option("--held", "only_held", is_flag=True, help="Only those that wait for a decision.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--fetches", is_flag=True, help="With an ID: the evidence of each fetch.")
@click.pass_obj
def show_crawls(config: Config, which: str | None, *, only_held: bool, limit: int, fetches: bool) -> None:
    """List the latest crawls, or show one: what it listed and cost, why it was held, and what it would change.

    \b
    Examples:
      lodestar crawls
      lodestar crawls --held
      lodestar crawls coursera --limit 5
      lodestar crawls 12 --fetches
    """
    with closing(Store.open(config.record.url)) as store:
        if which is not None and which.isdecimal() and int(which) <= LARGEST_ID:
            _show_one(store, int(which), fetches=fetches)
            return
        states = [CrawlState.HELD] if only_held else []
        for row in Crawls(store).latest(which, limit=limit, states=states):
            click.echo(_line(row))


@click.command("release")
@click.argument("crawl_id", metavar="ID", type=click.IntRange(1, LARGEST_ID))
@click.pass_obj
def release_crawl(config: Config, crawl_id: int) -> None:
    """Take the held crawl ID into the catalogue: it was right, and the gate too careful.

    \b
    Example:
      lodestar release 12
    """
    ground = ground_of(config)
    with closing(ground.store), on_stop(interrupt):
        tell(held.release(ground, crawl_id))


@click.command("discard")
@click.argument("crawl_id", metavar="ID", type=click.IntRange(1, LARGEST_ID))
@click.pass_obj
def discard_crawl(config: Config, crawl_id: int) -> None:
    """Forget what the held crawl ID listed: the source was broken. Its account stays.

    \b
    Example:
      lodestar discard 12
    """
    ground = ground_of(config)
    with closing(ground.store):
        click.echo(_line(held.discard(ground, crawl_id)))


def _line(row: Crawl) -> str:
    words = f"{row.id:>6}  {row.started}  {row.source}: {row.state}, {row.listings:,} listings"
    if row.state is CrawlState.BELIEVED:
        words += f", {row.added:,} added, {row.changed:,} changed, {row.retired:,} retired"
    return words + (f": {'; '.join(row.reasons)}" if row.state is CrawlState.HELD else "")


def _show_one(store: Store, crawl_id: int, *, fetches: bool) -> None:
    row = Crawls(store).of_id(crawl_id)
    if row is None:
        raise CrawlError(f"there is no crawl {crawl_id}; `lodestar crawls` lists the latest")
    click.echo(_line(row))
    click.echo(
        f"        ended {row.ended or 'not yet'}; {'read to its end' if row.complete else 'not read to its end'}; "
        f"{row.skipped:,} skipped; {row.requests:,} requests, {row.unmodified:,} unmodified, {size(row.bytes)}"
    )
    for words in (*row.problems, *row.difference):
        click.echo(f"        {words}")
    if fetches:
        _show_fetches(store, crawl_id)


def _show_fetches(store: Store, crawl_id: int) -> None:
    for note in Fetches(store).of_crawl(crawl_id):
        click.echo(f"{moment(note.at)}  {note.status or '---'}  {note.bytes:>9,}  {note.address}  [{note.rule}]")
