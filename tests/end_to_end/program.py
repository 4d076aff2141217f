"""The real command in a folder of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WAIT = 90.0  # seconds before something that should happen is given up


class Program:
    """`lodestar` with its record and index in one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        mine = {key: value for key, value in os.environ.items() if not key.startswith("LODESTAR_")}
        self.environment = mine | {"LODESTAR_SITE_PORT": str(self.port), "PYTHONUNBUFFERED": "1"}

    def command(self, *words: object) -> list[str]:
        return [sys.executable, "-m", "lodestar", *map(str, words)]

    def run(self, *words: object, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*words),
            cwd=self.home,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *words: object) -> "subprocess.Popen[str]":
        log = (self.home / "log.txt").open("a")
        try:
            return subprocess.Popen(
                self.command(*words),
                cwd=self.home,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        finally:
            log.close()

    @contextmanager
    def running(self, *words: object) -> "Iterator[subprocess.Popen[str]]":
        process = self.start(*words)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def log(self) -> str:
        return (self.home / "log.txt").read_text()

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def health(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.page("/health"))
        except OSError:
            return {"ok": False}
        return found

    def found(self, words: str) -> int:
        """How many the search finds, in the terminal."""
        done = self.run("search", words, "--json")
        assert done.returncode == 0, done.stderr
        return int(json.loads(done.stdout)["total"])

    def catalogue(self) -> list[str]:
        """Every live entry as one line without its id, in order."""
        lines = self.run("export").stdout.splitlines()
        return sorted(json.dumps({k: v for k, v in json.loads(line).items() if k != "id"}) for line in lines)


def until(true: Callable[[], Any], seconds: float = WAIT) -> Any:
    """The first true answer; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return answer


def records(count: int, *, word: str = "course") -> str:
    """Plausible records, one a line."""
    subjects = ["Python", "SQL", "REST APIs", "Docker", "Algorithms", "History of art"]
    rows = (
        {
            "kind": ("course", "book")[at % 2],
            "title": f"{subjects[at % 6]} {word} number {at}",
            "url": f"https://example.org/{word}/{at}",
            "description": f"What to know of {subjects[at % 6]}, told in {at % 40 + 1} lessons for those who begin.",
            "provider": f"School {at % 50}",
            "subjects": [subjects[at % 6]],
            "level": ("Beginner", "Advanced")[at % 2],
        }
        for at in range(count)
    )
    return "".join(json.dumps(row) + "\n" for row in rows)
