"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("lodestar", deadline=None)  # how fast it is, benchmarks tell: other work must fail no test
settings.load_profile("lodestar")
CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real recorded data beside the checkout; tests that need it skip where it is absent, and fail in
    CI.
    """
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs the recorded data at {folder}")
        pytest.skip(f"the recorded data is not at {folder}")
    return folder
