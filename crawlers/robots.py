"""robots.txt by RFC 9309: what a host's rules say to us. The only home of the robots parser."""

import codecs
from dataclasses import dataclass, field

from protego import Protego

PARSED_BYTES = 512 * 1024  # the standard asks for at least 500 KiB
LONGEST_DELAY = 300.0  # seconds; a longer Crawl-delay would stop a crawl, which is what Disallow is for

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether an address may be fetched, and by which rule."""

    allowed: bool
    rule: str


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a robots.txt says to one product token."""

    product: str
    reason: str = "no rules"
    parsed: Protego | None = field(default=None, repr=False)

    def allows(self, url: str) -> bool:
        return self.parsed is None or bool(self.parsed.can_fetch(url, self.product))

    def decide(self, url: str) -> Decision:
        return Decision(allowed=self.allows(url), rule=self.reason)

    @property
    def delay(self) -> float:
        """Crawl-delay in seconds (not in the standard, but widely used), never longer than ``LONGEST_DELAY``."""
        stated = self.parsed.crawl_delay(self.product) if self.parsed is not None else None
        return min(float(stated), LONGEST_DELAY) if stated is not None and stated > 0 else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return tuple(self.parsed.sitemaps) if self.parsed is not None else ()


def read_rules(body: bytes, product: str) -> Rules:
    """The rules in a robots.txt body for one product token; a page of HTML in its place holds no rules."""
    text = _decode(body[:PARSED_BYTES])
    if text.lstrip().startswith("<"):
        return Rules(product=product)
    return Rules(product=product, parsed=Protego.parse(text))


def _decode(body: bytes) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    return body.decode("utf-8", errors="replace")
