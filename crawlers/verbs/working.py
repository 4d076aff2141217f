"""The scheduled crawler: `work`."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event

import click

from catalog.config import Config
from catalog.errors import ConfigError
from crawlers import links, tidying
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.source import open_sources
from crawlers.verbs.doors import ground_of, memory_of, on_stop, tell, web_of
from crawlers.worker import Worker, work


@click.command("work")
@click.option("--once", is_flag=True, help="Crawl what is due now and stop.")
@click.pass_obj
def work_on_sources(config: Config, *, once: bool) -> None:
    """Crawl each source that is on whenever it is due, until stopped. Any number of workers may run.

    \b
    Examples:
      lodestar work
      lodestar work --once
    """
    if not config.crawl.contact and not config.crawl.allow_private_hosts:
        raise ConfigError("set [crawl] contact to a mail or web address: sites must be able to reach who crawls them")
    stop = Event()
    with ExitStack() as stack:
        ground = ground_of(config, stop)
        stack.callback(ground.store.close)
        web = stack.enter_context(web_of(config, ground))
        chores = {} if once else chores_of(config, web, ground)
        worker = Worker(
            open_sources(config.sources), web, ground, at_once=config.crawl.at_once, chores=chores, tell=tell
        )
        stack.enter_context(on_stop(stop.set))
        try:
            if once:
                worker.finish()
            else:
                work(worker.step, stop)
        except KeyboardInterrupt:
            stop.set()
        web.interrupt()
        if not worker.end():
            click.echo("a crawl did not end in time; it is gone on with by the next worker", err=True)
            sys.exit(1)


def chores_of(config: Config, web: WebFetch, ground: Ground) -> dict[str, Callable[[], object]]:
    """What a worker does beside crawling."""
    memory = memory_of(config, ground.store)
    return {
        links.SOURCE: links.LinkChecker(web, ground, a_day=config.crawl.links_a_day).step,
        tidying.NAME: lambda: tidying.tidy(ground, memory, config.crawl.evidence_days),
    }
