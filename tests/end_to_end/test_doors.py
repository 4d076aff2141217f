"""Whatever an operator types, and whatever the disk says: words and a status, never a traceback."""

import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.ledger import Crawls
from catalog.store import Store
from tests.end_to_end.program import Program, records, until

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def limited(size: int) -> Callable[[], None]:
    """No file may grow beyond so many bytes: what a full disk looks like to one process."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def run_limited(program: Program, size: int, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        program.command(*words),
        cwd=program.home,
        env=program.environment | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limited(size),
    )


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """The complaint: the last line, and no traceback before it."""
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 1
    return done.stderr.splitlines()[-1]


def feed(program: Program, count: int, word: str = "course") -> None:
    (program.home / "feed.jsonl").write_text(records(count, word=word))


@pytest.mark.parametrize(
    ("words", "more", "told"),
    [
        (("search", "python"), {}, "run `lodestar reindex`"),
        (("show", "5"), {}, "there is no entry 5"),
        (("export", "no/such/folder/x.jsonl"), {}, "No such file or directory"),
        (("--config", "nope.toml", "config"), {}, "nope.toml cannot be read"),
        (("config",), {"LODESTAR_SITE_PORT": "nine"}, "site.port = 'nine' will not do"),
        (("reindex",), {"LODESTAR_INDEX_URL": "solr:x"}, "no search engine 'solr'"),
        (("reindex",), {"LODESTAR_INDEX_URL": "whoosh:/dev/null/x"}, "check [index] url"),
        (("reindex",), {"LODESTAR_RECORD_URL": "sqlite:////dev/null/x.db"}, "Check [record] url"),
        (("reindex",), {"LODESTAR_RECORD_URL": "postgresql://user@127.0.0.1:1/none"}, "Check [record] url"),
        (("import", "feed.jsonl"), {"LODESTAR_CRAWL_SPOOL": "/dev/null/spool"}, "not taken into the catalogue: feed"),
        (("crawl", "nowhere"), {}, "no source 'nowhere'"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    program: Program, words: tuple[str, ...], more: dict[str, str], told: str
) -> None:
    feed(program, 3)
    assert told in one_line(program.run(*words, **more))


def test_a_file_that_is_no_record_is_told_and_left_alone(program: Program) -> None:
    (program.home / "catalog_data").mkdir()
    path = program.home / "catalog_data" / "lodestar.db"
    path.write_bytes(b"Dear Sir or Madam, " * 500)
    feed(program, 3)
    for words in (("import", "feed.jsonl"), ("up",)):
        assert "not a database" in one_line(program.run(*words))
    assert path.read_bytes().startswith(b"Dear Sir")


@needs_full
def test_a_full_disk_is_told_when_exporting(program: Program) -> None:
    feed(program, 300)
    program.run("import", "feed.jsonl")
    assert "No space left on device" in one_line(program.run("export", "/dev/full"))


@pytest.mark.parametrize("size", [100_000, 1_500_000], ids=["spool", "batch"])
def test_a_full_disk_during_import_loses_nothing(program: Program, size: int) -> None:
    feed(program, 100, "early")
    assert program.run("import", "--source", "early", "feed.jsonl").returncode == 0
    before = program.catalogue()
    feed(program, 2500)
    told = run_limited(program, size, "import", "feed.jsonl")
    assert told.returncode == 1
    assert "Traceback" not in told.stdout + told.stderr
    assert program.catalogue() == before
    done = program.run("import", "feed.jsonl")
    assert "2,500 added" in done.stdout
    assert len(program.catalogue()) == len(before) + 2500


def test_a_full_disk_while_following_keeps_the_index_and_goes_on_later(program: Program) -> None:
    feed(program, 300)
    program.run("import", "feed.jsonl")
    program.run("reindex")
    feed(program, 1200, "later")
    program.run("import", "feed.jsonl")
    assert "the index could not be written" in one_line(run_limited(program, 40_000, "follow", "--once"))
    assert program.found("python") == 50
    assert program.run("follow", "--once").returncode == 0
    assert program.found("later") == 1200


def test_a_reader_that_leaves_early_is_no_fault(program: Program) -> None:
    feed(program, 2000)
    program.run("import", "feed.jsonl")
    export = subprocess.Popen(
        program.command("export"),
        cwd=program.home,
        env=program.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert export.stdout is not None
    assert export.stderr is not None
    assert export.stdout.readline().startswith("{")
    export.stdout.close()
    told = export.stderr.read()
    export.stderr.close()
    export.wait(timeout=20)
    assert "Traceback" not in told


def test_an_import_that_is_told_to_stop_says_so_and_can_be_run_again(program: Program) -> None:
    feed(program, 8000)
    process = program.start("import", "feed.jsonl")
    record = f"sqlite:///{program.home}/catalog_data/lodestar.db"

    def size() -> int:
        store = Store.open(record)
        try:
            return store.size()
        finally:
            store.close()

    until(lambda: (program.home / "catalog_data" / "lodestar.db").exists() and size())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 1
    assert "Traceback" not in program.log
    left = size()
    assert left < 8000
    assert left % 2000 == 0
    store = Store.open(record)
    assert [crawl.state for crawl in Crawls(store).latest()] == ["abandoned"]
    store.close()
    assert program.run("import", "feed.jsonl").returncode == 0
    assert size() == 8000


def test_imports_at_once_of_the_same_books_make_each_book_once(program: Program) -> None:
    feed(program, 1500)
    processes = [program.start("import", "--source", name, "feed.jsonl") for name in ("one", "two", "three")]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0], program.log
    assert len(program.catalogue()) == 1500
    assert "Traceback" not in program.log


def test_one_source_is_imported_by_one_process_at_a_time(program: Program) -> None:
    feed(program, 8000)
    with program.running("import", "feed.jsonl"):
        until(lambda: list((program.home / "catalog_data").glob("spool/*.lock")))
        time.sleep(0.2)
        assert "not taken into the catalogue: feed" in one_line(done := program.run("import", "feed.jsonl"))
        assert "is being crawled by another process; wait for it to end" in done.stderr


def test_two_sites_over_one_catalogue(program: Program, tmp_path_factory: pytest.TempPathFactory) -> None:
    feed(program, 200)
    program.run("import", "feed.jsonl")
    other = Program(tmp_path_factory.mktemp("other"))
    other.environment |= {
        "LODESTAR_RECORD_URL": f"sqlite:///{program.home}/catalog_data/lodestar.db",
        "LODESTAR_INDEX_URL": f"whoosh:{program.home}/index_data",
        "LODESTAR_CRAWL_SPOOL": f"{program.home}/catalog_data/spool",
    }
    with program.running("up"):
        until(lambda: program.health().get("ok"))
        with other.running("up"):
            until(lambda: other.health().get("ok"))
            feed(program, 100, "zanzibar")
            program.run("import", "feed.jsonl")
            for site in (program, other):
                until(lambda site=site: "100 resources" in site.page("/search?q=zanzibar"), 15)
    assert "Traceback" not in program.log + other.log


def test_a_half_deleted_index_is_made_good_when_the_site_starts(program: Program) -> None:
    feed(program, 300)
    program.run("import", "feed.jsonl")
    program.run("reindex")
    for at, path in enumerate(sorted((program.home / "index_data").rglob("*.*"))):
        if path.is_file() and at % 2:
            path.unlink()
    with program.running("up"):
        until(lambda: program.health().get("ok"))
        assert "50 resources" in program.page("/search?q=python")
    assert "building the index anew: there is none, it is damaged, or the rules have changed" in program.log
    assert "Traceback" not in program.log


def test_a_record_that_is_replaced_by_an_older_one_is_followed(program: Program) -> None:
    feed(program, 50, "early")
    program.run("import", "feed.jsonl")
    before = {path.name: path.read_bytes() for path in (program.home / "catalog_data").glob("lodestar.db*")}
    feed(program, 300, "later")
    program.run("import", "feed.jsonl")
    program.run("reindex")
    for path in (program.home / "catalog_data").glob("lodestar.db*"):
        path.unlink()
    for name, content in before.items():
        (program.home / "catalog_data" / name).write_bytes(content)
    done = program.run("follow", "--once")
    assert "the record is older than the index" in done.stderr
    assert (program.found("early"), program.found("later")) == (50, 0)
