"""The XML of a feed as a tree, with names, texts and addresses in one way."""

import re
from functools import lru_cache
from html import escape
from typing import NamedTuple
from urllib.parse import urljoin

from bs4.dammit import UnicodeDammit
from lxml import etree

from catalog.errors import SourceError
from crawlers.answer import Answer
from crawlers.readers.xml_tree import Element, XmlTree, root_start, xml_tree

# Feeds write one namespace in many ways, and forget to declare it; what its address holds gives our prefix.
_PREFIXES = (
    ("itunes.com", "itunes:"),
    ("purl.org/dc/", "dc:"),
    ("modules/content", "content:"),
    ("/mrss", "media:"),
    ("podcastindex", "podcast:"),
    ("creativecommons", "cc:"),
    ("web.resource.org/cc", "cc:"),
    ("/atom", ""),
    ("purl.org/rss", ""),
    ("backend.userland.com", ""),
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel)[\s/>]", re.IGNORECASE)
_LOST = "\ufffd"
_END = 1000  # characters at the end of a feed, where its root is closed


class FeedTree(NamedTuple):
    """The root of a feed; ``oddity`` is what is wrong with its XML, ``whole`` whether it was read to its end."""

    root: Element
    oddity: str | None
    whole: bool


def feed_tree(answer: Answer) -> FeedTree:
    """The tree of an answer; SourceError where it is no feed."""
    text, guessed = _decoded(answer)
    tree = xml_tree(text, answer.url, _start(text, answer.url))
    oddity = tree.fault or guessed
    return FeedTree(tree.root, " ".join(oddity[:200].split()) if oddity else None, _is_whole(tree, text))


def name_of(element: Element) -> str:
    """The name in lower case, with our prefix for the namespaces that matter and none for those of RSS and Atom."""
    return _name(element.tag, element.prefix) if isinstance(element.tag, str) else ""


def text_of(element: Element) -> str:
    """The text as it is written, with the tags of what is nested in it."""
    if not len(element):
        return (element.text or "").strip()
    inner = (etree.tostring(child, encoding="unicode") for child in element)
    return (escape(element.text or "", quote=False) + "".join(inner)).strip()


def attribute_of(element: Element, *names: str) -> str | None:
    """The first of some attributes that says anything, whatever its namespace and case."""
    told = {re.split("[}:]", str(name))[-1].lower(): str(value).strip() for name, value in element.items()}
    return next((told[name] for name in names if told.get(name)), None)


def address_of(element: Element, value: str | None) -> str | None:
    """An address of the web, made absolute against what the element says its addresses are relative to."""
    try:
        absolute = urljoin(element.base or "", value.strip()) if value and value.strip() else ""
    except ValueError:
        return None  # brackets where a host should be
    return absolute if absolute.startswith(("http://", "https://")) else None


def _decoded(answer: Answer) -> tuple[str, str | None]:
    """The text; where what is stated or usual does not fit its bytes, by what they look like, and a note of that."""
    text = answer.text
    lost = text.count(_LOST)
    if lost and lost * 10 > sum(sign > "\x7f" for sign in text):
        guess = UnicodeDammit(answer.body)
        if guess.unicode_markup:
            return guess.unicode_markup, f"does not say its encoding truly; read as {guess.original_encoding}"
    return text, None


def _is_whole(tree: XmlTree, text: str) -> bool:
    """Whether the root is closed, and no limit of the parser was met before."""
    end = text[-_END:].lower()
    root = str(tree.root.tag).rpartition("}")[2].lower()
    return (f"</{root}>" in end.replace("</rdf:", "</") or end.rstrip().endswith("/>")) and not tree.cut


def _start(text: str, url: str) -> int:
    """Where the root stands: behind what may come first, and what some programs write before it."""
    at = root_start(text)
    root = _ROOT.search(text, at)
    is_page = "<html" in text[at : root.start() if root else at + 2000].lower()
    if root is None or is_page:
        what = "a page of HTML" if is_page else "nothing" if not text.strip() else "no feed that can be read"
        raise SourceError(f"{url} answers {what} where a feed is expected")
    return root.start()


@lru_cache(maxsize=4096)
def _name(tag: str, prefix: str | None) -> str:
    space, _, local = tag.rpartition("}")
    if not space:
        return local.lower()
    own = f"{prefix.lower()}:" if prefix else ""
    return next((ours for part, ours in _PREFIXES if part in space.lower()), own) + local.lower()
