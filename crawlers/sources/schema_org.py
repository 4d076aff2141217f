"""Any site that describes its courses or books with schema.org: robots.txt → sitemap → JSON-LD in pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urljoin, urlsplit

from catalog.errors import FetchError, SourceError, Withdrawn
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_ld import json_ld
from crawlers.readers.schema_org import resources
from crawlers.readers.sitemaps import sitemap_pages
from crawlers.settings import Settings
from crawlers.source import Report, Source

MOST_PAGES = 100_000
FAILURES_IN_A_ROW = 5  # then the site is left alone for this run
_HTML = frozenset({"", "text/html", "application/xhtml+xml"})


@dataclass(frozen=True, kw_only=True)
class Site:
    """One site of the settings. ``include`` and ``exclude`` are patterns of paths, as in a shell."""

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

    def wants(self, url: str) -> bool:
        path = urlsplit(url).path or "/"
        return any(fnmatchcase(path, one) for one in self.include) and not any(
            fnmatchcase(path, one) for one in self.exclude
        )


class SchemaOrg(Source):
    """The sites named in the settings."""

    id = "schema-org"
    name = "Sites with schema.org"
    kinds = tuple(Kind)
    default_on = False

    def configure(self, settings: Settings) -> None:
        self._sites = [_site(one) for one in settings.tables("sites")]

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        if not self._sites:
            raise SourceError("no site to read: add [[sources.schema_org.sites]] with a name and a sitemap")
        for site in self._sites:
            yield from self._of_site(site, fetch, report)

    def _of_site(self, site: Site, fetch: Fetch, report: Report) -> Iterator[Listing]:
        failed = 0
        for read, url in enumerate(self._pages(site, fetch, report)):
            if read >= site.limit:
                report.cut_short(site.name, f"more than {site.limit:,} pages (limit); the rest was not read")
                return
            try:
                yield from self._of_page(url, site, fetch, report)
                failed = 0
            except Withdrawn as error:
                report.skip(url, str(error))
            except FetchError as error:
                failed += 1
                report.skip(url, str(error))
                report.complete = False
                if failed >= FAILURES_IN_A_ROW:
                    report.cut_short(site.name, f"{failed} pages in a row could not be fetched; the rest is left alone")
                    return

    def _pages(self, site: Site, fetch: Fetch, report: Report) -> Iterator[str]:
        """The wanted pages, from the stated sitemap, else from those in robots.txt, else from the usual place."""
        try:
            named = (site.sitemap,) if site.sitemap else fetch.sitemaps(site.address)
        except FetchError as error:
            report.cut_short(site.name, str(error))
            return
        given: set[str] = set()
        for sitemap in named or (urljoin(site.address, "/sitemap.xml"),):
            for page in sitemap_pages(fetch, urljoin(site.address, sitemap), report):
                if page.url not in given and site.wants(page.url):
                    given.add(page.url)
                    yield page.url

    def _of_page(self, url: str, site: Site, fetch: Fetch, report: Report) -> Iterator[Listing]:
        answer = fetch.get(url, accept="text/html, application/xhtml+xml")
        if answer.content_type not in _HTML:
            report.skip(url, f"is {answer.content_type}, not a page of HTML")
            return
        graph = json_ld(answer.text, answer.url, report.note)
        for resource in resources(graph, answer.url, provider=site.name, kind=site.kind):
            yield Listing(source=self.id, key=resource.url or answer.url, resource=resource)


def _site(settings: Settings) -> Site:
    stated = settings.optional_text("kind")
    if stated is not None and stated not in set(Kind):
        raise SourceError(f"kind {stated!r} of a site is unknown; known are: {', '.join(Kind)}")
    site = Site(
        name=settings.text("name", ""),
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
