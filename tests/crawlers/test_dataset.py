import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from catalog import clean
from catalog.errors import ListingError, SourceError
from catalog.model import Kind, LearningResource, Level, Listing, Price
from crawlers.readers.neutral_file import file_id, read
from crawlers.readers.neutral_record import listing
from crawlers.source import Report
from crawlers.sources.dataset import Dataset
from tests.crawlers.local_web import FakeFetch

ROW: dict[str, object] = {"kind": "course", "title": "Go", "url": "https://e.org/go"}


def of_file(path: Path, content: str | bytes, **settings: object) -> tuple[list[Listing], Report]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = Report()
    return list(Dataset({"files": [str(path)], **settings}).listings(FakeFetch({}), report)), report


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


# ---- one row


def test_every_key_has_its_place() -> None:
    found = listing(
        {
            "kind": "path",
            "title": " Go &amp; more ",
            "url": "https://E.org/go?utm_source=x",
            "description": "<p>Learn</p>",
            "provider": "Acme",
            "institution": "Acme University",
            "authors": ["Ann Lee", "Taught by ann lee", "Bob RayTop Instructor"],
            "language": "English",
            "level": "Beginner Level",
            "duration_hours": 3.5,
            "duration_text": "Approx. 4 hours",
            "price": "$49.99",
            "is_free": False,
            "rating": 4.5,
            "rating_count": 12,
            "enrolment_count": "1,200",
            "subjects": ["Go"],
            "skills": ["Concurrency"],
            "isbn10": "0-262-51087-1",
            "pages": 657,
            "published": 1996,
            "image": "https://e.org/i.png",
            "source": "acme-2024",
            "unknown": {"is": "ignored"},
        },
        "file",
    )
    assert found == Listing(
        source="acme-2024",
        key="https://e.org/go",
        resource=LearningResource(
            kind=Kind.PROGRAM,
            title="Go & more",
            url="https://e.org/go",
            description="Learn",
            provider="Acme",
            institution="Acme University",
            authors=("Ann Lee", "Bob Ray"),
            language="en",
            level=Level.BEGINNER,
            level_text="Beginner Level",
            hours_min=3.5,
            hours_max=3.5,
            duration_text="Approx. 4 hours",
            price=Price(amount=49.99, currency="USD"),
            is_free=False,
            rating=4.5,
            rating_count=12,
            enrolment_count=1200,
            subjects=("Go",),
            skills=("Concurrency",),
            isbn="9780262510875",
            pages=657,
            published="1996",
            image="https://e.org/i.png",
        ),
    )


def test_what_is_missing_stays_missing() -> None:
    found = listing({"kind": "book", "title": "Go", "price": None, "rating": 0, "pages": 0, "description": ""}, "file")
    assert found.resource == LearningResource(kind=Kind.BOOK, title="Go")
    assert found.source == "file"


def test_hours_may_come_from_words() -> None:
    found = listing({**ROW, "duration_text": "2-3 hours"}, "file").resource
    assert (found.hours_min, found.hours_max) == (2.0, 3.0)


def test_keys_are_stable() -> None:
    assert listing(ROW, "f").key == "https://e.org/go"
    assert listing({"kind": "book", "title": "Go", "isbn13": "9780262510875"}, "f").key == "isbn:9780262510875"
    nameless = listing({"kind": "book", "title": "Go", "authors": ["Ann"], "provider": "P"}, "f").key
    assert nameless.startswith("hash:")
    assert nameless == listing({"kind": "book", "title": "GO", "authors": ["ann", "Bob"], "provider": "P"}, "g").key
    assert nameless != listing({"kind": "book", "title": "Go", "authors": ["Bob"], "provider": "P"}, "f").key


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"kind": "course"}, "no title"),
        ({"kind": "course", "title": "  "}, "title"),
        ({"kind": "course", "title": ["a"]}, "no text"),
        ({"title": "Go"}, "unknown kind None"),
        ({"kind": "curse", "title": "Go"}, "unknown kind 'curse'"),
        ({"kind": 3, "title": "Go"}, "unknown kind 3"),
    ],
)
def test_a_row_that_tells_of_nothing(row: dict[str, object], words: str) -> None:
    with pytest.raises(ListingError, match=words):
        listing(row, "file")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("isbn13", "9780262510876"),
        ("isbn10", "123"),
        ("url", "ftp://e.org"),
        ("url", 3),
        ("authors", 3),
        ("published", "soon"),
    ],
)
def test_a_wrong_value_is_dropped_and_told(name: str, value: object) -> None:
    notes: list[str] = []
    found = listing({"kind": "course", "title": "Go", name: value}, "file", notes.append)
    assert found.resource == LearningResource(kind=Kind.COURSE, title="Go")
    assert len(notes) == 1
    assert notes[0].startswith(f"{name} {str(value)!r} ")


def test_rows_are_read_apart_from_files() -> None:
    found, problems = read(
        [(1, b'{"kind": "course", "title": "A"}'), (2, b"{"), (3, {"kind": "book", "title": "B"}), (4, "too long")], "f"
    )
    assert [one.resource.title for one in found] == ["A", "B"]
    assert [(number, skipped) for number, _, skipped in problems] == [(2, True), (4, True)]


# ---- files


def test_bad_lines_are_told_with_their_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    found, report = of_file(
        tmp_path / "f.jsonl",
        "\ufeff"
        + lines(
            ROW,
            "not json",
            "",
            "[1]",
            {"kind": "course"},
            {**ROW, "url": "https://e.org/2", "isbn13": "1"},
            "3",
            '"x"',
            "null",
            "[" * 100_000,
        ),
    )
    assert [one.key for one in found] == ["https://e.org/go", "https://e.org/2"]
    assert report.skipped == 7
    assert report.complete
    wheres = [problem.split(":")[0] for problem in report.problems]
    assert wheres == [f"f.jsonl line {number}" for number in (2, 4, 5, 6, 7, 8, 9, 10)]


def test_a_line_of_ten_megabytes_is_skipped_without_a_fuss(tmp_path: Path) -> None:
    found, report = of_file(
        tmp_path / "f.jsonl",
        lines(ROW, json.dumps({**ROW, "description": "x" * 10_000_000}), {**ROW, "url": "https://e.org/2"}),
    )
    assert len(found) == 2
    assert report.problems == ("f.jsonl line 2: the line is longer than 1,000,000 bytes",)


def test_a_flood_of_bad_lines_is_counted_and_not_kept(tmp_path: Path) -> None:
    _, report = of_file(tmp_path / "f.jsonl", "rubbish\n" * 5000 + lines(ROW))
    assert report.skipped == 5000
    assert len(report.problems) == 51
    assert report.problems[-1] == "and 4950 more"


@pytest.mark.parametrize("name", ["f.jsonl.gz", "f.jsonl", "f"])
def test_gzip_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    found, report = of_file(tmp_path / name, gzip.compress(lines(ROW).encode()))
    assert len(found) == 1
    assert report.problems == ()


def test_a_packed_file_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    rows = [{**ROW, "url": f"https://e.org/{at}", "description": str(hash((at, "x")))} for at in range(3000)]
    packed = gzip.compress(lines(*rows).encode())
    found, report = of_file(tmp_path / "f.jsonl.gz", packed[: len(packed) // 2])
    assert 500 < len(found) < 3000
    assert [one.key for one in found] == [f"https://e.org/{at}" for at in range(len(found))]
    assert not report.complete
    assert report.skipped == 0
    assert "cut off" in report.problems[-1]


def test_a_damaged_packed_file_says_so(tmp_path: Path) -> None:
    packed = bytearray(
        gzip.compress(lines(*({**ROW, "url": f"https://e.org/{hash((at, 'y'))}"} for at in range(3000))).encode())
    )
    packed[len(packed) // 2] ^= 0xFF
    _, report = of_file(tmp_path / "f.jsonl.gz", bytes(packed))
    assert not report.complete


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)) * 20, "binary"),
        (b"%PDF-1.4 ...", "binary"),
        (b"PK\x03\x04", "binary"),
        (lines(ROW).encode("utf-16"), "UTF-16"),
        (b'[{"kind": "course"}]', "one object a line"),
        (b"\x1f\x8b\x08nonsense", "cannot be unpacked"),
        (gzip.compress(b"\x00\x01\x02" * 100, mtime=0), "binary"),
    ],
)
def test_what_is_no_dataset_is_refused_in_clear_words(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        of_file(tmp_path / "f.dat", content)


def test_missing_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        list(Dataset({"files": [str(tmp_path / "none")]}).listings(FakeFetch({}), Report()))
    with pytest.raises(SourceError, match="no file"):
        list(Dataset({}).listings(FakeFetch({}), Report()))
    assert of_file(tmp_path / "f.jsonl", "\n\n")[0] == []


def test_the_source_of_a_listing(tmp_path: Path) -> None:
    rows = lines(ROW, {**ROW, "url": "https://e.org/2", "source": "told"})
    assert [one.source for one in of_file(tmp_path / "My Feed (1).jsonl.gz", rows)[0]] == ["my-feed-1", "told"]
    assert [one.source for one in of_file(tmp_path / "f.jsonl", rows, **{"as": "acme"})[0]] == ["acme", "told"]
    assert file_id(Path("/x/ÜÜ.csv")) == "dataset"


# ---- CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(tmp_path: Path, delimiter: str) -> None:
    head = ["Kind", "title", "url", "authors", "is_free", "price", "skills", "pages"]
    cells = [
        "book",
        '"Go, a; book\tof\nlines"',
        "https://e.org/1",
        '"Ann Lee; Bob Ray"',
        "true",
        "0",
        '"[""A"", ""B""]"',
        "",
    ]
    text = "\ufeff" + delimiter.join(head) + "\r\n" + delimiter.join(cells) + "\r\n"
    found, report = of_file(tmp_path / "f.csv", text)
    assert report.problems == ()
    told = found[0].resource
    assert (told.title, told.authors, told.is_free, told.skills, told.pages) == (
        "Go, a; book of lines",
        ("Ann Lee", "Bob Ray"),
        True,
        ("A", "B"),
        None,
    )
    assert told.price == Price(amount=0.0)


def test_bad_rows_of_csv(tmp_path: Path) -> None:
    text = b"kind,title,url\ncourse,A,https://e.org/1\ncourse,,\ncourse,\xff\xfe,\n\ncourse,B\ncourse,C,https://e.org/3,more,cells\n"
    found, report = of_file(tmp_path / "f.csv", text)
    assert [one.resource.title for one in found] == ["A", "B", "C"]
    assert [problem.split(":")[0] for problem in report.problems] == ["f.csv line 3", "f.csv line 4"]


def test_a_quote_that_is_never_closed_costs_one_record(tmp_path: Path) -> None:
    rows = "".join(f"course,T{at},https://e.org/{at}\n" for at in range(20_000))
    found, report = of_file(tmp_path / "f.csv", 'kind,title,url\ncourse,"A,https://e.org/a\n' + rows)
    assert len(found) > 10_000
    assert report.skipped >= 1


@pytest.mark.parametrize(
    ("rows", "kept"), [('course,"A" and b,https://e.org/a\ncourse,C,\n', ["C"]), ('course,C,\ncourse,"A', ["C"])]
)
def test_a_quote_in_the_wrong_place_is_told(tmp_path: Path, rows: str, kept: list[str]) -> None:
    found, report = of_file(tmp_path / "f.csv", "kind,title,url\n" + rows)
    assert [one.resource.title for one in found] == kept
    assert report.skipped == 1


def test_csv_without_a_title_column(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no column 'title'"):
        of_file(tmp_path / "f.csv", "name,link\nx,y\n")


# ---- the recorded catalogue


@pytest.mark.shared
@pytest.mark.parametrize(("name", "dropped"), [("courses", 0), ("books", 100)])
def test_the_recorded_catalogue_is_clean(shared: Path, name: str, dropped: int) -> None:
    source, report = Dataset({"files": [str(shared / f"data/{name}.jsonl.gz")]}), Report()
    for told in islice(source.listings(FakeFetch({}), report), 20_000):
        assert told.resource.url is None or told.resource.url == told.key
    assert report.skipped == 0
    assert report.noted <= dropped
    assert clean.url_key("https://e.org/") == "e.org"
