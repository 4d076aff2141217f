"""The record: opened once, asked by everybody, written by one writer at a time.

Every writing transaction first takes the counter row of changes. That makes change numbers commit in order and lets
only one writer in at a time, on SQLite and on Postgres alike, so that a follower never misses a change and two
workers never create one resource twice.
"""

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy
from sqlalchemy import Connection, Engine, event, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from catalog import tables
from catalog.errors import RecordError
from catalog.model import Change, ChangeKind, Entry, Listing, decoder
from catalog.writing import Writing

_MANY = 900  # values in one IN (…): below the smallest limit among databases
LARGEST_ID = 2**63 - 1  # that a database holds
_CONNECTIONS = 16  # that are kept open: one for each request that a process answers at the same time
_CACHE = 4_000  # thousands of bytes that each keeps by itself; the system keeps the rest, once for all
_PATIENCE = 60  # seconds to wait for whoever holds a lock of SQLite
_BEGIN = "lodestar_begin"  # execution option: how a transaction on SQLite begins
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")
_entries = decoder(Entry)
_listings = decoder(Listing)
T = TypeVar("T")


class _TitleOnly(msgspec.Struct):
    """The part of a resource that names it: quicker to read than the whole."""

    title: str


class _Titled(msgspec.Struct):
    """An entry of which only the title is read."""

    resource: _TitleOnly


_titled = msgspec.json.Decoder(_Titled)


class StoredListing(msgspec.Struct, frozen=True, kw_only=True):
    """A listing with when it was first and last seen (ISO 8601, UTC) and whether its source still lists it."""

    listing: Listing
    entry_id: int
    first_seen: str
    last_seen: str
    retired: bool


class Store:
    """The record behind a database URL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> "Store":
        """Open the record, making its tables when they are not there. Raises `RecordError`."""
        try:
            engine = _connect(url)
            version = _migrated(engine)
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise RecordError(
                f"cannot open the record at {_shown(url)}: {getattr(error, 'orig', None) or error}. "
                "Check [record] url and the folder's rights"
            ) from error
        if version > len(tables.MIGRATIONS):
            raise RecordError(
                f"the record at {_shown(url)} was written by a later Lodestar (schema {version}); update the program"
            )
        return cls(engine)

    def close(self) -> None:
        self._engine.dispose()

    # ---- asking

    def entry(self, entry_id: int) -> Entry | None:
        return next(iter(self.entries([entry_id])), None)

    def entries(self, ids: Sequence[int]) -> list[Entry]:
        """The entries with these ids, in that order; ids that do not exist are left out."""
        table = tables.entry
        with self.asking() as connection:
            found = {
                row.id: _entries.decode(row.body)
                for some in chunks(ids, _MANY)
                for row in connection.execute(select(table.c.id, table.c.body).where(table.c.id.in_(some)))
            }
        return [found[entry_id] for entry_id in ids if entry_id in found]

    def scan(self, batch: int = 2000) -> Iterator[list[Entry]]:
        """All live entries in order of id, a batch at a time."""
        table, last = tables.entry, 0
        while True:
            page = select(table.c.id, table.c.body).where(table.c.id > last, table.c.retired.is_(False))
            with self.asking() as connection:
                rows = connection.execute(page.order_by(table.c.id).limit(batch)).all()
            if not rows:
                return
            last = rows[-1].id
            yield [_entries.decode(row.body) for row in rows]

    def titles(self, first: int, last: int) -> list[tuple[int, str]]:
        """(id, title) of the live entries with ids from ``first`` to ``last``."""
        table = tables.entry
        query = select(table.c.id, table.c.body).where(table.c.id.between(first, last), table.c.retired.is_(False))
        with self.asking() as connection:
            rows = connection.execute(query.order_by(table.c.id)).all()
        return [(row.id, _titled.decode(row.body).resource.title) for row in rows]

    def last_id(self) -> int:
        """The highest entry id ever given."""
        return self._counter(tables.ENTRY)

    def listings(self, entry_id: int) -> list[StoredListing]:
        table = tables.listing
        with self.asking() as connection:
            rows = connection.execute(select(table).where(table.c.entry_id == entry_id).order_by(table.c.source)).all()
        return [
            StoredListing(
                listing=_listings.decode(row.body),
                entry_id=entry_id,
                first_seen=row.first_seen,
                last_seen=row.last_seen,
                retired=row.retired,
            )
            for row in rows
        ]

    def changes(self, since: int, limit: int = 1000) -> list[Change]:
        """The changes with a number above ``since``, in order."""
        table = tables.change
        return self._changes(select(table).where(table.c.number > since).order_by(table.c.number).limit(limit))

    def history(self, entry_id: int, limit: int = 20) -> list[Change]:
        """What happened to one entry, the latest first."""
        table = tables.change
        return self._changes(
            select(table).where(table.c.entry_id == entry_id).order_by(table.c.number.desc()).limit(limit)
        )

    def _changes(self, query: Any) -> list[Change]:
        with self.asking() as connection:
            rows = connection.execute(query).all()
        return [
            Change(
                number=row.number,
                entry_id=row.entry_id,
                at=row.at,
                kind=ChangeKind(row.kind),
                fields=msgspec.json.decode(row.fields, type=dict[str, tuple[object, object]]),
            )
            for row in rows
        ]

    def last_change(self) -> int:
        """The number of the latest change."""
        return self._counter(tables.CHANGE)

    def _counter(self, name: str) -> int:
        table = tables.counter
        with self.asking() as connection:
            return int(connection.execute(select(table.c.value).where(table.c.name == name)).scalar_one())

    def size(self) -> int:
        """How many live entries there are."""
        with self.asking() as connection:
            return connection.execute(
                select(func.count()).select_from(tables.entry).where(tables.entry.c.retired.is_(False))
            ).scalar_one()

    def sources(self) -> list[tuple[str, int]]:
        """Each source with its number of live listings, the largest first."""
        table = tables.listing
        count = func.count()
        query = select(table.c.source, count).where(table.c.retired.is_(False)).group_by(table.c.source)
        with self.asking() as connection:
            return [(row[0], row[1]) for row in connection.execute(query.order_by(count.desc(), table.c.source))]

    def listing_count(self, source: str) -> int:
        return dict(self.sources()).get(source, 0)

    # ---- writing

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction of the one writer: all of it is kept, or none."""
        with self.telling() as connection:
            yield Writing(connection, lock(connection), now())

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection for reading; RecordError in place of the database's own errors."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise RecordError(f"the record could not be read: {error.__cause__ or error}. Try again") from error

    @contextmanager
    def telling(self) -> Iterator[Connection]:
        """A transaction for writing what is not the log of changes: all of it is kept, or none."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise RecordError(
                f"the record could not be written: {error.__cause__ or error}. Nothing of this batch was kept"
            ) from error


def now() -> str:
    """This moment as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def lock(connection: Connection) -> int:
    """Take the counter row of changes: from here to the end of the transaction nobody else writes."""
    table = tables.counter
    connection.execute(update(table).where(table.c.name == tables.CHANGE).values(value=table.c.value))
    return int(connection.execute(select(table.c.value).where(table.c.name == tables.CHANGE)).scalar_one())


def _migrated(engine: Engine) -> int:
    """The schema version after migrations; they take the writer's place first, so that processes may start together."""
    with engine.connect() as connection:
        version = tables.schema_version(connection)
    if version < len(tables.MIGRATIONS):
        with engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}) as connection, connection.begin():
            version = tables.migrate(connection)
    return version


def _shown(url: str) -> str:
    """The address without its password."""
    return _PASSWORD.sub(r"\1***@", url)


def _connect(url: str) -> Engine:
    address = sqlalchemy.make_url(url)
    if address.get_backend_name() != "sqlite":
        return sqlalchemy.create_engine(address)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(address, connect_args={"timeout": _PATIENCE}, pool_size=_CONNECTIONS)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_PATIENCE * 1000}"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA cache_size={-_CACHE}")
    _keep_a_log(connection)


def _keep_a_log(connection: Any) -> None:
    """Turn the write-ahead log on, waiting for others: SQLite itself does not wait for this one lock."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
