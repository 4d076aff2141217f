"""Dead links: the addresses of entries are looked at slowly, one after the other, for ever.

Several failures on different days hide an entry, one success shows it again, and the evidence stays with the entry.
"""

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from msgspec.structs import replace

from catalog.errors import Busy, FetchError, Forbidden, Refused
from catalog.ingest import judge_link
from catalog.ledger import Check, FailingLink, Links, SourceClocks
from catalog.model import DeadLink, Entry
from crawlers.answer import Answer
from crawlers.fetch import WebFetch
from crawlers.ground import Ground
from crawlers.lease import held
from crawlers.web.refusals import DENIED, is_challenge
from crawlers.web.request import BUSY, GONE, Errand, Request

log = logging.getLogger(__name__)

SOURCE = "link-check"  # under which its fetches are noted, and its place among the entries
DAY = 86_400.0
GONE_CHECKS = 3  # failures that hide an entry whose page is gone
SILENT_CHECKS = 6  # the same where the whole site does not answer, which passes more often
PAUSES = (1.0, 3.0, 7.0, 7.0, 14.0, 30.0)  # days until the next check, after so many failures
_UNSURE = "unsure"
_NO_BODY = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.BAD_REQUEST})


class LinkChecker:
    """Looks at a few links each time it is asked; ``a_day`` is how many in a day, over all workers."""

    def __init__(self, web: WebFetch, ground: Ground, *, a_day: int) -> None:
        self._web, self._ground = web, ground
        self._a_day = a_day
        self._links, self._clocks = Links(ground.store), SourceClocks(ground.store)

    def step(self) -> int:
        """Look at what time has made due since the last step; give how many links were looked at."""
        if not self._a_day:
            return 0
        with held(self._ground, SOURCE):
            clock, now = self._clocks.of(SOURCE), self._ground.clock()
            room = int(min(now - (clock.next_at or now - 60), DAY) * self._a_day / DAY)
            if room < 1:
                return 0
            seen = self._look_again(room)
            bookmark, more = self._look_further(int(clock.bookmark or 0), room - seen)
            self._clocks.set(replace(clock, next_at=now, bookmark=str(bookmark), outcome=f"{seen + more} looked at"))
            return seen + more

    def check(self, entry: Entry) -> None:
        """Look at one entry's link, and hide or show the entry by what is met."""
        url = entry.resource.url
        if url is None:
            return
        met = self._met(url)
        if met == _UNSURE:
            self._postpone(entry.id)
        elif met is None:
            self._alive(entry)
        else:
            self._failed(entry, url, met)

    def _look_again(self, room: int) -> int:
        failing = self._links.due(self._ground.clock(), room)
        for link in failing:
            self._require_going()
            entry = self._ground.store.entry(link.entry_id)
            if entry is None or entry.retired or entry.resource.url != link.address:
                self._links.forget(link.entry_id)
            else:
                self.check(entry)
        return len(failing)

    def _look_further(self, after: int, room: int) -> tuple[int, int]:
        """The entries after the bookmark; from the first again after the last."""
        ids = self._links.live_ids(after, room)
        for entry in self._ground.store.entries(ids):
            self._require_going()
            if self._links.of(entry.id) is None:
                self.check(entry)
        return (ids[-1] if ids else 0), len(ids)

    def _met(self, url: str) -> str | None:
        """What is wrong with an address; None where it answers, "unsure" where the site says nothing about it."""
        errand = Errand(source=SOURCE, weighed=False)
        try:
            answer = self._web.follow(url, Request(accept="*/*", method="HEAD", tries=1), errand)
            if answer.status in _NO_BODY:
                answer = self._web.follow(url, Request(accept="*/*", tries=1), errand)
        except (Refused, Busy, Forbidden):
            return _UNSURE
        except FetchError as error:
            return f"no answer: {error}"[:200]
        return _wrong(url, answer)

    def _alive(self, entry: Entry) -> None:
        self._links.forget(entry.id)
        if judge_link(self._ground.store, entry.id, None):
            log.info("link answers again entry=%d url=%s", entry.id, entry.resource.url)

    def _postpone(self, entry_id: int) -> None:
        known = self._links.of(entry_id)
        if known is not None:
            self._links.put(replace(known, next_at=self._ground.clock() + PAUSES[-2] * DAY))

    def _failed(self, entry: Entry, url: str, met: str) -> None:
        known = self._links.of(entry.id)
        now = self._ground.clock()
        checks = (*(known.checks if known else ()), Check(now, met))[-2 * SILENT_CHECKS :]
        pause = PAUSES[min(len(checks), len(PAUSES)) - 1] * DAY
        self._links.put(FailingLink(entry_id=entry.id, address=url, next_at=now + pause, checks=checks))
        if len(checks) >= (SILENT_CHECKS if met.startswith("no answer") else GONE_CHECKS):
            judge_link(self._ground.store, entry.id, _evidence(url, checks))
            log.info("link is dead entry=%d url=%s met=%s", entry.id, url, met)

    def _require_going(self) -> None:
        if self._ground.stop.is_set():
            raise KeyboardInterrupt


def _wrong(url: str, answer: Answer) -> str | None:
    if answer.status in DENIED | BUSY or is_challenge(answer):
        return _UNSURE
    if answer.status in GONE:
        return f"{answer.status}"
    if answer.status >= HTTPStatus.BAD_REQUEST:
        return f"no answer: {answer.status}"
    went_home = urlsplit(url).path.strip("/") and not urlsplit(answer.url).path.strip("/")
    if went_home and not urlsplit(answer.url).query:
        return "sent to the front page"
    return None


def _evidence(url: str, checks: tuple[Check, ...]) -> DeadLink:
    return DeadLink(
        url=url,
        checks=tuple(
            (datetime.fromtimestamp(check.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), check.met) for check in checks
        ),
    )
