"""The starter catalogue answers every golden query, and `lodestar golden` tells which one no longer does."""

from pathlib import Path

from click.testing import CliRunner

from catalog.config import Config, CrawlSettings, IndexSettings, RecordSettings
from catalog.store import Store
from indexer.follow import reindex
from indexer.gate import noting
from indexer.verbs import engine_of, judge_golden
from lodestar import load_starter


def test_golden_queries_hold_of_the_starter_catalogue(tmp_path: Path) -> None:
    config = Config(
        record=RecordSettings(url=f"sqlite:///{tmp_path / 'record.db'}"),
        index=IndexSettings(url=f"whoosh:{tmp_path / 'index'}"),
        crawl=CrawlSettings(spool=str(tmp_path / "spool")),
    )
    load_starter(config)
    store = Store.open(config.record.url)
    reindex(store, engine_of(config))
    told = CliRunner().invoke(judge_golden, obj=config)
    assert (told.exit_code, [line for line in told.output.splitlines() if line.startswith("fails")]) == (0, [])
    assert told.output.count("holds  ") >= 100

    held: dict[str, set[int]] = {}
    list(noting((entry for batch in store.scan() for entry in batch), held))
    engine_of(config).writer().apply([], sorted(held["effective java"]), store.last_change())
    told = CliRunner().invoke(judge_golden, obj=config)
    assert told.exit_code == 1
    assert "fails  Effective Java  not among the first 3: Effective Java" in told.output
    store.close()
