"""A writer that is killed at any moment leaves the old index or the new one, never a broken one."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog.model import Entry, Kind, LearningResource
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import Query

ENTRIES = 150
KILLS = 50
VOCABULARY = load_vocabulary()

# Builds and changes without end: after each step all entries are of one version, the next after the last.
WRITER = """
import sys
from indexer.engine import open_index
from tests.indexer.test_killed_writers import VOCABULARY, catalogue, version_in
home = sys.argv[1]
engine = open_index(f"whoosh:{home}", VOCABULARY)
version = version_in(engine.reader())
print("ready", flush=True)
while True:
    writer = engine.writer()
    if writer.revision() is not None:
        for _ in range(2):
            version += 1
            writer.apply(catalogue(version), [], version)
            print("changed", flush=True)
    version += 1
    writer.publish(writer.build(catalogue(version), version))
    print("published", flush=True)
"""


def catalogue(version: int) -> list[Entry]:
    """The same entries, each of them told in the words of one version."""
    return [
        Entry(
            id=number,
            resource=LearningResource(kind=Kind.BOOK, title=f"Python version{version}", description=f"Book {number}"),
        )
        for number in range(1, ENTRIES + 1)
    ]


def version_in(index: SearchIndex) -> int:
    """The version that all entries of an index are of; it is the revision of the index or the change after it."""
    assert index.search(Query(words="python")).total == ENTRIES
    revision = index.status().revision
    (version,) = [
        at for at in (revision, revision + 1) if index.search(Query(words=f"version{at}", literal=True)).total
    ]
    assert index.search(Query(words='"python version%d"' % version)).total == ENTRIES  # noqa: UP031
    return version


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    engine, chance = open_index(f"whoosh:{tmp_path}", VOCABULARY), random.Random(seed)
    engine.writer().publish(engine.writer().build(catalogue(1), 1))
    versions = [1]
    for _ in range(KILLS // 5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            for _ in range(chance.randint(0, 3)):
                assert child.stdout.readline()
            time.sleep(chance.uniform(0, 0.15))
            assert child.poll() is None, "it writes until it is killed"
            child.kill()
        versions.append(version_in(engine.reader()))
    assert versions == sorted(versions)
    assert versions[-1] > versions[0], "it was killed at work"
