"""SQLBolt: interactive lessons on SQL, one tutorial with its lessons."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from catalog import clean
from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.links import Link, links_of
from crawlers.readers.neutral_record import told
from crawlers.readers.page_tree import title_of, tree_of
from crawlers.readers.page_visits import visited
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://sqlbolt.com/"
MOST_PAGES = 100
_LESSON = re.compile(r"^/lesson/[^/]")
_NUMBERED = re.compile(r"^sql\s+(?:lesson|topic|review)\b", re.IGNORECASE)
_NAME_OF_SITE = re.compile(r"^(?:sqlbolt|learn sql)\s*[-\u2013|:]\s*", re.IGNORECASE)


class SqlBolt(Source):
    """The index page names every lesson; lessons are known by their addresses, whatever the page looks like."""

    id = "sqlbolt"
    name = "SQLBolt"
    homepage = BASE
    kinds = (Kind.TUTORIAL,)
    default_on = True
    pause_seconds = 2.0
    every_hours = 24 * 30

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", BASE)
        self._lessons = settings.flag("lessons", default=True)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        answer = fetch.get(self._base, accept="text/html")
        sites = {urlsplit(url).netloc for url in (self._base, answer.url, BASE)}
        lessons = _lessons(links_of(answer.text, answer.url), sites)
        if not lessons:
            raise SourceError(f"{answer.url} links to no lesson (/lesson/…): the site has changed")
        self._complete(lessons, fetch, report)
        rows = [("the whole", self._whole(lessons))]
        rows += [(url, _lesson(url, title)) for url, title in lessons.items() if self._lessons]
        yield from told(rows, self.id, report)

    def _complete(self, lessons: dict[str, str], fetch: Fetch, report: Report) -> None:
        """Give the lessons that no link gives a title the one of their page."""
        untitled = [url for url, title in lessons.items() if not title]
        for page in visited(untitled, fetch, report, site=self._base, limit=MOST_PAGES):
            root = tree_of(page.text)
            if page.url in lessons and root is not None:
                lessons[page.url] = _title(title_of(root) or "")

    def _whole(self, lessons: dict[str, str]) -> dict[str, object]:
        return {
            "key": "sqlbolt",
            "kind": "tutorial",
            "title": "SQLBolt: Learn SQL with simple, interactive exercises",
            "url": self._base,
            "syllabus": [title for title in lessons.values() if title],
            "level": "beginner",
            **_SHARED,
        }


_SHARED: dict[str, object] = {"provider": "SQLBolt", "language": "en", "is_free": True, "subjects": ["SQL"]}


def _lesson(url: str, title: str) -> dict[str, object]:
    return {"key": urlsplit(url).path.strip("/"), "kind": "tutorial", "title": title, "url": url, **_SHARED}


def _lessons(links: list[Link], sites: set[str]) -> dict[str, str]:
    """Title by address, in the order of the page; of several links to a lesson the title of the best."""
    urls: dict[str, str] = {}  # by path: a lesson may be linked by more than one name of the site
    titles: dict[str, str] = {}
    for link in links:
        place = urlsplit(link.url)
        path = place.path.rstrip("/")
        if place.netloc in sites and _LESSON.match(path):
            url = urls.setdefault(path, f"{place.scheme}://{place.netloc}{path}")
            titles[url] = max(titles.get(url, ""), _title(link.text), key=_worth)
    return titles


def _title(words: str) -> str:
    """The title of a lesson without the name of the site; nothing where the words are none, as "13" or "»"."""
    title = clean.text(words) or ""
    while (shorter := _NAME_OF_SITE.sub("", title)) != title:
        title = shorter
    return title if any(sign.isalpha() for sign in title) else ""


def _worth(title: str) -> tuple[bool, int]:
    """Links say "SQL Lesson 1: …", "SELECT queries", or "Go on to SQL Lesson 1"; the first kind is the title."""
    return bool(_NUMBERED.match(title)), len(title)
