"""Where one run happens: a folder of its own, settings that point there, and the real command, measured."""

import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[1]
MEGABYTE = 1_000_000
_BYTES_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024
_SAMPLE = 0.1  # seconds between looks at the memory of a process and its children


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one process took: seconds on the clock, seconds of processor time, and its greatest memory in bytes."""

    wall: float
    cpu: float
    memory: int
    output: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder with a record and an index in it."""

    folder: Path

    @property
    def record(self) -> str:
        return f"sqlite:///{self.folder / 'record' / 'lodestar.db'}"

    @property
    def index(self) -> str:
        return f"whoosh:{self.folder / 'index'}"

    def environment(self, **more: str) -> dict[str, str]:
        """The environment without settings of the person who runs this, and with ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LODESTAR_")}
        ours = {
            "LODESTAR_RECORD_URL": self.record,
            "LODESTAR_INDEX_URL": self.index,
            "LODESTAR_CRAWL_SPOOL": str(self.folder / "spool"),
            "LODESTAR_LOG_LEVEL": "WARNING",
        }
        return kept | ours | more

    def run(self, *words: str) -> Cost:
        """Run `lodestar WORDS` to its end; a failure ends the benchmark and shows what was said."""
        with (self.folder / "output.log").open("w+", encoding="utf-8") as output:
            started = time.perf_counter()
            with self._started(words, output.fileno(), {}) as process, Watch(process.pid) as watch:
                _, status, used = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - started
            output.seek(0)
            said = output.read()
        if process.returncode:
            raise SystemExit(f"lodestar {' '.join(words)} failed with status {process.returncode}:\n{said[-2000:]}")
        memory = max(watch.highest, used.ru_maxrss * _BYTES_OF_MAXRSS)
        return Cost(wall=wall, cpu=used.ru_utime + used.ru_stime, memory=memory, output=said)

    @contextmanager
    def running(self, *words: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
        """`lodestar WORDS` in the background, stopped in the end."""
        with (self.folder / f"{words[0]}.log").open("wb") as output:
            process = self._started(words, output.fileno(), settings)
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _started(self, words: tuple[str, ...], output: int, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [command(), *words], cwd=self.folder, env=self.environment(**settings), stdout=output, stderr=output
        )


class Watch:
    """Looks again and again at the memory of a process with its children, where the system has /proc."""

    def __init__(self, pid: int) -> None:
        self.highest = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_SAMPLE):
            self.highest = max(self.highest, sum(map(memory_of, family(self._pid))))


def family(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(below for child in children for below in family(int(child)))]


def memory_of(pid: int | str) -> int:
    """Bytes resident now, mapped files among them; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def command() -> str:
    """The installed `lodestar`."""
    beside = Path(sys.executable).with_name("lodestar")
    found = str(beside) if beside.exists() else shutil.which("lodestar")
    if found is None:
        raise SystemExit("the command lodestar is not installed here; run `pip install -e .` in the checkout first")
    return found


def size_of(path: Path, pattern: str = "**/*") -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in path.glob(pattern) if file.is_file())
