"""Sources are crawled when they are due, by a worker that can be stopped at any time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog.ledger import Crawls
from catalog.model import CrawlState
from catalog.store import Store
from crawlers.sources.free_programming_books import FreeProgrammingBooks
from crawlers.worker import due
from tests.crawlers.local_web import LocalWeb, Reply

NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/record.db")
    yield opened
    opened.close()


def crawled(store: Store, source: str, state: CrawlState) -> None:
    Crawls(store).finish(replace(Crawls(store).begin(source), state=state))


def test_a_source_is_due_when_it_was_never_read_and_again_after_its_cadence(store: Store) -> None:
    source = FreeProgrammingBooks({"every_hours": 24})
    assert due([source], store, NOW) == [source]
    crawled(store, source.id, CrawlState.BELIEVED)
    assert due([source], store, NOW + timedelta(hours=23)) == []
    assert due([source], store, NOW + timedelta(hours=25)) == [source]


@pytest.mark.parametrize("state", [CrawlState.FAILED, CrawlState.HELD, CrawlState.ABANDONED])
def test_a_crawl_that_was_not_believed_is_tried_again_sooner(store: Store, state: CrawlState) -> None:
    source = FreeProgrammingBooks({"every_hours": 24})
    crawled(store, source.id, CrawlState.BELIEVED)
    crawled(store, source.id, state)
    assert due([source], store, NOW + timedelta(hours=5)) == []
    assert due([source], store, NOW + timedelta(hours=7)) == [source]


def test_a_source_that_is_off_is_never_due(store: Store) -> None:
    assert due([FreeProgrammingBooks({"enabled": False})], store, NOW) == []


def test_the_worker_crawls_over_http_and_ends_on_sigterm(tmp_path: Path, web: LocalWeb) -> None:
    page = (
        "### Index\n\n### Python\n\n* [Think Python](https://greenteapress.com/wp/think-python-2e/) - Allen B. Downey\n"
    )
    web.pages["/books/free-programming-books-langs.md"] = web.pages["/books/free-programming-books-subjects.md"] = (
        Reply(page, content_type="text/plain; charset=utf-8")
    )
    (tmp_path / "config.toml").write_text(
        f"""
[crawl]
allow_private_hosts = ["127.0.0.1"]
pause_seconds = 0.01
[sources.free_programming_books]
base_url = "{web.address}/"
lists = ["books"]
"""
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LODESTAR_")}
    with subprocess.Popen([sys.executable, "-m", "lodestar", "work"], cwd=tmp_path, env=environment) as worker:
        try:
            store = Store.open(f"sqlite:///{tmp_path}/catalog_data/lodestar.db")
            deadline = time.monotonic() + 30
            while not Crawls(store).latest() or Crawls(store).latest()[0].state is CrawlState.RUNNING:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            found = [entry.resource.title for batch in store.scan() for entry in batch]
            store.close()
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(timeout=10) == 0
        finally:
            worker.kill()
    assert found == ["Think Python"]
