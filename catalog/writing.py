"""One writing transaction on the record: the rows that ingest reads and writes while it holds the counter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from catalog import tables
from catalog.model import ChangeKind, Entry, Listing, decoder, encode

_MANY = 900
_entries = decoder(Entry)
_listings = decoder(Listing)


class Known(msgspec.Struct, frozen=True):
    """What the record remembers of a listing."""

    entry_id: int
    digest: bytes
    retired: bool


class Writing:
    """A transaction that holds the counter row. Rows are gathered and written together by `flush`."""

    def __init__(self, connection: Connection, last_change: int, at: str) -> None:
        self._connection = connection
        self.last_change = last_change
        self.at = at
        self._last_entry = self._counter(tables.ENTRY)
        self._changes: list[dict[str, Any]] = []
        self._entries: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        self._listings: dict[bool, list[dict[str, Any]]] = {True: [], False: []}

    # ---- reading under the lock

    def known_listings(self, source: str, keys: Iterable[str]) -> dict[str, Known]:
        table = tables.listing
        query = select(table.c.key, table.c.entry_id, table.c.digest, table.c.retired).where(table.c.source == source)
        return {
            row.key: Known(row.entry_id, row.digest, row.retired)
            for some in _pieces(list(keys))
            for row in self._connection.execute(query.where(table.c.key.in_(some)))
        }

    def identities(self, keys: Iterable[str]) -> dict[str, int]:
        table = tables.identity
        return {
            row.key: row.entry_id
            for some in _pieces(list(keys))
            for row in self._connection.execute(select(table).where(table.c.key.in_(some)))
        }

    def listings_of(self, entry_ids: Iterable[int]) -> dict[int, list[Listing]]:
        """The live listings behind each entry."""
        table = tables.listing
        found: dict[int, list[Listing]] = {}
        for some in _pieces(list(entry_ids)):
            query = select(table.c.entry_id, table.c.body).where(table.c.entry_id.in_(some), table.c.retired.is_(False))
            for row in self._connection.execute(query):
                found.setdefault(row.entry_id, []).append(_listings.decode(row.body))
        return found

    def entries(self, entry_ids: Iterable[int]) -> dict[int, Entry]:
        table = tables.entry
        return {
            row.id: _entries.decode(row.body)
            for some in _pieces(list(entry_ids))
            for row in self._connection.execute(select(table.c.id, table.c.body).where(table.c.id.in_(some)))
        }

    def unseen(self, source: str, crawl_id: int, limit: int) -> list[tuple[int, int]]:
        """(listing id, entry id) of live listings of a source that this crawl and no later one has seen."""
        table = tables.listing
        query = select(table.c.id, table.c.entry_id).where(
            table.c.source == source, table.c.retired.is_(False), table.c.crawl_id < crawl_id
        )
        return [(row.id, row.entry_id) for row in self._connection.execute(query.limit(limit))]

    # ---- writing

    def new_entry_id(self) -> int:
        self._last_entry += 1
        return self._last_entry

    def put_listing(
        self, listing: Listing, body: str, digest: bytes, *, entry_id: int, crawl_id: int, known: bool
    ) -> None:
        row = {"source": listing.source, "key": listing.key, "entry_id": entry_id, "digest": digest, "body": body}
        self._listings[known].append(
            row | {"first_seen": self.at, "last_seen": self.at, "crawl_id": crawl_id, "retired": False}
        )

    def see(self, source: str, keys: Sequence[str], crawl_id: int) -> None:
        """Note that a crawl saw listings that say what they said before."""
        table = tables.listing
        for some in _pieces(keys):
            seen = update(table).where(table.c.source == source, table.c.key.in_(some))
            self._connection.execute(seen.values(last_seen=self.at, crawl_id=crawl_id))

    def retire_listings(self, listing_ids: Sequence[int]) -> None:
        table = tables.listing
        for some in _pieces(listing_ids):
            self._connection.execute(update(table).where(table.c.id.in_(some)).values(retired=True))

    def put_identities(self, keys: Mapping[str, int]) -> None:
        rows = [{"key": key, "entry_id": entry_id} for key, entry_id in keys.items()]
        if rows:
            self._connection.execute(tables.identity.insert(), rows)

    def put_entry(self, entry: Entry, kind: ChangeKind, fields: Mapping[str, tuple[object, object]]) -> None:
        """Write an entry and its line in the log of changes."""
        self.last_change += 1
        known = kind is not ChangeKind.ADDED
        row = {"id": entry.id, "body": encode(entry).decode(), "retired": entry.hidden, "change": self.last_change}
        self._entries[known].append(row)
        told = msgspec.json.encode(fields).decode()
        self._changes.append(
            {"number": self.last_change, "entry_id": entry.id, "at": self.at, "kind": kind.value, "fields": told}
        )

    def flush(self) -> None:
        """Write what was gathered; the transaction's end makes it last."""
        self._write(tables.listing, self._listings, ("source", "key"), keep=("first_seen",))
        self._write(tables.entry, self._entries, ("id",))
        if self._changes:
            self._connection.execute(tables.change.insert(), self._changes)
        for name, value in ((tables.CHANGE, self.last_change), (tables.ENTRY, self._last_entry)):
            counter = tables.counter
            self._connection.execute(update(counter).where(counter.c.name == name).values(value=value))
        self._changes = []

    def _write(
        self, table: Any, rows: dict[bool, list[dict[str, Any]]], key: tuple[str, ...], keep: tuple[str, ...] = ()
    ) -> None:
        if rows[False]:
            self._connection.execute(table.insert(), rows[False])
        if rows[True]:
            change = update(table).values(
                {name: bindparam(f"new_{name}") for name in rows[True][0] if name not in key and name not in keep}
            )
            for name in key:
                change = change.where(table.c[name] == bindparam(f"new_{name}"))
            self._connection.execute(
                change, [{f"new_{name}": value for name, value in row.items()} for row in rows[True]]
            )
        rows[False], rows[True] = [], []

    def _counter(self, name: str) -> int:
        counter = tables.counter
        return int(self._connection.execute(select(counter.c.value).where(counter.c.name == name)).scalar_one())


def _pieces(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _MANY] for start in range(0, len(values), _MANY)]
