"""What there is and how it goes: `sources`, `hosts`, `report`."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import click

from catalog.config import Config
from catalog.errors import CrawlError
from catalog.ledger import Crawls, Hosts, SourceClock, SourceClocks
from catalog.store import Store
from crawlers.account import account, moment
from crawlers.source import open_sources

_MOST_CRAWLS = 100_000


@click.command("sources")
@click.pass_obj
def show_sources(config: Config) -> None:
    """List the sources: whether each is on, when it was last crawled and is due again, and how much it lists.

    \b
    Example:
      lodestar sources
    """
    with closing(Store.open(config.record.url)) as store:
        rows = [("ID", "NAME", "ON", "LAST CRAWL", "NEXT", "LISTINGS"), *_source_rows(config, store)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        click.echo("  ".join([*cells, row[-1].rjust(widths[-1])]))


def _source_rows(config: Config, store: Store) -> Iterator[tuple[str, str, str, str, str, str]]:
    """The sources we know, then those that came in files."""
    listed, clocks = dict(store.sources()), SourceClocks(store).all()
    for source in open_sources(config.sources):
        name = source.listed_as
        count = listed.pop(name, 0)
        due = _due(clocks.get(name)) if source.on else ""
        yield name, source.name, "on" if source.on else "off", _last(store, name) or "never", due, f"{count:,}"
    for name, count in listed.items():
        yield name, "from a file", "", _last(store, name), "", f"{count:,}"


def _due(clock: SourceClock | None) -> str:
    return "now" if clock is None or clock.next_at <= time.time() else moment(clock.next_at)


def _last(store: Store, source_id: str) -> str:
    last = next(iter(Crawls(store).latest(source_id, limit=1)), None)
    return f"{last.started} {last.state}" if last is not None else ""


@click.command("hosts")
@click.option("--forgive", metavar="HOST", help="Forget that HOST refused us, after an agreement with the site.")
@click.pass_obj
def show_hosts(config: Config, forgive: str | None) -> None:
    """List the hosts that were asked, and which of them refuse us until when.

    \b
    Examples:
      lodestar hosts
      lodestar hosts --forgive https://www.example.org
    """
    with closing(Store.open(config.record.url)) as store:
        hosts = Hosts(store)
        if forgive is not None:
            if not hosts.forgive(forgive.rstrip("/")):
                raise CrawlError(f"{forgive} has not refused us; `lodestar hosts` shows how hosts are written")
            click.echo(f"{forgive}: may be asked again")
            return
        now = time.time()
        for host in hosts.all():
            refused = f"  refuses us until {moment(host.refused_until)}: {host.words}"
            click.echo(host.name + (refused if host.refused_until > now else ""))


@click.command("report")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3660), help="How far to look back.")
@click.pass_obj
def show_report(config: Config, days: int) -> None:
    """Say what crawls did in the last days: what changed, what it cost the sites, what broke, what waits for you.

    \b
    Examples:
      lodestar report
      lodestar report --days 1
    """
    since = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with closing(Store.open(config.record.url)) as store:
        rows = [row for row in Crawls(store).latest(limit=_MOST_CRAWLS) if row.started >= since]
        for line in account(rows, SourceClocks(store).all(), Hosts(store).all(), time.time()):
            click.echo(line)
