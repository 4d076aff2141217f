"""What the tests of the whole program share."""

from pathlib import Path

import pytest

from tests.end_to_end.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)
