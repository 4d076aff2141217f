"""A real web on this machine: pages of ours over HTTP, some of which behave as badly as sites do."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from crawlers.answer import Answer
from crawlers.fetch import WebFetch
from crawlers.web.manners import Manners
from crawlers.web.request import Errand

Misbehaviour = Callable[["Handler"], None]


@dataclass
class Reply:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"


@dataclass
class LocalWeb:
    """``pages`` by path: a reply, several replies one after the other, or a way to misbehave."""

    address: str
    pages: dict[str, Reply | list[Reply] | Misbehaviour] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    user_agents: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    log: list[tuple[str, int, int]] = field(default_factory=list)  # path, status, bytes of the body
    most_at_once: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return self.address + path


class Handler(BaseHTTPRequestHandler):
    web: LocalWeb
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes

    def do_POST(self) -> None:
        self.web.sent.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.do_GET()

    def do_GET(self) -> None:
        web = self.web
        with web.lock:
            web.asked.append(self.path)
            web.headers.append({name.lower(): value for name, value in self.headers.items()})
            web.user_agents.append(self.headers.get("User-Agent", ""))
            web.under_way += 1
            web.most_at_once = max(web.most_at_once, web.under_way)
        try:
            page = web.pages.get(self.path, Reply(status=404))
            if isinstance(page, list):
                page = page.pop(0) if len(page) > 1 else page[0]
            if callable(page):
                page(self)
            else:
                self.reply(page)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with web.lock:
                web.under_way -= 1

    def reply(self, page: Reply) -> None:
        body = page.body.encode() if isinstance(page.body, str) else page.body
        status = page.status
        asked_for = (self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
        if (
            status == 200
            and any(asked_for)
            and asked_for == (page.headers.get("ETag"), page.headers.get("Last-Modified"))
        ):
            status, body = 304, b""
        with self.web.lock:
            self.web.log.append((self.path, status, len(body)))
        self.send_response(status)
        self.send_header("Content-Type", page.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients that hang up are what some tests are about


@contextmanager
def local_web() -> Iterator[LocalWeb]:
    handler = type("BoundHandler", (Handler,), {})
    server = QuietServer(("127.0.0.1", 0), handler)
    web = LocalWeb(address=f"http://127.0.0.1:{server.server_port}")
    handler.web = web  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = time.time()
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@contextmanager
def fetcher(clock: Clock | None = None, **changes: object) -> Iterator[WebFetch]:
    clock = clock or Clock()
    settings: dict[str, object] = {"allow_private_hosts": ("127.0.0.1",), "timeout_seconds": 5.0, **changes}
    with WebFetch(Manners(**settings), sleep=clock.sleep, clock=clock, jitter=lambda: 0.0) as fetch:  # type: ignore[arg-type]
        yield fetch


class FakeFetch:
    """An honest stand-in for the web: what it holds it gives, what it does not is withdrawn."""

    def __init__(self, pages: dict[str, str | bytes | Exception]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def for_errand(self, errand: Errand) -> "FakeFetch":
        return self

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self.get(f"{url}#{body.decode()}")

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        from catalog.errors import Withdrawn

        self.asked.append(url)
        page = self.pages.get(url)
        if page is None:
            raise Withdrawn(f"{url} answers 404: it is gone")
        if isinstance(page, Exception):
            raise page
        return Answer(url=url, body=page.encode() if isinstance(page, str) else page)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return ()
