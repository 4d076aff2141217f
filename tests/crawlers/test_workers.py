"""Workers as processes: stopped, killed, and several at once, against a real site on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from catalog.ledger import Crawls, Fetches
from catalog.model import Crawl
from catalog.store import Store
from crawlers.source import known_sources, table_of
from tests.crawlers.local_web import Handler, LocalWeb, Reply

CHECKOUT = Path(__file__).resolve().parents[2]


def course(number: int) -> str:
    told = {"@context": "https://schema.org", "@type": "Course", "name": f"Course {number}", "description": "Short."}
    return f'<html><script type="application/ld+json">{json.dumps(told)}</script></html>'


def academy(web: LocalWeb, pages: int, before: Callable[[int, Handler], None] = lambda _number, _handler: None) -> None:
    """A site of so many courses; ``before`` is called before each page is given."""

    def page(number: int) -> Callable[[Handler], None]:
        def give(handler: Handler) -> None:
            before(number, handler)
            handler.reply(Reply(course(number)))

        return give

    addresses = "".join(f"<url><loc>{web.url(f'/c/{number}')}</loc></url>" for number in range(pages))
    web.pages["/sitemap.xml"] = Reply(f"<urlset>{addresses}</urlset>", content_type="application/xml")
    web.pages.update({f"/c/{number}": page(number) for number in range(pages)})


def configure(folder: Path, webs: Sequence[LocalWeb], pause: float = 0.001) -> None:
    """Only these sites are crawled."""
    sites = "".join(
        f"""
[[sources.schema_org.sites]]
name = "Academy {number}"
enabled = true
sitemap = "{web.url("/sitemap.xml")}"
include = ["/c/*"]
"""
        for number, web in enumerate(webs)
    )
    off = "".join(
        f"[sources.{table_of(one)}]\nenabled = false\n"
        for one in known_sources()
        if one not in {"schema-org", "dataset"}
    )
    (folder / "config.toml").write_text(
        f"""
[crawl]
allow_private_hosts = ["127.0.0.1"]
pause_seconds = {pause}
links_a_day = 0
{off}
{sites}
"""
    )


@contextmanager
def worker(folder: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LODESTAR_")}
    environment["PYTHONPATH"] = str(CHECKOUT)
    with subprocess.Popen([sys.executable, "-m", "lodestar", "work", *words], cwd=folder, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(met: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def crawls(folder: Path) -> list[Crawl]:
    with closing(Store.open(f"sqlite:///{folder}/catalog_data/lodestar.db")) as store:
        return Crawls(store).latest()


def titles(folder: Path) -> list[str]:
    with closing(Store.open(f"sqlite:///{folder}/catalog_data/lodestar.db")) as store:
        return sorted(entry.resource.title for batch in store.scan() for entry in batch)


def test_a_worker_crawls_over_http_and_ends_on_sigterm(tmp_path: Path, web: LocalWeb) -> None:
    academy(web, 3)
    configure(tmp_path, [web])
    with worker(tmp_path) as process:
        wait_until(lambda: [row for row in crawls(tmp_path) if row.state == "believed"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert titles(tmp_path) == ["Course 0", "Course 1", "Course 2"]


@pytest.mark.parametrize("pause", [0.001, 120.0])
def test_sigterm_ends_a_worker_that_waits_for_a_site(tmp_path: Path, web: LocalWeb, pause: float) -> None:
    """Whether it waits for an answer that does not come, or for its turn."""
    academy(web, 3, before=lambda number, _handler: time.sleep(20) if number == 1 and pause < 1 else None)
    configure(tmp_path, [web], pause)
    with worker(tmp_path) as process:
        wait_until(lambda: "/c/1" in web.asked if pause < 1 else "/robots.txt" in web.asked)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        assert time.monotonic() - began < 10
    assert [row.state for row in crawls(tmp_path)] == ["abandoned"]


def test_a_killed_crawl_is_gone_on_with_where_it_was(tmp_path: Path, web: LocalWeb) -> None:
    killed = False

    def before(number: int, _handler: Handler) -> None:
        if number == 12 and not killed:
            time.sleep(30)

    academy(web, 20, before)
    configure(tmp_path, [web])
    with worker(tmp_path) as process:
        wait_until(lambda: "/c/12" in web.asked)
        process.kill()
        process.wait()
    killed = True
    before_kill = Counter(web.asked)
    with worker(tmp_path, "--once") as process:
        assert process.wait(timeout=60) == 0
    again = Counter(web.asked) - before_kill
    assert [path for path in again if path in {f"/c/{number}" for number in range(12)}] == []
    assert titles(tmp_path) == sorted(f"Course {number}" for number in range(20))
    assert [(row.state, row.listings) for row in crawls(tmp_path)] == [("believed", 20), ("abandoned", 0)]


def test_several_workers_share_the_work_and_ask_no_host_twice_at_once(tmp_path: Path, webs: list[LocalWeb]) -> None:
    for one in webs:
        academy(one, 15, before=lambda _number, _handler: time.sleep(0.02))
    configure(tmp_path, webs)
    with worker(tmp_path, "--once") as first, worker(tmp_path, "--once") as second, worker(tmp_path, "--once") as third:
        assert [process.wait(timeout=100) for process in (first, second, third)] == [0, 0, 0]
    assert Counter((row.source, row.state) for row in crawls(tmp_path)) == Counter(
        (f"schema-org.academy-{number}", "believed") for number in range(len(webs))
    )
    for one in webs:
        assert one.most_at_once == 1
        assert Counter(path for path in one.asked if path.startswith("/c/")).most_common(1)[0][1] == 1
    with closing(Store.open(f"sqlite:///{tmp_path}/catalog_data/lodestar.db")) as store:
        notes = [note for row in Crawls(store).latest() for note in Fetches(store).of_crawl(row.id)]
    assert len(notes) >= 15 * len(webs)
    assert all(note.status == 200 and note.rule for note in notes if "/c/" in note.address)
