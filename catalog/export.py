"""Entries in the neutral form, one a line: what `lodestar import` reads again."""

import csv
import gzip
import io
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

import msgspec

from catalog.model import Entry, LearningResource

COLUMNS = (
    *("id", "kind", "title", "url", "description", "provider", "institution", "authors", "language", "level"),
    *(
        "duration_hours",
        "duration_text",
        "price",
        "is_free",
        "access_note",
        "rating",
        "rating_count",
        "enrolment_count",
    ),
    *("subjects", "skills", "roles", "prerequisites", "syllabus", "course_code", "isbn13", "doi", "pages"),
    *("published", "updated", "image"),
    *("licence", "topics", "serves"),
)


def record(entry: Entry) -> dict[str, Any]:
    """One entry as keys and values of JSON; what is not known is left out.

    ``topics`` and ``serves`` (roles) are what we concluded, all else what sources told.
    """
    resource = entry.resource
    told = msgspec.to_builtins(resource)
    made = {name: told[name] for name in COLUMNS if told.get(name) not in (None, [])}
    made["id"] = entry.id
    made["level"] = resource.level_text or resource.level
    made["isbn13"] = resource.isbn
    made["duration_hours"] = _hours(resource)
    if resource.price is not None:
        amount, currency = resource.price.amount, resource.price.currency
        made["price"] = f"{currency} {amount:.2f}" if currency else amount
    made["topics"] = [match.topic for match in entry.topics]
    made["serves"] = [fit.role for fit in entry.roles]
    return {name: made[name] for name in COLUMNS if made.get(name) not in (None, [])}


def _hours(resource: LearningResource) -> float | str | None:
    """One number where there is one, else words that the reader of files understands."""
    least, most = resource.hours_min, resource.hours_max
    if least is None or most is None or least == most:
        return least if most is None else most
    return f"{least} - {most} hours"


def write_json_lines(entries: Iterable[Entry], file: IO[str]) -> None:
    """Write one JSON object a line."""
    for entry in entries:
        file.write(json.dumps(record(entry), ensure_ascii=False) + "\n")


def write_csv(entries: Iterable[Entry], file: IO[str]) -> None:
    """Write a table with a header line, lists joined by " | "."""
    rows = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for entry in entries:
        cells = record(entry).items()
        rows.writerow({name: " | ".join(value) if isinstance(value, list | tuple) else value for name, value in cells})


def open_for_writing(path: Path) -> AbstractContextManager[IO[str]]:
    """A text file, packed if its name ends in .gz."""
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "wb"), encoding="utf-8")
    return path.open("w", encoding="utf-8")
