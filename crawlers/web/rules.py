"""The robots.txt of each host: read at most once a day, and nothing fetched where it cannot be read."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from catalog.errors import Busy, FetchError, Forbidden
from crawlers.answer import Answer
from crawlers.web.request import Errand, Request, host_of, redirect_of
from crawlers.web.robots import PARSED_BYTES, Rules, read_rules

log = logging.getLogger(__name__)

KEPT_SECONDS = 24 * 3600  # the longest that RFC 9309 allows
SILENCE_SECONDS = 600  # how long a host is left alone whose rules cannot be read
ROBOTS_REDIRECTS = 5
_BUSY = HTTPStatus.TOO_MANY_REQUESTS


@dataclass
class _Known:
    """One host's rules, or why there are none. The lock is its own: rules may lead to another host, and back."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    found: Rules | FetchError | None = None
    until: float = 0.0


class RulesReader:
    """Finds the rules for an address; ``ask`` gives the answer of one robots.txt, redirects not followed."""

    def __init__(self, ask: Callable[[str, Errand], Answer], product: str, clock: Callable[[], float]) -> None:
        self._ask, self._product, self._clock = ask, product, clock
        self._hosts: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def of(self, url: str, errand: Errand) -> Rules:
        """The rules of an address's host; FetchError where they cannot be read: then nothing may be."""
        with self._lock:
            known = self._hosts.setdefault(host_of(url), _Known())
        with known.lock:
            if known.found is None or self._clock() >= known.until:
                try:
                    known.found, kept = self._read(url, errand), KEPT_SECONDS
                except Busy:
                    raise  # the turnstile remembers until when
                except FetchError as error:
                    # Kept for a while, or each page would ask the broken host again.
                    known.found, kept = error, SILENCE_SECONDS
                known.until = self._clock() + kept
            if isinstance(known.found, FetchError):
                raise known.found
            return known.found

    def _read(self, url: str, errand: Errand) -> Rules:
        host = host_of(url)
        try:
            answer = self._answer(Request.robots_of(url), errand)
        except (Forbidden, Busy):
            raise
        except FetchError as error:
            raise FetchError(f"robots.txt of {host} cannot be read, so nothing is fetched: {error}") from error
        if answer.status >= 500 or answer.status == _BUSY:
            raise FetchError(f"robots.txt of {host} answers {answer.status}: nothing is fetched until it is back")
        if answer.status != HTTPStatus.OK:
            return Rules(product=self._product, reason=f"no robots.txt ({answer.status})")
        log.info("robots host=%s bytes=%d", host, min(len(answer.body), PARSED_BYTES))
        return read_rules(answer.body, self._product)

    def _answer(self, at: str, errand: Errand) -> Answer:
        for _ in range(ROBOTS_REDIRECTS + 1):
            answer = self._ask(at, errand)
            target = redirect_of(answer)
            if target is None:
                break
            at = target
        return answer
