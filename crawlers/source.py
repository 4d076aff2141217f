"""What a source is: facts about it, and one method that yields listings; and the report of what went wrong."""

import importlib
import inspect
import logging
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import ModuleType
from typing import ClassVar, NamedTuple

from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers import sources
from crawlers.fetch import Fetch
from crawlers.schedule import next_by_cron
from crawlers.settings import Settings

log = logging.getLogger(__name__)


class Report:
    """What one reading of a source left out and why: everything is counted, the first problems are kept in words."""

    def __init__(self, keep: int = 50) -> None:
        self._keep = keep
        self._problems: list[str] = []
        self.skipped = 0
        self.noted = 0
        self.complete = True

    @property
    def problems(self) -> tuple[str, ...]:
        left_off = self.noted - len(self._problems)
        return (*self._problems, *((f"and {left_off} more",) if left_off > 0 else ()))

    def note(self, where: str, reason: str) -> None:
        """Something is odd at one place; the listing goes on without the odd value."""
        self.noted += 1
        if len(self._problems) < self._keep:
            self._problems.append(f"{where}: {reason}")
            log.debug("noted where=%s reason=%s", where, reason)

    def skip(self, where: str, reason: str) -> None:
        """One listing (line, page) could not be read and is left out."""
        self.skipped += 1
        self.note(where, reason)

    def cut_short(self, where: str, reason: str) -> None:
        """The source was not read to its end: what was not seen may still be there."""
        self.complete = False
        self.noted += 1
        if len(self._problems) < 2 * self._keep:  # a flood of small notes must not hide why a reading ended early
            self._problems.append(f"{where}: {reason}")
        log.warning("cut_short where=%s reason=%s", where, reason)


class Canary(NamedTuple):
    """A listing whose value is known, by its key: where it changes, it is the reader that broke."""

    key: str
    field: str
    value: str


class Source(ABC):
    """A place we crawl.

    ``whole`` says that a complete reading sees everything the source has, so that what was not seen is gone from it.
    ``every_hours`` is how often it is worth reading, ``pause_seconds`` the least time between two requests to one of
    its hosts, ``canaries`` listings whose values are known: a crawl that tells them otherwise is held.
    """

    id: ClassVar[str]
    name: str
    homepage: ClassVar[str | None] = None
    licence: ClassVar[str | None] = None
    default_on: ClassVar[bool] = False
    kinds: ClassVar[tuple[Kind, ...]] = ()
    whole: bool = True
    every_hours: ClassVar[int] = 168
    pause_seconds: float = 1.0
    canaries: ClassVar[tuple[Canary, ...]] = ()

    def __init__(self, settings: Mapping[str, object] | None = None) -> None:
        own = Settings(table_of(self.id), settings or {})
        self.on = own.flag("enabled", default=self.default_on)
        self.cadence = timedelta(hours=own.number("every_hours", self.every_hours, low=1, high=24 * 366))
        self.cron = _schedule(own)
        self.watched = (*self.canaries, *(_canary(one) for one in own.tables("canaries")))
        self.configure(own)
        own.require_all_known()

    def configure(self, settings: Settings) -> None:  # noqa: B027  a source without settings of its own is complete
        """Read the source's own settings; each is asked for here, once."""

    @classmethod
    def opened(cls, table: Mapping[str, object] | None) -> "Sequence[Source]":
        """The sources that a table of settings asks for: one, or one for each site or feed that it names."""
        return [cls(table)]

    @property
    def listed_as(self) -> str:
        """The id under which the crawl is recorded."""
        return self.id

    @abstractmethod
    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        """Every listing of the source, clean, one after the other; SourceError or FetchError where it cannot go on."""


def _schedule(settings: Settings) -> Callable[[datetime], datetime] | None:
    """What gives the next moment by the source's crontab line; None where it has none."""
    line = settings.optional_text("cron")
    try:
        return next_by_cron(line) if line is not None else None
    except ValueError as error:
        raise settings.wrong("cron", f'a crontab line such as "30 4 * * 1" ({error})', line) from error


class ByIsbn(Source):
    """A source that is asked for books the catalogue has, ISBN by ISBN: a few each crawl, then the next ones."""

    whole = False
    books_a_crawl: int = 500
    isbns: tuple[str, ...] = ()  # set for each crawl by who runs it: 13 digits each, in order
    reached: str = ""  # the last one that was asked: the next crawl goes on after it


def _canary(settings: Settings) -> Canary:
    canary = Canary(
        key=settings.text("key", ""), field=settings.text("field", "title"), value=settings.text("value", "")
    )
    settings.require_all_known()
    return canary


def known_sources(package: ModuleType = sources) -> dict[str, type[Source]]:
    """The sources that lie in the folder, by id; SourceError where two claim one id."""
    found: dict[str, type[Source]] = {}
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for kind in vars(module).values():
            if not _is_source_of(kind, module):
                continue
            if kind.id in found:
                raise SourceError(f"{found[kind.id].__module__} and {module.__name__} both claim the id {kind.id!r}")
            found[kind.id] = kind
    return found


def _is_source_of(value: object, module: ModuleType) -> bool:
    its_own = isinstance(value, type) and issubclass(value, Source) and value.__module__ == module.__name__
    return its_own and not inspect.isabstract(value)


def table_of(source_id: str) -> str:
    """The name of a source's table in the configuration, and of its file: dashes are underscores there."""
    return source_id.replace("-", "_")


def open_sources(tables: Mapping[str, Mapping[str, object]]) -> list[Source]:
    """Every source that the settings ask for; SourceError where a table is for none, or two are listed as one."""
    found = [one for kind in _checked(tables).values() for one in kind.opened(tables.get(table_of(kind.id)))]
    taken: dict[str, Source] = {}
    for one in found:
        if taken.setdefault(one.listed_as, one) is not one:
            raise SourceError(f"two sources are listed as {one.listed_as!r}; give one of them another name")
    return found


def open_source(source_id: str, tables: Mapping[str, Mapping[str, object]]) -> list[Source]:
    """The source of that id, or all that its table asks for; SourceError where there is none.

    Of several sites or feeds, "id.name" is one.
    """
    known = _checked(tables)
    kind = known.get(source_id) or known.get(source_id.partition(".")[0])
    if kind is None:
        raise SourceError(f"no source {source_id!r}; known are: {', '.join(known)}")
    opened = kind.opened(tables.get(table_of(kind.id)))
    found = [one for one in opened if source_id in {one.id, one.listed_as}]
    if not found:
        table, names = f"[sources.{table_of(kind.id)}]", ", ".join(one.listed_as for one in opened)
        raise SourceError(f"{table} names no {source_id!r}; it names: {names or 'nothing yet'}")
    return found


def _checked(tables: Mapping[str, Mapping[str, object]]) -> dict[str, type[Source]]:
    """The known sources, once it is clear that each table is for one of them."""
    known = known_sources()
    names = {table_of(one) for one in known}
    for table in tables:
        if table not in names:
            raise SourceError(f"[sources.{table}] is for no source; known are: {', '.join(sorted(names))}")
    return known
