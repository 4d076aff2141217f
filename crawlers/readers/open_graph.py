"""Open Graph and plain meta tags: what a page says of itself in its head."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from catalog import clean
from catalog.model import Kind
from crawlers.readers.linked_names import Node
from crawlers.readers.page_tree import Element

_NAMES = ("name", "property", "itemprop")
_KINDS = MappingProxyType(
    {
        "book": Kind.BOOK,
        "books.book": Kind.BOOK,
        "course": Kind.COURSE,
        "education.course": Kind.COURSE,
        "product.course": Kind.COURSE,
        "podcast": Kind.PODCAST,
        "podcast.series": Kind.PODCAST,
        "music.podcast": Kind.PODCAST,
        "podcast.episode": Kind.EPISODE,
        "video": Kind.VIDEO,
        "video.episode": Kind.VIDEO,
        "video.movie": Kind.VIDEO,
        "video.other": Kind.VIDEO,
    }
)
# The property of schema.org, and the meta tags that may tell it: the first that is there.
_TAGS = (
    ("name", "og:title", "twitter:title"),
    ("description", "og:description", "description", "twitter:description", "dc.description", "dcterms.description"),
    ("image", "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
    ("url", "og:url"),
    ("inLanguage", "og:locale", "dc.language", "dcterms.language"),
    ("isbn", "book:isbn", "books:isbn"),
    ("datePublished", "book:release_date", "books:release_date", "video:release_date", "article:published_time"),
    ("dateModified", "og:updated_time", "article:modified_time"),
    ("keywords", "book:tag", "video:tag"),
    ("author", "book:author"),
)


def meta_tags(root: Element) -> dict[str, str]:
    """The meta tags with a content, by their names in lower case; the first of a name wins."""
    found: dict[str, str] = {}
    for name, content in _told(root):
        found.setdefault(name, content)
    return found


def _told(root: Element) -> Iterator[tuple[str, str]]:
    for tag in root.iter("meta"):
        content = (tag.get("content") or "").strip()
        if content:
            yield from ((name.strip().lower(), content) for one in _NAMES if (name := tag.get(one)))


def stated_kind(meta: Mapping[str, str]) -> Kind | None:
    """The kind that og:type says; None for websites, articles and the like."""
    return _KINDS.get(meta.get("og:type", "").strip().lower())


def head_node(meta: Mapping[str, str]) -> Node:
    """What the tags tell of the page, under the names of schema.org."""
    node: dict[str, Any] = {}
    for name, *tags in _TAGS:
        told = next((meta[tag] for tag in tags if tag in meta), None)
        if told is not None:
            node[name] = told
    seconds = clean.count(meta.get("video:duration") or meta.get("og:video:duration"))
    return node | ({"duration": f"PT{seconds}S"} if seconds else {})
