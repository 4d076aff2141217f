"""The editors' file: corrections and additions by hand, whose word wins over every other source's."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from catalog import clean
from catalog.errors import SourceError
from catalog.model import Kind, LearningResource, Listing
from crawlers.fetch import Fetch
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

FILE = "editors.toml"
_EXACT: dict[str, Callable[[Any], str | None]] = {
    "isbn": clean.isbn13,
    "isbn13": clean.isbn13,
    "isbn10": clean.isbn13,
    "doi": clean.doi,
    "url": clean.canonical_url,
}
_DERIVED = frozenset({"level_text", "hours_min", "hours_max", "instances"})  # from other properties
_KNOWN = frozenset({*LearningResource.__struct_fields__, "isbn13", "isbn10", "duration_hours", "key"}) - _DERIVED


class Editors(Source):
    """A TOML file with one ``[[resource]]`` for each course or book: which one it is, and what is to be said of it.

    A resource is found by its ISBN, DOI or address; kind and title are always said, the rest only where the editors
    know better. It is on where the file exists. A resource that leaves the file is again as the other sources tell it.
    """

    id = "editors"
    name = "The editors"
    kinds = tuple(Kind)
    default_on = True
    every_hours = 1

    def configure(self, settings: Settings) -> None:
        self._path = Path(settings.text("file", FILE))
        self.on = self.on and self._path.exists()

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:  # noqa: ARG002  a file needs no web
        rows = []
        for number, resource in enumerate(self._resources(), start=1):
            where = f"{self._path.name} [[resource]] {number}"
            if not any(read(resource[key]) for key, read in _EXACT.items() if key in resource):
                report.skip(where, "says no ISBN, DOI or address that is valid: nobody knows which it is")
                continue
            for name in sorted(resource.keys() - _KNOWN):
                report.note(where, f"{name} is no property of a resource and was left out")
            rows.append((where, {name: _plain(resource[name]) for name in resource.keys() & _KNOWN}))
        yield from told(rows, self.id, report)

    def _resources(self) -> list[dict[str, Any]]:
        try:
            table = tomllib.loads(self._path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise SourceError(f"{self._path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SourceError(f"{self._path} is not TOML in UTF-8: {error}. Mend that place") from error
        resources = table.get("resource", [])
        if (
            not isinstance(resources, list)
            or not all(isinstance(one, dict) for one in resources)
            or table.keys() - {"resource"}
        ):
            raise SourceError(f"{self._path} holds something else than [[resource]] tables")
        return resources


def _plain(value: Any) -> Any:
    """TOML has dates of its own; everybody else writes them as text."""
    return value.isoformat() if isinstance(value, date) else value
