import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.errors import CrawlError, FetchError
from catalog.ledger import Crawls
from catalog.model import CrawlState, Kind, LearningResource, Listing, encode
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers import spool
from crawlers.crawl import crawl
from crawlers.fetch import Fetch
from crawlers.ground import Ground
from crawlers.preview import rehearse
from crawlers.source import Report, Source
from tests.crawlers.local_web import FakeFetch

CHECKOUT = Path(__file__).resolve().parents[2]


class Shelf(Source):
    """A source of as many books as the test says."""

    id = "shelf"
    name = "Shelf"
    kinds = (Kind.BOOK,)

    def __init__(self, *titles: str, ends: BaseException | None = None, whole_reading: bool = True) -> None:
        super().__init__()
        self.titles, self.ends, self.whole_reading = titles, ends, whole_reading

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for title in self.titles:
            url = f"https://shelf.org/{title}"
            yield Listing(source=self.id, key=url, resource=LearningResource(kind=Kind.BOOK, title=title, url=url))
        if not self.whole_reading:
            report.cut_short("shelf", "the lights went out")
        if self.ends is not None:
            raise self.ends


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_vocabulary())


@pytest.fixture
def ground(tmp_path: Path, classifier: Classifier) -> Iterator[Ground]:
    store = Store.open(f"sqlite:///{tmp_path}/record.db")
    yield Ground(store=store, classifier=classifier, spool=tmp_path / "spool")
    store.close()


def run(ground: Ground, *titles: str, **more: object) -> object:
    believe = bool(more.pop("believe", False))
    whole = more.pop("whole", None)
    return crawl(Shelf(*titles, **more), FakeFetch({}), ground, whole=whole, believe=believe)  # type: ignore[arg-type]


def left(ground: Ground) -> list[str]:
    return sorted(str(path.relative_to(ground.spool)) for path in ground.spool.rglob("*.*") if path.suffix != ".lock")


def test_a_crawl_from_source_to_record(ground: Ground) -> None:
    row = crawl(Shelf("a", "b", "a"), FakeFetch({}), ground)
    assert (row.state, row.listings, row.added, row.complete) == (CrawlState.BELIEVED, 2, 2, True)
    assert row.ended is not None
    assert row.problems == ("https://shelf.org/a: listed twice; the first one counts",)
    assert Crawls(ground.store).latest("shelf") == [row]
    assert ground.store.listing_count("shelf") == 2
    assert left(ground) == []


def test_the_same_again_changes_nothing(ground: Ground) -> None:
    run(ground, "a", "b")
    before = ground.store.last_change()
    row = crawl(Shelf("a", "b"), FakeFetch({}), ground)
    assert (row.added, row.changed, row.unchanged) == (0, 0, 2)
    assert ground.store.last_change() == before


def test_what_a_whole_crawl_no_longer_sees_is_retired(ground: Ground) -> None:
    run(ground, "a", "b", "c")
    row = crawl(Shelf("a", "b"), FakeFetch({}), ground)
    assert row.retired == 1
    assert ground.store.listing_count("shelf") == 2


@pytest.mark.parametrize("more", [{"whole_reading": False}, {"whole": False}])
def test_a_part_retires_nothing(ground: Ground, more: dict[str, object]) -> None:
    run(ground, "a", "b", "c")
    run(ground, "a", "b", **more)
    assert ground.store.listing_count("shelf") == 3
    assert Crawls(ground.store).latest("shelf")[0].state == CrawlState.BELIEVED


def test_an_emptied_source_is_held(ground: Ground) -> None:
    run(ground, "a", "b")
    row = crawl(Shelf(), FakeFetch({}), ground)
    assert row.state == CrawlState.HELD
    assert row.problems == ("held: it lists nothing",)
    assert ground.store.listing_count("shelf") == 2


def test_a_halved_source_is_held_until_somebody_believes_it(ground: Ground) -> None:
    run(ground, *map(str, range(30)))
    row = crawl(Shelf("1", "new"), FakeFetch({}), ground)
    assert row.state == CrawlState.HELD
    assert ground.store.listing_count("shelf") == 30
    assert left(ground) == [f"held/shelf@{row.id}.jsonl"], "the spool waits for whoever looks"
    run(ground, "1", "new", believe=True)
    assert ground.store.listing_count("shelf") == 2
    assert left(ground) == []


def test_a_failed_crawl_says_why_and_writes_nothing(ground: Ground) -> None:
    run(ground, "a")
    with pytest.raises(FetchError):
        run(ground, "b", ends=FetchError("the site is down"))
    row = Crawls(ground.store).latest("shelf")[0]
    assert (row.state, row.problems) == (CrawlState.FAILED, ("the site is down",))
    assert ground.store.listing_count("shelf") == 1
    assert left(ground) == []


def test_a_fault_of_the_program_is_recorded_too(ground: Ground) -> None:
    with pytest.raises(ZeroDivisionError):
        run(ground, "b", ends=ZeroDivisionError("x"))
    row = Crawls(ground.store).latest("shelf")[0]
    assert row.state == CrawlState.FAILED
    assert "ZeroDivisionError" in row.problems[0]


def test_a_stopped_crawl_is_abandoned(ground: Ground) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(ground, "b", ends=KeyboardInterrupt())
    assert Crawls(ground.store).latest("shelf")[0].state == CrawlState.ABANDONED
    run(ground, "b")
    assert ground.store.listing_count("shelf") == 1


def test_one_source_is_crawled_by_one_process_at_a_time(ground: Ground) -> None:
    with spool.reserved(ground.spool, "shelf"), pytest.raises(CrawlError, match="another process"):
        run(ground, "a")
    run(ground, "a")


def test_a_rehearsal_writes_nothing(ground: Ground) -> None:
    found = rehearse(Shelf("a", "b", whole_reading=False), FakeFetch({}), ground.spool)
    assert found.listings == 2
    assert not found.report.complete
    assert Crawls(ground.store).latest() == []
    assert left(ground) == []


def test_an_id_that_is_no_file_name_is_refused(ground: Ground) -> None:
    source = Shelf("a")
    source.__class__ = type("Odd", (Shelf,), {"id": "../etc"})
    with pytest.raises(CrawlError, match="no source id"):
        crawl(source, FakeFetch({}), ground)


# ---- killed


def rows(count: int) -> bytes:
    return b"".join(
        encode(LearningResource(kind=Kind.COURSE, title=f"Course {at}", url=f"https://e.org/{at}")) + b"\n"
        for at in range(count)
    )


IMPORT = """
import sys
from pathlib import Path
from catalog.classify import Classifier
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers.crawl import Ground, crawl
from crawlers.fetch import WebFetch
from crawlers.web.manners import Manners
from crawlers.sources.dataset import Dataset

folder = Path(sys.argv[1])
store = Store.open(f"sqlite:///{folder}/record.db")
ground = Ground(store=store, classifier=Classifier(load_vocabulary()), spool=folder / "spool")
print("ready", flush=True)
print(crawl(Dataset({"files": [str(folder / "feed.jsonl")]}), WebFetch(Manners()), ground).state, flush=True)
"""


def start(folder: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(folder)], cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("seconds", [0.05, 0.6, 1.2])
def test_killed_anywhere_and_run_again_loses_and_doubles_nothing(tmp_path: Path, seconds: float) -> None:
    count = 6000
    (tmp_path / "feed.jsonl").write_bytes(rows(count))
    with start(tmp_path) as first:
        assert first.stdout is not None
        first.stdout.readline()
        time.sleep(seconds)
        first.send_signal(signal.SIGKILL)
        first.wait()
    with start(tmp_path) as second:
        out, _ = second.communicate(timeout=120)
    assert out.split()[-1] == "believed"
    store = Store.open(f"sqlite:///{tmp_path}/record.db")
    try:
        assert store.listing_count("feed") == count
        assert store.size() == count
        titles = {entry.resource.title for batch in store.scan() for entry in batch}
        assert len(titles) == count
        states = [row.state for row in Crawls(store).latest("feed")]
        assert states[0] == CrawlState.BELIEVED
        assert CrawlState.RUNNING not in states
    finally:
        store.close()
    assert sorted(path.suffix for path in (tmp_path / "spool").iterdir()) == [".lock"]
