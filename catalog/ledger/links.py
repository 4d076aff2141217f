"""Links: the addresses of entries that did not answer, with each check, and when they are checked again."""

import msgspec
from sqlalchemy import RowMapping, delete, func, insert, select, update

from catalog import tables
from catalog.store import Store

_link = tables.link
_entry = tables.entry


class Check(msgspec.Struct, frozen=True):
    """One check of an address: the moment, and what it met."""

    at: float
    met: str


class FailingLink(msgspec.Struct, frozen=True, kw_only=True):
    """An address that does not answer; checks since it last did, the first first."""

    entry_id: int
    address: str
    next_at: float
    checks: tuple[Check, ...]


_decode = msgspec.json.Decoder(tuple[Check, ...]).decode


class Links:
    """The links' page of the ledger. A link that answers has no row."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, entry_id: int) -> FailingLink | None:
        with self._store.asking() as connection:
            row = connection.execute(select(_link).where(_link.c.entry_id == entry_id)).mappings().one_or_none()
        return None if row is None else _read(row)

    def due(self, at: float, limit: int) -> list[FailingLink]:
        """The failing links that are to be checked again, those that waited longest first."""
        query = select(_link).where(_link.c.next_at <= at).order_by(_link.c.next_at).limit(limit)
        with self._store.asking() as connection:
            return [_read(row) for row in connection.execute(query).mappings()]

    def put(self, link: FailingLink) -> None:
        values = {
            "address": link.address,
            "next_at": link.next_at,
            "checks": msgspec.json.encode(link.checks).decode(),
        }
        with self._store.telling() as connection:
            known = update(_link).where(_link.c.entry_id == link.entry_id).values(values)
            if not connection.execute(known).rowcount:
                connection.execute(insert(_link).values(entry_id=link.entry_id, **values))

    def forget(self, entry_id: int) -> None:
        with self._store.telling() as connection:
            connection.execute(delete(_link).where(_link.c.entry_id == entry_id))

    def count(self) -> int:
        """How many links fail now."""
        with self._store.asking() as connection:
            return connection.execute(select(func.count()).select_from(_link)).scalar_one()

    def live_ids(self, after: int, limit: int) -> list[int]:
        """The ids of shown entries after one, in order: whose links are looked at next."""
        query = select(_entry.c.id).where(_entry.c.id > after, _entry.c.retired.is_(False)).order_by(_entry.c.id)
        with self._store.asking() as connection:
            return list(connection.execute(query.limit(limit)).scalars())


def _read(stored: RowMapping) -> FailingLink:
    return FailingLink(
        entry_id=stored["entry_id"],
        address=stored["address"],
        next_at=stored["next_at"],
        checks=_decode(stored["checks"]),
    )
