import io

import pytest

from catalog.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines_elsewhere() -> None:
    out = io.StringIO()
    with progress("Reading", total=4000, unit="records", stream=out, every_seconds=0.0) as step:
        step(1000)
        step(1000)
    lines = out.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Reading: 1,000 of 4,000 records, ")
    assert "s left" in lines[0]
    assert lines[-1].startswith("Reading: 2,000 records, ")
    assert "\r" not in out.getvalue()


def test_a_quiet_task_prints_its_end_only() -> None:
    out = io.StringIO()
    with progress("Reading", stream=out) as step:
        step(3)
    assert len(out.getvalue().splitlines()) == 1


def test_a_bar_on_a_terminal() -> None:
    out = Terminal()
    with progress("Reading", total=10, unit="records", stream=out) as step:
        step(10)
    assert "10/10" in out.getvalue()
    assert "100%" in out.getvalue()
    assert "records/s" in out.getvalue()


def test_the_last_line_comes_even_after_an_error() -> None:
    out = io.StringIO()

    def fail_halfway() -> None:
        with progress("Reading", stream=out) as step:
            step(2)
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        fail_halfway()
    assert "Reading: 2 records" in out.getvalue()
