"""Records of courses and books from files in the neutral form: JSON Lines or CSV, packed or not.

One object a line, keys as in ``LearningResource`` with these of its own: ``isbn13``, ``isbn10``, ``duration_hours``,
``source``. It is the door for the recorded data and for operators' own feeds.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import msgspec

from catalog.errors import ListingError, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.lines import LONGEST_LINE, CutOff, Line, numbered_lines, open_unpacked
from crawlers.readers.neutral_record import listing
from crawlers.settings import Settings
from crawlers.source import Report, Source

CHUNK = 500  # lines read at once: enough for a process pool, too few to weigh in memory
_decode = msgspec.json.Decoder().decode
_NO_ID = re.compile(r"[^a-z0-9]+")


class Dataset(Source):
    """Files of records, given by path."""

    id = "dataset"
    name = "Files in the neutral form"
    kinds = tuple(Kind)
    default_on = False
    whole = False  # one file may be a part of what its source has; the operator says where it is not

    def configure(self, settings: Settings) -> None:
        self._paths = tuple(Path(one) for one in settings.texts("files"))
        self._as = settings.optional_text("as")

    @property
    def listed_as(self) -> str:
        return self._as or (file_id(self._paths[0]) if self._paths else self.id)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:  # noqa: ARG002  files need no web
        if not self._paths:
            raise SourceError('no file to read: use "lodestar import FILE" or set sources.dataset.files')
        for path in self._paths:
            yield from self._of_file(path, report)

    def _of_file(self, path: Path, report: Report) -> Iterator[Listing]:
        default_source = self._as or file_id(path)
        with open_unpacked(path) as stream:
            try:
                for chunk in _chunks(_rows(path, numbered_lines(stream))):
                    found, problems = read(chunk, default_source)
                    for number, reason, skipped in problems:
                        (report.skip if skipped else report.note)(f"{path.name} line {number}", reason)
                    yield from found
            except CutOff as error:
                report.cut_short(path.name, str(error))


Problem = tuple[int, str, bool]  # line number, reason, whether the line was left out
Row = tuple[int, bytes | Mapping[str, object] | str]  # line number, JSON or cells, or the reason why there are none


def read(rows: Iterable[Row], default_source: str) -> tuple[list[Listing], list[Problem]]:
    """The listings of some lines and what was wrong with them. Pure, so that processes can share the work."""
    found: list[Listing] = []
    problems: list[Problem] = []
    notes: list[str] = []
    for number, content in rows:
        try:
            found.append(listing(_row(content), default_source, notes.append))
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


def _rows(path: Path, lines: Iterator[Line]) -> Iterator[Row]:
    """JSON lines as they are, CSV as cells by column; which of both it is, the first line says."""
    first = next((line for line in lines if line.content is None or line.content.strip()), None)
    if first is None:
        return
    start = (first.content or b"{").lstrip()
    everything = chain([first], lines)
    if start.startswith(b"[") and ".jsonl" not in path.name.lower():
        raise SourceError(f"{path} is one JSON list; one object a line is expected: jq -c '.[]' FILE > FILE.jsonl")
    if ".csv" in path.name.lower() or (not start.startswith(b"{") and b"title" in start.lower()):
        yield from _csv_rows(path, everything)
    else:
        yield from _json_rows(everything)


def _json_rows(lines: Iterable[Line]) -> Iterator[Row]:
    for number, content in lines:
        if content is None:
            yield number, _TOO_LONG
        elif content and not content.isspace():
            yield number, content


_TOO_LONG = f"the line is longer than {LONGEST_LINE:,} bytes"


def _csv_rows(path: Path, lines: Iterator[Line]) -> Iterator[Row]:
    """Cells by column name. A record may span lines; a quote that is never closed costs at most one field's limit."""
    head = next(lines).content or b""
    header = head.decode("utf-8", errors="replace")
    delimiter = max(",;\t", key=header.count)
    try:
        columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter))]
    except csv.Error as error:
        raise SourceError(f"the first line of {path} is no CSV: {error}") from error
    if "title" not in columns:
        raise SourceError(f"{path} has no column 'title' in its first line; found are: {', '.join(columns)[:200]}")
    odd: list[Row] = []
    texts = _Texts(lines, odd)
    reader = csv.reader(texts, delimiter=delimiter)
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
