"""Hosts: which may be asked when, by one worker at a time, and which have said no."""

import msgspec
from sqlalchemy import insert, select, update

from catalog import tables
from catalog.ledger import leases
from catalog.ledger.fetches import FetchNote, put
from catalog.ledger.leases import NEVER
from catalog.store import Store

_SOON = 0.1  # seconds after which a host that another worker asks is looked at again
_host = tables.host


class HostMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a host: when it may be asked next, until when its refusal stands, and its words."""

    name: str
    next_at: float = NEVER
    refused_until: float = NEVER
    refusals: int = 0
    words: str = ""


_COLUMNS = tuple(_host.c[name] for name in HostMemory.__struct_fields__)


class Hosts:
    """The hosts' page of the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, name: str, by: str, *, at: float, until: float) -> float:
        """Take a host for one request; 0 where it is ours, else the seconds after which to ask again."""
        with self._store.telling() as connection:
            if leases.take(connection, _host, name, by, _host.c.next_at <= at, at=at, until=until):
                return NEVER
            next_at = connection.execute(select(_host.c.next_at).where(_host.c.name == name)).scalar_one()
        return max(float(next_at) - at, _SOON)

    def give(self, name: str, by: str, *, next_at: float, note: FetchNote | None = None) -> None:
        """Give a host back, not to be asked before ``next_at``, with the evidence of what was asked."""
        with self._store.telling() as connection:
            leases.give(connection, _host, name, by, next_at=next_at)
            if note is not None:
                put(connection, note)

    def memory(self, name: str) -> HostMemory:
        with self._store.asking() as connection:
            row = connection.execute(select(*_COLUMNS).where(_host.c.name == name)).mappings().one_or_none()
        return HostMemory(name=name) if row is None else HostMemory(**row)

    def all(self) -> list[HostMemory]:
        with self._store.asking() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(_host.c.name)).mappings().all()
        return [HostMemory(**row) for row in rows]

    def refuse(self, name: str, *, until: float, words: str) -> None:
        """Remember that a host does not want us, until a moment; refusals in a row are counted."""
        with self._store.telling() as connection:
            told = {"refused_until": until, "words": words}
            known = update(_host).where(_host.c.name == name).values(told | {"refusals": _host.c.refusals + 1})
            if not connection.execute(known).rowcount:
                connection.execute(insert(_host).values(name=name, refusals=1, **told))

    def forgive(self, name: str) -> bool:
        """Forget a host's refusals; False where there was nothing to forget."""
        refusing = update(_host).where(_host.c.name == name, _host.c.refusals > 0)
        with self._store.telling() as connection:
            return bool(connection.execute(refusing.values(refused_until=NEVER, refusals=0, words="")).rowcount)
