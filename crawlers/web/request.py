"""What is asked of an address and on whose behalf; what an answer says of where to go and how long to wait."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from crawlers.answer import Answer
from crawlers.web.transport import check_address

BUSY_TRIES = 5  # for 429 and 503, as the sources ask for
FORM = "application/x-www-form-urlencoded"
BUSY = frozenset({429, 503})
GONE = frozenset({404, 410})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of an address: a POST where there is a body; ``secret`` headers stay with the first host."""

    accept: str
    secret: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None
    body: bytes | None = None
    tries: int = BUSY_TRIES
    method: Literal["GET", "HEAD"] = "GET"

    @property
    def headers(self) -> dict[str, str]:
        typed = {"Content-Type": self.content_type} if self.content_type else {}
        return {**self.secret, **typed, "Accept": self.accept}

    @property
    def verb(self) -> str:
        return self.method if self.body is None else "POST"

    @property
    def is_plain(self) -> bool:
        """Whether the answer is that of the page itself, and may be compared with an earlier one."""
        return self.body is None and self.method == "GET"

    @property
    def is_unkept(self) -> bool:
        """Whether the answer is nothing to keep: a form brings a token, and HEAD no body."""
        return self.content_type == FORM or self.method == "HEAD"

    def key(self, url: str) -> str:
        """What the answer is known by: the address, and a sign of the body."""
        return url if self.body is None else f"{url}#{blake2b(self.body, digest_size=12).hexdigest()}"

    @staticmethod
    def robots_of(url: str) -> str:
        return urljoin(url, "/robots.txt")

    def following(self, answer: Answer, target: str) -> "Request":
        """The request at the target of a redirect: no key goes to another host, and a POST becomes a GET."""
        kept = self if host_of(target) == host_of(answer.url) else replace(self, secret={})
        return kept if answer.status in {307, 308} else replace(kept, body=None, content_type=None)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """On whose behalf is fetched: the source, its crawl, its pause, and the killed crawls that it goes on with.

    What is not ``weighed`` is no reason to remember a refusal.
    """

    source: str = ""
    crawl_id: int = 0
    pause_seconds: float = 0.0
    resumed: Collection[int] = ()
    weighed: bool = True


def host_of(url: str) -> str:
    """Scheme, host and port: what has a robots.txt of its own."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def redirect_of(answer: Answer) -> str | None:
    """Where an answer sends us; Forbidden where that is no place for a crawler."""
    target = answer.headers.get("location")
    if answer.status not in REDIRECTS or not target:
        return None
    at = urldefrag(urljoin(answer.url, target.strip()))[0]
    check_address(at)
    return at


def retry_after(answer: Answer, at: float) -> float | None:
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
    return max(until.timestamp() - at, 0.0)
