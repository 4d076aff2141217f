"""A site that was read well begins to misbehave: the crawl's row says in words what was wrong, and nothing is lost."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.errors import CrawlError
from catalog.ledger import Crawls, Fetches
from catalog.model import Crawl, CrawlState
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from crawlers.crawl import crawl
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.source import Source
from crawlers.sources.schema_org import SchemaOrg
from crawlers.web.archive import Archive
from crawlers.web.evidence import Memory
from crawlers.web.manners import Manners
from tests import bad_web
from tests.crawlers.api import Api
from tests.crawlers.local_web import Clock, Handler, LocalWeb, Reply

PAGES, ON_A_PAGE = 3, 20
Misbehave = Callable[[Handler], None] | Reply


def content(page: int, courses: Callable[[int], dict[str, object]] | None = None) -> str:
    numbers = range(page * ON_A_PAGE, (page + 1) * ON_A_PAGE)
    following = f"/api/{page + 2}" if page + 1 < PAGES else None
    return json.dumps({"courses": [(courses or course)(number) for number in numbers], "next": following})


def course(number: int) -> dict[str, object]:
    return {
        "id": f"c{number}",
        "title": f"Café course number {number}",
        "url": f"https://academy.example.org/c/{number}",
        "description": f"What the course number {number} is about, in a sentence of its own.",
        "language": "en" if number % 3 else "fr",
    }


def api(web: LocalWeb, courses: Callable[[int], dict[str, object]] | None = None) -> None:
    for page in range(PAGES):
        web.pages[f"/api/{page + 1}"] = Reply(content(page, courses), content_type="application/json")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(load_vocabulary())


@pytest.fixture
def ground(tmp_path: Path, classifier: Classifier) -> Iterator[Ground]:
    with closing(Store.open(f"sqlite:///{tmp_path}/record.db")) as store:
        yield Ground(store=store, classifier=classifier, spool=tmp_path / "spool")


def run(ground: Ground, source: Source) -> Crawl:
    """One crawl as a worker does it, in a time in which waiting costs nothing."""
    clock = Clock()
    memory = Memory(fetches=Fetches(ground.store), archive=Archive(ground.spool.parent / "answers"))
    bad_web.packed_blanks()  # is made before somebody waits for it
    manners = Manners(
        contact="tests@example.org", allow_private_hosts=("127.0.0.1",), timeout_seconds=0.7, max_bytes=2_000_000
    )
    with WebFetch(manners, memory=memory, sleep=clock.sleep, clock=clock, jitter=lambda: 0.0) as web:
        try:
            return crawl(source, web, ground)
        except CrawlError:
            return Crawls(ground.store).latest(limit=1)[0]


def titles(ground: Ground) -> list[str]:
    return sorted(entry.resource.title for batch in ground.store.scan() for entry in batch)


FIRST = {
    "stalls": (bad_web.stall, "took longer than"),
    "drips": (bad_web.drip, "took longer than"),
    "drips its headers": (bad_web.drip_headers, "took longer than"),
    "lies about its length": (bad_web.promise_too_much, "could not be fetched"),
    "hangs up": (bad_web.hang_up, "could not be fetched"),
    "never ends": (bad_web.endless, "larger than 2,000,000 bytes"),
    "sends a bomb": (bad_web.bomb, "larger than 2,000,000 bytes"),
    "sends half a pack": (bad_web.half_a_pack, "cut off in the middle of a packed body"),
    "says it is packed": (bad_web.no_pack, "says it is packed, but is not"),
    "speaks no HTTP": (bad_web.broken_line, "could not be fetched"),
    "asks for patience for ever": (bad_web.storm, "answers 429"),
    "redirects for ever": (bad_web.redirect_round, "more than 5 redirects"),
    "redirects to metadata": (bad_web.redirect_to("http://169.254.169.254/latest/"), "not on the public network"),
    "redirects to our network": (bad_web.redirect_to("http://10.0.0.1/"), "not on the public network"),
    "redirects to loopback": (bad_web.redirect_to("http://[::1]:80/"), "not on the public network"),
    "redirects to a file": (bad_web.redirect_to("file:///etc/passwd"), "no http(s) address"),
    "sends half of the JSON": (Reply(content(0)[:500], content_type="application/json"), "where JSON is expected"),
    "sends HTML for JSON": (Reply("<html><h1>Sorry</h1></html>"), "a page of HTML where JSON is expected"),
    "sends nothing": (Reply(""), "where JSON is expected"),
    "sends something else": (Reply('{"oops": true}', content_type="application/json"), "it lists nothing"),
    "is broken": (Reply(status=500), "answers 500"),
    "is gone": (Reply(status=404), "it is gone"),
    "refuses": (Reply(status=403), "does not want this fetch"),
    "wants a human": (Reply("<html><title>Just a moment...</title></html>"), "wants a human"),
}


@pytest.mark.parametrize("name", FIRST)
def test_a_site_that_misbehaves_at_once(name: str, ground: Ground, web: LocalWeb) -> None:
    api(web)
    source = Api({"base_url": web.address})
    assert run(ground, source).state is CrawlState.BELIEVED
    before = titles(ground)
    misbehave, words = FIRST[name]
    web.pages["/api/1"] = misbehave
    web.pages.update({f"/round-{step}": bad_web.redirect_round for step in range(9)})
    row = run(ground, source)
    assert row.state in {CrawlState.FAILED, CrawlState.HELD}
    assert words in row.problems[0]
    assert titles(ground) == before
    assert row.retired == 0
    if row.problems[0].startswith("held"):
        assert row.reasons


@pytest.mark.parametrize("name", [name for name in FIRST if name != "sends something else"])
def test_a_site_that_misbehaves_halfway(name: str, ground: Ground, web: LocalWeb) -> None:
    """What was read is believed, what was not is not retired, and the row says where it ended."""
    api(web)
    source = Api({"base_url": web.address})
    run(ground, source)
    before = titles(ground)
    misbehave, words = FIRST[name]
    web.pages["/api/2"] = misbehave
    web.pages.update({f"/round-{step}": bad_web.redirect_round for step in range(9)})
    row = run(ground, source)
    assert not row.complete
    assert row.listings == ON_A_PAGE
    assert words in " ".join(row.problems)
    assert titles(ground) == before
    assert row.retired == 0


def test_a_site_in_the_wrong_encoding_is_held(ground: Ground, web: LocalWeb) -> None:
    api(web)
    source = Api({"base_url": web.address})
    run(ground, source)
    before = titles(ground)
    for page in range(PAGES):
        text = json.dumps(json.loads(content(page)), ensure_ascii=False)
        web.pages[f"/api/{page + 1}"] = bad_web.wrong_encoding(text)
    row = run(ground, source)
    assert row.state is CrawlState.HELD
    assert "wrongly decoded letters" in " ".join(row.reasons)
    assert titles(ground) == before


def test_a_site_whose_ids_change_is_held(ground: Ground, web: LocalWeb) -> None:
    api(web)
    source = Api({"base_url": web.address})
    run(ground, source)
    before = titles(ground)
    api(web, lambda number: {**course(number), "id": f"session-7f3a-{number}"})
    row = run(ground, source)
    assert row.state is CrawlState.HELD
    assert "keys seem to have changed" in " ".join(row.reasons)
    assert titles(ground) == before
    assert any(line.startswith("+ 60") for line in row.difference)


def test_a_site_that_comes_back_is_believed_again(ground: Ground, web: LocalWeb) -> None:
    api(web)
    source = Api({"base_url": web.address})
    run(ground, source)
    web.pages["/api/1"] = Reply(status=500)
    assert run(ground, source).state is CrawlState.FAILED
    api(web, lambda number: {**course(number), **({"title": "Another title"} if number == 7 else {})})
    row = run(ground, source)
    assert (row.state, row.changed, row.unchanged) == (CrawlState.BELIEVED, 1, PAGES * ON_A_PAGE - 1)


def test_sitemaps_without_end_end(ground: Ground, web: LocalWeb) -> None:
    class Endless(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return bad_web.endless_sitemap if path.startswith("/maps") else dict.get(self, path, default)

    web.pages = Endless(web.pages)
    (source,) = SchemaOrg.opened({"sites": [{"name": "Endless", "sitemap": web.url("/maps")}]})
    row = run(ground, source)
    assert row.state is CrawlState.HELD
    assert "it lists nothing" in row.problems[0]
    assert "too deep or too many" in " ".join(row.problems)
    assert len(web.asked) < 20
