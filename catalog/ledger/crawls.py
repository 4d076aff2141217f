"""Crawls: the account of every run of every source."""

from collections.abc import Iterable

from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select, update

from catalog import tables
from catalog.model import Crawl, CrawlState, decoder, encode
from catalog.store import Store, lock, now

_crawl = tables.crawl
_decode = decoder(Crawl).decode


class Crawls:
    """The crawls' page of the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, source: str, at: str | None = None) -> Crawl:
        """Open the row of a crawl; a row that a killed process left running becomes abandoned."""
        at = at or now()
        left = select(_crawl.c.body).where(_crawl.c.source == source, _crawl.c.state == CrawlState.RUNNING)
        with self._store.telling() as connection:
            lock(connection)
            for body in connection.execute(left).scalars().all():
                _put(connection, replace(_decode(body), state=CrawlState.ABANDONED, ended=at))
            number = (connection.execute(select(func.max(_crawl.c.id))).scalar() or 0) + 1
            crawl = Crawl(id=number, source=source, state=CrawlState.RUNNING, started=at)
            row = {"id": number, "source": source, "state": crawl.state, "body": encode(crawl).decode()}
            connection.execute(insert(_crawl).values(row))
        return crawl

    def finish(self, crawl: Crawl) -> None:
        """Write what became of a crawl."""
        with self._store.telling() as connection:
            _put(connection, crawl)

    def of_id(self, crawl_id: int) -> Crawl | None:
        with self._store.asking() as connection:
            body = connection.execute(select(_crawl.c.body).where(_crawl.c.id == crawl_id)).scalar()
        return None if body is None else _decode(body)

    def latest(
        self, source: str | None = None, *, limit: int = 20, states: Iterable[CrawlState] = (), after: int = 0
    ) -> list[Crawl]:
        """Crawls with a higher number than ``after``, the latest first; of one source, in some states, where asked."""
        query = select(_crawl.c.body).where(_crawl.c.id > after).order_by(_crawl.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(_crawl.c.source == source)
        if states:
            query = query.where(_crawl.c.state.in_(list(states)))
        with self._store.asking() as connection:
            return [_decode(body) for body in connection.execute(query).scalars()]


def _put(connection: Connection, crawl: Crawl) -> None:
    connection.execute(
        update(_crawl).where(_crawl.c.id == crawl.id).values(state=crawl.state, body=encode(crawl).decode())
    )
