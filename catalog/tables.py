"""The tables of the record and the ordered list of migrations that make them.

Bodies are JSON, because the shape of a resource belongs to `model.py` alone; columns exist for what SQL must find.
"""

from collections.abc import Callable

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    select,
)

metadata = MetaData()

counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)

listing = Table(
    "listing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(200), nullable=False),
    Column("key", Text, nullable=False),
    Column("entry_id", Integer, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("first_seen", String(20), nullable=False),
    Column("last_seen", String(20), nullable=False),
    Column("crawl_id", Integer, nullable=False),
    Column("retired", Boolean, nullable=False),
    Index("listing_source_key", "source", "key", unique=True),
    Index("listing_entry", "entry_id"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("change", Integer, nullable=False),
)

identity = Table(
    "identity",
    metadata,
    Column("key", Text, primary_key=True),
    Column("entry_id", Integer, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("entry_id", Integer, nullable=False),
    Column("at", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("fields", Text, nullable=False),
    Index("change_entry", "entry_id"),
)

crawl = Table(
    "crawl",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Index("crawl_source", "source"),
)

# What crawlers remember between runs, over all workers. Moments are seconds since 1970 in UTC, so that they compare.

source = Table(
    "source",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("next_at", Float, nullable=False, default=0.0),
    Column("interval", Float, nullable=False, default=0.0),
    Column("failures", Integer, nullable=False, default=0),
    Column("outcome", Text, nullable=False, default=""),
    Column("bookmark", Text),
    Column("taken_by", String(200)),
    Column("taken_until", Float, nullable=False, default=0.0),
)

host = Table(
    "host",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("next_at", Float, nullable=False, default=0.0),
    Column("taken_by", String(200)),
    Column("taken_until", Float, nullable=False, default=0.0),
    Column("refused_until", Float, nullable=False, default=0.0),
    Column("refusals", Integer, nullable=False, default=0),
    Column("words", Text, nullable=False, default=""),
)

fetch = Table(
    "fetch",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("crawl_id", Integer, nullable=False),
    Column("source", String(200), nullable=False),
    Column("address", Text, nullable=False),
    Column("at", Float, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("status", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("rule", Text, nullable=False),
    Column("location", Text),
    Column("etag", Text),
    Column("modified", Text),
    Column("content_type", Text),
    Column("digest", String(64)),
    Index("fetch_address", "address", "id"),
    Index("fetch_crawl", "crawl_id"),
    Index("fetch_at", "at"),
)

link = Table(
    "link",
    metadata,
    Column("entry_id", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("checks", Text, nullable=False),
    Index("link_next", "next_at"),
)

# The names of the counters: the last change number, the last entry id, and the number of migrations done.
CHANGE, ENTRY, SCHEMA = "change", "entry", "schema"


def _first_tables(connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(counter.insert(), [{"name": name, "value": 0} for name in (CHANGE, ENTRY)])


def _crawlers_memory(connection: Connection) -> None:
    metadata.create_all(connection, tables=[source, host, fetch, link])


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first_tables, _crawlers_memory)


def schema_version(connection: Connection) -> int:
    """How many migrations the database has had; 0 for a new one."""
    if not connection.dialect.has_table(connection, counter.name):
        return 0
    return connection.execute(select(counter.c.value).where(counter.c.name == SCHEMA)).scalar() or 0


def migrate(connection: Connection) -> int:
    """Run the migrations the database has not had, in order; give the number of them that it has now."""
    done = schema_version(connection)
    for step in MIGRATIONS[done:]:
        step(connection)
    if done < len(MIGRATIONS):
        connection.execute(counter.delete().where(counter.c.name == SCHEMA))
        connection.execute(counter.insert().values(name=SCHEMA, value=len(MIGRATIONS)))
    return max(done, len(MIGRATIONS))
