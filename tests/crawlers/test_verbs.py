import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.config import Config, CrawlSettings, RecordSettings
from catalog.errors import ConfigError, SourceError
from catalog.ledger import Crawls
from catalog.model import CrawlState
from catalog.store import Store
from crawlers.verbs import crawl_sources, import_files, show_sources, verbs
from crawlers.verbs.doors import manners
from tests.crawlers.local_web import LocalWeb, Reply

CHECKOUT = Path(__file__).resolve().parents[2]
ROWS = [{"kind": "course", "title": f"Course {at}", "url": f"https://e.org/{at}"} for at in range(5)]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        record=RecordSettings(url=f"sqlite:///{tmp_path}/record.db"),
        crawl=CrawlSettings(
            spool=str(tmp_path / "spool"),
            answers=str(tmp_path / "answers"),
            allow_private_hosts=("127.0.0.1",),
            pause_seconds=0.001,
        ),
    )


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "rubbish\n")
    return path


def listing_count(config: Config, source: str) -> int:
    store = Store.open(config.record.url)
    try:
        return store.listing_count(source)
    finally:
        store.close()


def run(config: Config, verb: object, *words: object) -> Result:
    return CliRunner().invoke(verb, [str(word) for word in words], obj=config, catch_exceptions=False)  # type: ignore[arg-type]


def test_import(config: Config, feed: Path) -> None:
    result = run(config, import_files, feed)
    assert result.exit_code == 0
    assert "feed: believed, 5 listings, 1 skipped; 5 added" in result.output
    assert "feed.jsonl line 6: no JSON" in result.output
    assert "0 added, 0 changed, 0 retired, 5 unchanged" in run(config, import_files, feed).output


def test_import_under_another_name_and_complete(config: Config, feed: Path) -> None:
    run(config, import_files, "--source", "acme", feed)
    feed.write_text("".join(json.dumps(row) + "\n" for row in ROWS[1:]))
    assert "0 retired" in run(config, import_files, "--source", "acme", feed).output
    assert "1 retired" in run(config, import_files, "--source", "acme", "--complete", feed).output
    assert listing_count(config, "acme") == 4


def test_a_dry_run_writes_nothing(config: Config, feed: Path) -> None:
    result = run(config, import_files, "--dry-run", feed)
    assert "feed: 5 listings, 1 skipped; nothing was written" in result.output
    assert listing_count(config, "feed") == 0


def test_one_bad_file_does_not_keep_the_others_out(config: Config, feed: Path, tmp_path: Path) -> None:
    binary, empty = tmp_path / "binary.dat", tmp_path / "empty.jsonl"
    binary.write_bytes(bytes(100))
    empty.write_text("")
    result = run(config, import_files, binary, empty, feed)
    assert result.exit_code == 1
    assert "binary file" in result.output
    assert "empty: held" in result.output
    assert "Error: not taken into the catalogue: binary, empty" in result.output
    assert listing_count(config, "feed") == 5


def test_many_problems_are_cut_short(config: Config, feed: Path) -> None:
    feed.write_text(feed.read_text() + "rubbish\n" * 4)
    assert run(config, import_files, feed).output.count("no JSON") == 5
    feed.write_text("".join(json.dumps(row) + "\n" for row in ROWS * 50) + "rubbish\n" * 4)
    assert "and 199 more; the crawl's row keeps the first ones" in run(config, import_files, feed).output


def test_crawl_over_http(config: Config, web: LocalWeb) -> None:
    web.pages["/courses/free-courses-en.md"] = Reply("### Go\n\n* [A](https://e.org/a)\n* [B](https://e.org/b) - Ann\n")
    tables: dict[str, dict[str, object]] = {"free_programming_books": {"base_url": web.address, "lists": ["courses"]}}
    config = Config(record=config.record, crawl=config.crawl, sources=tables)
    result = run(config, crawl_sources, "free-programming-books")
    assert "free-programming-books: believed, 2 listings" in result.output
    table = run(config, show_sources).output
    assert "free-programming-books" in table
    assert "believed" in table
    assert table.splitlines()[0].split() == ["ID", "NAME", "ON", "LAST", "CRAWL", "NEXT", "LISTINGS"]


def test_a_failed_crawl_is_told_and_recorded(config: Config, web: LocalWeb) -> None:
    tables: dict[str, dict[str, object]] = {"free_programming_books": {"base_url": web.address, "lists": ["courses"]}}
    config = Config(record=config.record, crawl=config.crawl, sources=tables)
    result = run(config, crawl_sources, "free-programming-books")
    assert result.exit_code == 1
    assert "held" in result.output
    store = Store.open(config.record.url)
    assert Crawls(store).latest("free-programming-books")[0].state == CrawlState.HELD
    store.close()


def test_an_unknown_source_is_told(config: Config) -> None:
    with pytest.raises(SourceError, match=r"known are: .*dataset"):
        run(config, crawl_sources, "nothing")


def test_a_source_that_is_off_is_not_crawled(config: Config) -> None:
    with pytest.raises(SourceError, match=r"set sources\.dataset\.enabled = true"):
        run(config, crawl_sources, "dataset")


def test_a_live_crawl_needs_a_contact(config: Config) -> None:
    with pytest.raises(ConfigError, match=r"crawl\.contact is empty"):
        run(config, crawl_sources, "free-programming-books")


STOPPED = """
import sys
from catalog.config import Config, CrawlSettings, RecordSettings
from crawlers.verbs import import_files

folder = sys.argv[1]
record = RecordSettings(url=f"sqlite:///{folder}/record.db")
config = Config(record=record, crawl=CrawlSettings(spool=f"{folder}/spool", answers=f"{folder}/answers"))
import_files.main([f"{folder}/feed.jsonl"], obj=config)
"""


def test_sigterm_ends_an_import_kindly(config: Config, tmp_path: Path) -> None:
    row = json.dumps(ROWS[0]).replace("/0", "/%d") + "\n"
    (tmp_path / "feed.jsonl").write_text("".join(row % at for at in range(200_000)))
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen([sys.executable, "-c", STOPPED, str(tmp_path)], cwd=CHECKOUT, env=environment) as process:
        deadline = time.monotonic() + 60
        while not list((tmp_path / "spool").glob("*.part")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.terminate()
        assert process.wait(timeout=60) != 0
    store = Store.open(config.record.url)
    assert [one.state for one in Crawls(store).latest("feed")] == [CrawlState.ABANDONED]
    store.close()


def test_every_verb_shows_examples() -> None:
    assert {verb.name for verb in verbs} >= {"import", "crawl", "preview", "crawls", "release", "discard", "sources"}
    for verb in verbs:
        assert "lodestar " in CliRunner().invoke(verb, ["--help"]).output


def test_manners_are_those_of_the_configuration(config: Config) -> None:
    found = manners(config)
    assert (found.product, found.pause_seconds, found.allow_private_hosts) == ("Lodestar", 0.001, ("127.0.0.1",))
    assert found.user_agent.startswith("Lodestar/")
