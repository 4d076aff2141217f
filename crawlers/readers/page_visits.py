"""Pages of one site, visited one after the other; a site that fails again and again is left alone."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from catalog.errors import FetchError, Withdrawn
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.source import Report

FAILURES_IN_A_ROW = 5  # then the site is left alone for this run
_HTML = frozenset({"", "text/html", "application/xhtml+xml"})


def visited(urls: Iterable[str], fetch: Fetch, report: Report, *, site: str, limit: int) -> Iterator[Answer]:
    """The answers of pages of HTML; the report says which were not to be had, and where the reading ended early."""
    failed = 0
    for read, url in enumerate(urls):
        if read >= limit:
            report.cut_short(site, f"more than {limit:,} pages (limit); the rest was not read")
            return
        try:
            answer = fetch.get(url, accept="text/html, application/xhtml+xml")
        except Withdrawn as error:
            report.skip(url, str(error))
            continue
        except FetchError as error:
            failed += 1
            report.skip(url, str(error))
            report.complete = False
            if failed >= FAILURES_IN_A_ROW:
                report.cut_short(site, f"{failed} pages in a row could not be fetched; the rest is left alone")
                return
            continue
        failed = 0
        if answer.content_type in _HTML:
            yield answer
        else:
            report.skip(url, f"is {answer.content_type}, not a page of HTML")


def fits(url: str, include: tuple[str, ...], exclude: tuple[str, ...] = ()) -> bool:
    """Whether the path of an address is one of the wanted, by patterns as in a shell."""
    path = urlsplit(url).path or "/"
    return any(fnmatchcase(path, one) for one in include) and not any(fnmatchcase(path, one) for one in exclude)
