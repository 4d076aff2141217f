"""The one command. Here, and only here, the four packages meet."""

import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import Self

import click

from catalog.config import Config, load_config
from catalog.errors import LodestarError

logger = logging.getLogger(__name__)
_PARENT = "LODESTAR_UP_PID"  # tells a companion whose it is
_AGAIN = 2.0  # seconds before a process that died is started again
_VERBS = {
    "webui.verbs": "serve",
    "indexer.verbs": "search follow reindex synonyms golden vocabulary",
    "crawlers.verbs": "import crawl preview crawls release discard sources hosts report record replay work",
    "catalog.verbs": "show export reingest config",
}


class Verbs(click.Group):
    """The verbs of all packages. A package is read when one of its verbs is typed: together they take half a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *" ".join(_VERBS.values()).split()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for module, names in _VERBS.items():
            if cmd_name in names.split():
                verbs: list[click.Command] = importlib.import_module(module).verbs
                return next(verb for verb in verbs if verb.name == cmd_name)
        return super().get_command(ctx, cmd_name)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", "path", type=click.Path(dir_okay=False, path_type=Path), help="Default: config.toml here.")
@click.version_option(package_name="lodestar", prog_name="lodestar")
@click.pass_context
def command(context: click.Context, path: Path | None) -> None:
    """Lodestar: a search engine for courses and books that make better back-end engineers.

    \b
    Examples:
      lodestar up                                  everything on one machine
      lodestar import courses.jsonl.gz             take records into the catalogue
      lodestar search "rest api" --kind book       ask in the terminal
    """
    config = load_config(path)
    logging.basicConfig(
        level=config.log.level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    context.obj = config
    if parent := os.environ.get(_PARENT):
        threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()


@command.command("up")
@click.pass_context
def up(context: click.Context) -> None:
    """Serve the site with all it needs: record, starter catalogue if the record is empty, index, follower.

    \b
    Examples:
      lodestar up
      LODESTAR_SITE_PORT=9000 lodestar up
    """
    from catalog.progress import progress
    from catalog.store import Store
    from indexer.follow import follow_once
    from indexer.verbs import engine_of
    from webui.verbs import check_address, serve

    config: Config = context.obj
    check_address(config)
    store = Store.open(config.record.url)
    if not store.last_change():
        load_starter(config)
    with progress("Indexing", unit="entries") as step:
        follow_once(store, engine_of(config), step)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    path = context.parent.params["path"] if context.parent else None
    with ExitStack() as companions:
        companions.enter_context(Companion("follow", path))
        if config.crawl.contact:
            companions.enter_context(Companion("work", path))
        else:
            logger.info("no scheduled crawls: set [crawl] contact to a mail or web address to allow them")
        serve(config)


def load_starter(config: Config) -> None:
    """Take the starter catalogue into an empty record."""
    from crawlers.crawl import crawl
    from crawlers.fetch import WebFetch
    from crawlers.sources.dataset import Dataset
    from crawlers.verbs.doors import ground_of, manners

    folder = resources.files("catalog").joinpath("starter")
    with resources.as_file(folder) as home, WebFetch(manners(config)) as web:
        source = Dataset({"files": [str(path) for path in sorted(home.glob("*.jsonl"))], "as": "starter"})
        crawl(source, web, ground_of(config), whole=True)


class Companion:
    """Another verb in a process of its own, started again when it dies, ended when the site ends."""

    def __init__(self, verb: str, config_path: Path | None) -> None:
        options = ["--config", str(config_path)] if config_path else []
        self._verb = verb
        self._command = [sys.executable, "-m", "lodestar", *options, verb]
        self._ending = threading.Event()
        self._process = self._started()
        self._watch = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._process.terminate()
        self._process.wait()

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(self._command, env=os.environ | {_PARENT: str(os.getpid())})  # noqa: S603

    def _keep(self) -> None:
        while not self._ending.is_set():
            status = self._process.wait()
            if self._ending.wait(_AGAIN):
                return
            logger.warning("`lodestar %s` ended with status=%s and is started again", self._verb, status)
            self._process = self._started()


def _end_with(parent: int) -> None:
    """End this process kindly when the one that started it is no more, however that one ended."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run the command; an error of ours is one line on stderr and status 1."""
    try:
        command.main(prog_name="lodestar")
    except LodestarError as error:
        click.echo(f"lodestar: {error}", err=True)
        sys.exit(1)
    except OSError as error:  # a path or a disk that the operator named
        click.echo(f"lodestar: {error}; check the path, its rights and the room on its disk", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
