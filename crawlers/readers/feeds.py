"""Feeds of podcasts and the like: RSS of every age and Atom, well-formed or not. The only home of feedparser.

Texts are given as they are written, HTML and all; who maps them cleans them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser

from catalog.errors import SourceError
from crawlers.answer import Answer
from crawlers.readers.json_answers import dicts, dig

Told = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A channel and its entries as feedparser names them; ``following`` is the next page, ``oddity`` what is wrong."""

    url: str
    channel: Told
    entries: tuple[Told, ...]
    following: str | None = None
    oddity: str | None = None


def read_feed(answer: Answer) -> Feed:
    """The feed in an answer; SourceError where it is none."""
    told = feedparser.parse(
        answer.body,
        response_headers={"content-type": answer.headers.get("content-type", "application/xml")},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not told.version and not told.entries and not told.feed.get("title"):
        what = "a page of HTML" if b"<html" in answer.body[:2000].lower() else "no feed that can be read"
        raise SourceError(f"{answer.url} answers {what}")
    following = next(
        (link.get("href") for link in dicts(told.feed.get("links")) if link.get("rel") == "next" and link.get("href")),
        None,
    )
    return Feed(
        url=answer.url,
        channel=dict(told.feed),
        entries=tuple(dict(entry) for entry in told.entries),
        following=urljoin(answer.url, following) if following else None,
        oddity=f"not well-formed: {told.bozo_exception}"[:200] if told.bozo else None,
    )


def text_of(told: Told, *names: str) -> str | None:
    """The first of some texts that says anything; a ``content`` is the first of its versions."""
    for name in names:
        value = dig(told.get(name), 0, "value") if name == "content" else told.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return None


def page_of(told: Told, base: str) -> str | None:
    """The page that a channel or an entry stands for, made absolute; an enclosure where there is no page."""
    for url in _addresses(told):
        absolute = urljoin(base, url.strip())
        if absolute.startswith(("http://", "https://")):
            return absolute
    return None


def enclosure_of(told: Told, base: str) -> str | None:
    """The address of the sound or the picture itself."""
    found = (link.get("href") for link in dicts(told.get("links")) if link.get("rel") == "enclosure")
    return next((urljoin(base, url.strip()) for url in found if isinstance(url, str) and url.strip()), None)


def _addresses(told: Told) -> Iterator[str]:
    links = dicts(told.get("links"))
    alternates = (link.get("href") for link in links if link.get("rel") == "alternate")
    enclosures = (link.get("href") for link in links if link.get("rel") == "enclosure")
    for url in (told.get("link"), *alternates, *enclosures):
        if isinstance(url, str) and url.strip():
            yield url


def image_of(told: Told, base: str) -> str | None:
    """The picture: of the channel or entry itself, else its thumbnail."""
    url = dig(told.get("image"), "href") or dig(told.get("media_thumbnail"), 0, "url")
    return urljoin(base, url.strip()) if isinstance(url, str) and url.strip() else None


def terms_of(told: Told) -> list[str]:
    """The categories and keywords."""
    return [tag["term"] for tag in dicts(told.get("tags")) if isinstance(tag.get("term"), str)]
