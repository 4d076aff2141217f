"""Dead links: several failures hide an entry, one success shows it again, and the evidence stays."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.ingest import ingest, reingest
from catalog.ledger import Crawls, Fetches, Hosts, Links, SourceClock, SourceClocks
from catalog.model import ChangeKind, Kind, LearningResource, Listing
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers import links
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.links import LinkChecker
from crawlers.web.archive import Archive
from crawlers.web.evidence import Memory
from crawlers.web.manners import Manners
from tests import bad_web
from tests.crawlers.local_web import Clock, LocalWeb, Reply

DAY = 86_400.0


@dataclass
class Desk:
    ground: Ground
    clock: Clock
    checker: LinkChecker

    def pass_days(self, days: int) -> None:
        """Look at what is due once a day."""
        for _ in range(days):
            self.clock.now += DAY
            self.checker.step()

    def shown(self) -> list[str]:
        return [entry.resource.title for batch in self.ground.store.scan() for entry in batch]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_vocabulary())


@pytest.fixture
def desk(tmp_path: Path, classifier: Classifier, web: LocalWeb) -> Iterator[Desk]:
    clock = Clock()
    with closing(Store.open(f"sqlite:///{tmp_path}/record.db")) as store:
        ground = Ground(store=store, classifier=classifier, spool=tmp_path / "spool", clock=clock)
        listings = [
            Listing(
                source="x",
                key=name,
                resource=LearningResource(kind=Kind.COURSE, title=name, url=web.url(f"/c/{name}")),
            )
            for name in ("one", "two", "three")
        ]
        ingest(store, listings, classifier=classifier, crawl=Crawls(store).begin("x"))
        for name in ("one", "two", "three"):
            web.pages[f"/c/{name}"] = Reply("a course")
        memory = Memory(fetches=Fetches(store), archive=Archive(tmp_path / "answers"))
        manners = Manners(allow_private_hosts=("127.0.0.1",), timeout_seconds=1.0)
        with WebFetch(
            manners, memory=memory, book=Hosts(store), sleep=clock.sleep, clock=clock, jitter=lambda: 0.0
        ) as fetch:
            SourceClocks(store).set(SourceClock(name=links.SOURCE, next_at=clock.now))
            yield Desk(ground, clock, LinkChecker(fetch, ground, a_day=10))


def test_links_that_answer_leave_nothing_behind(desk: Desk, web: LocalWeb) -> None:
    desk.pass_days(3)
    assert desk.shown() == ["one", "two", "three"]
    assert Links(desk.ground.store).count() == 0
    assert desk.ground.store.last_change() == 3
    assert web.asked.count("/c/one") >= 2, "every link comes round again"


def test_several_failures_hide_and_one_success_shows_again(desk: Desk, web: LocalWeb) -> None:
    web.pages["/c/two"] = Reply(status=404)
    desk.pass_days(2)
    assert "two" in desk.shown(), "a failure or two may be chance"
    desk.pass_days(4)
    assert desk.shown() == ["one", "three"]
    (entry,) = desk.ground.store.entries([2])
    assert entry.hidden
    assert not entry.retired
    assert entry.dead_link is not None
    assert [met for _, met in entry.dead_link.checks] == ["404", "404", "404"]
    assert len({at for at, _ in entry.dead_link.checks}) == 3
    last = desk.ground.store.history(2)[0]
    assert (last.kind, last.fields) == (ChangeKind.RETIRED, {"link": (None, "404")})
    web.pages["/c/two"] = Reply("a course")
    desk.pass_days(8)
    assert desk.shown() == ["one", "two", "three"]
    assert desk.ground.store.history(2)[0].kind is ChangeKind.RESTORED
    assert Links(desk.ground.store).count() == 0


def test_checks_of_a_failing_link_are_spread_over_days(desk: Desk, web: LocalWeb) -> None:
    web.pages["/c/two"] = Reply(status=410)
    desk.pass_days(30)
    assert web.asked.count("/c/two") < 10


@pytest.mark.parametrize("page", [Reply(status=500), bad_web.hang_up, bad_web.stall])
def test_a_silent_site_is_given_more_time(desk: Desk, web: LocalWeb, page: Reply) -> None:
    web.pages["/c/two"] = page
    desk.pass_days(10)
    assert "two" in desk.shown()
    desk.pass_days(30)
    assert "two" not in desk.shown()


@pytest.mark.parametrize(
    "page", [Reply(status=403), Reply(status=429), Reply("<html><title>Just a moment...</title></html>")]
)
def test_a_site_that_does_not_want_to_be_looked_at_is_not_dead(desk: Desk, web: LocalWeb, page: Reply) -> None:
    web.pages["/c/two"] = page
    desk.pass_days(60)
    assert "two" in desk.shown()
    assert Hosts(desk.ground.store).memory(web.address).refusals == 0, "and may still be crawled"


def test_robots_are_obeyed(desk: Desk, web: LocalWeb) -> None:
    web.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /c/two\n", content_type="text/plain")
    desk.pass_days(5)
    assert "/c/two" not in web.asked
    assert "two" in desk.shown()


def test_a_page_that_became_the_front_page_is_gone(desk: Desk, web: LocalWeb) -> None:
    web.pages["/"] = Reply("welcome")
    web.pages["/c/two"] = Reply(status=301, headers={"Location": "/"})
    desk.pass_days(6)
    assert "two" not in desk.shown()


def test_a_hidden_entry_stays_hidden_over_a_reingest_and_returns_with_a_new_address(
    desk: Desk, web: LocalWeb, classifier: Classifier
) -> None:
    web.pages["/c/two"] = Reply(status=404)
    desk.pass_days(6)
    store = desk.ground.store
    reingest(store, classifier)
    assert "two" not in desk.shown()
    moved = LearningResource(kind=Kind.COURSE, title="two", url=web.url("/c/one?edition=2"))
    ingest(
        store, [Listing(source="x", key="two", resource=moved)], classifier=classifier, crawl=Crawls(store).begin("x")
    )
    assert "two" in desk.shown()


def test_no_more_than_so_many_in_a_day(desk: Desk, web: LocalWeb) -> None:
    checker = LinkChecker(desk.checker._web, desk.ground, a_day=1)
    web.asked.clear()
    for _ in range(24):
        desk.clock.now += DAY / 24
        checker.step()
    assert len([path for path in web.asked if path.startswith("/c/")]) <= 1
    assert LinkChecker(desk.checker._web, desk.ground, a_day=0).step() == 0
