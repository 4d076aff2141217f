"""The index follows the record: by changes, or anew when it must; nobody who asks notices more than the new answer."""

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from catalog.classify import Classifier
from catalog.errors import SearchError
from catalog.ingest import ingest, retire_unseen
from catalog.ledger import Crawls
from catalog.model import Kind, LearningResource, Listing
from catalog.store import Store
from catalog.vocabulary import Vocabulary, load_vocabulary
from indexer import follow as following
from indexer.engine import Engine, SearchIndex, open_index
from indexer.follow import follow, follow_once, reindex
from indexer.query import Query

VOCABULARY = load_vocabulary()
CLASSIFIER = Classifier(VOCABULARY)
LOOK = 0.35  # seconds after which a reader must have seen what was published


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/record.db")
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "index_data"


@pytest.fixture
def engine(home: Path) -> Engine:
    return open_index(f"whoosh:{home}", VOCABULARY, keep=2)


def told(key: int, title: str) -> Listing:
    return Listing(source="a", key=str(key), resource=LearningResource(kind=Kind.COURSE, title=title))


def take(store: Store, *listings: Listing, complete: bool = False) -> None:
    row = ingest(store, listings, classifier=CLASSIFIER, crawl=Crawls(store).begin("a"))
    if complete:
        retire_unseen(store, row, CLASSIFIER)


def found(index: SearchIndex, words: str) -> tuple[int, ...]:
    return index.search(Query(words=words)).ids


def published(home: Path) -> str:
    return (home / "published").read_text()


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


# ---- changes


def test_what_is_added_changed_and_retired_is_taken_in(store: Store, engine: Engine, home: Path) -> None:
    take(store, told(1, "SQL basics"), told(2, "Haskell"), told(3, "Erlang"))
    assert follow_once(store, engine) == 3
    first = published(home)
    take(store, told(1, "SQL basics"), told(2, "Haskell and monads"), told(4, "Prolog"), complete=True)
    assert follow_once(store, engine) == 3
    assert published(home) == first
    index = engine.reader()
    answers = {words: found(index, words) for words in ("sql", "monads", "haskell", "erlang", "prolog")}
    assert answers == {"sql": (1,), "monads": (2,), "haskell": (2,), "erlang": (), "prolog": (4,)}
    assert set(found(index, "")) == {1, 2, 4}
    assert index.status().revision == store.last_change() == engine.writer().revision()


def test_what_returns_is_found_again(store: Store, engine: Engine) -> None:
    take(store, told(1, "SQL"), told(2, "Erlang"))
    follow_once(store, engine)
    take(store, told(1, "SQL"), complete=True)
    follow_once(store, engine)
    assert found(engine.reader(), "erlang") == ()
    take(store, told(1, "SQL"), told(2, "Erlang"))
    assert follow_once(store, engine) == 1
    assert found(engine.reader(), "erlang") == (2,)


def test_nothing_new_is_nothing_done(store: Store, engine: Engine, home: Path) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    assert follow_once(store, engine) == 0
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if path in before} == before


def test_more_changes_than_a_batch_are_taken_in(store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BATCH", 7)
    take(store, told(0, "SQL"))
    follow_once(store, engine)
    take(store, *(told(at, f"Erlang {at}") for at in range(1, 31)))
    assert follow_once(store, engine) == 30
    assert engine.reader().search(Query(words="erlang")).total == 30


def test_one_entry_that_changed_often_stands_there_once(store: Store, engine: Engine) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    for at in range(5):
        take(store, told(1, f"SQL {at}"))
    assert follow_once(store, engine) == 5
    assert engine.reader().search(Query(words="sql")).total == 1


def test_a_change_may_be_taken_in_twice(store: Store, engine: Engine) -> None:
    take(store, told(1, "SQL"), told(2, "Erlang"))
    follow_once(store, engine)
    take(store, told(1, "SQL anew"), complete=True)
    writer = engine.writer()
    for _ in range(2):
        writer.apply([entry for batch in store.scan() for entry in batch], [2, 99], store.last_change())
    assert found(engine.reader(), "") == (1,)


def test_an_index_published_while_another_follows_loses_no_change(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 7)
    take(store, told(0, "SQL"))
    follow_once(store, engine)
    anew = engine.writer()
    built = anew.build((entry for batch in store.scan() for entry in batch), store.last_change())
    take(store, *(told(at, f"Erlang {at}") for at in range(1, 31)))
    waiting = [built]

    def after_a_batch(_taken: int) -> None:
        if waiting:
            anew.publish(waiting.pop())

    follow_once(store, engine, after_a_batch)
    assert engine.writer().revision() == store.last_change()
    assert engine.reader().search(Query(words="erlang")).total == 30


def test_an_older_generation_is_not_published_over_a_newer_one(home: Path) -> None:
    engine = open_index(f"whoosh:{home}", VOCABULARY, keep=1)
    first, second = engine.writer(), engine.writer()
    older, newer = first.build([], 1), second.build([], 2)
    second.publish(newer)
    with pytest.raises(SearchError, match=f"{newer} is published"):
        first.publish(older)
    assert engine.writer().revision() == 2
    assert engine.reader().status().generation == newer


def test_a_revision_is_told_with_what_knows_it_only(store: Store, engine: Engine) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    index = engine.reader()
    before = index.status().revision, found(index, "")
    take(store, told(2, "Erlang"))
    follow_once(store, engine)
    after = index.status().revision, found(index, "")
    assert after in {before, (store.last_change(), (1, 2))}


def test_an_empty_record_has_an_index(store: Store, engine: Engine) -> None:
    follow_once(store, engine)
    assert engine.reader().search(Query()).total == 0
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    assert found(engine.reader(), "sql") == (1,)
    take(store, complete=True)
    follow_once(store, engine)
    assert found(engine.reader(), "") == ()


# ---- built anew


def other_vocabulary() -> Vocabulary:
    topics = dict(VOCABULARY.topics)
    name = next(iter(topics))
    slug = topics[name]
    changed = type(slug)(id=slug.id, label="Quite another label", definition=slug.definition, broader=slug.broader)
    return Vocabulary(topics=topics | {name: changed}, roles=VOCABULARY.roles)


def test_other_rules_make_another_index(store: Store, engine: Engine, home: Path) -> None:
    take(store, told(1, "SQL"), told(2, "Erlang"))
    follow_once(store, engine)
    index, first = engine.reader(), published(home)
    assert found(index, "sql") == (1,)
    later = open_index(f"whoosh:{home}", other_vocabulary(), keep=2)
    assert later.writer().revision() is None
    follow_once(store, later)
    assert published(home) > first
    assert later.writer().revision() == 2
    assert engine.writer().revision() is None
    time.sleep(LOOK)
    assert found(index, "sql") == (1,)
    assert index.status().generation == published(home)


def test_a_record_older_than_the_index_makes_another_index(store: Store, engine: Engine, tmp_path: Path) -> None:
    take(store, *(told(at, f"Erlang {at}") for at in range(5)))
    follow_once(store, engine)
    restored = Store.open(f"sqlite:///{tmp_path}/older.db")
    take(restored, told(1, "SQL"))
    follow_once(restored, engine)
    assert found(engine.reader(), "") == (1,)
    restored.close()


def test_an_index_far_behind_is_built_anew(
    store: Store, engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, told(0, "SQL"))
    follow_once(store, engine)
    first = published(home)
    monkeypatch.setattr(following, "_ANEW", 10)
    take(store, *(told(at, f"Erlang {at}") for at in range(1, 31)))
    follow_once(store, engine)
    assert published(home) > first
    assert engine.reader().search(Query(words="erlang")).total == 30


def test_a_deleted_index_is_built_anew_while_readers_go_on_answering(store: Store, engine: Engine, home: Path) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    index = engine.reader()
    assert found(index, "sql") == (1,)
    shutil.rmtree(home)
    time.sleep(LOOK)
    assert found(index, "sql") == (1,)
    assert index.status().entries == 1
    take(store, told(2, "Erlang"))
    follow_once(store, engine)
    time.sleep(LOOK)
    assert found(index, "erlang") == (2,)
    assert index.status().revision == 2
    take(store, told(3, "Prolog"))
    follow_once(store, engine)
    time.sleep(LOOK)
    assert found(index, "") == (1, 2, 3)


def garble(path: Path) -> None:
    """Noise of the same length."""
    path.write_bytes(random.Random(7).randbytes(path.stat().st_size))


def garble_unseen(path: Path) -> None:
    """Noise, with nothing about the file to tell it: what a failing disk does."""
    status = path.stat()
    garble(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


FILES = {
    "pointer": "published",
    "state": "*/state.json",
    "contents": "*/whoosh/*.toc",
    "terms": "*/whoosh/*.trm",
    "postings": "*/whoosh/*.pst",
    "a column of the index": "*/whoosh/*.col*",
    "columns note": "*/columns/*/arrays.json",
    "entry ids": "*/columns/*/entries.array",
    "facet codes": "*/columns/*/codes-kind.array",
    "facet documents": "*/columns/*/documents-topic.array",
    "lengths": "*/columns/*/length-title.array",
    "impacts": "*/columns/*/impact-impacts.array",
    "words in order": "*/columns/*/order-words.array",
    "sorts": "*/columns/*/sort-newest.array",
}


# Whoosh leaves files open that it could not read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("how", [truncate, empty, garble, Path.unlink], ids=lambda how: how.__name__)
@pytest.mark.parametrize("pattern", FILES.values(), ids=FILES.keys())
def test_a_damaged_file_is_noticed_and_made_good(
    store: Store, engine: Engine, home: Path, pattern: str, how: Callable[[Path], None]
) -> None:
    take(store, told(1, "SQL basics"), told(2, "Erlang"), told(3, "Python and SQL"))
    follow_once(store, engine)
    expected = engine.reader().search(Query(words="sql"))
    paths = list(home.glob(pattern))
    if not paths:
        pytest.skip(f"there is no {pattern}")
    for path in paths:
        how(path)
    follow_once(store, engine)
    assert engine.reader().search(Query(words="sql")) == expected
    assert engine.reader().search(Query(sort="newest")).ids == (1, 2, 3)
    take(store, told(4, "SQL joins"))
    follow_once(store, engine)
    assert set(found(engine.reader(), "sql")) == {1, 3, 4}


@pytest.mark.parametrize("name", ["entries", "codes-kind", "impact-impacts", "impact-documents", "order-words"])
def test_arrays_that_changed_on_the_disk_are_noticed_by_a_new_process(
    store: Store, engine: Engine, home: Path, name: str
) -> None:
    take(store, told(1, "SQL basics"), told(2, "Erlang"), told(3, "Python and SQL"))
    follow_once(store, engine)
    expected = engine.reader().search(Query(words='"python and sql"'))
    for path in home.glob(f"*/columns/*/{name}.array"):
        garble_unseen(path)
    anew = open_index(f"whoosh:{home}", VOCABULARY)
    follow_once(store, anew)
    assert anew.reader().search(Query(words='"python and sql"')) == expected


@pytest.mark.parametrize("folder", ["*/whoosh", "*/columns", "00*"])
def test_a_half_deleted_index_is_made_good(store: Store, engine: Engine, home: Path, folder: str) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    for path in home.glob(folder):
        shutil.rmtree(path)
    follow_once(store, engine)
    assert found(engine.reader(), "sql") == (1,)


# ---- generations


def test_readers_answer_from_the_old_generation_until_the_new_is_there(
    store: Store, engine: Engine, home: Path
) -> None:
    take(store, *(told(at, f"Erlang {at}") for at in range(20)))
    follow_once(store, engine)
    index, totals = engine.reader(), []

    def ask(_count: int) -> None:
        time.sleep(LOOK)
        totals.append(index.search(Query(words="erlang")).total)

    take(store, told(20, "Erlang 20"))
    reindex(store, engine, ask)
    assert totals == [20]
    wait_until(lambda: index.search(Query(words="erlang")).total == 21, 2.0)


def test_a_generation_that_holds_too_little_is_not_published(
    store: Store, engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, *(told(at, f"Erlang {at}") for at in range(50)))
    follow_once(store, engine)
    before = published(home)
    monkeypatch.setattr(following, "_entries", lambda store: iter(next(store.scan(30))))
    for _ in range(3):
        with pytest.raises(SearchError, match="holds 30 entries and the record 50; it is not published"):
            reindex(store, engine)
    assert published(home) == before
    assert engine.reader().search(Query()).total == 50
    # what was refused must not stay: a follower tries again and again, and would fill the disk
    assert [path.name for path in sorted(home.glob("0*"))] == [before]


def test_an_interrupted_build_leaves_the_old_index(
    store: Store, engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, *(told(at, f"Erlang {at}") for at in range(5)))
    follow_once(store, engine)
    before = published(home)

    def interrupted(store: Store) -> Iterator[object]:
        yield next(next(iter([iter(batch) for batch in store.scan()])))
        raise KeyboardInterrupt

    monkeypatch.setattr(following, "_entries", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reindex(store, engine)
    assert [path.name for path in sorted(home.glob("0*"))] == [before]
    assert engine.reader().search(Query()).total == 5
    assert follow_once(store, engine) == 0


@pytest.mark.parametrize("keep", [1, 2, 3, 5, 7])
def test_the_last_generations_are_kept(store: Store, home: Path, keep: int) -> None:
    engine = open_index(f"whoosh:{home}", VOCABULARY, keep=keep)
    take(store, told(1, "SQL"))
    built = [reindex(store, engine) for _ in range(9)]
    assert sorted(path.name for path in home.glob("0*")) == built[-keep:]


def test_what_a_killed_build_left_is_cleared_away(store: Store, engine: Engine, home: Path) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    (home / "000002" / "whoosh").mkdir(parents=True)
    (home / "000002" / "whoosh" / "half.pst").write_bytes(b"x")
    name = reindex(store, engine)
    assert name == "000003"
    assert sorted(path.name for path in home.glob("0*")) == ["000001", "000003"]


# ---- two at once


def test_a_second_writer_is_told_to_wait(store: Store, engine: Engine, home: Path) -> None:
    take(store, *(told(at, f"Erlang {at}") for at in range(5)))
    follow_once(store, engine)
    inside, done = threading.Event(), threading.Event()

    def hold(_count: int) -> None:
        inside.set()
        done.wait(10)

    first = threading.Thread(target=reindex, args=(store, engine, hold))
    first.start()
    assert inside.wait(10)
    for attempt in (
        lambda: reindex(store, engine),
        lambda: engine.writer().apply([], [1], 6),
    ):
        with pytest.raises(SearchError, match=r"another process writes the index .* wait for it"):
            attempt()
    assert engine.reader().search(Query()).total == 5
    done.set()
    first.join()
    assert follow_once(store, engine) == 0


def test_following_goes_on_after_an_error_and_ends_when_asked(
    store: Store, engine: Engine, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    take(store, told(1, "SQL"))
    home.write_text("a file is in the way")
    stop = threading.Event()
    thread = threading.Thread(target=follow, args=(store, engine), kwargs={"seconds": 0.02, "stop": stop})
    thread.start()
    wait_until(lambda: "could not follow" in caplog.text)
    home.unlink()
    index = engine.reader()
    wait_until((home / "published").exists, 10.0)
    take(store, told(2, "Erlang"))
    wait_until(lambda: found(index, "erlang") == (2,), 10.0)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


# Whoosh tries again when a merge takes files away while it opens them, and leaves open what it had opened by then.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_twenty_readers_and_a_writer_never_get_in_each_others_way(store: Store, engine: Engine) -> None:
    batches, size = 50, 7  # fewer in all than golden queries are asked of
    take(store, *(told(at, f"Erlang number {at} {'rest api' if at % 2 else 'sql'}") for at in range(size)))
    follow_once(store, engine)
    index, stop = engine.reader(), threading.Event()
    faults: list[object] = []
    answers = 0

    def ask(seed: int) -> None:
        nonlocal answers
        chance, seen = random.Random(seed), 0
        try:
            while not stop.is_set():
                query = chance.choice([Query(words="erlang"), Query(words="Erlang number", sort="newest"), Query()])
                hits = index.search(query)
                assert hits.total >= seen, f"{hits.total} after {seen}"
                assert hits.total % size == 0
                assert sum(hits.facets["kind"].values()) == hits.total
                seen = hits.total
                index.suggest("erl")
                index.similar(1)
                index.status()
                answers += 1
                time.sleep(0.08)  # the writer shares the interpreter with all of them
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    readers = [threading.Thread(target=ask, args=(seed,)) for seed in range(20)]
    for reader in readers:
        reader.start()
    for batch in range(1, batches + 1):
        first = batch * size
        changed = told(batch, f"Erlang number {batch} anew in batch {batch}")
        take(store, *(told(at, f"Erlang number {at}") for at in range(first, first + size)), changed)
        follow_once(store, engine)
        if batch % 20 == 0:
            reindex(store, engine)
    time.sleep(LOOK)
    stop.set()
    for reader in readers:
        reader.join(20)
    assert faults == []
    assert answers > 50
    assert index.search(Query(words="erlang")).total == (batches + 1) * size


def test_the_state_is_plain_json(store: Store, engine: Engine, home: Path) -> None:
    take(store, told(1, "SQL"))
    follow_once(store, engine)
    state = json.loads((home / published(home) / "state.json").read_text())
    assert state["revision"] == 1
    assert state["fingerprint"]


def test_entries_read_after_the_build_began_are_taken_in_again(
    store: Store, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, *(told(at, f"Erlang {at}") for at in range(3)))
    scan = following._entries

    def while_it_builds(store: Store) -> Iterator[object]:
        yield from scan(store)
        take(store, replace(told(0, "Prolog")), told(9, "Haskell"))

    monkeypatch.setattr(following, "_entries", while_it_builds)
    reindex(store, engine)
    assert follow_once(store, engine) == 2
    answers = [found(engine.reader(), words) for words in ("prolog", "haskell", "erlang")]
    assert answers == [(1,), (4,), (2, 3)]
