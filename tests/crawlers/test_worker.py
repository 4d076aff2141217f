"""Sources are crawled when they are due, each by one worker, by workers that can be stopped at any time."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.errors import Refused
from catalog.ledger import Crawls, SourceClock, SourceClocks, this_process
from catalog.model import CrawlState, Kind, LearningResource, Listing
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers.cadence import HOUR, Outcome, next_clock
from crawlers.crawl import crawl_if_due
from crawlers.fetch import Fetch
from crawlers.ground import Ground
from crawlers.schedule import next_by_cron
from crawlers.source import Report, Source
from crawlers.sources.free_programming_books import FreeProgrammingBooks
from crawlers.worker import Worker, due
from tests.crawlers.local_web import FakeFetch

NOW = 1_800_000_000.0


class Slow(Source):
    """A source that waits until the test lets it go, and remembers how many read it at once."""

    id = "slow"
    name = "Slow"
    default_on = True

    def __init__(self, name: str = "slow", ends: BaseException | None = None) -> None:
        super().__init__()
        self.listed, self.ends = name, ends
        self.readings = 0
        self.go_on = threading.Event()
        self.go_on.set()

    @property
    def listed_as(self) -> str:
        return self.listed

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        self.readings += 1
        self.go_on.wait(10)
        if self.ends is not None:
            raise self.ends
        yield Listing(
            source=self.listed,
            key="a",
            resource=LearningResource(kind=Kind.BOOK, title=self.listed, url="https://e.org/a"),
        )


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_vocabulary())


@pytest.fixture
def ground(tmp_path: Path, classifier: Classifier) -> Iterator[Ground]:
    with closing(Store.open(f"sqlite:///{tmp_path}/record.db")) as store:
        yield Ground(store=store, classifier=classifier, spool=tmp_path / "spool")


def after(outcome: Outcome, times: int = 1, **settings: object) -> float:
    """Hours until a daily source is due again, after so many crawls that ended alike."""
    source = FreeProgrammingBooks({"every_hours": 24, **settings})
    clock = SourceClock(name=source.id)
    for _ in range(times):
        clock = next_clock(clock, source, outcome, NOW, lambda: 0.5)
    return (clock.next_at - NOW) / HOUR


def test_sooner_after_change_later_after_none_and_within_bounds() -> None:
    assert after(Outcome.CHANGED) == pytest.approx(18)
    assert after(Outcome.UNCHANGED) == pytest.approx(30)
    assert after(Outcome.CHANGED, times=20) == pytest.approx(12)
    assert after(Outcome.UNCHANGED, times=20) == pytest.approx(72)


def test_much_later_after_a_refusal_and_sooner_after_a_failure() -> None:
    assert after(Outcome.REFUSED) == pytest.approx(96)
    assert after(Outcome.REFUSED, times=2) == pytest.approx(192)
    assert after(Outcome.REFUSED, times=30) == pytest.approx(60 * 24)
    assert after(Outcome.FAILED) == pytest.approx(6)
    assert after(Outcome.FAILED, times=3) == pytest.approx(24)
    assert after(Outcome.HELD) == pytest.approx(24)


def test_chance_moves_a_moment_a_little() -> None:
    source = FreeProgrammingBooks({"every_hours": 24})
    moments = [
        next_clock(SourceClock(name="x"), source, Outcome.HELD, NOW, lambda part=part: part).next_at  # type: ignore[misc]
        for part in (0.0, 0.5, 1.0)
    ]
    assert [(moment - NOW) / HOUR for moment in moments] == pytest.approx([21.6, 24.0, 26.4])


def test_a_crontab_line_is_followed() -> None:
    at = 1_800_000_000.0  # Friday, 2027-01-15 08:00 UTC
    source = FreeProgrammingBooks({"cron": "30 4 * * 1"})
    assert (
        next_clock(SourceClock(name="x"), source, Outcome.CHANGED, at).next_at - at
        == timedelta(days=2, hours=20.5).total_seconds()
    )
    with pytest.raises(Exception, match="crontab line"):
        FreeProgrammingBooks({"cron": "every monday"})
    for line in ("0 0 * * 8", "61 * * * *", "* * *"):
        with pytest.raises(ValueError, match=r"."):
            next_by_cron(line)


def test_what_is_due_is_read_from_rows(ground: Ground) -> None:
    clocks, source = SourceClocks(ground.store), FreeProgrammingBooks({})
    assert due([source], clocks.all(), NOW) == [source], "a source that was never read is due"
    clocks.set(SourceClock(name=source.id, next_at=NOW + 10))
    assert due([source], clocks.all(), NOW) == []
    assert due([source], clocks.all(), NOW + 10) == [source]
    assert due([FreeProgrammingBooks({"enabled": False})], {}, NOW) == []


def test_missed_runs_are_caught_up_once(ground: Ground) -> None:
    source = Slow()
    SourceClocks(ground.store).set(SourceClock(name="slow", next_at=1.0))  # due for decades
    worker = Worker([source], FakeFetch({}), ground)
    worker.finish()
    worker.finish()
    assert source.readings == 1
    assert SourceClocks(ground.store).of("slow").next_at > time.time()


def test_several_sources_are_crawled_at_once_but_no_more_than_allowed(ground: Ground) -> None:
    sources = [Slow(f"s{at}") for at in range(5)]
    for source in sources:
        source.go_on.clear()
    worker = Worker(sources, FakeFetch({}), ground, at_once=2)
    worker.step()
    wait_until(lambda: sum(source.readings for source in sources) == 2)
    worker.step()
    time.sleep(0.1)
    assert sum(source.readings for source in sources) == 2
    for source in sources:
        source.go_on.set()
    worker.finish()
    assert [source.readings for source in sources] == [1] * 5


def test_one_that_fails_keeps_no_other_from_its_turn(ground: Ground) -> None:
    broken, refused, sound = Slow("broken", RuntimeError("a fault")), Slow("refused", Refused("no")), Slow("sound")
    Worker([broken, refused, sound], FakeFetch({}), ground, at_once=1).finish()
    states = {row.source: row.state for row in Crawls(ground.store).latest()}
    assert states == {"broken": "failed", "refused": "failed", "sound": "believed"}
    clocks = SourceClocks(ground.store).all()
    assert clocks["refused"].outcome == "refused"
    assert clocks["refused"].next_at > clocks["broken"].next_at


def test_two_workers_never_crawl_one_source_at_once(ground: Ground) -> None:
    source = Slow()
    source.go_on.clear()
    first = threading.Thread(target=crawl_if_due, args=(source, FakeFetch({}), ground))
    first.start()
    wait_until(lambda: source.readings == 1)
    with pytest.raises(Exception, match="being crawled by another"):
        crawl_if_due(source, FakeFetch({}), ground)
    elsewhere = replace_spool(ground)  # another machine shares the record, not the disk
    with pytest.raises(Exception, match="being crawled by another"):
        crawl_if_due(source, FakeFetch({}), elsewhere)
    source.go_on.set()
    first.join()
    assert crawl_if_due(source, FakeFetch({}), elsewhere) is None, "what another has just done is not done again"
    assert source.readings == 1


def replace_spool(ground: Ground) -> Ground:
    return Ground(store=ground.store, classifier=ground.classifier, spool=ground.spool.parent / "elsewhere")


def test_the_lease_of_a_dead_worker_falls(ground: Ground) -> None:
    clocks, machine = SourceClocks(ground.store), this_process().partition(":")[0]
    now = ground.clock()
    assert clocks.take("slow", f"{machine}:999999:x", at=now, until=now + 90)
    assert crawl_if_due(Slow(), FakeFetch({}), ground) is not None, "on this machine we see that it is dead"
    assert clocks.take("other", "far-away:1:x", at=now, until=now + 90)
    with pytest.raises(Exception, match="being crawled by another"):
        crawl_if_due(Slow("other"), FakeFetch({}), ground)
    assert clocks.take("other", "me", at=now + 91, until=now + 180), "elsewhere its lease runs out"


def test_a_stopped_crawl_is_abandoned_and_stays_due(ground: Ground) -> None:
    source = Slow()
    source.go_on.clear()
    worker = Worker([source], FakeFetch({}), ground)
    worker.step()
    wait_until(lambda: source.readings == 1)
    ground.stop.set()
    source.go_on.set()
    assert worker.end()
    assert [row.state for row in Crawls(ground.store).latest()] == [CrawlState.ABANDONED]
    assert SourceClocks(ground.store).of("slow").next_at <= time.time()


def wait_until(met: object) -> None:
    deadline = time.monotonic() + 20
    while not met():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)
