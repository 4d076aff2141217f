"""The polite way to the web: robots.txt obeyed, pauses kept, refusals taken as an answer and remembered.

Each request leaves its evidence; an answer is kept, so that an unchanged page is asked for by its validators and
crosses the line once.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urldefrag, urlsplit

from catalog.errors import Busy, ConfigError, FetchError, Refused, Withdrawn
from catalog.ledger import FetchNote
from crawlers.answer import Answer
from crawlers.web.evidence import UNMODIFIED, Memory, answered, validators
from crawlers.web.manners import Manners
from crawlers.web.refusals import DENIED, is_challenge, refusal_pause
from crawlers.web.request import BUSY, BUSY_TRIES, GONE, Errand, Request, host_of, redirect_of, retry_after
from crawlers.web.robots import Decision, Rules
from crawlers.web.rules import RulesReader
from crawlers.web.transport import Transport, check_address
from crawlers.web.turnstile import LONGEST_WAIT, HostBook, OwnBook, Turnstile

log = logging.getLogger(__name__)

BROKEN_TRIES = 3  # for other faults of a server or a line
LONGEST_PATIENCE = 86_400.0  # seconds; the longest Retry-After that is remembered


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


class WebFetch:
    """The client for real crawls. Safe to share between threads; ``sleep``, ``clock`` and ``jitter`` are for tests.

    Without a ``memory`` every page is fetched anew; with another ``book`` than its own it keeps its pauses together
    with other workers. A set ``stop`` ends every wait with KeyboardInterrupt, as if the user had ended the program.
    """

    def __init__(
        self,
        manners: Manners,
        *,
        memory: Memory | None = None,
        book: HostBook | None = None,
        stop: threading.Event | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._manners, self._memory = manners, memory
        self._stop = stop or threading.Event()
        self._wait = sleep or self._stop.wait
        self._clock, self._jitter = clock, jitter
        self._turnstile = Turnstile(book or OwnBook(), self._sleep, clock)
        self._rules = RulesReader(self._ask_rules, manners.product, clock)
        self._transport = Transport(
            timeout_seconds=manners.timeout_seconds,
            max_bytes=manners.max_bytes,
            allow_private_hosts=manners.allow_private_hosts,
        )

    def for_errand(self, errand: Errand) -> "ErrandFetch":
        """The same client on behalf of one crawl."""
        return ErrandFetch(self, errand)

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        return self.for_errand(Errand()).get(url, accept=accept, headers=headers, tries=tries)

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self.for_errand(Errand()).post(url, body, content_type=content_type, accept=accept, headers=headers)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return self.for_errand(Errand()).sitemaps(url)

    def interrupt(self) -> None:
        """End what is under way, for good: waits and exchanges of all threads."""
        self._stop.set()
        self._transport.interrupt()

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def rules(self, url: str, errand: Errand) -> Rules:
        check_address(url)
        return self._rules.of(url, errand)

    def follow(self, url: str, sent: Request, errand: Errand) -> Answer:
        """The last answer behind the redirects; each hop is checked as if it had been asked for."""
        at = urldefrag(url)[0]
        for _ in range(self._manners.max_redirects + 1):
            answer = self._resumed(at, sent, errand) or self._allowed(at, sent, errand)
            target = redirect_of(answer)
            if target is None:
                return answer
            sent = sent.following(answer, target)
            at = target
        raise FetchError(f"{url} leads through more than {self._manners.max_redirects} redirects")

    def _resumed(self, url: str, sent: Request, errand: Errand) -> Answer | None:
        """The answer that a killed crawl, which this one goes on with, had got already."""
        if not errand.resumed or self._memory is None:
            return None
        note = self._memory.fetches.last_answer(sent.key(url), errand.resumed)
        return None if note is None else self._memory.answer(url, note)

    def _allowed(self, url: str, sent: Request, errand: Errand) -> Answer:
        """The answer of one address, if the host's rules and our memory of its refusals let us ask."""
        self._require_contact(url)
        rules = self.rules(url, errand)
        self._require_welcome(url)
        decision = rules.decide(url)
        if not decision.allowed:
            if self._memory is not None:
                self._memory.fetches.note(self._note(url, sent, errand, decision))
            raise Refused(f"robots.txt of {host_of(url)} does not allow {url} ({decision.rule})")
        return self._patiently(url, sent, errand, decision, pause=rules.delay)

    def _patiently(self, url: str, sent: Request, errand: Errand, decision: Decision, *, pause: float = 0.0) -> Answer:
        """One answer, asked for again while the site is busy or the line breaks."""
        attempt = 0
        while True:
            attempt += 1
            try:
                answer = self._once(url, sent, errand, decision, pause=pause)
            except FetchError as error:
                if attempt >= BROKEN_TRIES or not _passing(error):
                    raise
                wait = self._backoff(attempt)
            else:
                tries = sent.tries if answer.status in BUSY else BROKEN_TRIES if answer.status >= 500 else 0
                if attempt >= tries:
                    return answer
                wait = retry_after(answer, self._clock()) or self._backoff(attempt)
            if wait > LONGEST_WAIT:
                raise Busy(f"{url} asks us to wait {wait:.0f} s; it is tried again later")
            log.info("waiting url=%s attempt=%d seconds=%.1f", url, attempt, wait)
            self._sleep(wait)

    def _once(self, url: str, sent: Request, errand: Errand, decision: Decision, *, pause: float) -> Answer:
        """One exchange in our turn, by the validators of what we hold, with its evidence."""
        memory = self._memory
        known = memory.comparable(url) if memory is not None and sent.is_plain else None
        headers = {**sent.headers, **validators(known), "User-Agent": self._manners.user_agent}
        pause = max(self._manners.pause_seconds, errand.pause_seconds, pause)
        with self._turnstile.passing(host_of(url), pause) as passage:
            passage.note = note = self._note(url, sent, errand, decision)
            answer = self._transport.send(url, headers, body=sent.body, method=sent.verb)
            if answer.status in BUSY:
                wait = retry_after(answer, self._clock()) or 0.0
                passage.pause = max(passage.pause, min(wait, LONGEST_PATIENCE))
            digest = self._kept(answer, sent)
            seconds = self._clock() - note.at
            passage.note = answered(note, answer, seconds=seconds, digest=digest, known=known)
        if errand.weighed:
            self._weigh(answer, sent)
        if known is None or memory is None or answer.status != UNMODIFIED:
            return answer
        stored = memory.answer(url, known)
        if stored is None:
            raise FetchError(f"{url} is unmodified, but its body has left the archive")
        return replace(stored, unmodified=True, transferred=answer.transferred)

    def _kept(self, answer: Answer, sent: Request) -> str | None:
        """The name of the body in the archive. What a form brings is a token, which is kept nowhere."""
        if self._memory is None or answer.status != HTTPStatus.OK or sent.is_unkept or is_challenge(answer):
            return None
        return self._memory.archive.put(answer.body)

    def _weigh(self, answer: Answer, sent: Request) -> None:
        """A refusal is remembered, an answer after one forgotten. What a key is refused for is the key's matter."""
        host, book, challenge = host_of(answer.url), self._turnstile.book, is_challenge(answer)
        if answer.url.endswith("/robots.txt") or sent.secret:
            return
        refusals = book.memory(host).refusals
        if challenge or answer.status in DENIED:
            words = f"{answer.url} answers {answer.status}" + (" with a challenge" if challenge else "")
            book.refuse(host, until=self._clock() + refusal_pause(refusals + 1), words=words)
            log.warning("refused host=%s times=%d reason=%s", host, refusals + 1, words)
        elif refusals and answer.status == HTTPStatus.OK:
            book.forgive(host)

    def _require_welcome(self, url: str) -> None:
        known = self._turnstile.book.memory(host_of(url))
        if known.refused_until > self._clock():
            until = datetime.fromtimestamp(known.refused_until, UTC).strftime("%Y-%m-%d %H:%M UTC")
            raise Refused(
                f"{host_of(url)} has refused us ({known.words}) and is left alone until {until}; "
                f"after an agreement with the site: lodestar hosts --forgive {host_of(url)}"
            )

    def _note(self, url: str, sent: Request, errand: Errand, decision: Decision) -> FetchNote:
        return FetchNote(
            address=sent.key(url),
            source=errand.source,
            crawl_id=errand.crawl_id,
            at=self._clock(),
            rule=decision.rule,
        )

    def _ask_rules(self, url: str, errand: Errand) -> Answer:
        """The answer of one robots.txt, which needs nobody's leave."""
        self._require_contact(url)
        sent = Request(accept="text/plain, */*;q=0.5")
        return self._patiently(url, sent, errand, Decision(allowed=True, rule="robots.txt itself"))

    def _backoff(self, attempt: int) -> float:
        # Half of the wait is left to chance, so that many workers do not come back at the same moment.
        return float(2 ** (attempt - 1)) * (1 + self._jitter())

    def _sleep(self, seconds: float) -> None:
        if self._stop.is_set() or (self._wait(seconds) and self._stop.is_set()):
            raise KeyboardInterrupt

    def _require_contact(self, url: str) -> None:
        if self._manners.needs_contact(urlsplit(url).hostname or ""):
            raise ConfigError("crawl.contact is empty: set it to an address where site owners can reach you")


class ErrandFetch:
    """The client on behalf of one crawl; it counts what the crawl costs."""

    def __init__(self, web: WebFetch, errand: Errand) -> None:
        self._web, self._errand = web, errand

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        sent = Request(accept=accept or "*/*", secret=headers or {}, tries=tries or BUSY_TRIES)
        return checked(self._web.follow(url, sent, self._errand))

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = Request(accept=accept or "*/*", secret=headers or {}, content_type=content_type, body=body)
        return checked(self._web.follow(url, sent, self._errand))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return self._web.rules(url, self._errand).sitemaps


def checked(answer: Answer) -> Answer:
    """The answer, if it is what was asked for; else what its status means as an error."""
    if answer.status in DENIED or is_challenge(answer):
        how = "with a page that wants a human" if is_challenge(answer) else str(answer.status)
        raise Refused(f"{answer.url} answers {how}: the site does not want this fetch")
    if answer.status in GONE:
        raise Withdrawn(f"{answer.url} answers {answer.status}: it is gone")
    if answer.status in BUSY:
        raise Busy(f"{answer.url} answers {answer.status}: it asks for patience; it is tried again later")
    if answer.status != HTTPStatus.OK:
        raise FetchError(f"{answer.url} answers {answer.status}; it is tried again with the next crawl")
    return answer


def _passing(error: FetchError) -> bool:
    """Whether it may be over in a moment: a broken line, but not a refusal or a forbidden place."""
    return type(error) is FetchError
