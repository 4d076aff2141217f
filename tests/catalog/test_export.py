"""What `export` writes, `import` reads again."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.export import COLUMNS, open_for_writing, record, write_csv, write_json_lines
from catalog.model import Entry, Kind, LearningResource, Level, Price, RoleFit, TopicMatch
from crawlers.readers.neutral_record import listing

FULL = LearningResource(
    kind=Kind.BOOK,
    title="Designing, “Data” | Systems",
    url="https://example.org/book",
    description="Two sentences. With, commas and “quotes”.",
    provider="O'Reilly",
    authors=("Ann Lee", "Bob Ray"),
    language="en",
    level=Level.ADVANCED,
    level_text="Advanced",
    hours_min=12.5,
    hours_max=12.5,
    price=Price(amount=49.99, currency="USD"),
    is_free=False,
    rating=4.25,
    rating_count=1200,
    enrolment_count=5,
    subjects=("Databases", "Distributed systems"),
    skills=("SQL",),
    syllabus=("One", "Two"),
    isbn="9781617294549",
    doi="10.1000/182",
    pages=300,
    published="2017-05",
    updated="2020",
    licence="CC BY 4.0",
)
ENTRY = Entry(
    id=7,
    resource=FULL,
    topics=(TopicMatch(topic="sql", confidence=0.9),),
    roles=(RoleFit(role="data-engineer", fit=0.5),),
)


def again(resource: LearningResource) -> LearningResource:
    """The resource after a journey through a JSON line."""
    out = io.StringIO()
    write_json_lines([Entry(id=1, resource=resource)], out)
    assert out.getvalue().count("\n") == 1
    return listing(json.loads(out.getvalue()), "feed").resource


def test_json_lines_are_read_again() -> None:
    assert again(FULL) == FULL


def test_a_table_is_read_again() -> None:
    out = io.StringIO()
    write_csv([ENTRY], out)
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert tuple(row) == COLUMNS
    assert listing(row, "feed").resource == FULL


def test_what_is_not_known_is_left_out() -> None:
    told = record(Entry(id=3, resource=LearningResource(kind=Kind.COURSE, title="Go")))
    assert told == {"id": 3, "kind": "course", "title": "Go"}


def test_what_we_concluded_stands_beside_what_was_told() -> None:
    told = record(ENTRY)
    assert told["topics"] == ["sql"]
    assert told["serves"] == ["data-engineer"]
    assert list(told) == [name for name in COLUMNS if name in told]


@pytest.mark.parametrize("amount", [0.0, 0.5, 19.99, 12_345.67, 123_456.5, 1_500_000.0, 50_000_000.0])
@pytest.mark.parametrize("currency", ["USD", "IDR", None])
def test_prices_keep_every_digit(amount: float, currency: str | None) -> None:
    price = Price(amount=amount, currency=currency)
    assert again(LearningResource(kind=Kind.COURSE, title="Go", price=price)).price == price


@pytest.mark.parametrize("hours", [(2.0, 4.0), (10.0, 10.0), (0.5, 0.5), (1.0, 80.0)])
def test_hours_are_read_again(hours: tuple[float, float]) -> None:
    resource = LearningResource(kind=Kind.COURSE, title="Go", hours_min=hours[0], hours_max=hours[1])
    found = again(resource)
    assert (found.hours_min, found.hours_max) == hours


@settings(max_examples=200)
@given(
    title=st.text(min_size=1, max_size=40),
    description=st.none() | st.text(max_size=80),
    subjects=st.lists(st.text(max_size=15), max_size=3),
)
def test_any_clean_text_survives(title: str, description: str | None, subjects: list[str]) -> None:
    row = {"kind": "course", "title": f"T {title}", "description": description, "subjects": subjects}
    told = listing(row, "feed").resource
    assert again(told) == told


def test_a_name_that_ends_in_gz_is_packed(tmp_path: Path) -> None:
    plain, packed = tmp_path / "all.jsonl", tmp_path / "all.jsonl.gz"
    for path in (plain, packed):
        with open_for_writing(path) as file:
            write_json_lines([ENTRY], file)
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert json.loads(plain.read_text(encoding="utf-8"))["title"] == FULL.title
