"""`lodestar up`: from an empty folder to a site, and back on its feet whatever is taken from under it."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.end_to_end.program import Program, records, until


def children(pid: int) -> dict[int, str]:
    """The child processes of one and what they do."""
    found = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if parent == pid:
                found[int(place.name)] = words
    return found


def gone(pid: int) -> bool:
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except OSError:
        return True


def serving(program: Program) -> bool:
    return bool(program.health().get("ok"))


def follower(pid: int) -> int | None:
    return next((child for child, words in children(pid).items() if words.rstrip().endswith("follow")), None)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads processes from /proc")
def test_from_an_empty_folder_to_a_site_that_mends_itself(program: Program) -> None:
    with program.running("up") as up:
        until(lambda: serving(program))
        health = program.health()
        assert health["entries"]["index"] == health["entries"]["record"] >= 400
        assert "<mark>Python</mark>" in program.page("/search?q=python&role=back-end-engineer")

        # What is imported later is found.
        (program.home / "feed.jsonl").write_text(records(50, word="zanzibar"))
        assert program.run("import", "feed.jsonl").returncode == 0
        until(lambda: "50 resources" in program.page("/search?q=zanzibar"))
        assert "50 found, 0 with all of the words" in program.run("search", "zanzibar quuxology").stdout

        # A killed follower is started again and goes on.
        first = until(lambda: follower(up.pid))
        os.kill(first, signal.SIGKILL)
        until(lambda: follower(up.pid) not in (None, first))
        (program.home / "more.jsonl").write_text(records(10, word="timbuktu"))
        program.run("import", "more.jsonl")
        until(lambda: "10 resources" in program.page("/search?q=timbuktu"))

        # The index is deleted under it: it answers meanwhile and is built anew.
        shutil.rmtree(program.home / "index_data")
        assert "50 resources" in program.page("/search?q=zanzibar")
        until((program.home / "index_data" / "published").exists)
        until(lambda: program.health().get("behind") == 0)
        assert "10 resources" in program.page("/search?q=timbuktu")
        assert "building the index anew" in program.log

        # SIGTERM ends all of it.
        last = until(lambda: follower(up.pid))
        up.terminate()
        assert up.wait(timeout=60) == 0
        until(lambda: gone(last))

    with program.running("up") as up:
        until(lambda: serving(program))
        # Whatever ends the parent, the follower does not stay behind.
        orphan = until(lambda: follower(up.pid))
        up.kill()
        until(lambda: gone(orphan))


@pytest.mark.parametrize("spoil", ["pointer", "state", "postings", "toc"])
def test_a_half_written_index_is_built_anew_at_start_with_a_message(program: Program, spoil: str) -> None:
    (program.home / "feed.jsonl").write_text(records(300))
    program.run("import", "feed.jsonl")
    program.run("reindex")
    home = program.home / "index_data"
    spoilt = {
        "pointer": home / "published",
        "state": home / "000001" / "state.json",
        "postings": next((home / "000001" / "whoosh").glob("*.pst")),
        "toc": next((home / "000001" / "whoosh").glob("*.toc")),
    }[spoil]
    spoilt.write_bytes(spoilt.read_bytes()[: spoilt.stat().st_size // 2])
    done = program.run("follow", "--once")
    assert done.returncode == 0, done.stderr
    assert "building the index anew" in done.stderr
    assert program.found("python") == 50
