"""Podcasts: a show and its episodes from any feed; The Backend Engineering Show unless the settings name others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.feeds import Feed, Told, enclosure_of, image_of, page_of, read_feed, terms_of, text_of
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
_TEXTS = ("content", "summary", "subtitle", "description")


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
        if settings.tables("feeds"):
            raise SourceError("several feeds are several sources: open them one by one")
        self.name = self._feed_name = settings.text("name", str(SHOW["name"]))
        self._url = settings.text("url", str(SHOW["url"]))
        self._language = settings.optional_text("language")
        self._subjects = settings.texts("subjects")
        self._slug = settings.optional_text("id") or _NO_ID.sub("-", self._feed_name.lower()).strip("-")
        if not self._slug:
            raise SourceError(f"the feed {self._feed_name!r} needs an id of its own: a-z, 0-9 and dashes")

    @property
    def listed_as(self) -> str:
        return f"{self.id}.{self._slug}"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for number, feed in enumerate(self._pages(fetch, report)):
            if feed.oddity:
                report.note(feed.url, feed.oddity)
            rows = [] if number else [("the show", self._show(feed))]
            for at, entry in enumerate(feed.entries, start=1):
                where = text_of(entry, "title") or f"entry {at} of page {number + 1}"
                rows.append((where, self._episode(entry, feed)))
            yield from told(rows, self.listed_as, report)

    def _pages(self, fetch: Fetch, report: Report) -> Iterator[Feed]:
        """The feed and what it says comes after; a later page that fails ends the reading."""
        url: str | None = self._url
        asked: set[str] = set()
        while url is not None:
            if url in asked or len(asked) >= MOST_PAGES or urlsplit(url).netloc != urlsplit(self._url).netloc:
                report.cut_short(url, "the next page leads round, too far, or to another site")
                return
            asked.add(url)
            try:
                feed = read_feed(fetch.get(url, accept="application/rss+xml, application/atom+xml, text/xml;q=0.9"))
            except (FetchError, SourceError) as error:
                if len(asked) == 1:
                    raise
                report.cut_short(url, str(error))
                return
            yield feed
            url = feed.following

    def _show(self, feed: Feed) -> dict[str, Any]:
        channel = feed.channel
        return {
            "key": self._url,
            "kind": "podcast",
            "title": text_of(channel, "title") or self._feed_name,
            "description": text_of(channel, "subtitle", "summary", "description"),
            "url": page_of(channel, feed.url) or self._url,
            "authors": _authors(channel),
            "image": image_of(channel, feed.url),
            "subjects": [*self._subjects, *terms_of(channel)],
            "updated": _latest(feed),
            "licence": text_of(channel, "license"),
            **self._shared(channel),
        }

    def _episode(self, entry: Told, feed: Feed) -> dict[str, Any]:
        enclosure = enclosure_of(entry, feed.url)
        return {
            "key": text_of(entry, "id") or enclosure,
            "kind": "episode",
            "title": text_of(entry, "title"),
            "description": text_of(entry, *_TEXTS),
            "url": page_of(entry, feed.url),
            "authors": _authors(entry) or _authors(feed.channel),
            "duration_text": _duration(entry),
            "published": text_of(entry, "published", "updated"),
            "image": image_of(entry, feed.url) or image_of(feed.channel, feed.url),
            "subjects": [*self._subjects, *terms_of(entry)],
            **self._shared(feed.channel),
        }

    def _shared(self, channel: Told) -> dict[str, Any]:
        """What holds for a show and its episodes alike: a feed is open to everybody."""
        return {
            "provider": text_of(channel, "title") or self._feed_name,
            "language": self._language or text_of(channel, "language"),
            "is_free": True,
        }


def _authors(of: Told) -> list[str]:
    author = text_of(of, "author")
    return [author] if author is not None else []


def _latest(feed: Feed) -> str | None:
    newest = next((text_of(entry, "published", "updated") for entry in feed.entries), None)
    return newest or text_of(feed.channel, "updated", "published")


def _duration(entry: Told) -> str | None:
    """The words for the length. A bare number is seconds."""
    words = text_of(entry, "itunes_duration")
    if words is not None and words.strip().isdecimal():
        return f"{words.strip()} seconds"
    return words
