"""The editors' file: corrections and additions by hand, whose word wins over every other source's."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

FILE = "editors.toml"
_KEYS = ("isbn", "doi", "url")


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
            if not any(resource.get(key) for key in _KEYS):
                report.skip(where, f"says neither {', '.join(_KEYS[:-1])} nor {_KEYS[-1]}: nobody knows which it is")
                continue
            rows.append((where, resource))
        yield from told(rows, self.id, report)

    def _resources(self) -> list[dict[str, Any]]:
        try:
            table = tomllib.loads(self._path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SourceError(f"{self._path} cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SourceError(f"{self._path} is not TOML in UTF-8: {error}. Mend that place") from error
        resources = table.get("resource", [])
        if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources) or len(table) > 1:
            raise SourceError(f"{self._path} holds something else than [[resource]] tables")
        return resources
