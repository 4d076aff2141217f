"""Any site that describes its courses or books with schema.org: robots.txt → sitemap → structured data in pages."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.page_visits import fits, visited
from crawlers.readers.sitemaps import sitemap_pages
from crawlers.readers.structured_page import page_resources, read_page
from crawlers.settings import Settings
from crawlers.source import Report, Source

MOST_PAGES = 100_000
LONGEST_PAUSE = 300
_OF_SOURCE = ("enabled", "every_hours", "cron", "canaries")  # what a site says as any source does
_SHARED = ("enabled", "every_hours", "cron", "pause_seconds")  # what the table may say for all of its sites
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID = 50


@dataclass(frozen=True, kw_only=True)
class Site:
    """One site of the settings. ``include`` and ``exclude`` are patterns of paths, as in a shell."""

    id: str
    name: str
    start: str | None
    sitemap: str | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    limit: int
    kind: Kind | None

    @property
    def address(self) -> str:
        return self.sitemap or self.start or ""


class SchemaOrg(Source):
    """One site named in the settings; `opened` makes one source of each, so that none speaks for another."""

    id = "schema-org"
    name = "Sites with schema.org"
    kinds = tuple(Kind)
    default_on = False

    @classmethod
    def opened(cls, table: Mapping[str, object] | None) -> Sequence[Source]:
        """A source for each [[sources.schema_org.sites]]: crawled, scheduled and judged alone."""
        given = dict(table or {})
        sites = given.pop("sites", ())
        if not isinstance(sites, list | tuple) or not all(isinstance(one, Mapping) for one in sites):
            return [cls(table)]  # which says what is wrong with the table
        cls._require_known(given)
        return [cls._of(one, given, at) for at, one in enumerate(sites)]

    @staticmethod
    def _require_known(shared: Mapping[str, object]) -> None:
        for key in shared:
            if key not in _SHARED:
                raise SourceError(
                    f"sources.schema_org.{key} is no setting of this source; known are: sites, {', '.join(_SHARED)}"
                )

    @classmethod
    def _of(cls, site: Mapping[str, object], shared: Mapping[str, object], at: int) -> Source:
        told = {**shared, **site}
        own = {key: value for key, value in told.items() if key not in _OF_SOURCE}
        try:
            return cls({key: told[key] for key in _OF_SOURCE if key in told} | {"sites": [own]})
        except SourceError as error:
            raise SourceError(str(error).replace("sites[0]", f"sites[{at}]")) from error

    def configure(self, settings: Settings) -> None:
        sites = settings.tables("sites")
        if len(sites) > 1:
            raise SourceError("each site is a source of its own: open them one by one")
        self._site = self._configured(sites[0]) if sites else None

    def _configured(self, settings: Settings) -> Site:
        usual = int(type(self).pause_seconds)
        pause = settings.number("pause_seconds", usual, low=1, high=LONGEST_PAUSE)
        site = _site(settings)
        self.pause_seconds = float(pause)
        self.name = site.name
        return site

    @property
    def listed_as(self) -> str:
        return f"{self.id}.{self._site.id}" if self._site else self.id

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        site = self._site
        if site is None:
            raise SourceError("no site to read: add [[sources.schema_org.sites]] with a name and a sitemap")
        for answer in visited(_pages(site, fetch, report), fetch, report, site=site.name, limit=site.limit):
            page = read_page(answer.text, answer.url, report.note)
            for one in page_resources(page, answer.url, report.note, provider=site.name, kind=site.kind):
                yield Listing(source=self.listed_as, key=one.url or answer.url, resource=one)


def _pages(site: Site, fetch: Fetch, report: Report) -> Iterator[str]:
    """The wanted pages, from the stated sitemap, else from those in robots.txt, else from the usual place."""
    try:
        named = (site.sitemap,) if site.sitemap else fetch.sitemaps(site.address)
    except FetchError as error:
        report.cut_short(site.name, str(error))
        return
    given: set[str] = set()
    for sitemap in named or (urljoin(site.address, "/sitemap.xml"),):
        for page in sitemap_pages(fetch, urljoin(site.address, sitemap), report):
            if page.url not in given and fits(page.url, site.include, site.exclude):
                given.add(page.url)
                yield page.url


def _site(settings: Settings) -> Site:
    stated = settings.optional_text("kind")
    if stated is not None and stated not in set(Kind):
        raise SourceError(f"kind {stated!r} of a site is unknown; known are: {', '.join(Kind)}")
    name = settings.text("name", "")
    site = Site(
        id=_id(settings.optional_text("id"), name),
        name=name,
        start=settings.optional_text("start"),
        sitemap=settings.optional_text("sitemap"),
        include=settings.texts("include", ("*",)),
        exclude=settings.texts("exclude"),
        limit=settings.number("limit", MOST_PAGES, low=1, high=MOST_PAGES),
        kind=Kind(stated) if stated is not None else None,
    )
    settings.require_all_known()
    if not site.address.startswith(("http://", "https://")):
        raise SourceError(f"the site {site.name!r} needs a sitemap or a start address that begins with https://")
    return site


def _id(stated: str | None, name: str) -> str:
    """The site's part of the id it is listed under: as stated, else the name in plain letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = stated if stated is not None else re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
    if not _ID.fullmatch(found) or len(found) > _LONGEST_ID:
        raise SourceError(f"the site {name!r} needs an id of small letters, digits and dashes, not {found!r}")
    return found
