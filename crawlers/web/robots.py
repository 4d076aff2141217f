"""robots.txt by RFC 9309: what a host's rules say to us, and which line of them decided.

The rule that decided is kept as evidence of every fetch, which is why this reader is our own: no library tells it.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
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
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
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
    "desallow": _DISALLOW,
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
    """One Allow or Disallow line: its pattern, and the line's number in the file."""

    allowed: bool
    pattern: str
    line: int

    @property
    def words(self) -> str:
        return f"{'Allow' if self.allowed else 'Disallow'}: {self.pattern} (line {self.line})"

    @cached_property
    def length(self) -> int:
        """Bytes of the pattern in its usual writing; of the rules that match, the longest decides."""
        return len(normal(self.pattern).encode())

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        """What stands between wildcards."""
        return tuple(literal(part) for part in self.pattern.removesuffix("$").split("*"))

    @cached_property
    def _anchored(self) -> bool:
        return self.pattern.endswith("$")

    def matches(self, path: str) -> bool:
        """Whether the pattern matches the beginning of a path: ``*`` is any signs, a last ``$`` the end.

        Each part is looked for once, from where the last one ended: the work is that of reading the path.
        """
        first, *parts = self._parts
        if not path.startswith(first):
            return False
        if not parts:
            return not self._anchored or path == first
        at = len(first)
        *middle, last = parts
        for part in middle:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return path.endswith(last) and len(path) - len(last) >= at if self._anchored else path.find(last, at) >= 0


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a robots.txt says to one product token. ``reason`` says why where no rule decides."""

    product: str
    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()
    reason: str = "no rule matches"

    def decide(self, url: str) -> Decision:
        """The rule with the longest pattern that matches decides; of equally long ones, the one that allows."""
        parts = urlsplit(url)
        path = literal((parts.path or "/") + (f"?{parts.query}" if parts.query else "")).replace("*", "%2A")
        if path == "/robots.txt":
            return Decision(allowed=True, rule="robots.txt itself")
        decisive = next((rule for rule in self._by_weight if rule.matches(path)), None)
        if decisive is None:
            return Decision(allowed=True, rule=self.reason)
        return Decision(allowed=decisive.allowed, rule=decisive.words)

    @cached_property
    def _by_weight(self) -> list[Rule]:
        return sorted(self.rules, key=lambda rule: (rule.length, rule.allowed), reverse=True)


@dataclass
class _Group:
    """The rules under one or several User-agent lines."""

    agents: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


class _File:
    """A robots.txt as it is read, line by line.

    Lines between two User-agent lines that are no rules do not part them; a pause holds for the agents named last.
    """

    def __init__(self) -> None:
        self.groups: list[_Group] = []
        self.delays: dict[str, float] = {}
        self.sitemaps: list[str] = []
        self._named: list[str] = []
        self._last = -1

    def take(self, name: int, value: str, number: int) -> None:
        if name == _SITEMAP:
            self.sitemaps += [value] if value else []
            return
        if name == _AGENT:
            self._take_agent("*" if value.split() == ["*"] else token(value))
        elif name in {_ALLOW, _DISALLOW}:
            self._take_rule(allowed=name == _ALLOW, pattern=value, number=number)
        else:
            self._take_delay(_delay(value) if name == _DELAY else _pause_of_rate(value))
        self._last = name

    def _take_agent(self, agent: str) -> None:
        if not self.groups or self.groups[-1].rules or self._last in {_ALLOW, _DISALLOW}:
            self.groups.append(_Group())
        self.groups[-1].agents.append(agent)
        self._named = [*self._named, agent] if self._last == _AGENT else [agent]

    def _take_rule(self, *, allowed: bool, pattern: str, number: int) -> None:
        if self.groups and pattern:  # an empty pattern matches nothing
            pattern = pattern if pattern[0] in "/*$" else f"/{pattern}"
            self.groups[-1].rules.append(Rule(allowed=allowed, pattern=pattern, line=number))

    def _take_delay(self, seconds: float | None) -> None:
        for agent in self._named if seconds is not None else ():
            self.delays[agent] = max(self.delays.get(agent, 0.0), seconds or 0.0)


def read_rules(body: bytes, product: str) -> Rules:
    """The rules in a robots.txt body for one product token; a page of HTML in its place holds no rules."""
    text = _decode(body[:PARSED_BYTES])
    if text.lstrip().startswith("<"):
        return Rules(product=product, reason="no rules (a page of HTML)")
    file = _File()
    for number, (name, value) in _directives(text):
        file.take(name, value, number)
    own = token(product)
    agent = own if any(own in group.agents for group in file.groups) else "*"
    return Rules(
        product=product,
        rules=tuple(rule for group in file.groups if agent in group.agents for rule in group.rules),
        delay=min(file.delays.get(agent, 0.0), LONGEST_DELAY),
        sitemaps=tuple(file.sitemaps),
    )


def token(product: str) -> str:
    """The part of a product's name that rules are matched by, in lower case."""
    found = _TOKEN.match(product.strip())
    return found[0].lower() if found else product.strip().lower()


def literal(path: str) -> str:
    """A path, or a part of a pattern between wildcards, in which no sign has another meaning than itself."""
    return normal(path).replace("$", "%24")


def normal(path: str) -> str:
    """A path in one writing: other scripts escaped, and no escape for what needs none."""
    if not path.isascii():
        path = "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)
    return _ESCAPE.sub(_one_escape, path) if "%" in path else path


def _one_escape(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return sign if sign.isascii() and sign.isprintable() and sign not in _RESERVED and sign != " " else found[0].upper()


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
