"""What the crawler tests share."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.crawlers.local_web import LocalWeb, local_web


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as running:
        yield running


@pytest.fixture
def webs() -> Iterator[list[LocalWeb]]:
    """Several sites, each a host of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(local_web()) for _ in range(4)]
