"""robots.txt by RFC 9309: what a host's rules say to us, and which line of them decided.

The rule that decided is kept as evidence of every fetch, which is why this reader is our own: no library tells it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PARSED_BYTES = 512 * 1024  # the standard asks for at least 500 KiB
LONGEST_DELAY = 300.0  # seconds; a longer Crawl-delay would stop a crawl, which is what Disallow is for

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE = re.compile(r"\r\n|\r|\n")
_DIRECTIVE = re.compile(r"\s*([A-Za-z][A-Za-z _-]*?)\s*(?::|\s(?=\S))\s*(.*)")
_TOKEN = re.compile(r"[A-Za-z_-]+")
_RATE = re.compile(r"(\d+)\s*/\s*(\d+)\s*([smhd]?)", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_RESERVED = frozenset("/?#[]@!$&'()*+,;=%:")  # an escape of one of these is not the sign itself
_AGENT, _ALLOW, _DISALLOW, _DELAY, _REQUEST_RATE, _SITEMAP = range(6)
# Usual misspellings are meant as what they sound like.
_NAMES = {
    "user-agent": _AGENT,
    "useragent": _AGENT,
    "user agent": _AGENT,
    "allow": _ALLOW,
    "disallow": _DISALLOW,
    "dissallow": _DISALLOW,
    "dissalow": _DISALLOW,
    "disalow": _DISALLOW,
    "diasllow": _DISALLOW,
    "disallaw": _DISALLOW,
    "crawl-delay": _DELAY,
    "crawl delay": _DELAY,
    "crawldelay": _DELAY,
    "request-rate": _REQUEST_RATE,
    "sitemap": _SITEMAP,
    "site-map": _SITEMAP,
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Whether an address may be fetched, and the rule that decided, as it is written."""

    allowed: bool
    rule: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One Allow or Disallow line: its pattern, and the pattern's parts between wildcards."""

    allowed: bool
    pattern: str
    line: int

    @property
    def words(self) -> str:
        return f"{'Allow' if self.allowed else 'Disallow'}: {self.pattern} (line {self.line})"

    def matches(self, path: str) -> bool:
        """Whether the pattern matches the beginning of a path: ``*`` is any signs, a last ``$`` the end.

        Each part is looked for once, from where the last one ended: the work is that of reading the path.
        """
        anchored = self.pattern.endswith("$")
        first, *parts = normal(self.pattern.removesuffix("$")).split("*")
        if not path.startswith(first):
            return False
        if not parts:
            return not anchored or path == first
        at = len(first)
        *middle, last = parts
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return path.endswith(last) and len(path) - len(last) >= at if anchored else path.find(last, at) >= 0


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a robots.txt says to one product token. ``reason`` says why where no rule decides."""

    product: str
    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    reason: str = "no rule matches"

    def allows(self, url: str) -> bool:
        return self.decide(url).allowed

    def decide(self, url: str) -> Decision:
        """The rule with the longest pattern that matches decides; of equally long ones, the one that allows."""
        parts = urlsplit(url)
        path = normal(parts.path or "/") + (f"?{normal(parts.query)}" if parts.query else "")
        if path == "/robots.txt":
            return Decision(allowed=True, rule="robots.txt itself")
        matching = [rule for rule in self.rules if rule.matches(path)]
        if not matching:
            return Decision(allowed=True, rule=self.reason)
        decisive = max(matching, key=lambda rule: (len(normal(rule.pattern).encode()), rule.allowed))
        return Decision(allowed=decisive.allowed, rule=decisive.words)


@dataclass
class _Group:
    """The rules under one or several User-agent lines."""

    agents: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    open: bool = True  # whether another User-agent line still belongs to it


def read_rules(body: bytes, product: str) -> Rules:
    """The rules in a robots.txt body for one product token; a page of HTML in its place holds no rules."""
    text = _decode(body[:PARSED_BYTES])
    if text.lstrip().startswith("<"):
        return Rules(product=product, reason="no rules (a page of HTML)")
    groups, sitemaps = _groups(text)
    agent = token(product)
    own = [group for group in groups if agent in group.agents]
    chosen = own or [group for group in groups if "*" in group.agents]
    return Rules(
        product=product,
        rules=tuple(rule for group in chosen for rule in group.rules),
        delay=min(max((delay for group in chosen for delay in group.delays), default=0.0), LONGEST_DELAY),
        sitemaps=tuple(sitemaps),
    )


def token(product: str) -> str:
    """The part of a product's name that rules are matched by, in lower case."""
    found = _TOKEN.match(product.strip())
    return found[0].lower() if found else product.strip().lower()


def normal(path: str) -> str:
    """A path in one writing: other scripts escaped, and no escape for what needs none."""
    written = "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)
    return _ESCAPE.sub(_one_escape, written)


def _one_escape(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign.isascii() and sign.isprintable() and sign not in _RESERVED and sign != " " else found[0].upper()


def _groups(text: str) -> tuple[list[_Group], list[str]]:
    groups: list[_Group] = []
    sitemaps: list[str] = []
    for number, (name, value) in _directives(text):
        if name == _SITEMAP:
            sitemaps += [value] if value else []
        elif name == _AGENT:
            if not groups or not groups[-1].open:
                groups.append(_Group())
            groups[-1].agents.append("*" if value.startswith("*") else token(value))
        elif groups:
            _add(groups[-1], name, value, number)
    return groups, sitemaps


def _add(group: _Group, name: int, value: str, number: int) -> None:
    if name in {_ALLOW, _DISALLOW}:
        group.open = False
        if value:  # an empty pattern matches nothing
            pattern = value if value[0] in "/*$" else f"/{value}"
            group.rules.append(Rule(allowed=name == _ALLOW, pattern=pattern, line=number))
        return
    delay = _delay(value) if name == _DELAY else _pause_of_rate(value)
    if delay is not None:
        group.delays.append(delay)


def _directives(text: str) -> Iterator[tuple[int, tuple[int, str]]]:
    """The lines that say something we know, with their numbers; all others are as if they were not there."""
    for number, line in enumerate(_LINE.split(text), start=1):
        found = _DIRECTIVE.fullmatch(line.partition("#")[0].strip("\x00 \t"))
        name = _NAMES.get(found[1].lower()) if found else None
        if found and name is not None:
            yield number, (name, found[2].strip())


def _delay(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None


def _pause_of_rate(value: str) -> float | None:
    """Seconds between two requests of "1/10s" or "100/15m"; hours of the day beside it are left aside."""
    found = _RATE.match(value)
    if found is None or not int(found[1]):
        return None
    return int(found[2]) * _SECONDS[found[3].lower()] / int(found[1])


def _decode(body: bytes) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    return body.decode("utf-8", errors="replace")
