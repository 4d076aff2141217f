"""Open Library by subject: the works that its readers' catalogue has under the headings of back-end engineering."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

from catalog.errors import FetchError, Refused, SourceError, Withdrawn
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, paged
from crawlers.readers.neutral_record import told
from crawlers.readers.open_library import SITE, work_row
from crawlers.settings import Settings
from crawlers.source import Report, Source

SUBJECTS = (
    "Algorithms", "Application program interfaces (Computer software)", "C (Computer program language)",
    "Client/server computing", "Cloud computing", "Computer architecture", "Computer networks",
    "Computer programming", "Computer security", "Data structures (Computer science)", "Database design",
    "Database management", "Distributed databases", "Electronic data processing, distributed processing",
    "Go (Computer program language)", "Java (Computer program language)", "JavaScript (Computer program language)",
    "Linux", "Operating systems (Computers)", "PHP (Computer program language)",
    "Python (Computer program language)", "Relational databases", "Ruby (Computer program language)",
    "Rust (Computer program language)", "Software architecture", "Software engineering", "Software patterns",
    "SQL (Computer program language)", "TCP/IP (Computer network protocol)", "Web services", "Web site development",
)  # fmt: skip
PAGE = 100
MOST_WORKS = 10_000  # of one subject
_FIELDS = """
    key title subtitle author_name first_publish_year cover_i isbn language publisher subject ratings_average
    ratings_count
"""
_NOT_IN_SLUGS = str.maketrans(" ", "_", ';/?:@&=+$,<>#%"{}|\\^[]`\n\r')


class OpenLibrary(Source):
    """Works, the most often published of each subject first; what only one edition has is not told of the work.

    The search tells most. Where robots.txt keeps it from crawlers, the subjects' own lists are read, which know neither
    ratings nor languages.
    """

    id = "open-library"
    name = "Open Library"
    homepage = SITE
    kinds = (Kind.BOOK,)
    default_on = True
    whole = False

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", SITE).rstrip("/") + "/"
        self._subjects = settings.texts("subjects", SUBJECTS)
        self._limit = settings.number("limit", PAGE, low=1, high=MOST_WORKS)
        self._may_search = True

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        self._may_search = True
        yield from told(self._rows(fetch, report), self.id, report)

    def _rows(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each work once, however many subjects it stands under."""
        given: set[str] = set()
        for subject, work in self._works(fetch, report):
            row = work_row(work)
            if row["key"] is None:
                report.skip(subject, f"the work {str(work.get('title'))[:80]!r} has no key")
            elif row["key"] not in given:
                given.add(row["key"])
                yield row["url"], row

    def _works(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
        for number, subject in enumerate(self._subjects):
            try:
                for work in islice(self._listed(subject, fetch, report), self._limit):
                    yield subject, work
            except (FetchError, SourceError) as error:
                if number == 0:
                    raise
                report.cut_short(subject, str(error))
                if isinstance(error, Refused):
                    return

    def _listed(self, subject: str, fetch: Fetch, report: Report) -> Iterator[dict[str, Any]]:
        if self._may_search:
            try:
                yield from paged(fetch, self._search(subject), _found, report)
            except (Refused, Withdrawn) as error:
                self._may_search = False
                report.note("search", f"{error}. The lists of the subjects are read instead; they tell less")
            else:
                return
        yield from paged(fetch, self._list(subject), _found, report)

    def _search(self, subject: str) -> str:
        phrase = subject.replace("\\", "").replace('"', "")
        asked = {"q": f'subject:"{phrase}"', "fields": ",".join(_FIELDS.split()), "sort": "editions"}
        return f"{urljoin(self._base, 'search.json')}?{urlencode({**asked, **self._window})}"

    def _list(self, subject: str) -> str:
        slug = quote(subject.lower().translate(_NOT_IN_SLUGS), safe="()!'")
        return f"{urljoin(self._base, f'subjects/{slug}.json')}?{urlencode(self._window)}"

    @property
    def _window(self) -> dict[str, int]:
        return {"limit": min(PAGE, self._limit), "offset": 0}


def _found(answer: Any, url: str) -> Page:
    """The works of one answer, ``docs`` of a search or ``works`` of a subject, and where the next ones are."""
    works = dig(answer, "docs") if dig(answer, "docs") is not None else dig(answer, "works")
    if not isinstance(works, list):
        raise SourceError(f"{url} answers no list of works: {str(answer)[:100]}")
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    reached = int(asked["offset"]) + len(works)
    total = next((one for name in _TOTALS if isinstance(one := dig(answer, name), int)), None)
    if not works or (total is not None and reached >= total):
        return Page(dicts(works))
    following = urlencode({**asked, "offset": reached})
    return Page(dicts(works), urlsplit(url)._replace(query=following).geturl())


_TOTALS = ("numFound", "num_found", "work_count")
