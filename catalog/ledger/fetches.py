"""Fetches: the evidence of every request, and where its answer is kept."""

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, case, delete, func, insert, or_, select

from catalog import tables
from catalog.store import Store

_fetch = tables.fetch
_UNMODIFIED = 304


class FetchNote(msgspec.Struct, frozen=True, kw_only=True):
    """The evidence of one request: when, what came back, how many bytes crossed the line, and what allowed it.

    ``status`` 0 is a request that brought no answer, or that robots.txt forbade and that was not made; ``rule`` is the
    line of robots.txt that decided. ``digest`` names the stored body.
    """

    address: str
    source: str
    crawl_id: int
    at: float
    seconds: float = 0.0
    status: int = 0
    bytes: int = 0
    rule: str = ""
    location: str | None = None
    etag: str | None = None
    modified: str | None = None
    content_type: str | None = None
    digest: str | None = None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a crawl cost its hosts; ``unmodified`` are the requests answered with 304."""

    requests: int = 0
    bytes: int = 0
    unmodified: int = 0


_COLUMNS = tuple(_fetch.c[name] for name in FetchNote.__struct_fields__)


class Fetches:
    """The fetches' page of the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def note(self, note: FetchNote) -> None:
        with self._store.telling() as connection:
            put(connection, note)

    def last_answer(self, address: str, crawl_ids: Collection[int] = ()) -> FetchNote | None:
        """The latest note of an address with a stored body or a redirect; only of these crawls, where any are named."""
        query = select(*_COLUMNS).where(
            _fetch.c.address == address, or_(_fetch.c.digest.is_not(None), _fetch.c.location.is_not(None))
        )
        if crawl_ids:
            query = query.where(_fetch.c.crawl_id.in_(crawl_ids))
        with self._store.asking() as connection:
            row = connection.execute(query.order_by(_fetch.c.id.desc()).limit(1)).mappings().one_or_none()
        return None if row is None else FetchNote(**row)

    def of_crawl(self, crawl_id: int, limit: int = 1000) -> list[FetchNote]:
        """The evidence of one crawl, the first fetch first."""
        query = select(*_COLUMNS).where(_fetch.c.crawl_id == crawl_id).order_by(_fetch.c.id).limit(limit)
        with self._store.asking() as connection:
            return [FetchNote(**row) for row in connection.execute(query).mappings()]

    def totals(self, crawl_id: int) -> Totals:
        unmodified = func.sum(case((_fetch.c.status == _UNMODIFIED, 1), else_=0))
        query = select(func.count(), func.sum(_fetch.c.bytes), unmodified)
        with self._store.asking() as connection:
            row = connection.execute(query.where(_fetch.c.crawl_id == crawl_id, _fetch.c.status > 0)).one()
        return Totals(requests=row[0], bytes=row[1] or 0, unmodified=row[2] or 0)

    def forget(self, before: float) -> int:
        """Let evidence age out; give the number of notes that went."""
        with self._store.telling() as connection:
            return connection.execute(delete(_fetch).where(_fetch.c.at < before)).rowcount


def put(connection: Connection, note: FetchNote) -> None:
    """Write a note within a transaction."""
    connection.execute(insert(_fetch).values(msgspec.structs.asdict(note)))
