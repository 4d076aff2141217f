"""SQLBolt: interactive lessons on SQL, one tutorial with its lessons."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from catalog import clean
from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.links import Link, links_of
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://sqlbolt.com/"
_LESSON = re.compile(r"^/lesson/[a-z0-9_-]+/?$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:sqlbolt\s*-\s*learn sql\s*-\s*)?sql\s+(lesson|topic|review)\b", re.IGNORECASE)


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
        lessons = _lessons(links_of(answer.text, answer.url), urlsplit(answer.url).netloc)
        if not lessons:
            raise SourceError(f"{answer.url} links to no lesson (/lesson/…): the site has changed")
        rows = [("the whole", self._whole(lessons))]
        rows += [(url, self._lesson(url, title)) for url, title in lessons.items() if self._lessons]
        yield from told(rows, self.id, report)

    def _whole(self, lessons: dict[str, str]) -> dict[str, object]:
        return {
            "key": "sqlbolt",
            "kind": "tutorial",
            "title": "SQLBolt: Learn SQL with simple, interactive exercises",
            "url": self._base,
            "syllabus": list(lessons.values()),
            "level": "beginner",
            **_SHARED,
        }

    def _lesson(self, url: str, title: str) -> dict[str, object]:
        title = title if _NUMBERED.match(title) else f"{title} (SQLBolt)"
        return {"key": urlsplit(url).path.strip("/"), "kind": "tutorial", "title": title, "url": url, **_SHARED}


_SHARED: dict[str, object] = {"provider": "SQLBolt", "language": "en", "is_free": True, "subjects": ["SQL"]}


def _lessons(links: list[Link], site: str) -> dict[str, str]:
    """Title by address, in the order of the page; of several links to a lesson, the one with most to say."""
    found: dict[str, str] = {}
    for link in links:
        url = urljoin(link.url, urlsplit(link.url).path.rstrip("/"))
        if urlsplit(url).netloc != site or not _LESSON.match(urlsplit(url).path):
            continue
        title = clean.text(link.text) or ""
        if len(title) > len(found.get(url, "")) or url not in found:
            found[url] = title
    return {url: title for url, title in found.items() if any(sign.isalpha() for sign in title)}
