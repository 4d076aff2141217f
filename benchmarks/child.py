"""An engine in a process of its own, from the side of who asks."""

import json
import select
import subprocess
import sys
from typing import Any, Self

from benchmarks.place import CHECKOUT, Place, Watch

# Xapian's bindings belong to the Python of the system: no wheel of them is published.
_PYTHONS = {"xapian": "/usr/bin/python3"}
_ADVICE = {
    "tantivy": "pip install -r benchmarks/requirements.txt",
    "xapian": "apt install python3-xapian, for /usr/bin/python3",
}


class Absent(Exception):
    """The engine is not installed here."""


class Child:
    """A worker with one engine. Raises `Absent` where it is not installed; `version` tells what it is."""

    def __init__(self, engine: str, place: Place) -> None:
        self.engine = engine
        python = _PYTHONS.get(engine, sys.executable)
        words = [python, "-m", "benchmarks.engines.worker", engine]
        environment = place.environment(PYTHONPATH=str(CHECKOUT), PYTHONDONTWRITEBYTECODE="1")
        try:
            self._process = subprocess.Popen(
                words, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        except FileNotFoundError as error:
            raise Absent(f"{engine} is left out: there is no {python} ({_ADVICE[engine]})") from error
        told = self._answer()
        if "absent" in told:
            self._process.communicate()
            raise Absent(f"{engine} is left out: {told['absent']} ({_ADVICE.get(engine, 'see requirements.txt')})")
        self.version: str = told["version"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def tell(self, order: str, *arguments: object) -> None:
        """Give an order without waiting for its answer."""
        if self._process.stdin is None:
            raise SystemExit(f"{self.engine} was not started")
        self._process.stdin.write(json.dumps([order, arguments]) + "\n")
        self._process.stdin.flush()

    def order(self, order: str, *arguments: object) -> Any:
        """Give an order and wait for its answer."""
        self.tell(order, *arguments)
        return self._answer()

    def answered(self) -> bool:
        """Whether the answer to an order that was told is there."""
        return self._process.stdout is not None and bool(select.select([self._process.stdout], [], [], 0)[0])

    def watched(self, order: str, *arguments: object) -> tuple[Any, int]:
        """The answer to an order, and the greatest memory of the process and its children meanwhile, in bytes."""
        with Watch(self.pid) as watch:
            return self.order(order, *arguments), watch.highest

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise SystemExit(f"{self.engine} ended with status {self._process.wait()}; its last words are above")
        return json.loads(line)
