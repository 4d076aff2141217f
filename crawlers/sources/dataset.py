"""Records of courses and books from files in the neutral form: JSON Lines or CSV, packed or not.

One object a line, keys as in ``LearningResource`` with these of its own: ``isbn13``, ``isbn10``, ``duration_hours``,
``source``. It is the door for the recorded data and for operators' own feeds.
"""

from collections.abc import Iterator
from pathlib import Path

from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.neutral_file import file_id, file_listings
from crawlers.settings import Settings
from crawlers.source import Report, Source


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
            yield from file_listings(path, self._as or file_id(path), report)
