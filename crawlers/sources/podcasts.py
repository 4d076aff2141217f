"""Podcasts: a show and its episodes from any feed; The Backend Engineering Show unless the settings name others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.feeds import Feed, Part, read_feed
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

SHOW = {
    "name": "The Backend Engineering Show",
    "url": "https://anchor.fm/s/1eb6d14/podcast/rss",
    "subjects": ["Back-end engineering"],
}
MOST_PAGES = 200
_NO_ID = re.compile(r"[^a-z0-9]+")
_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


class Podcasts(Source):
    """One feed. Each feed of the settings is a source of its own, so that none keeps another from its turn."""

    id = "podcasts"
    name = "Podcasts"
    kinds = (Kind.PODCAST, Kind.EPISODE)
    default_on = True
    every_hours = 24

    @classmethod
    def opened(cls, table: Mapping[str, object] | None) -> Sequence[Source]:
        """A source for each of ``feeds``; what else the table says holds for all of them."""
        table = dict(table or {})
        feeds = table.pop("feeds", [SHOW])
        if not isinstance(feeds, list) or not all(isinstance(one, Mapping) for one in feeds):
            return [cls({**table, "feeds": feeds})]  # which says what is wrong with the table
        return [cls({**table, **one}) for one in feeds]

    def configure(self, settings: Settings) -> None:
        feeds = settings.tables("feeds")
        if len(feeds) > 1:
            raise SourceError("each feed is a source of its own: open them one by one")
        for own in feeds or (settings,):
            self._configure_feed(own)
        for own in feeds:
            own.require_all_known()

    def _configure_feed(self, settings: Settings) -> None:
        self._url = settings.text("url", str(SHOW["url"]))
        usual = str(SHOW["name"]) if self._url == SHOW["url"] else urlsplit(self._url).netloc
        self.name = self._feed_name = settings.text("name", usual)
        self._language = settings.optional_text("language")
        self._subjects = settings.texts("subjects")
        self._slug = settings.optional_text("id") or _NO_ID.sub("-", self._feed_name.lower()).strip("-")
        if not self._slug:
            raise SourceError(f"the feed {self._feed_name!r} needs an id of its own: a-z, 0-9 and dashes")

    @property
    def listed_as(self) -> str:
        return f"{self.id}.{self._slug}"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        """The show and its episodes; an episode that comes again, as at the edge of two pages, is told once."""
        seen: set[str] = set()
        for number, feed in enumerate(self._pages(fetch, report)):
            if feed.oddity:
                report.note(feed.url, feed.oddity)
            if not feed.whole:
                report.cut_short(feed.url, "the feed breaks off")
            for listing in told(self._rows(feed, number, report), self.listed_as, report):
                if listing.key not in seen:
                    seen.add(listing.key)
                    yield listing

    def _rows(self, feed: Feed, number: int, report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
        if number == 0:
            yield "the show", self._show(feed)
        for at, entry in enumerate(feed.entries, start=1):
            where = entry.title or f"entry {at} of page {number + 1}"
            if entry.page is None and entry.id is None:
                report.skip(where, "has neither a page nor a sound nor an id")
            else:
                yield where, self._episode(entry, feed.channel)

    def _pages(self, fetch: Fetch, report: Report) -> Iterator[Feed]:
        """The feed and what it says comes after; a later page that fails ends the reading."""
        asked: set[str] = set()
        url: str | None = self._url
        while url is not None:
            asked.add(url)
            try:
                feed = read_feed(fetch.get(url, accept=_ACCEPT))
            except (FetchError, SourceError) as error:
                if len(asked) == 1:
                    raise
                report.cut_short(url, str(error))
                return
            yield feed
            url, why = feed.following, _reason_to_stop(feed, self._url, asked)
            if why is not None:
                report.cut_short(url or self._url, why)
                return

    def _show(self, feed: Feed) -> dict[str, Any]:
        channel = feed.channel
        newest = max((entry.published for entry in feed.entries if entry.published), default=None)
        return {
            "key": self._url,
            "kind": "podcast",
            "title": channel.title or self._feed_name,
            "url": channel.page or self._url,
            "published": channel.published,
            "updated": newest or channel.updated,
            **self._shared(channel, channel),
        }

    def _episode(self, entry: Part, channel: Part) -> dict[str, Any]:
        return {
            "key": entry.id or entry.enclosure,
            "kind": "episode",
            "title": entry.title,
            "url": entry.page,
            "duration_text": entry.duration,
            "published": entry.published,
            **self._shared(entry, channel),
        }

    def _shared(self, part: Part, channel: Part) -> dict[str, Any]:
        """What is told of a show and of its episodes alike. A feed is open to everybody."""
        return {
            "description": part.description,
            "authors": part.authors or channel.authors,
            "provider": channel.title or self._feed_name,
            "language": self._language or part.language or channel.language,
            "is_free": True,
            "image": part.image or channel.image,
            "subjects": [*self._subjects, *part.terms],
            "licence": part.licence or channel.licence,
        }


def _reason_to_stop(feed: Feed, first: str, asked: set[str]) -> str | None:
    """Why the next page, which the feed names, is not to be asked for."""
    url = feed.following
    if url is None:
        return None
    if url in asked:
        return "the pages go round in a circle"
    if len(asked) >= MOST_PAGES:
        return f"more than {MOST_PAGES} pages"
    if urlsplit(url).netloc not in {urlsplit(first).netloc, urlsplit(feed.url).netloc}:
        return "the next page lies at another site"
    return None
