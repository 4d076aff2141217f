"""The way of sources that are read page by page: sitemap → wanted addresses → answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.page_visits import fits, visited
from crawlers.readers.sitemaps import sitemap_pages
from crawlers.settings import Settings
from crawlers.source import Report

MOST_PAGES = 100_000


@dataclass(frozen=True, kw_only=True)
class SitemapCrawl:
    """Which pages of a site are read. ``pages`` and ``exclude`` are patterns of paths, as in a shell.

    ``homepage`` is the site itself: where ``base_url`` is a mirror of it, the pages are asked of the mirror.
    """

    name: str
    homepage: str
    base_url: str
    sitemap: str
    pages: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    limit: int = MOST_PAGES

    def addresses(self, fetch: Fetch, report: Report, *, sitemap: str | None = None) -> Iterator[str]:
        """The wanted addresses, each once; the error of the first sitemap is raised."""
        start = urljoin(self.base_url, sitemap or self.sitemap)
        for page in sitemap_pages(fetch, start, report, mirrored=self.homepage, needed=True):
            if fits(page.url, self.pages, self.exclude):
                yield page.url

    def answers(self, fetch: Fetch, report: Report, *, sitemap: str | None = None) -> Iterator[Answer]:
        """The wanted pages; a site that fails again and again is left alone."""
        wanted = self.addresses(fetch, report, sitemap=sitemap)
        return visited(wanted, fetch, report, site=self.name, limit=self.limit)


def tell_passed_over(report: Report, where: str, what: str, count: int) -> None:
    """Say how many were left out on purpose: that is no failure, and one line is enough."""
    if count:
        report.note(where, f"{what}, passed over: {count:,}")


def sitemap_crawl(
    settings: Settings, *, name: str, homepage: str, sitemap: str, pages: tuple[str, ...], limit: int
) -> SitemapCrawl:
    """The crawl as the settings say: base_url, sitemap, pages, exclude and limit, with a source's own defaults."""
    base = settings.text("base_url", homepage)
    return SitemapCrawl(
        name=name,
        homepage=homepage,
        base_url=base if base.endswith("/") else base + "/",
        sitemap=settings.text("sitemap", sitemap),
        pages=settings.texts("pages", pages),
        exclude=settings.texts("exclude"),
        limit=settings.number("limit", limit, low=1, high=MOST_PAGES),
    )
