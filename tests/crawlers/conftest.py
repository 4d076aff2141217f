"""What the crawler tests share."""

from collections.abc import Iterator

import pytest

from tests.crawlers.local_web import LocalWeb, local_web


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as running:
        yield running
