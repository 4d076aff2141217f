"""kill -9 at any moment of import and reindex: running again finishes, nothing is lost and nothing doubled."""

import shutil
import signal
import time
from pathlib import Path

import pytest

from catalog.ledger import Crawls
from catalog.store import Store
from tests.end_to_end.program import Program, records, until

COUNT = 12_000


@pytest.fixture(scope="module")
def unkilled(tmp_path_factory: pytest.TempPathFactory) -> Program:
    program = Program(tmp_path_factory.mktemp("unkilled"))
    (program.home / "feed.jsonl").write_text(records(COUNT))
    assert program.run("import", "feed.jsonl").returncode == 0
    assert program.run("reindex").returncode == 0
    return program


def size(home: Path) -> int:
    store = Store.open(f"sqlite:///{home}/catalog_data/lodestar.db")
    try:
        return store.size()
    finally:
        store.close()


@pytest.mark.parametrize("least", [0, 1, 3000])
def test_a_killed_import_is_finished_by_running_it_again(program: Program, unkilled: Program, least: int) -> None:
    shutil.copy(unkilled.home / "feed.jsonl", program.home)
    process = program.start("import", "feed.jsonl")
    until(lambda: (program.home / "catalog_data" / "lodestar.db").exists() and size(program.home) >= least)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert size(program.home) < COUNT
    done = program.run("import", "feed.jsonl")
    assert f"{COUNT:,} listings" in done.stdout
    assert program.catalogue() == unkilled.catalogue()
    states = [
        crawl.state for crawl in Crawls(Store.open(f"sqlite:///{program.home}/catalog_data/lodestar.db")).latest()
    ]
    assert states[0] == "believed"
    assert states[1:] in ([], ["abandoned"])


@pytest.mark.parametrize("after", [0.1, 0.8, 1.6])
def test_a_killed_reindex_leaves_the_live_index_searchable(program: Program, unkilled: Program, after: float) -> None:
    for name in ("catalog_data", "index_data"):
        shutil.copytree(unkilled.home / name, program.home / name)
    hits = program.found("python")
    process = program.start("reindex")
    until((program.home / "index_data" / "000002").exists)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    published = program.home / "index_data" / "published"
    finished = (program.home / "index_data" / "000002" / "state.json").exists()
    could_be = ("000001", "000002") if finished else ("000001",)  # a quick machine is done by then
    assert published.read_text() in could_be
    assert program.found("python") == hits > 0
    assert program.run("reindex").returncode == 0
    assert program.found("python") == hits
    assert published.read_text() == "000003"
    left = program.home / "index_data" / "000002"
    assert left.exists() == finished  # only what was finished is kept
