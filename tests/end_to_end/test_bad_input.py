"""Bad files, bad settings and a taken port get one clear sentence, and what is good goes in."""

import gzip
import json
import resource
import socket
import subprocess

import pytest

from tests.end_to_end.program import Program, records

GOOD = records(20)


def without_traceback(done: "subprocess.CompletedProcess[str]") -> str:
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    return told


def test_bad_lines_are_told_by_number_and_the_rest_goes_in(program: Program) -> None:
    bad = [
        "no json at all",
        json.dumps({"kind": "course", "url": "https://example.org/untitled"}),
        json.dumps({"kind": "painting", "title": "An unknown kind", "url": "https://example.org/p"}),
        json.dumps({"kind": "book", "title": "A wrong ISBN", "isbn13": "9781449373321"}),
        json.dumps({"kind": "book", "title": "x" * 10_000_000}),
        "[1, 2]",
    ]
    (program.home / "feed.jsonl").write_text(GOOD + "\n".join(bad) + "\n" + records(5, word="later"))
    done = program.run("import", "feed.jsonl")
    told = without_traceback(done)
    assert done.returncode == 0
    for line in (21, 22, 23, 24, 25, 26):
        assert f"feed.jsonl line {line}:" in told
    assert "26 listings, 5 skipped; 26 added" in told
    assert max(map(len, told.splitlines())) < 1000


def test_a_truncated_file_gives_what_it_has_and_says_so(program: Program) -> None:
    packed = gzip.compress(records(3000).encode())
    (program.home / "feed.jsonl.gz").write_bytes(packed[: len(packed) * 2 // 3])
    done = program.run("import", "feed.jsonl.gz")
    told = without_traceback(done)
    assert "not read to the end" in told
    assert 500 < len(program.catalogue()) < 3000


def test_a_binary_file_is_refused_in_words(program: Program) -> None:
    (program.home / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 500)
    done = program.run("import", "picture.png")
    assert done.returncode == 1
    assert "picture" in without_traceback(done)
    assert program.catalogue() == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[site]\nprot = 9000\n", "port"),
        ("[crawl]\npause_seconds = 'long'\n", "crawl.pause_seconds"),
        ("[sites]\nport = 9000\n", "site"),
        ("[site\n", "config.toml"),
    ],
)
def test_a_wrong_setting_names_the_key_and_the_nearest_known_one(program: Program, written: str, told: str) -> None:
    (program.home / "config.toml").write_text(written)
    done = program.run("config")
    assert done.returncode == 1
    assert told in without_traceback(done)


def test_a_taken_port_is_told(program: Program) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", program.port))
        other.listen()
        done = program.run("up")
    assert done.returncode == 1
    assert "LODESTAR_SITE_PORT" in without_traceback(done)


def test_a_full_disk_leaves_the_old_index_as_it_was(program: Program) -> None:
    (program.home / "feed.jsonl").write_text(records(2000))
    program.run("import", "feed.jsonl")
    program.run("reindex")
    done = subprocess.run(
        program.command("reindex"),
        cwd=program.home,
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    assert done.returncode == 1
    assert "could not be written" in without_traceback(done)
    assert program.found("python") > 0
    assert [path.name for path in (program.home / "index_data").iterdir() if path.is_dir()] == ["000001"]
