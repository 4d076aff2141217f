import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog.errors import ConfigError, FetchError, Forbidden, Refused, TooLarge, Withdrawn
from crawlers.answer import Answer
from crawlers.fetch import WebFetch
from crawlers.web.manners import Manners
from tests import bad_web as bad
from tests.crawlers.local_web import Clock, Handler, LocalWeb, Misbehaviour, Reply, fetcher, local_web


def test_a_page_comes_with_its_circumstances(web: LocalWeb) -> None:
    web.pages["/a"] = Reply("Grüße", headers={"ETag": '"1"'})
    with fetcher() as fetch:
        answer = fetch.get(web.url("/a#part"))
    assert (answer.url, answer.status, answer.text) == (web.url("/a"), 200, "Grüße")
    assert answer.headers["etag"] == '"1"'
    assert answer.content_type == "text/html"
    assert web.asked == ["/robots.txt", "/a"]


def test_the_crawler_says_who_it_is(web: LocalWeb) -> None:
    web.pages["/a"] = Reply("x")
    with fetcher(product="Lodestar", version="1.2", contact="mailto:ops@example.org") as fetch:
        fetch.get(web.url("/a"))
    assert set(web.user_agents) == {"Lodestar/1.2 (+mailto:ops@example.org)"}


def test_no_live_crawl_without_a_contact() -> None:
    with WebFetch(Manners(contact=" ")) as fetch, pytest.raises(ConfigError, match=r"crawl\.contact"):
        fetch.get("https://example.org/")


# ---- robots.txt


def test_robots_are_obeyed_for_our_product_token(web: LocalWeb) -> None:
    web.pages["/robots.txt"] = Reply("User-agent: lodestar\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n")
    web.pages["/a"] = Reply("x")
    with fetcher(product="Lodestar") as fetch:
        assert fetch.get(web.url("/a")).text == "x"
        with pytest.raises(Refused, match=r"robots\.txt"):
            fetch.get(web.url("/private/1"))
    assert "/private/1" not in web.asked


@pytest.mark.parametrize(
    "reply", [Reply(status=404), Reply(status=403), Reply("<!doctype html><p>User-agent: *\nDisallow: /")]
)
def test_no_rules_means_everything_is_allowed(web: LocalWeb, reply: Reply) -> None:
    web.pages |= {"/robots.txt": reply, "/a": Reply("x")}
    with fetcher() as fetch:
        assert fetch.get(web.url("/a")).text == "x"


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(status=503), Reply(status=429), bad.hang_up])
def test_rules_that_cannot_be_read_stop_everything(web: LocalWeb, reply: Reply) -> None:
    web.pages |= {"/robots.txt": reply, "/a": Reply("x"), "/b": Reply("x")}
    with fetcher() as fetch:
        for path in ("/a", "/b"):
            with pytest.raises(FetchError, match=r"robots\.txt"):
                fetch.get(web.url(path))
    assert set(web.asked) == {"/robots.txt"}
    assert len(web.asked) <= 5, "the second page does not ask the broken host again"


def test_robots_are_read_once_a_day(web: LocalWeb) -> None:
    web.pages["/a"] = Reply("x")
    clock = Clock()
    with fetcher(clock) as fetch:
        fetch.get(web.url("/a"))
        fetch.get(web.url("/a"))
        assert web.asked.count("/robots.txt") == 1
        clock.now += 24 * 3600
        fetch.get(web.url("/a"))
    assert web.asked.count("/robots.txt") == 2


def test_robots_may_redirect_five_times(web: LocalWeb) -> None:
    web.pages["/robots.txt"] = Reply(status=301, headers={"Location": "/r1"})
    for at in range(1, 5):
        web.pages[f"/r{at}"] = Reply(status=302, headers={"Location": f"/r{at + 1}"})
    web.pages["/r5"] = Reply("User-agent: *\nDisallow: /a")
    with fetcher() as fetch, pytest.raises(Refused):
        fetch.get(web.url("/a"))


def test_robots_behind_more_redirects_hold_no_rules(web: LocalWeb) -> None:
    """RFC 9309, 2.3.1.2: after five redirects a crawler may take the file as unavailable."""
    web.pages |= {"/robots.txt": Reply(status=302, headers={"Location": "/robots.txt"}), "/a": Reply("x")}
    with fetcher() as fetch:
        assert fetch.get(web.url("/a")).text == "x"


def test_sitemaps_of_robots(web: LocalWeb) -> None:
    web.pages["/robots.txt"] = Reply("Sitemap: https://example.org/map.xml\n")
    with fetcher() as fetch:
        assert fetch.sitemaps(web.url("/")) == ("https://example.org/map.xml",)


# ---- pauses


def test_a_pause_between_two_requests(web: LocalWeb) -> None:
    web.pages["/a"] = Reply("x")
    clock = Clock()
    with fetcher(clock, pause_seconds=1.5) as fetch:
        fetch.get(web.url("/a"))
        fetch.get(web.url("/a"))
    assert clock.slept == pytest.approx([1.5, 1.5])


def test_crawl_delay_lengthens_the_pause(web: LocalWeb) -> None:
    web.pages |= {"/robots.txt": Reply("User-agent: *\nCrawl-delay: 10"), "/a": Reply("x")}
    clock = Clock()
    with fetcher(clock, pause_seconds=1.0) as fetch:
        fetch.get(web.url("/a"))
        fetch.get(web.url("/a"))
    assert clock.slept[-1] == pytest.approx(10)


def test_one_request_at_a_time_per_host(web: LocalWeb) -> None:
    def slowly(handler: Handler) -> None:
        time.sleep(0.02)
        handler.reply(Reply("x"))

    web.pages["/a"] = slowly
    with (
        WebFetch(Manners(allow_private_hosts=["127.0.0.1"], pause_seconds=0.0)) as fetch,
        ThreadPoolExecutor(4) as threads,
    ):
        assert all(answer.text == "x" for answer in threads.map(lambda _: fetch.get(web.url("/a")), range(8)))
    assert web.most_at_once == 1


# ---- what a site answers


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Refused), (403, Refused), (404, Withdrawn), (410, Withdrawn), (500, FetchError), (418, FetchError)],
)
def test_a_status_becomes_an_error(web: LocalWeb, status: int, error: type[Exception]) -> None:
    web.pages["/a"] = Reply(status=status)
    with fetcher() as fetch, pytest.raises(error, match=str(status)):
        fetch.get(web.url("/a"))


def test_retry_after_is_honoured(web: LocalWeb) -> None:
    web.pages["/a"] = [Reply(status=429, headers={"Retry-After": "7"}), Reply(status=503), Reply("at last")]
    clock = Clock()
    with fetcher(clock, pause_seconds=0.0) as fetch:
        assert fetch.get(web.url("/a")).text == "at last"
    assert clock.slept == [7.0, 2.0]


def test_retry_after_may_be_a_date(web: LocalWeb) -> None:
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    web.pages["/a"] = [Reply(status=503, headers={"Retry-After": past}), Reply("at last")]
    with fetcher() as fetch:
        assert fetch.get(web.url("/a")).text == "at last"


def test_a_busy_site_is_given_up_after_five_tries(web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=503)
    clock = Clock()
    with fetcher(clock, pause_seconds=0.0) as fetch, pytest.raises(FetchError, match="503"):
        fetch.get(web.url("/a"))
    assert web.asked.count("/a") == 5
    assert clock.slept == [1.0, 2.0, 4.0, 8.0]


def test_a_site_that_asks_for_an_hour_is_left_alone(web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=429, headers={"Retry-After": "3600"})
    with fetcher() as fetch, pytest.raises(FetchError, match="3600"):
        fetch.get(web.url("/a"))
    assert web.asked.count("/a") == 1


def test_a_broken_line_is_tried_again(web: LocalWeb) -> None:
    calls = []

    def once_broken(handler: Handler) -> None:
        calls.append(1)
        if len(calls) == 1:
            bad.hang_up(handler)
        else:
            handler.reply(Reply("x"))

    web.pages["/a"] = once_broken
    with fetcher() as fetch:
        assert fetch.get(web.url("/a")).text == "x"


# ---- redirects


def test_redirects_are_followed_and_told(web: LocalWeb) -> None:
    web.pages |= {"/a": Reply(status=301, headers={"Location": "b?x=1#top"}), "/b?x=1": Reply("there")}
    with fetcher() as fetch:
        assert fetch.get(web.url("/a")).url == web.url("/b?x=1")


def test_endless_redirects_end(web: LocalWeb) -> None:
    web.pages["/a"] = Reply(status=302, headers={"Location": "/a"})
    with fetcher(max_redirects=3) as fetch, pytest.raises(FetchError, match="more than 3 redirects"):
        fetch.get(web.url("/a"))
    assert web.asked.count("/a") == 4


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://user:secret@example.org/",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_into_a_private_place_is_not_followed(web: LocalWeb, target: str) -> None:
    web.pages["/a"] = Reply(status=302, headers={"Location": target})
    with fetcher(contact="x") as fetch, pytest.raises(Forbidden):
        fetch.get(web.url("/a"))


def test_localhost_by_name_is_private_too(web: LocalWeb) -> None:
    with fetcher(contact="x") as fetch, pytest.raises(Forbidden, match="not on the public network"):
        fetch.get(web.url("/a").replace("127.0.0.1", "localhost"))
    assert web.asked == []


def test_robots_of_each_hop_count(web: LocalWeb) -> None:
    with local_web() as other:
        web.pages["/a"] = Reply(status=302, headers={"Location": other.url("/b")})
        other.pages |= {"/robots.txt": Reply("User-agent: *\nDisallow: /"), "/b": Reply("x")}
        with fetcher() as fetch, pytest.raises(Refused):
            fetch.get(web.url("/a"))
        assert other.asked == ["/robots.txt"]


# ---- misbehaviour


@pytest.mark.parametrize("how", [bad.stall, bad.drip, bad.drip_headers])
def test_slow_sites_are_cut_off(web: LocalWeb, how: Misbehaviour) -> None:
    web.pages["/a"] = how
    begun = time.monotonic()
    with fetcher(timeout_seconds=0.4) as fetch, pytest.raises(FetchError, match=r"took longer|could not be fetched"):
        fetch.get(web.url("/a"))
    assert time.monotonic() - begun < 3 * 0.4 + 1.5


@pytest.mark.parametrize("how", [bad.promise_too_much, bad.hang_up])
def test_half_an_answer_is_none(web: LocalWeb, how: Misbehaviour) -> None:
    web.pages["/a"] = how
    with fetcher() as fetch, pytest.raises(FetchError, match="could not be fetched"):
        fetch.get(web.url("/a"))


def test_a_page_without_end_is_too_large(web: LocalWeb) -> None:
    web.pages["/a"] = bad.endless
    with fetcher(max_bytes=100_000) as fetch, pytest.raises(TooLarge, match="100,000"):
        fetch.get(web.url("/a"))
    assert web.asked.count("/a") == 1


def test_a_packed_page_is_unpacked(web: LocalWeb) -> None:
    web.pages["/a"] = Reply(gzip.compress(b"hello" * 1000), headers={"Content-Encoding": "gzip"})
    with fetcher() as fetch:
        assert fetch.get(web.url("/a")).body == b"hello" * 1000


def test_a_bomb_of_zeros_is_too_large(web: LocalWeb) -> None:
    web.pages["/a"] = Reply(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"})
    with fetcher(max_bytes=1_000_000) as fetch, pytest.raises(TooLarge):
        fetch.get(web.url("/a"))


@pytest.mark.parametrize("body", [b"not packed at all", gzip.compress(b"hello" * 1000, mtime=0)[:-12]])
def test_a_broken_packing_is_an_error(web: LocalWeb, body: bytes) -> None:
    web.pages["/a"] = Reply(body, headers={"Content-Encoding": "gzip"})
    with fetcher() as fetch, pytest.raises(FetchError, match="packed"):
        fetch.get(web.url("/a"))


def test_cookies_are_not_kept(web: LocalWeb) -> None:
    seen: list[str | None] = []

    def note_cookie(handler: Handler) -> None:
        seen.append(handler.headers.get("Cookie"))
        handler.reply(Reply("x", headers={"Set-Cookie": "id=1"}))

    web.pages["/a"] = note_cookie
    with fetcher() as fetch:
        fetch.get(web.url("/a"))
        fetch.get(web.url("/a"))
    assert seen == [None, None]


def test_no_thread_is_left_behind(web: LocalWeb) -> None:
    web.pages["/a"] = Reply("x")
    before = threading.active_count()
    with fetcher() as fetch:
        for _ in range(5):
            fetch.get(web.url("/a"))
    time.sleep(0.05)
    assert threading.active_count() <= before + 2, "only the server's own threads may be new"


# ---- text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("é".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("é".encode(), "text/html"),
        ("\ufeffé".encode(), "text/html; charset=latin-1"),
        ("é".encode("utf-16"), "text/plain"),
        (b'<meta charset="latin-1">' + "é".encode("latin-1"), "text/html"),
        ("é".encode(), "text/html; charset=no-such"),
    ],
)
def test_the_encoding_is_found(body: bytes, content_type: str) -> None:
    assert Answer(url="http://x", headers={"content-type": content_type}, body=body).text.endswith("é")
