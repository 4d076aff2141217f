import sys
from pathlib import Path
from types import ModuleType

import pytest

from catalog.errors import SourceError
from crawlers.source import Report, Source, known_sources, open_source
from crawlers.sources.free_programming_books import FreeProgrammingBooks

FILE = """
from crawlers.source import Source


class One(Source):
    id = "{id}"
    name = "One"

    def listings(self, fetch, report):
        yield from ()
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("found_sources")
    module.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "found_sources", module)
    yield module  # type: ignore[misc]
    for name in [name for name in sys.modules if name.startswith("found_sources.")]:
        del sys.modules[name]


def test_being_in_the_folder_is_being_registered(package: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(FILE.format(id="one"))
    (tmp_path / "two.py").write_text(FILE.format(id="two") + "\n\nclass Shared:\n    pass\n")
    assert list(known_sources(package)) == ["one", "two"]


def test_two_sources_with_one_id_are_an_error(package: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(FILE.format(id="one"))
    (tmp_path / "two.py").write_text(FILE.format(id="one"))
    with pytest.raises(SourceError, match="both claim the id 'one'"):
        known_sources(package)


def test_the_sources_we_have() -> None:
    known = known_sources()
    assert {"dataset", "free-programming-books", "schema-org"} <= set(known)
    for source_id, kind in known.items():
        assert issubclass(kind, Source)
        assert kind.name
        assert kind.kinds, f"{source_id} says what kinds it lists"
        assert kind.__doc__
        assert kind.__module__ == f"crawlers.sources.{source_id.replace('-', '_')}", (
            "a source's file is named as its id"
        )


def test_a_source_is_opened_with_its_table() -> None:
    (source,) = open_source(
        "free-programming-books", {"free_programming_books": {"enabled": False}, "schema_org": {"sites": 3}}
    )
    assert isinstance(source, FreeProgrammingBooks)
    assert not source.on
    assert source.listed_as == "free-programming-books"


@pytest.mark.parametrize(
    ("source_id", "tables", "words"),
    [
        ("nothing", {}, "no source 'nothing'; known are: .*dataset"),
        ("dataset", {"datset": {}}, r"\[sources.datset\] is for no source"),
        ("dataset", {"dataset": {"enabled": "yes"}}, "must be true or false"),
        ("dataset", {"dataset": {"file": "x"}}, "did you mean 'files'"),
        ("dataset", {"dataset": {"files": [3]}}, "a list of texts"),
        ("dataset", {"dataset": {"as": ""}}, "not empty"),
    ],
)
def test_wrong_settings_are_told(source_id: str, tables: dict[str, dict[str, object]], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(source_id, tables)


def test_a_report_counts_everything_and_keeps_the_first() -> None:
    report = Report(keep=2)
    for at in range(5):
        report.skip(f"line {at}", "bad")
    report.note("line 9", "odd")
    report.cut_short("file", "ended early")
    assert (report.skipped, report.noted, report.complete) == (5, 7, False)
    assert report.problems == ("line 0: bad", "line 1: bad", "file: ended early", "and 4 more")
