"""Sources: which is due when, who crawls it now, and how its last crawl went."""

import msgspec
from sqlalchemy import insert, select, update

from catalog import tables
from catalog.ledger import leases
from catalog.ledger.leases import NEVER
from catalog.store import Store

_source = tables.source


class SourceClock(msgspec.Struct, frozen=True, kw_only=True):
    """When a source is due, how long it waits between crawls (seconds), and how the last one went.

    ``failures`` counts crawls in a row that brought nothing; ``bookmark`` is where the next one goes on.
    """

    name: str
    next_at: float = NEVER
    interval: float = 0.0
    failures: int = 0
    outcome: str = ""
    bookmark: str | None = None


_COLUMNS = tuple(_source.c[name] for name in SourceClock.__struct_fields__)


class SourceClocks:
    """The sources' page of the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, name: str, by: str, *, at: float, until: float) -> bool:
        """Take a source for one crawl; False where another holds it."""
        with self._store.telling() as connection:
            return leases.take(connection, _source, name, by, at=at, until=until)

    def keep(self, name: str, by: str, until: float) -> bool:
        """Lengthen our lease; False where it was lost to another."""
        held = update(_source).where(_source.c.name == name, _source.c.taken_by == by)
        with self._store.telling() as connection:
            return bool(connection.execute(held.values(taken_until=until)).rowcount)

    def give(self, name: str, by: str) -> None:
        with self._store.telling() as connection:
            leases.give(connection, _source, name, by)

    def set(self, clock: SourceClock) -> None:
        """Write when a source is due again and how its crawl went."""
        values = msgspec.structs.asdict(clock)
        with self._store.telling() as connection:
            known = update(_source).where(_source.c.name == clock.name).values(values)
            if not connection.execute(known).rowcount:
                connection.execute(insert(_source).values(values))

    def of(self, name: str) -> SourceClock:
        with self._store.asking() as connection:
            row = connection.execute(select(*_COLUMNS).where(_source.c.name == name)).mappings().one_or_none()
        return SourceClock(name=name) if row is None else SourceClock(**row)

    def all(self) -> dict[str, SourceClock]:
        with self._store.asking() as connection:
            return {row["name"]: SourceClock(**row) for row in connection.execute(select(*_COLUMNS)).mappings()}
