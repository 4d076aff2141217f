"""Feeds of podcasts and the like, RSS of every age and Atom, as one shape; texts are given as they are written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate
from urllib.parse import urljoin, urlsplit, urlunsplit

from catalog import clean
from crawlers.answer import Answer
from crawlers.readers.feed_tree import address_of, attribute_of, feed_tree, name_of, text_of
from crawlers.readers.xml_tree import Element

_ENTRIES = frozenset({"item", "entry"})
_MAIL = re.compile(r"[^\s<>()@]{1,100}@[^\s<>()@]{1,200}")
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a channel, or one of its entries, says of itself.

    ``id`` is a guid or the like as it is written, ``enclosure`` the address of the sound or the picture itself.
    """

    id: str | None = None
    title: str | None = None
    description: str | None = None
    page: str | None = None
    enclosure: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    duration: str | None = None
    published: str | None = None
    updated: str | None = None
    image: str | None = None
    terms: tuple[str, ...] = ()
    licence: str | None = None


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A channel and its entries.

    ``following`` is the address of the next page, ``oddity`` what is wrong with the XML, ``whole`` whether it was read
    to its end.
    """

    url: str
    channel: Part
    entries: tuple[Part, ...]
    following: str | None = None
    oddity: str | None = None
    whole: bool = True


def read_feed(answer: Answer) -> Feed:
    """The feed in an answer; SourceError where it is none."""
    root, oddity, whole = feed_tree(answer)
    channel = next((one for one in root.iter() if name_of(one) == "channel"), root)
    # RSS 0.9 and 1.0 put the picture of a channel beside it.
    beside = [one for one in root if name_of(one) == "image"] if channel is not root else []
    told = _Told(channel, beside)
    return Feed(
        url=answer.url,
        channel=_channel(told),
        entries=tuple(_entry(_Told(one)) for one in root.iter() if name_of(one) in _ENTRIES),
        following=_following(told, answer.url),
        oddity=oddity,
        whole=whole,
    )


class _Told:
    """The children of an element, by name."""

    def __init__(self, element: Element, beside: list[Element] | None = None) -> None:
        self.element = element
        self._children: dict[str, list[Element]] = {}
        for child in (*element, *(beside or ())):
            if (name := name_of(child)) not in _ENTRIES:
                self._children.setdefault(name, []).append(child)
        for group in self.named("media:group"):
            for child in group:
                self._children.setdefault(name_of(child), []).append(child)

    def named(self, *names: str) -> Iterator[Element]:
        return (element for name in names for element in self._children.get(name, ()))

    def text(self, *names: str) -> str | None:
        return next((text for one in self.named(*names) if (text := text_of(one))), None)

    def links(self, *kinds: str) -> Iterator[str]:
        """Addresses of links of some kinds, made absolute; a link of RSS is the text itself."""
        for link in self.named("link"):
            kind = (attribute_of(link, "rel") or "alternate").lower()
            address = address_of(link, attribute_of(link, "href") or (text_of(link) if not len(link) else None))
            if address is not None and kind in kinds:
                yield address

    def date(self, *names: str) -> str | None:
        """The first date that can be read; the rules for mail know years of two digits."""
        texts = [text for one in self.named(*names) if (text := text_of(one))]
        return next((date for text in texts if (date := clean.partial_date(text) or _by_mail_rules(text))), None)


def _channel(told: _Told) -> Part:
    return Part(
        title=told.text("title", "dc:title"),
        description=told.text("description", "itunes:summary", "subtitle", "tagline", "itunes:subtitle"),
        page=next(told.links("alternate"), None),
        authors=_authors(told, "itunes:author", "author", "managingeditor", "dc:creator"),
        language=told.text("language", "dc:language") or attribute_of(told.element, "lang"),
        published=told.date("pubdate", "published", "dc:date"),
        updated=told.date("lastbuilddate", "updated", "modified"),
        image=_image(told),
        terms=tuple(_terms(told)),
        licence=_licence(told),
    )


def _entry(told: _Told) -> Part:
    enclosure = _enclosure(told)
    page, guess = _page(told)
    return Part(
        id=_id(told),
        title=told.text("title", "itunes:title", "dc:title", "media:title"),
        description=told.text(
            "content:encoded",
            "content",
            "description",
            "summary",
            "itunes:summary",
            "media:description",
            "itunes:subtitle",
        ),
        page=page or enclosure or guess,
        enclosure=enclosure,
        authors=_authors(told, "itunes:author", "dc:creator", "author"),
        language=told.text("language", "dc:language"),
        duration=_duration(told),
        published=told.date("pubdate", "published", "issued", "dc:date", "updated", "modified"),
        image=_image(told),
        terms=tuple(_terms(told)),
        licence=_licence(told),
    )


def _id(told: _Told) -> str | None:
    """What the entry is known by. A guid that says it is an address is made absolute, any other kept as it is."""
    for guid in told.named("guid", "id"):
        if words := text_of(guid):
            stated = (attribute_of(guid, "ispermalink") or "").lower() == "true"
            return (address_of(guid, words) if stated else None) or words
    return attribute_of(told.element, "about")


def _page(told: _Told) -> tuple[str | None, str | None]:
    """The page of an entry, and an address that may be it, where nothing better is known.

    A guid is an address unless it says that it is none; but feeds forget to say so, and then it is no address at all.
    """
    stated = next(told.links("alternate"), None)
    guess = address_of(told.element, attribute_of(told.element, "about"))
    for guid in told.named("guid", "id"):
        words, said = text_of(guid), (attribute_of(guid, "ispermalink") or "").lower()
        is_whole = words.startswith(("http://", "https://"))
        address = address_of(guid, words) if said != "false" else None
        if name_of(guid) == "guid" and (said == "true" or is_whole):
            stated = stated or address
        elif name_of(guid) == "guid" or is_whole:
            guess = guess or address
    return stated, guess


def _enclosure(told: _Told) -> str | None:
    attached = (address_of(one, attribute_of(one, "url", "href")) for one in told.named("enclosure"))
    linked = told.links("enclosure")
    media = (address_of(one, attribute_of(one, "url")) for one in told.named("media:content"))
    return next((address for found in (attached, linked, media) for address in found if address), None)


def _authors(told: _Told, *names: str) -> tuple[str, ...]:
    """Those of the first kind of author that names anybody; addresses of mail are nobody's name."""
    for name in names:
        texts = [next((text_of(one) for one in author if name_of(one) == "name"), None) for author in told.named(name)]
        plain = (text_of(author) if not len(author) else "" for author in told.named(name))
        found = [_name(text or other) for text, other in zip(texts, plain, strict=True)]
        if any(found):
            return tuple(one for one in found if one)
    return ()


def _name(words: str) -> str:
    """ "ann@example.org (Ann Lee)" → "Ann Lee"."""
    name = _MAIL.sub("", words)
    return name.strip(" \t\n()<>,;") if name != words else words


def _duration(told: _Told) -> str | None:
    """The words for the length. A bare number is seconds."""
    media = (attribute_of(one, "duration") for one in told.named("media:content"))
    words = told.text("itunes:duration") or next((one for one in media if one), None)
    return f"{words} seconds" if words and _SECONDS.fullmatch(words) else words


def _image(told: _Told) -> str | None:
    for image in told.named("itunes:image", "image", "media:thumbnail", "logo", "icon"):
        inner = next((text_of(one) for one in image if name_of(one) == "url"), None)
        address = address_of(image, attribute_of(image, "href", "url") or inner or (image.text or ""))
        if address is not None:
            return address
    return None


def _terms(told: _Told) -> Iterator[str]:
    """Categories, with those nested in them, and keywords."""
    for top in told.named("category", "itunes:category", "dc:subject"):
        for category in top.iter():
            words = attribute_of(category, "label", "text", "term") or (category.text or "").strip()
            if words and name_of(category) in {"category", "itunes:category", "dc:subject"}:
                yield words
    for keywords in told.named("itunes:keywords", "media:keywords"):
        yield from (word.strip() for word in text_of(keywords).split(",") if word.strip())


def _licence(told: _Told) -> str | None:
    licences = told.named("podcast:license", "cc:license", "license")
    texts = (attribute_of(one, "resource") or text_of(one) for one in licences)
    return next((text for text in texts if text), None) or next(told.links("license"), None)


def _following(told: _Told, url: str) -> str | None:
    """The next page. A feed that is read at another place than it says it lies goes on at that other place."""
    following = next(told.links("next"), None)
    own = {urlsplit(one).netloc for one in told.links("self", "first", "previous", "prev")}
    if following is None or urlsplit(following).netloc not in own:
        return following
    place = urlsplit(url)
    return urlunsplit(urlsplit(urljoin(url, following))._replace(scheme=place.scheme, netloc=place.netloc))


def _by_mail_rules(text: str) -> str | None:
    told = parsedate(text)
    return clean.partial_date("{:04}-{:02}-{:02}".format(*told[:3])) if told is not None else None
