"""The record: opened by many, written by one at a time, and clear about what is wrong with it."""

import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy

from catalog import tables
from catalog.errors import RecordError
from catalog.ledger import Crawls
from catalog.model import ChangeKind, CrawlState, Entry, Kind, LearningResource, Listing, encode
from catalog.store import Store, chunks
from catalog.writing import Writing

PROCESSES = multiprocessing.get_context("spawn")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/record/lodestar.db"


def entry(entry_id: int, title: str = "SQL", *, retired: bool = False) -> Entry:
    return Entry(id=entry_id, resource=LearningResource(kind=Kind.BOOK, title=title), retired=retired)


def put(store: Store, *entries: Entry, kind: ChangeKind = ChangeKind.ADDED) -> None:
    with store.writing() as record:
        for one in entries:
            record.put_entry(one, kind, {})
        record.flush()


def put_listing(record: Writing, listing: Listing) -> None:
    body = encode(listing).decode()
    record.put_listing(listing, body, bytes(16), entry_id=record.new_entry_id(), crawl_id=1, known=False)


# ---- opening


def test_a_new_record_is_made_with_its_folder(url: str) -> None:
    store = Store.open(url)
    assert (store.size(), store.last_change(), store.last_id(), store.sources()) == (0, 0, 0, [])
    put(store, entry(1))
    store.close()
    assert Store.open(url).size() == 1


def test_a_record_is_written_ahead_and_waits_for_its_turn(url: str, tmp_path: Path) -> None:
    put(Store.open(url), entry(1))
    with sqlite3.connect(tmp_path / "record/lodestar.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_record_of_a_later_program_is_refused(url: str) -> None:
    Store.open(url).close()
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        counter = tables.counter
        connection.execute(counter.update().where(counter.c.name == tables.SCHEMA).values(value=99))
    engine.dispose()
    with pytest.raises(RecordError, match=r"later Lodestar \(schema 99\); update the program"):
        Store.open(url)


def test_migrations_run_once_and_in_order(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(url).close()
    ran: list[str] = []
    steps = (*tables.MIGRATIONS, lambda _: ran.append("second"), lambda _: ran.append("third"))
    monkeypatch.setattr(tables, "MIGRATIONS", steps)
    Store.open(url).close()
    Store.open(url).close()
    assert ran == ["second", "third"]


def test_a_migration_that_fails_leaves_the_record_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(Store.open(url), entry(1))

    def broken(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
        connection.exec_driver_sql("SELECT * FROM nowhere")

    before = tables.MIGRATIONS
    monkeypatch.setattr(tables, "MIGRATIONS", (*before, broken))
    with pytest.raises(RecordError, match="nowhere"):
        Store.open(url)
    monkeypatch.setattr(tables, "MIGRATIONS", before)
    assert Store.open(url).size() == 1
    with sqlalchemy.create_engine(url).connect() as connection:
        assert not connection.dialect.has_table(connection, "half")


def test_a_path_that_cannot_be_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match=r"cannot open the record.*Check \[record\] url and the folder's rights"):
        Store.open(f"sqlite:///{tmp_path}/file/lodestar.db")


def test_a_folder_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"Check \[record\] url"):
        Store.open(f"sqlite:///{tmp_path}")


def test_another_kind_of_file_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(b"Dear Sir or Madam, " * 1000)
    with pytest.raises(RecordError, match="not a database"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"Dear")


def test_a_garbled_record_is_told(url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    path = tmp_path / "record/lodestar.db"
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000)
    with pytest.raises(RecordError, match=r"Check \[record\] url"):
        Store.open(url)


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "sqlite",
        "nosuchdatabase://host/name",
        "postgresql+nosuchdriver://user@host/name",
        "postgresql://user@127.0.0.1:1/name",
    ],
)
def test_an_address_of_nothing_we_know_is_told(address: str) -> None:
    with pytest.raises(RecordError, match=r"Check \[record\] url"):
        Store.open(address)


def test_a_password_is_not_told() -> None:
    with pytest.raises(RecordError) as caught:
        Store.open("postgresql+nosuchdriver://user:sesame@host/name")
    assert "sesame" not in str(caught.value)


def _open_many(url: str, times: int) -> None:
    for _ in range(times):
        Store.open(url).close()


def test_many_processes_may_open_a_new_record_at_once(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(80)]
    with PROCESSES.Pool(8) as pool:
        pool.starmap(_open_many, [(url, 1) for url in urls for _ in range(8)], chunksize=1)
    assert {Store.open(url).last_change() for url in urls} == {0}


# ---- asking


def test_entries_come_in_the_order_asked_for(url: str) -> None:
    store = Store.open(url)
    put(store, *(entry(number, f"Book {number}") for number in range(1, 2001)))
    wanted = [1999, 3, 4000, 1, 3]
    assert [one.id for one in store.entries(wanted)] == [1999, 3, 1, 3]
    assert [one.id for one in store.entries(range(2000, 0, -1))] == list(range(2000, 0, -1))
    assert store.entry(4000) is None
    assert store.entries([]) == []


def test_a_scan_gives_each_live_entry_once(url: str) -> None:
    store = Store.open(url)
    put(store, *(entry(number, retired=number % 3 == 0) for number in range(1, 101)))
    batches = list(store.scan(7))
    assert [one.id for batch in batches for one in batch] == [number for number in range(1, 101) if number % 3]
    assert max(map(len, batches)) == 7
    assert store.size() == 67
    assert [number for number, _ in store.titles(10, 14)] == [10, 11, 13, 14]


def test_changes_come_in_order_from_where_one_stood(url: str) -> None:
    store = Store.open(url)
    put(store, *(entry(number) for number in range(1, 6)))
    put(store, entry(2, retired=True), kind=ChangeKind.RETIRED)
    assert [change.number for change in store.changes(0)] == [1, 2, 3, 4, 5, 6]
    assert [change.number for change in store.changes(2, limit=2)] == [3, 4]
    assert store.changes(6) == []
    assert [change.kind for change in store.history(2)] == [ChangeKind.RETIRED, ChangeKind.ADDED]


def test_what_is_asked_for_while_another_writes_is_what_was_there_before(url: str) -> None:
    store, other = Store.open(url), Store.open(url)
    put(store, entry(1))
    with store.writing() as record:
        record.put_entry(entry(2), ChangeKind.ADDED, {})
        record.flush()
        assert (other.size(), other.last_change()) == (1, 1)
    assert (other.size(), other.last_change()) == (2, 2)


# ---- writing


def test_a_transaction_that_fails_leaves_nothing(url: str) -> None:
    store = Store.open(url)
    put(store, entry(1))

    def interrupted() -> None:
        with store.writing() as record:
            put_listing(record, Listing(source="a", key="b", resource=LearningResource(kind=Kind.BOOK, title="C")))
            record.put_entry(entry(2), ChangeKind.ADDED, {})
            record.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (store.size(), store.last_change(), store.last_id(), store.sources()) == (1, 1, 0, [])
    put(store, entry(2))
    assert store.last_change() == 2


def test_a_record_that_refuses_says_that_nothing_was_kept(url: str) -> None:
    store = Store.open(url)
    put(store, entry(1))
    with pytest.raises(RecordError, match="Nothing of this batch was kept"):
        put(store, entry(2), entry(1))
    assert (store.size(), store.last_change()) == (1, 1)


def test_writers_wait_for_each_other(url: str) -> None:
    store = Store.open(url)

    def write(first: int) -> None:
        for number in range(first, first + 25):
            put(store, entry(number))

    threads = [threading.Thread(target=write, args=(start,)) for start in (1, 101, 201, 301)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.size() == 100
    assert [change.number for change in store.changes(0)] == list(range(1, 101))


# ---- crawls


def test_a_crawl_that_was_killed_is_abandoned_by_the_next(url: str) -> None:
    store = Store.open(url)
    first, other, second = Crawls(store).begin("a"), Crawls(store).begin("b"), Crawls(store).begin("a")
    states = {crawl.id: crawl.state for crawl in Crawls(store).latest()}
    assert states == {
        first.id: CrawlState.ABANDONED,
        other.id: CrawlState.RUNNING,
        second.id: CrawlState.RUNNING,
    }
    assert [crawl.id for crawl in Crawls(store).latest("a")] == [second.id, first.id]
    assert Crawls(store).latest("a", states=[CrawlState.BELIEVED]) == []


@pytest.mark.parametrize(("count", "size"), [(0, 3), (1, 3), (3, 3), (7, 3)])
def test_chunks_hold_everything_once(count: int, size: int) -> None:
    found = list(chunks(range(count), size))
    assert [value for some in found for value in some] == list(range(count))
    assert all(0 < len(some) <= size for some in found)
