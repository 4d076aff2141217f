"""The polite way to the web: robots.txt obeyed, pauses kept, refusals taken as an answer."""

import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urldefrag, urljoin, urlsplit

from catalog.errors import Busy, ConfigError, FetchError, Forbidden, Refused, TooLarge, Withdrawn
from crawlers.answer import Answer
from crawlers.robots import PARSED_BYTES, Rules, read_rules
from crawlers.transport import Transport, check_address

log = logging.getLogger(__name__)

RULES_KEPT_SECONDS = 24 * 3600  # the longest that RFC 9309 allows
SILENCE_SECONDS = 600  # how long a host is left alone whose rules cannot be read
BUSY_TRIES = 5  # for 429 and 503, as the sources ask for
BROKEN_TRIES = 3  # for other faults of a server or a line
LONGEST_WAIT = 300.0  # a site that asks for more is left alone for this run
ROBOTS_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})
GONE = frozenset({404, 410})
DENIED = frozenset({401, 403, 407, 451})


class Fetch(Protocol):
    """The seam between sources and the web; tests put an honest fake in its place."""

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        """The answer with status 200; Refused, Withdrawn, Busy, TooLarge, Forbidden or FetchError where there is none.

        ``headers`` are for keys and tokens: they are sent, and nowhere kept. ``tries`` is how often a busy site is
        asked, where the usual patience is of no use.
        """

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """As `get`, for searches that are asked by a body."""

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of this address's host names."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of an address: a POST where there is a body."""

    headers: Mapping[str, str]
    body: bytes | None = None
    tries: int = BUSY_TRIES


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the crawler introduces and restrains itself; the values are those of the configuration."""

    product: str = "lodestar"
    version: str = "0.1.0"
    contact: str = ""
    pause_seconds: float = 1.0
    timeout_seconds: float = 30.0
    max_bytes: int = 20_000_000
    max_redirects: int = 5
    allow_private_hosts: Collection[str] = ()

    @property
    def user_agent(self) -> str:
        return f"{self.product}/{self.version} (+{self.contact or 'local test'})"


@dataclass
class _Host:
    """One host: a lock, so that one request is under way at a time, and when the next may begin.

    The rules have a lock of their own: reading them may lead to another host, whose rules may lead back.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    rules_lock: threading.Lock = field(default_factory=threading.Lock)
    next_at: float = 0.0
    rules: Rules | FetchError | None = None
    rules_until: float = 0.0


class WebFetch:
    """The client for real crawls. Safe to share between threads; ``sleep``, ``clock`` and ``jitter`` are for tests."""

    def __init__(
        self,
        manners: Manners,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._manners = manners
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()
        self._transport = Transport(
            timeout_seconds=manners.timeout_seconds,
            max_bytes=manners.max_bytes,
            allow_private_hosts=manners.allow_private_hosts,
        )

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        sent = Request(headers={**(headers or {}), "Accept": accept or "*/*"}, tries=tries or BUSY_TRIES)
        return self._checked(self._follow(url, sent))

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {**(headers or {}), "Accept": accept or "*/*", "Content-Type": content_type}
        return self._checked(self._follow(url, Request(headers=sent, body=body)))

    @staticmethod
    def _checked(answer: Answer) -> Answer:
        if answer.status in DENIED:
            raise Refused(f"{answer.url} answers {answer.status}: the site does not want this fetch")
        if answer.status in GONE:
            raise Withdrawn(f"{answer.url} answers {answer.status}: it is gone")
        if answer.status in BUSY:
            raise Busy(f"{answer.url} answers {answer.status}: it asks for patience; it is tried again later")
        if answer.status != HTTPStatus.OK:
            raise FetchError(f"{answer.url} answers {answer.status}; it is tried again with the next crawl")
        return answer

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return self._rules(url).sitemaps

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _follow(self, url: str, sent: Request) -> Answer:
        """The last answer behind the redirects; each hop is checked as if it had been asked for."""
        at = urldefrag(url)[0]
        for _ in range(self._manners.max_redirects + 1):
            self._require_contact(at)
            rules = self._rules(at)
            if not rules.allows(at):
                raise Refused(f"robots.txt of {_host_of(at)} does not allow {at}")
            answer = self._patiently(at, sent, pause=rules.delay)
            target = _redirect(answer)
            if target is None:
                return answer
            at = target
        raise FetchError(f"{url} leads through more than {self._manners.max_redirects} redirects")

    def _patiently(self, url: str, sent: Request, *, pause: float = 0.0) -> Answer:
        """One answer, asked for again while the site is busy or the line breaks."""
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._once(url, sent, pause=pause)
            except TooLarge:
                raise
            except FetchError as error:
                if attempt >= BROKEN_TRIES or not _passing(error):
                    raise
                wait = self._backoff(attempt)
            else:
                tries = sent.tries if answer.status in BUSY else BROKEN_TRIES if answer.status >= 500 else 0
                if attempt >= tries:
                    return answer
                wait = _retry_after(answer) or self._backoff(attempt)
            if wait > LONGEST_WAIT:
                raise FetchError(f"{url} asks us to wait {wait:.0f} s; it is tried again with the next crawl")
            log.info("waiting url=%s attempt=%d seconds=%.1f", url, attempt, wait)
            self._sleep(wait)

    def _once(self, url: str, sent: Request, *, pause: float) -> Answer:
        host = self._host(url)
        with host.lock:
            wait = host.next_at - self._clock()
            if wait > 0:
                self._sleep(wait)
            try:
                return self._transport.send(
                    url, {**sent.headers, "User-Agent": self._manners.user_agent}, body=sent.body
                )
            finally:
                host.next_at = self._clock() + max(self._manners.pause_seconds, pause)

    def _backoff(self, attempt: int) -> float:
        # Half of the wait is left to chance, so that many workers do not come back at the same moment.
        return float(2 ** (attempt - 1)) * (1 + self._jitter())

    def _rules(self, url: str) -> Rules:
        """The host's rules, read at most once a day; FetchError where they cannot be read: then nothing may be."""
        check_address(url)
        host = self._host(url)
        with host.rules_lock:
            if host.rules is None or self._clock() >= host.rules_until:
                try:
                    host.rules = self._read_rules(url)
                    host.rules_until = self._clock() + RULES_KEPT_SECONDS
                except FetchError as error:
                    host.rules = error  # kept for a while, or each page would ask the broken host again
                    host.rules_until = self._clock() + SILENCE_SECONDS
            if isinstance(host.rules, FetchError):
                raise host.rules
            return host.rules

    def _read_rules(self, url: str) -> Rules:
        self._require_contact(url)
        at = urljoin(url, "/robots.txt")
        try:
            for _ in range(ROBOTS_REDIRECTS + 1):
                answer = self._patiently(at, Request(headers={"Accept": "text/plain, */*;q=0.5"}))
                target = _redirect(answer)
                if target is None:
                    break
                self._require_contact(target)
                at = target
        except Forbidden:
            raise
        except FetchError as error:
            raise FetchError(f"robots.txt of {_host_of(url)} cannot be read, so nothing is fetched: {error}") from error
        if answer.status >= 500 or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise FetchError(
                f"robots.txt of {_host_of(url)} answers {answer.status}: nothing is fetched until it is back"
            )
        if answer.status != HTTPStatus.OK:
            return Rules(product=self._manners.product)
        log.info("robots host=%s bytes=%d", _host_of(url), min(len(answer.body), PARSED_BYTES))
        return read_rules(answer.body, self._manners.product)

    def _require_contact(self, url: str) -> None:
        local = (urlsplit(url).hostname or "").lower() in {host.lower() for host in self._manners.allow_private_hosts}
        if not self._manners.contact.strip() and not local:
            raise ConfigError("crawl.contact is empty: set it to an address where site owners can reach you")

    def _host(self, url: str) -> _Host:
        with self._hosts_lock:
            return self._hosts.setdefault(_host_of(url), _Host())


def _host_of(url: str) -> str:
    """Scheme, host and port: what has a robots.txt of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _redirect(answer: Answer) -> str | None:
    target = answer.headers.get("location")
    if answer.status not in REDIRECTS or not target:
        return None
    at = urldefrag(urljoin(answer.url, target.strip()))[0]
    check_address(at)
    return at


def _passing(error: FetchError) -> bool:
    """Whether it may be over in a moment: a broken line, but not a refusal or a forbidden place."""
    return type(error) is FetchError


def _retry_after(answer: Answer) -> float | None:
    """Seconds from a Retry-After of either form (a number or a date); None where there is none to read."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isdecimal() and len(value) < 10:
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)
