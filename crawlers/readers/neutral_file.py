"""Files of records in the neutral form: JSON Lines or CSV, packed or not, under our column names or an operator's."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import msgspec

from catalog.errors import ListingError, SourceError
from catalog.model import Listing
from crawlers.readers.lines import LONGEST_LINE, CutOff, Line, numbered_lines, open_unpacked
from crawlers.readers.neutral_record import listing
from crawlers.source import Report

CHUNK = 500  # lines read at once: enough for a process pool, too few to weigh in memory
_decode = msgspec.json.Decoder().decode
_NO_ID = re.compile(r"[^a-z0-9]+")

Values = Mapping[str, object]


def file_listings(
    path: Path, source: str, report: Report, *, columns: Mapping[str, str] | None = None, shared: Values | None = None
) -> Iterator[Listing]:
    """Every listing of a file; a line that tells of none is skipped with its number.

    ``columns`` gives our name for an operator's own, ``shared`` what holds for every record that says nothing else.
    """
    names = {own.lower(): ours for own, ours in (columns or {}).items()}
    with open_unpacked(path) as stream:
        try:
            for chunk in _chunks(_rows(path, numbered_lines(stream), names)):
                found, problems = read(chunk, source, names, shared or {})
                for number, reason, skipped in problems:
                    (report.skip if skipped else report.note)(f"{path.name} line {number}", reason)
                yield from found
        except CutOff as error:
            report.cut_short(path.name, str(error))


Problem = tuple[int, str, bool]  # line number, reason, whether the line was left out
Row = tuple[int, bytes | Mapping[str, object] | str]  # line number, JSON or cells, or the reason why there are none


def read(
    rows: Iterable[Row], default_source: str, names: Mapping[str, str] | None = None, shared: Values | None = None
) -> tuple[list[Listing], list[Problem]]:
    """The listings of some lines and what was wrong with them. Pure, so that processes can share the work."""
    found: list[Listing] = []
    problems: list[Problem] = []
    notes: list[str] = []
    for number, content in rows:
        try:
            row = _row(content)
            if names:
                row = {names.get(name.lower(), name): value for name, value in row.items()}
            found.append(listing({**shared, **row} if shared else row, default_source, notes.append))
        except ListingError as error:
            problems.append((number, str(error), True))
            notes.clear()
        if notes:
            problems.extend((number, note, False) for note in notes)
            notes.clear()
    return found, problems


def file_id(path: Path) -> str:
    """The source id that a file's name gives: "My Courses.jsonl.gz" → "my-courses"."""
    return _NO_ID.sub("-", path.name.lower().partition(".")[0]).strip("-") or "dataset"


def _row(content: bytes | Mapping[str, object] | str) -> Mapping[str, object]:
    if isinstance(content, str):
        raise ListingError(content)
    if not isinstance(content, bytes):
        return content
    try:
        row = _decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ListingError(f"no JSON: {error}") from error
    if not isinstance(row, dict):
        raise ListingError(f"a JSON object is expected, not {type(row).__name__}")
    return row


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows in lists; what was read before a file broke off is given before the break is told."""
    chunk: list[Row] = []
    try:
        for row in rows:
            chunk.append(row)
            if len(chunk) >= CHUNK:
                yield chunk
                chunk = []
    except CutOff:
        yield chunk
        raise
    yield chunk


def _rows(path: Path, lines: Iterator[Line], names: Mapping[str, str]) -> Iterator[Row]:
    """JSON lines as they are, CSV as cells by column; which of both it is, the first line says."""
    first = next((line for line in lines if line.content is None or line.content.strip()), None)
    if first is None:
        return
    start = (first.content or b"{").lstrip()
    everything = chain([first], lines)
    if start.startswith(b"[") and ".jsonl" not in path.name.lower():
        raise SourceError(f"{path} is one JSON list; one object a line is expected: jq -c '.[]' FILE > FILE.jsonl")
    if ".csv" in path.name.lower() or (not start.startswith(b"{") and b"title" in start.lower()):
        yield from _csv_rows(path, everything, names)
    else:
        yield from _json_rows(everything)


def _json_rows(lines: Iterable[Line]) -> Iterator[Row]:
    for number, content in lines:
        if content is None:
            yield number, _TOO_LONG
        elif content and not content.isspace():
            yield number, content


_TOO_LONG = f"the line is longer than {LONGEST_LINE:,} bytes"


def _csv_rows(path: Path, lines: Iterator[Line], names: Mapping[str, str]) -> Iterator[Row]:
    """Cells by column name. A record may span lines; a quote that is never closed costs at most one field's limit."""
    head = next(lines).content or b""
    header = head.decode("utf-8", errors="replace")
    delimiter = max(",;\t", key=header.count)
    try:
        stated = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter))]
        columns = [names.get(name, name) for name in stated]
    except csv.Error as error:
        raise SourceError(f"the first line of {path} is no CSV: {error}") from error
    if "title" not in columns:
        raise SourceError(f"{path} has no column 'title' in its first line; found are: {', '.join(stated)[:200]}")
    odd: list[Row] = []
    texts = _Texts(lines, odd)
    reader = csv.reader(texts, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield texts.number, f"no CSV: {error}"
            continue
        yield from odd
        odd.clear()
        if cells is None:
            return
        if cells:
            yield texts.number, {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}


class _Texts:
    """Lines as the csv module wants them, remembering the number of the last one."""

    def __init__(self, lines: Iterator[Line], odd: list[Row]) -> None:
        self._lines = lines
        self._odd = odd
        self.number = 1

    def __iter__(self) -> Iterator[str]:
        for number, content in self._lines:
            self.number = number
            if content is None:
                self._odd.append((self.number, _TOO_LONG))
                continue
            try:
                yield content.decode("utf-8").replace("\x00", "") + "\n"
            except UnicodeDecodeError as error:
                self._odd.append((self.number, f"not UTF-8: {error.reason}"))
