"""Operators' own feeds: CSV or JSON Lines, packed or not, at a web address or in a file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from catalog.errors import CrawlError, SourceError
from catalog.model import Kind, Listing
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.neutral_file import file_id, file_listings
from crawlers.settings import Settings
from crawlers.source import Report, Source

_NO_NAME = re.compile(r"[^\w.-]", re.ASCII)


class OperatorFeeds(Source):
    """One feed. Each of ``feeds`` in the settings is a source of its own, listed under the id it is given."""

    id = "operator-feeds"
    name = "Operators' feeds"
    kinds = tuple(Kind)
    every_hours = 24

    @classmethod
    def opened(cls, table: Mapping[str, object] | None) -> Sequence[Source]:
        """A source for each of ``feeds``; what else the table says holds for all of them."""
        shared = dict(table or {})
        feeds = shared.pop("feeds", [])
        if not isinstance(feeds, list) or not all(isinstance(one, Mapping) for one in feeds):
            raise SourceError("sources.operator_feeds.feeds must be a list of tables: [[sources.operator_feeds.feeds]]")
        return [cls({**shared, **one}) for one in feeds]

    def configure(self, settings: Settings) -> None:
        self._feed_id = settings.text("id", "")
        self.name = settings.text("name", self._feed_id)
        self._url = settings.optional_text("url")
        self._path = settings.optional_text("path")
        self._columns = settings.names("columns")
        self.whole = settings.flag("whole", default=True)
        shared = {name: settings.optional_text(name) for name in ("kind", "provider", "language", "licence")}
        self._shared = {name: value for name, value in shared.items() if value is not None}
        if (self._url is None) == (self._path is None):
            raise SourceError(f"the feed {self._feed_id!r} needs either a url or a path")

    @property
    def listed_as(self) -> str:
        return file_id(Path(self._feed_id))

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        if self._url is None:
            yield from self._of_file(Path(self._path or ""), report)
            return
        answer = fetch.get(self._url, accept="application/x-ndjson, text/csv, application/gzip, */*;q=0.5")
        if answer.body.lstrip()[:1] == b"<":
            raise SourceError(f"{answer.url} answers a page of HTML or XML where CSV or JSON Lines are expected")
        with TemporaryDirectory(prefix="lodestar-") as folder:
            path = Path(folder) / _file_name(answer)
            try:
                path.write_bytes(answer.body)
            except OSError as error:
                raise CrawlError(f"the feed cannot be put into {folder}: {error.strerror}; make room there") from error
            yield from self._of_file(path, report)

    def _of_file(self, path: Path, report: Report) -> Iterator[Listing]:
        return file_listings(path, self.listed_as, report, columns=self._columns, shared=self._shared)


def _file_name(answer: Answer) -> str:
    """A name for the file, after its address: reports show it, and ".csv" in it tells what it holds."""
    name = _NO_NAME.sub("_", PurePosixPath(urlsplit(answer.url).path).name).strip(".")[-80:] or "feed"
    return f"{name}.csv" if "csv" in answer.content_type and ".csv" not in name.lower() else name
