"""What happened in some time, in words: each source's crawls, what they changed and cost, and what waits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from catalog.ledger import HostMemory, SourceClock
from catalog.model import Crawl, CrawlState

_BROKEN = frozenset({CrawlState.HELD, CrawlState.FAILED, CrawlState.DISCARDED})


@dataclass
class _Sum:
    """The crawls of one source, added up."""

    crawls: list[Crawl] = field(default_factory=list)

    def count(self, *states: CrawlState) -> int:
        return sum(row.state in states for row in self.crawls)

    def total(self, name: str) -> int:
        return sum(getattr(row, name) for row in self.crawls)


def account(
    crawls: Sequence[Crawl], clocks: dict[str, SourceClock], hosts: Sequence[HostMemory], at: float
) -> Iterator[str]:
    """The lines of a report on crawls (the latest first); ``at`` is now."""
    if not crawls:
        yield "no crawl in this time"
    by_source: dict[str, _Sum] = {}
    for row in reversed(crawls):
        by_source.setdefault(row.source, _Sum()).crawls.append(row)
    for source, summed in sorted(by_source.items()):
        yield from _of_source(source, summed, clocks.get(source))
    yield from _waiting([row for row in crawls if row.state is CrawlState.HELD])
    yield from _refusals(hosts, at)


def _of_source(source: str, summed: _Sum, clock: SourceClock | None) -> Iterator[str]:
    believed, held = summed.count(CrawlState.BELIEVED), summed.count(CrawlState.HELD, CrawlState.DISCARDED)
    words = f"{source}: {len(summed.crawls)} crawls, {believed} believed"
    failed, stopped = summed.count(CrawlState.FAILED), summed.count(CrawlState.ABANDONED)
    words += "".join(
        f", {count} {name}" for count, name in ((held, "held"), (failed, "failed"), (stopped, "stopped")) if count
    )
    yield words
    yield (
        f"  {summed.total('added'):,} added, {summed.total('changed'):,} changed, {summed.total('retired'):,} retired; "
        f"{summed.total('requests'):,} requests, {summed.total('unmodified'):,} of them unmodified, "
        f"{size(summed.total('bytes'))}"
    )
    for row in summed.crawls:
        if row.state in _BROKEN:
            yield f"  {row.started} {row.state} (crawl {row.id}): {'; '.join(row.reasons or row.problems[:1])}"
    if clock is not None and clock.next_at:
        yield f"  next: {moment(clock.next_at)}"


def _waiting(held: Sequence[Crawl]) -> Iterator[str]:
    if held:
        yield ""
        yield "waiting for a decision (lodestar crawls ID shows what would change):"
    for row in held:
        yield f"  {row.id}  {row.source}  {row.started}  {'; '.join(row.reasons)}"


def _refusals(hosts: Sequence[HostMemory], at: float) -> Iterator[str]:
    refusing = [host for host in hosts if host.refused_until > at]
    if refusing:
        yield ""
        yield "hosts that refuse us:"
    for host in refusing:
        yield f"  {host.name} until {moment(host.refused_until)}: {host.words}"


def moment(seconds: float) -> str:
    """A moment in seconds since 1970 as people read it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def size(count: float) -> str:
    """Bytes in the unit that fits."""
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
