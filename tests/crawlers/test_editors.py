from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import SourceError
from catalog.merge import by_trust, merge
from catalog.model import Kind, LearningResource, Level, Listing
from crawlers.source import Report
from crawlers.sources.editors import Editors
from tests.crawlers.local_web import FakeFetch

BOOK = """
[[resource]]
kind = "book"
title = "Designing Queues"
isbn = "0-262-51087-1"
level = "advanced"
published = 2017-03-16
authors = ["Ann Lee"]
"""


def told(path: Path, text: str | bytes) -> tuple[list[Listing], Report]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    report = Report()
    return list(Editors({"file": str(path)}).listings(FakeFetch({}), report)), report


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "editors.toml"


def test_a_correction_states_only_what_it_corrects(file: Path) -> None:
    found, report = told(file, BOOK)
    assert found == [
        Listing(
            source="editors",
            key="isbn:9780262510875",
            resource=LearningResource(
                kind=Kind.BOOK,
                title="Designing Queues",
                isbn="9780262510875",
                level=Level.ADVANCED,
                level_text="advanced",
                published="2017-03-16",
                authors=("Ann Lee",),
            ),
        )
    ]
    assert (report.problems, report.complete) == ((), True)


def test_the_editors_word_wins(file: Path) -> None:
    (corrected,) = told(file, BOOK)[0]
    other = LearningResource(
        kind=Kind.BOOK, title="Queues!!", isbn="9780262510875", pages=300, level=Level.BEGINNER, authors=("A. Lee",)
    )
    resource, _ = merge(by_trust([Listing(source="acme", key="1", resource=other), corrected]))
    assert (resource.title, resource.level, resource.authors) == ("Designing Queues", Level.ADVANCED, ("Ann Lee",))
    assert resource.pages == 300


def test_what_is_wrong_is_told_by_its_number(file: Path) -> None:
    text = BOOK + (
        '[[resource]]\nkind = "book"\ntitle = "No key"\nisbn = "123"\n'
        '[[resource]]\nurl = "https://e.org/1"\nkind = "course"\n'
        '[[resource]]\nurl = "https://e.org/2"\ntitle = "No kind"\n'
        '[[resource]]\nurl = "https://e.org/3"\nkind = "course"\ntitle = "Fine"\npubished = "2020"\nsource = "acme"\n'
        '[[resource]]\nurl = "https://e.org/4"\nkind = "course"\ntitle = "Odd"\nauthors = 3\npages = { a = 1 }\n'
    )
    found, report = told(file, text)
    assert [one.resource.title for one in found] == ["Designing Queues", "Fine", "Odd"]
    assert {one.source for one in found} == {"editors"}
    assert [problem.split(": ")[0] for problem in report.problems] == [
        "editors.toml [[resource]] 2",
        "editors.toml [[resource]] 5",
        "editors.toml [[resource]] 5",
        "editors.toml [[resource]] 3",
        "editors.toml [[resource]] 4",
        "editors.toml [[resource]] 6",
    ]
    assert "pubished is no property" in report.problems[1]
    assert report.skipped == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[resource]\n", "not TOML"),
        (b"\xff\xfe\x00", "not TOML in UTF-8"),
        ("[resource]\ntitle = 'x'\n", r"something else than \[\[resource\]\]"),
        ("[[resourse]]\ntitle = 'x'\n", "something else"),
        ("resource = [1]\n", "something else"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(file: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        told(file, text)


def test_it_is_on_where_its_file_is(file: Path) -> None:
    assert not Editors({"file": str(file)}).on
    assert told(file, "\ufeff")[0] == []
    assert Editors({"file": str(file)}).on
    assert not Editors({"file": str(file), "enabled": False}).on
    file.unlink()
    with pytest.raises(SourceError, match="cannot be read"):
        list(Editors({"file": str(file)}).listings(FakeFetch({}), Report()))


VALUES = st.sampled_from(['"x"', "3", "-1.5", "true", "2020-01-01", "07:32:00", "[1, 'a']", "{ a = 1 }", "nan", "''"])
NAMES = ["isbn", "url", "doi", "title", "kind", "price", "rating", "authors", "published", "is_free", "pages", "key"]


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_values_of_any_type_never_surprise(tmp_path_factory: pytest.TempPathFactory, values: dict[str, str]) -> None:
    lines = {"kind": '"book"', "title": '"T"', "url": '"https://e.org/1"', **values}
    text = "[[resource]]\n" + "".join(f"{name} = {value}\n" for name, value in lines.items())
    path = tmp_path_factory.getbasetemp() / "any.toml"
    found, report = told(path, text)
    assert len(found) + report.skipped == 1
