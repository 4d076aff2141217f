"""What sources of books share: how they are asked ISBN by ISBN, and how a title and its subtitle are written."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from catalog import clean
from catalog.errors import Busy, FetchError, Refused, SourceError, Withdrawn
from crawlers.source import ByIsbn, Report

FAILURES_IN_A_ROW = 5  # then the site is left alone for this run

Told = TypeVar("Told")


def looked_up(source: ByIsbn, ask: Callable[[str], Told | None], report: Report) -> Iterator[tuple[str, Told]]:
    """What a source tells of each of its books. ``ask`` gives None for a book that it does not know.

    The source's ``reached`` goes along. Where a site is busy or fails again and again, the reading ends and the next
    crawl begins with the first book that was not told; an error is raised where there was nothing but failures.
    """
    failed, before = 0, source.reached
    for number, isbn in enumerate(source.isbns):
        try:
            found = ask(isbn)
        except Withdrawn:
            found = None
        except Busy as error:
            source.reached = before
            report.cut_short(isbn, str(error))
            return
        except (FetchError, SourceError) as error:
            failed += 1
            source.reached = isbn
            if isinstance(error, Refused) or failed >= FAILURES_IN_A_ROW:
                source.reached = before
                if failed == number + 1:
                    raise
                report.cut_short(isbn, f"{error}; the rest is left alone")
                return
            report.skip(isbn, str(error))
            report.complete = False
            continue
        failed, before = 0, isbn
        source.reached = isbn
        if found is not None:
            yield isbn, found


def whole_title(title: Any, subtitle: Any) -> str | None:
    """Title and subtitle with a colon between them, unless the title holds the other already."""
    first, second = clean.text(title), clean.text(subtitle)
    if first is None or second is None or second.casefold() in first.casefold():
        return first
    return f"{first.rstrip(' :')}: {second}"
