"""An engine over an empty folder."""

from pathlib import Path

import pytest

from catalog.vocabulary import load_vocabulary
from indexer.engine import Engine, open_index

VOCABULARY = load_vocabulary()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "index_data"


@pytest.fixture
def engine(home: Path) -> Engine:
    return open_index(f"whoosh:{home}", VOCABULARY)
