"""What fetching remembers between runs: answers, refusals, waits, and the evidence of each request."""

import gzip
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.errors import Busy, Forbidden, Refused, Withdrawn
from catalog.ledger import Fetches, Hosts, this_process
from catalog.store import Store
from crawlers.fetch import WebFetch
from crawlers.web.archive import Archive
from crawlers.web.evidence import Memory
from crawlers.web.manners import Manners
from crawlers.web.request import Errand
from crawlers.web.stored import StoredWeb
from tests.crawlers.local_web import Clock, LocalWeb, Reply

PAGE = Reply("<p>a page</p>" * 100, headers={"ETag": '"one"', "Last-Modified": "Sat, 21 Nov 2026 07:00:00 GMT"})


@dataclass
class Desk:
    """A client with a memory on disk, as a worker has it; `again` is the next process."""

    folder: Path
    store: Store
    clock: Clock

    @property
    def memory(self) -> Memory:
        return Memory(fetches=Fetches(self.store), archive=Archive(self.folder / "answers"))

    def again(self, **changes: object) -> WebFetch:
        settings: dict[str, object] = {"allow_private_hosts": ("127.0.0.1",), "timeout_seconds": 5.0, **changes}
        return WebFetch(
            Manners(**settings),  # type: ignore[arg-type]
            memory=self.memory,
            book=Hosts(self.store),
            sleep=self.clock.sleep,
            clock=self.clock,
            jitter=lambda: 0.0,
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store.open(f"sqlite:///{tmp_path}/record.db")
    yield Desk(tmp_path, store, Clock())
    store.close()


def test_an_unchanged_page_crosses_the_line_once(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = PAGE
    first = desk.again().get(web.url("/a"))
    second = desk.again().get(web.url("/a"))
    third = desk.again().get(web.url("/a"))
    assert first.body == second.body == third.body == str(PAGE.body).encode()
    assert (first.unmodified, second.unmodified, third.unmodified) == (False, True, True)
    assert second.headers["content-type"] == first.headers["content-type"]
    assert [status for path, status, _ in web.log if path == "/a"] == [200, 304, 304]
    assert second.transferred == 0


def test_a_changed_page_is_read_anew(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = PAGE
    desk.again().get(web.url("/a"))
    web.pages["/a"] = Reply("new", headers={"ETag": '"two"'})
    assert desk.again().get(web.url("/a")).text == "new"


def test_an_answer_that_left_the_archive_is_asked_for_in_full(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = PAGE
    desk.again().get(web.url("/a"))
    for path in (desk.folder / "answers").glob("??/*"):
        path.unlink()
    assert not desk.again().get(web.url("/a")).unmodified
    for path in (desk.folder / "answers").glob("??/*"):
        path.write_bytes(gzip.compress(b"another body"))
    answer = desk.again().get(web.url("/a"))
    assert answer.body == str(PAGE.body).encode(), "a body that is not what its name says is not given"


def test_a_site_that_confirms_what_it_was_not_asked_is_not_believed(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=304)
    with pytest.raises(Exception, match="answers 304"):
        desk.again().get(web.url("/a"))


def test_each_fetch_leaves_its_evidence(desk: Desk, web: LocalWeb) -> None:
    web.pages["/robots.txt"] = Reply("User-agent: *\nAllow: /a\nDisallow: /b\n", content_type="text/plain")
    web.pages["/a"] = PAGE
    errand = Errand(source="acme", crawl_id=7)
    fetch = desk.again().for_errand(errand)
    fetch.get(web.url("/a"))
    with pytest.raises(Refused, match="Disallow: /b"):
        fetch.get(web.url("/b"))
    with pytest.raises(Withdrawn):
        fetch.get(web.url("/c"))
    notes = Fetches(desk.store).of_crawl(7)
    assert [(note.address.removeprefix(web.address), note.status) for note in notes] == [
        ("/robots.txt", 200),
        ("/a", 200),
        ("/b", 0),
        ("/c", 404),
    ]
    assert [note.rule.partition(" (")[0] for note in notes][:3] == ["robots.txt itself", "Allow: /a", "Disallow: /b"]
    assert notes[1].bytes == len(str(PAGE.body))
    assert notes[1].source == "acme"
    assert notes[1].at == pytest.approx(desk.clock.now, abs=10)
    assert "/b" not in web.asked
    totals = Fetches(desk.store).totals(7)
    assert (totals.requests, totals.unmodified) == (3, 0)


def test_a_refusal_is_remembered_with_its_pause(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=403)
    web.pages["/b"] = Reply("welcome")
    with pytest.raises(Refused, match="answers 403"):
        desk.again().get(web.url("/a"))
    with pytest.raises(Refused, match=r"has refused us .* lodestar hosts --forgive http://127"):
        desk.again().get(web.url("/b"))
    assert "/b" not in web.asked
    desk.clock.now += 25 * 3600
    with pytest.raises(Refused, match="answers 403"):
        desk.again().get(web.url("/a"))
    desk.clock.now += 25 * 3600
    with pytest.raises(Refused, match="has refused us"):
        desk.again().get(web.url("/b"))
    desk.clock.now += 25 * 3600
    assert desk.again().get(web.url("/b")).text == "welcome"
    assert Hosts(desk.store).memory(web.address).refusals == 0, "an answer is forgiveness"


def test_an_operator_can_forgive(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = [Reply(status=403), Reply("welcome")]
    with pytest.raises(Refused):
        desk.again().get(web.url("/a"))
    assert Hosts(desk.store).forgive(web.address)
    assert desk.again().get(web.url("/a")).text == "welcome"
    assert not Hosts(desk.store).forgive(web.address)


@pytest.mark.parametrize(
    "page",
    [
        Reply("<html><title>Just a moment...</title>", status=403),
        Reply("<html><title>Just a moment...</title>"),
        Reply("<html><title> Attention Required! | Cloudflare </title>"),
        Reply("<p>x", headers={"cf-mitigated": "challenge"}),
        Reply("<html><head><title>Pardon Our Interruption</title>", status=200),
        Reply("<html><div id='px-captcha'></div>", status=200),
    ],
)
def test_a_challenge_page_is_a_refusal(desk: Desk, web: LocalWeb, page: Reply) -> None:
    web.pages["/a"] = page
    with pytest.raises(Refused, match=r"human|403"):
        desk.again().get(web.url("/a"))
    with pytest.raises(Refused, match="has refused us"):
        desk.again().get(web.url("/b"))


@pytest.mark.parametrize(
    "title", ["Access Denied: handling errors in SQL", "Just a moment in history", "Security Checks"]
)
def test_a_page_about_such_things_is_none(desk: Desk, web: LocalWeb, title: str) -> None:
    web.pages["/a"] = Reply(f"<html><title>{title}</title>")
    assert title in desk.again().get(web.url("/a")).text


def test_what_a_key_is_refused_for_is_not_held_against_the_host(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=401)
    web.pages["/b"] = Reply("welcome")
    with pytest.raises(Refused):
        desk.again().get(web.url("/a"), headers={"Authorization": "JWT wrong"})
    assert desk.again().get(web.url("/b")).text == "welcome"


def test_a_key_is_sent_and_nowhere_kept(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = PAGE
    desk.again().get(web.url("/a"), headers={"X-Key": "s3cr3t-key"})
    web.pages["/t"] = Reply('{"access_token": "s3cr3t-key"}')
    desk.again().post(web.url("/t"), b"client_secret=s3cr3t-key", content_type="application/x-www-form-urlencoded")
    assert web.headers[1]["x-key"] == "s3cr3t-key"
    desk.store.close()
    kept = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file() and path.suffix != ".gz")
    packed = b"".join(gzip.decompress(path.read_bytes()) for path in desk.folder.rglob("*.gz"))
    assert b"s3cr3t-key" not in kept + packed


def test_a_key_does_not_follow_a_redirect_to_another_host(desk: Desk, web: LocalWeb) -> None:
    other = web.address.replace("127.0.0.1", "localhost")
    web.pages["/a"] = Reply(status=302, headers={"Location": f"{other}/b"})
    web.pages["/b"] = Reply("there")
    fetch = desk.again(allow_private_hosts=("127.0.0.1", "localhost"))
    assert fetch.get(web.url("/a"), headers={"X-Key": "s3cr3t"}).text == "there"
    sent = dict(zip(web.asked, web.headers, strict=True))
    assert sent["/a"]["x-key"] == "s3cr3t"
    assert "x-key" not in sent["/b"]


def test_a_long_wait_is_remembered_by_the_next_process(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=429, headers={"Retry-After": "3600"})
    with pytest.raises(Busy, match="wait 3600 s"):
        desk.again().get(web.url("/a"))
    web.pages["/a"] = Reply("now")
    with pytest.raises(Busy, match="left alone"):
        desk.again().get(web.url("/a"))
    desk.clock.now += 3601
    assert desk.again().get(web.url("/a")).text == "now"


def test_a_killed_crawl_is_gone_on_with(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"], web.pages["/b"] = Reply("a"), Reply("b")
    desk.again().for_errand(Errand(source="x", crawl_id=1)).get(web.url("/a"))
    fetch = desk.again().for_errand(Errand(source="x", crawl_id=2, resumed=frozenset({1})))
    assert fetch.get(web.url("/a")).text == "a"
    assert fetch.get(web.url("/b")).text == "b"
    assert web.asked.count("/a") == 1


def test_the_archive_alone_answers_again(desk: Desk, web: LocalWeb) -> None:
    web.pages["/robots.txt"] = Reply(f"Sitemap: {web.address}/map.xml\n", content_type="text/plain")
    web.pages["/a"] = Reply(status=301, headers={"Location": "/b"})
    web.pages["/b"] = PAGE
    live = desk.again()
    live.get(web.url("/a"))
    live.post(web.url("/b"), b"{}")
    asked = len(web.asked)
    stored = StoredWeb(desk.memory, "lodestar").for_errand(Errand())
    assert stored.get(web.url("/a")).body == str(PAGE.body).encode()
    assert stored.get(web.url("/a")).url == web.url("/b")
    assert stored.post(web.url("/b"), b"{}").text == PAGE.body
    assert stored.sitemaps(web.url("/a")) == (f"{web.address}/map.xml",)
    with pytest.raises(Exception, match="not in the archive"):
        stored.get(web.url("/never"))
    assert len(web.asked) == asked


def test_two_workers_never_ask_a_host_at_once(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = lambda handler: (time.sleep(0.05), handler.reply(Reply("a")))  # type: ignore[assignment,misc]
    workers = [
        WebFetch(
            Manners(allow_private_hosts=("127.0.0.1",), pause_seconds=0.01),
            memory=desk.memory,
            book=Hosts(desk.store),
        )
        for _ in range(4)
    ]
    threads = [threading.Thread(target=worker.get, args=(web.url("/a"),)) for worker in workers for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert web.asked.count("/a") == 12
    assert web.most_at_once == 1


def test_a_place_held_by_a_dead_process_is_free(desk: Desk, web: LocalWeb) -> None:
    hosts, machine = Hosts(desk.store), this_process().partition(":")[0]
    now = desk.clock.now
    assert hosts.take("h", f"{machine}:999999:x", at=now, until=now + 100) == 0
    assert hosts.take("h", "me", at=now, until=now + 100) == 0
    assert hosts.take("h", "another-machine:1:x", at=now, until=now + 100) > 0
    assert hosts.take("h", "another-machine:1:x", at=now + 101, until=now + 200) == 0


def test_the_archive_is_bounded(tmp_path: Path) -> None:
    archive = Archive(tmp_path, most_bytes=1000, most_days=30)
    digests = [archive.put(bytes([at]) + b"x" * 5) for at in range(100)]
    assert archive.prune() > 0
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.gz")) <= 1000
    assert archive.get(digests[0]) is None or archive.get(digests[-1]) is not None


def test_a_redirect_into_the_own_network_is_forbidden(desk: Desk, web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    with pytest.raises(Forbidden, match="public network"):
        desk.again(contact="x@y.z").get(web.url("/a"))
