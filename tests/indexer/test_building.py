"""How a generation is written: in one process or several, whole or not at all, and read by Whoosh itself."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.query import Term

from catalog.errors import SearchError
from catalog.model import Entry, Kind, LearningResource
from indexer.engine import Engine, open_index
from indexer.query import Query
from indexer.whoosh_engine import parts, writer
from indexer.whoosh_engine.term_table import TermTable, _hash_table
from tests.indexer.test_whoosh_engine import VOCABULARY, WORDS, publish, random_entries, whoosh_folder

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> "list[subprocess.Popen[bytes]]":
    """Builds of 50 entries and more use two processes; gives those that were started."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    monkeypatch.setattr(parts, "FEW", 50)
    monkeypatch.setattr(parts, "processes", lambda: 2)
    return started


# ---- several processes


@pytest.mark.usefixtures("in_parts")
def test_several_processes_give_the_answers_of_one(engine: Engine, home: Path, tmp_path: Path) -> None:
    entries = random_entries(900)
    publish(engine, entries)
    other = tmp_path / "other"
    alone = open_index(f"whoosh:{other}", VOCABULARY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "processes", lambda: 1)
        publish(alone, entries)
    for words in ("", *WORDS, "python sql", "pyhton"):
        for sort in ("relevance", "newest"):
            query = Query(words=words, sort=sort, page_size=100)
            ours, theirs = engine.reader().search(query), alone.reader().search(query)
            assert ours.ids == theirs.ids
            assert ours.scores == pytest.approx(theirs.scores, abs=2e-4)
            assert (ours.total, ours.facets, ours.corrections) == (theirs.total, theirs.facets, theirs.corrections)
    assert engine.reader().suggest("do") == alone.reader().suggest("do")
    with index.open_dir(whoosh_folder(home)).reader() as ours, index.open_dir(whoosh_folder(other)).reader() as theirs:
        assert len(list(ours.leaf_readers())) == 2
        assert len(list(theirs.leaf_readers())) == 1
        terms = list(theirs.all_terms())
        assert list(ours.all_terms()) == terms
        for field, term in terms:
            assert ours.doc_frequency(field, term) == theirs.doc_frequency(field, term)
            assert ours.frequency(field, term) == theirs.frequency(field, term)
        assert sorted(ours.column_reader("entry")) == sorted(theirs.column_reader("entry"))


@pytest.mark.usefixtures("in_parts")
def test_the_same_entries_make_the_same_segments(engine: Engine, home: Path) -> None:
    held = []
    for _ in range(2):
        publish(engine, random_entries(450))
        with index.open_dir(whoosh_folder(home)).reader() as reader:
            leaves = [leaf.column_reader("entry") for leaf, _ in reader.leaf_readers()]
            held.append([list(leaf) for leaf in leaves])
    assert held[0] == held[1]
    assert [len(some) for some in held[0]] == [250, 200]


@pytest.mark.usefixtures("in_parts")
def test_arrays_of_a_new_index_are_those_that_are_derived_again(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(120))
    columns = Path(whoosh_folder(home)).parent / "columns"
    written = {path.relative_to(columns): path.read_bytes() for path in columns.glob("*/*.array")}
    shutil.rmtree(columns)
    engine.reader().search(Query())
    assert written == {path.relative_to(columns): path.read_bytes() for path in columns.glob("*/*.array")}
    assert len({path.parent for path in written}) == 2


@pytest.mark.usefixtures("in_parts")
def test_an_index_in_parts_is_changed_like_any_other(engine: Engine) -> None:
    publish(engine, random_entries(120))
    book = LearningResource(kind=Kind.BOOK, title="Haskell")
    engine.writer().apply([Entry(id=7, resource=book), Entry(id=121, resource=book)], [8], 2)
    hits = engine.reader().search(Query(words="haskell"))
    assert sorted(hits.ids) == [7, 121]
    assert engine.reader().search(Query()).total == 120


def test_progress_is_told_for_each_entry(
    engine: Engine, in_parts: "list[subprocess.Popen[bytes]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_STEP", 100)
    steps: list[int] = []
    engine.writer().build(random_entries(270), 1, steps.append)
    assert steps == [100, 100, 70]
    assert [process.poll() is not None for process in in_parts] == [True, True]


def test_few_entries_are_written_by_one_process(engine: Engine, in_parts: "list[subprocess.Popen[bytes]]") -> None:
    for count in (0, 1, 49):
        publish(engine, random_entries(count))
        assert engine.reader().search(Query()).total == count
    assert in_parts == []


def test_a_process_that_is_killed_leaves_the_published_index(
    engine: Engine, home: Path, in_parts: "list[subprocess.Popen[bytes]]"
) -> None:
    publish(engine, random_entries(10))

    def interrupted() -> Iterator[Entry]:
        for entry in random_entries(3000):
            if entry.id == 1500:
                in_parts[0].send_signal(signal.SIGKILL)
            yield entry

    with pytest.raises(SearchError, match=r"ended with status -9; the published one is as it was"):
        engine.writer().build(interrupted(), 2)
    assert engine.reader().status().revision == 1
    assert sorted(path.name for path in home.iterdir()) == ["000001", "published", "writer.lock"]
    assert [process.poll() is not None for process in in_parts] == [True, True]


PROGRAM = """
import resource, sys, time
from indexer.engine import open_index
from indexer.whoosh_engine import parts, writer
from tests.indexer.test_whoosh_engine import VOCABULARY, random_entries
parts.FEW, parts.processes = 50, lambda: 2

def entries():
    for entry in random_entries(3000):
        if entry.id == 1500 and sys.argv[2] == "killed":
            print("half", flush=True)
            time.sleep(60)
        yield entry

if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
open_index(f"whoosh:{sys.argv[1]}", VOCABULARY).writer().build(entries(), 2)
"""


def test_a_full_disk_is_told_and_leaves_the_published_index(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(10))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home), "full"], capture_output=True, text=True, check=False, cwd=CHECKOUT
    )
    assert done.stderr.splitlines()[-1].startswith("catalog.errors.SearchError: the index could not be written ([Errno")
    assert engine.reader().status().revision == 1
    assert sorted(path.name for path in home.iterdir()) == ["000001", "published", "writer.lock"]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for children in /proc")
def test_a_killed_build_takes_its_processes_along(engine: Engine, home: Path) -> None:
    publish(engine, random_entries(10))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home), "killed"], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    ) as building:
        assert building.stdout is not None
        assert building.stdout.readline() == "half\n"
        children = Path(f"/proc/{building.pid}/task/{building.pid}/children").read_text().split()
        building.kill()
    assert len(children) == 2
    assert all(ends(int(child)) for child in children)
    assert engine.reader().search(Query()).total == 10
    publish(engine, random_entries(20))
    assert engine.reader().search(Query()).total == 20
    assert sorted(path.name for path in home.iterdir() if path.is_dir()) == ["000001", "000003"]


def ends(process: int) -> bool:
    """Whether a process ends within a minute, which is long even beside other work."""
    for _ in range(600):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


# ---- Whoosh's own format


def test_a_term_of_one_document_stands_in_the_index_of_terms(engine: Engine, home: Path) -> None:
    publish(engine, [*random_entries(20), Entry(id=99, resource=LearningResource(kind=Kind.BOOK, title="Lisp lisp"))])
    place = index.open_dir(whoosh_folder(home))
    for _ in range(2):
        with place.searcher() as searcher:
            reader = searcher.reader()
            info = reader.term_info("title", "lisp")
            assert (info.weight(), info.doc_frequency(), info.max_weight()) == (2.0, 1, 2.0)
            (document,) = searcher.search(Term("title", "lisp")).docs()
            assert reader.column_reader("entry")[document] == 99
            assert [(m.id(), m.weight()) for m in [reader.postings("title", "lisp")]] == [(document, 2.0)]
        assert engine.reader().search(Query(words="lisp")).ids == (99,)
        writing = place.writer()  # Whoosh's own, which merges it into blocks
        writing.add_document(title=("kafka",), entry=100, date=0)
        writing.commit(optimize=True)


def test_lengths_are_those_that_whoosh_would_keep(engine: Engine, home: Path) -> None:
    titles = [" ".join(["word"] * size) for size in (1, 9, 10, 11, 100, 5000, 120_000)]
    publish(
        engine,
        [Entry(id=at, resource=LearningResource(kind=Kind.BOOK, title=title)) for at, title in enumerate(titles, 1)],
    )
    folder = whoosh_folder(home)
    with index.open_dir(folder).reader() as reader:
        kept = [reader.doc_field_length(document, "title") for document in range(len(titles))]
        assert reader.field_length("title") == sum(len(title.split()) for title in titles)
    writing = index.open_dir(folder).writer()
    for title in titles:
        writing.add_document(title=tuple(title.split()), entry=1, date=0)
    writing.commit(merge=False)
    with index.open_dir(folder).reader() as reader:
        assert [reader.doc_field_length(document, "title") for document in range(len(titles), 2 * len(titles))] == kept


@settings(max_examples=50)
@given(st.sets(st.binary(min_size=1, max_size=6), max_size=300))
def test_whoosh_finds_every_key_of_a_table(keys: set[bytes]) -> None:
    storage = RamStorage()
    table = TermTable(storage.create_file("terms"))
    rows = sorted(keys)
    table.add_lines(rows[:10], [key[::-1] for key in rows[:10]])
    table.add_lines(rows[10:], [key[::-1] for key in rows[10:]])
    table.close()
    reader = OrderedHashReader(storage.open_file("terms"), storage.file_length("terms"))
    assert list(reader.items()) == [(key, key[::-1]) for key in rows]
    assert all(reader[key] == key[::-1] for key in rows)
    assert b"longer than any" not in reader
    for start in (b"", b"\x7f", b"\xff\xff"):
        assert list(reader.keys_from(start)) == [key for key in rows if key >= start]


@settings(max_examples=200)
@given(st.lists(st.integers(0, 2**32 - 1), max_size=12) | st.lists(st.sampled_from([255, 1 << 8, 3 << 8, 7 << 8])))
def test_each_slot_of_a_hash_table_is_reached(hashes: list[int]) -> None:
    raw = _hash_table(np.array(hashes, np.uint32), np.arange(1, len(hashes) + 1))
    table = np.frombuffer(raw, [("hash", ">u4"), ("place", ">i8")]).tolist()
    assert len(table) == 2 * len(hashes)
    for place, wanted in enumerate(hashes, 1):
        slot = (wanted >> 8) % len(table)
        while table[slot] != (wanted, place):
            assert table[slot][1] != 0  # a free slot ends every search
            slot = (slot + 1) % len(table)
