"""A month of twenty sources whose sites change, shrink and break, crawled by the clock: the catalogue ends right, every
break was held or failed, and the report says what happened."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.errors import CrawlError
from catalog.ledger import Crawls, Fetches, Hosts, SourceClocks
from catalog.model import Crawl, CrawlState
from catalog.shelf import Shelf
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers.account import account
from crawlers.crawl import crawl_if_due
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.trust import held
from crawlers.web.archive import Archive
from crawlers.web.evidence import Memory
from crawlers.web.manners import Manners
from crawlers.worker import due
from tests import bad_web
from tests.crawlers.api import Api
from tests.crawlers.local_web import Clock, Handler, LocalWeb, Reply, local_web

DAY, HOUR = 86_400.0, 3600.0
SOURCES, ON_A_PAGE = 20, 25
Course = dict[str, object]
Answer = Reply | Callable[[Handler], None]
SUBJECTS = ("SQL", "Go", "Networks", "Docker", "Testing", "Caching", "Queues", "Security", "Python", "Linux")


@dataclass
class Provider:
    """The truth about one site: its courses, how it changes from day to day, and how it is broken today."""

    number: int
    web: LocalWeb
    chance: random.Random
    courses: dict[str, Course] = field(default_factory=dict)
    broken: Callable[["Provider"], None] | None = None
    born: int = 0

    @property
    def name(self) -> str:
        return f"site-{self.number}"

    def begin(self) -> None:
        for _ in range(100 if self.number == SHRINKS else self.chance.choice((40, 60, 80))):
            self.add()
        self.publish()

    def add(self) -> None:
        self.born += 1
        subject = self.chance.choice(SUBJECTS)
        description = f"The {self.born}th course of site {self.number}: {subject}, {self.chance.random():.9f} times."
        self.courses[f"{self.number}-{self.born}"] = {
            "id": f"{self.number}-{self.born}",
            "title": f"{subject} for teams, part {self.born} of site {self.number}",
            "url": f"https://site{self.number}.example.org/courses/{self.born}",
            "description": description,
            "language": self.chance.choice(("en", "en", "de")),
            "level": self.chance.choice(("beginner", "intermediate", "advanced")),
            "price": f"{self.chance.choice((19, 29, 49, 99))}.00 USD",
            "rating": round(self.chance.uniform(3, 5), 1),
            "duration_text": f"{self.chance.randint(2, 40)} hours",
        }

    def pass_a_day(self) -> None:
        """An honest day: a few come, a few go, a few are changed."""
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            self.add()
        for key in self.chance.sample(sorted(self.courses), self.chance.choice((0, 0, 1))):
            del self.courses[key]
        for key in self.chance.sample(sorted(self.courses), 2):
            self.courses[key]["description"] = f"Now about {self.chance.random():.9f} things."
        self.publish()

    def publish(self) -> None:
        self.serve(list(self.courses.values()))
        if self.broken is not None:
            self.broken(self)

    def serve(self, courses: list[Course]) -> None:
        self.web.pages = {"/robots.txt": Reply("User-agent: *\nAllow: /\n", content_type="text/plain")}
        pages = [courses[at : at + ON_A_PAGE] for at in range(0, len(courses), ON_A_PAGE)] or [[]]
        for number, page in enumerate(pages, start=1):
            following = f"/api/{number + 1}" if number < len(pages) else None
            body = json.dumps({"courses": page, "next": following})
            headers = {"ETag": f'"{hash(body)}"'}
            self.web.pages[f"/api/{number}"] = Reply(body, content_type="application/json", headers=headers)

    def told(self, change: Callable[[Course], Course]) -> None:
        self.serve([change(dict(one)) for one in self.courses.values()])

    def answer(self, answer: Answer) -> None:
        self.web.pages["/api/1"] = answer


def all_say(**values: object) -> Callable[[Provider], None]:
    return lambda site: site.told(lambda one: {**one, **values})


def lose(*names: str) -> Callable[[Provider], None]:
    return lambda site: site.told(lambda one: {key: value for key, value in one.items() if key not in names})


def multiply_prices(site: Provider) -> None:
    site.told(lambda one: {**one, "price": f"{float(str(one['price']).split()[0]) * 100:.2f} USD"})


def change_ids(site: Provider) -> None:
    site.told(lambda one: {**one, "id": f"session-{one['id']}"})


def halve(site: Provider) -> None:
    site.serve(list(site.courses.values())[: len(site.courses) // 3])


def garble(site: Provider) -> None:
    site.told(lambda one: {**one, "title": str(one["title"]).replace("team", "tÃ©am")})


# (source, first day, last day, how it is broken)
BREAKS: list[tuple[int, int, int, Callable[[Provider], None]]] = [
    (0, 5, 8, lambda site: site.serve([])),
    (1, 4, 9, halve),
    (2, 6, 9, lose("description")),
    (3, 6, 12, multiply_prices),
    (4, 8, 12, all_say(title="Untitled")),
    (5, 3, 6, all_say(language="en", level="beginner")),
    (6, 7, 10, lambda site: site.answer(Reply(status=500))),
    (7, 7, 10, lambda site: site.answer(Reply("<html>We are moving house</html>"))),
    (8, 9, 10, lambda site: site.answer(Reply(status=403))),
    (9, 10, 14, garble),
    (10, 5, 7, lambda site: site.answer(bad_web.hang_up)),
    (11, 11, 14, change_ids),
    (12, 6, 9, lambda site: site.answer(Reply("<html><title>Just a moment...</title></html>"))),
    (13, 12, 15, all_say(rating=0.4)),
    (14, 5, 9, all_say(price="0.00 USD")),
    (15, 8, 11, lose("language", "level", "price")),
]
MOVES_FOR_GOOD, CLOSES, SHRINKS = 16, 17, 18


@dataclass
class Month:
    """The world and the worker in one thread, in a time that passes by the hour."""

    ground: Ground
    web: WebFetch
    clock: Clock
    sites: list[Provider]
    rows: list[tuple[float, Crawl]] = field(default_factory=list)

    def pass_a_day(self, day: int) -> None:
        for site in self.sites:
            site.broken = next(
                (how for number, first, last, how in BREAKS if number == site.number and first <= day <= last),
                change_ids if site.number == MOVES_FOR_GOOD and day >= 10 else None,
            )
            if site.number == SHRINKS:
                for key in sorted(site.courses)[:2]:
                    del site.courses[key]
            site.pass_a_day()
            if site.number == CLOSES and day >= 15:
                site.web.pages = {}
        for _ in range(6):
            self.clock.now = max(self.clock.now, self.started + (day - 1) * DAY)
            self.work()
            self.clock.now += 4 * HOUR

    @property
    def started(self) -> float:
        return self.rows[0][0] if self.rows else self.clock.now

    def work(self) -> None:
        sources = [
            Api({"enabled": True, "base_url": one.web.address, "as": one.name, "every_hours": 24}) for one in self.sites
        ]
        for source in due(sources, SourceClocks(self.ground.store).all(), self.clock.now):
            began = self.clock.now
            try:
                row = crawl_if_due(source, self.web, self.ground)
            except CrawlError:
                row = Crawls(self.ground.store).latest(source.listed_as, limit=1)[0]
            assert row is not None
            self.rows.append((began, row))


@pytest.fixture
def month(tmp_path: Path) -> Iterator[Month]:
    clock = Clock()
    with ExitStack() as stack:
        store = stack.enter_context(closing(Store.open(f"sqlite:///{tmp_path}/record.db")))
        ground = Ground(store=store, classifier=Classifier(load_vocabulary()), spool=tmp_path / "spool", clock=clock)
        web = stack.enter_context(
            WebFetch(
                Manners(allow_private_hosts=("127.0.0.1",), timeout_seconds=2.0),
                memory=Memory(fetches=Fetches(store), archive=Archive(tmp_path / "answers")),
                book=Hosts(store),
                sleep=clock.sleep,
                clock=clock,
                jitter=lambda: 0.0,
            )
        )
        sites = [Provider(at, stack.enter_context(local_web()), random.Random(at)) for at in range(SOURCES)]
        for site in sites:
            site.begin()
        yield Month(ground=ground, web=web, clock=clock, sites=sites)


def test_a_month(month: Month) -> None:
    sizes: dict[int, int] = {}
    for day in range(1, 31):
        month.pass_a_day(day)
        sizes[day] = month.ground.store.size()
        if day == 20:
            release_the_move(month)
    check_breaks(month)
    check_catalogue(month)
    assert min(sizes[day] for day in range(2, 31)) > 0.9 * sizes[2], "no break emptied the catalogue even for a day"
    check_report(month)


def release_the_move(month: Month) -> None:
    """An operator looks at what waits, and lets the one site that has really changed its ids in."""
    waiting = Crawls(month.ground.store).latest(f"site-{MOVES_FOR_GOOD}", limit=1, states=[CrawlState.HELD])
    assert any("keys seem to have changed" in reason for reason in waiting[0].reasons)
    assert held.release(month.ground, waiting[0].id).state is CrawlState.BELIEVED


def check_breaks(month: Month) -> None:
    """No crawl of a broken day was believed, and hardly one of an honest day was not."""
    false_alarms = []
    for began, row in month.rows:
        number, day = int(row.source.partition("-")[2]), int((began - month.started) // DAY) + 1
        broken = any(site == number and first <= day <= last for site, first, last, _ in BREAKS)
        away = number == CLOSES and day >= 15
        moved = number == MOVES_FOR_GOOD and 10 <= day <= 20
        if broken or moved:
            assert row.state in {CrawlState.HELD, CrawlState.FAILED}, (row.source, day, row.problems)
            assert row.problems
        elif not away and row.state is not CrawlState.BELIEVED:
            false_alarms.append((row.source, day, row.problems))
    refused = {"site-8", "site-12"}  # are left alone for a while after they refused us
    assert [alarm for alarm in false_alarms if alarm[0] not in refused] == []
    for number, *_ in BREAKS:
        assert [row for _, row in month.rows if row.source == f"site-{number}" and row.state is not CrawlState.BELIEVED]


def check_catalogue(month: Month) -> None:
    """After a last quiet round the record holds what the sites tell, and what a closed one told last."""
    for site in month.sites:
        site.broken = change_ids if site.number == MOVES_FOR_GOOD else None
        if site.number != CLOSES:
            site.publish()
        Hosts(month.ground.store).forgive(site.web.address)
    month.clock.now += 90 * DAY
    month.work()
    shelf = Shelf(month.ground.store)
    for site in month.sites:
        kept = dict(shelf.live_keys(site.name))
        prefix = "session-" if site.number == MOVES_FOR_GOOD else ""
        if site.number == CLOSES:
            assert len(kept) > 30, "a site that closed takes nothing with it"
            continue
        assert kept == {f"{prefix}{key}": one["title"] for key, one in site.courses.items()}, site.name
        told = shelf.known(site.name, list(kept))
        for key, one in site.courses.items():
            resource = told[f"{prefix}{key}"].resource
            assert resource.description == one["description"]
            assert resource.price is not None
            assert f"{resource.price.amount:.2f} {resource.price.currency}" == one["price"]


def check_report(month: Month) -> None:
    store = month.ground.store
    rows = Crawls(store).latest(limit=100_000)
    lines = "\n".join(account(rows, SourceClocks(store).all(), Hosts(store).all(), month.clock.now))
    print(lines)
    for words in (
        "site-0: ",
        "it lists nothing",
        "less than half",
        "answers 500",
        "where JSON is expected",
        "wants a human",
        "keys seem to have changed",
        "price",
        "unmodified",
    ):
        assert words in lines
    unmodified = sum(row.unmodified for row in rows)
    assert unmodified > 100, "pages that did not change cross the line once"
