"""Sitemaps of every form: XML, an index of others, RSS and Atom, plain text, packed or not."""

import zlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from catalog.errors import FetchError, SourceError, Withdrawn
from crawlers.fetch import Fetch
from crawlers.source import Report

MOST_ADDRESSES = 50_000  # in one file, by the protocol
MOST_BYTES = 50_000_000  # unpacked, by the protocol
DEEPEST = 3  # an index may name indexes; more than three levels is a fault or a trap
MOST_FILES = 5_000

_GZIP = b"\x1f\x8b"
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})


class Page(NamedTuple):
    """The address of a page and when it changed, as the site says: a hint, as written."""

    url: str
    changed: str | None = None


class Sitemap(NamedTuple):
    """What one file names: pages, and further sitemaps."""

    pages: tuple[Page, ...] = ()
    sitemaps: tuple[str, ...] = ()


def sitemap_pages(fetch: Fetch, start: str, report: Report) -> Iterator[Page]:
    """The pages of the start address's own site, each once, from the sitemap there and those it names."""
    site = _site(start)
    waiting = [(start, 1)]
    asked = {start}
    given: set[str] = set()
    while waiting:
        url, depth = waiting.pop(0)
        found = _fetched(fetch, url, report)
        for page in found.pages:
            if _site(page.url) != site:
                report.note(url, f"{page.url} is on another site and is left out")
            elif page.url not in given:
                given.add(page.url)
                yield page
        for further in found.sitemaps:
            if further in asked or _site(further) != site:
                continue
            if depth >= DEEPEST or len(asked) >= MOST_FILES:
                report.cut_short(url, f"names {further}, which is too deep or too many")
                break
            asked.add(further)
            waiting.append((further, depth + 1))


def _fetched(fetch: Fetch, url: str, report: Report) -> Sitemap:
    try:
        answer = fetch.get(url, accept="application/xml, text/xml, text/plain;q=0.5")
        found = read_sitemap(answer.body, answer.url)
    except Withdrawn as error:
        report.cut_short(url, str(error))
        return Sitemap()
    except (FetchError, SourceError) as error:
        report.cut_short(url, str(error))
        return Sitemap()
    if len(found.pages) >= MOST_ADDRESSES:
        report.cut_short(url, f"more than {MOST_ADDRESSES:,} addresses in one file; the rest is left out")
    return found


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """What a sitemap's body names, made absolute against its own address; SourceError where it is no sitemap."""
    content = unpacked(body) if body.startswith(_GZIP) else body[:MOST_BYTES]
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<" or b"\x00" in content[:4]:
        return _read_xml(content, url)
    lines = content.decode("utf-8", errors="replace").lstrip("\ufeff").splitlines()[:MOST_ADDRESSES]
    found = tuple(Page(line.strip()) for line in lines if _is_web(line.strip()))
    if not found and content.strip():
        raise SourceError(f"{url} is neither XML nor a list of addresses")
    return Sitemap(pages=found)


def unpacked(body: bytes) -> bytes:
    """The gzip body unpacked; SourceError where it is broken or holds more than ``MOST_BYTES``."""
    unpack = zlib.decompressobj(wbits=31)
    try:
        content = unpack.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise SourceError(f"the packed sitemap is broken: {error}") from error
    if len(content) > MOST_BYTES:
        raise SourceError(f"the packed sitemap holds more than {MOST_BYTES:,} bytes")
    return content


def _read_xml(content: bytes, url: str) -> Sitemap:
    # Entities stay unresolved and nothing is fetched for the document: an XML bomb or a file:// entity gets nothing.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{url} is no XML that can be read: {error}") from error
    if root is None:
        raise SourceError(f"{url} is no XML that can be read")
    kind = _name(root)
    if kind == "html":
        raise SourceError(f"{url} is a page of HTML and no sitemap")
    if kind in _FEED_ROOTS:
        return Sitemap(pages=tuple(_feed_pages(root, url))[:MOST_ADDRESSES])
    if kind == "sitemapindex":
        return Sitemap(sitemaps=tuple(page.url for page in _entries(root, url, "sitemap"))[:MOST_ADDRESSES])
    return Sitemap(pages=tuple(_entries(root, url, "url"))[:MOST_ADDRESSES])


def _entries(root: etree._Element, base: str, wanted: str) -> Iterator[Page]:
    """Children by local name: many sites have a wrong namespace or none."""
    for child in root:
        if _name(child) != wanted:
            continue
        texts = {_name(part): _text(part) for part in child if _is_own(part, child)}
        address = texts.get("loc")
        if address and _is_web(absolute := urljoin(base, address)):
            yield Page(absolute, texts.get("lastmod") or None)


def _is_own(part: etree._Element, parent: etree._Element) -> bool:
    """<image:loc> and <video:publication_date> are of another namespace than the entry."""
    return isinstance(part.tag, str) and etree.QName(part).namespace == etree.QName(parent).namespace


def _feed_pages(root: etree._Element, base: str) -> Iterator[Page]:
    for entry in root.iter():
        if _name(entry) not in {"item", "entry"}:
            continue
        changed = address = None
        for part in entry:
            name = _name(part)
            if name == "link" and part.get("rel", "alternate") == "alternate":
                address = address or part.get("href") or _text(part)
            elif name in {"updated", "pubdate", "date"}:
                changed = changed or _text(part)
        if address and _is_web(absolute := urljoin(base, address)):
            yield Page(absolute, changed or None)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str:
    """The text without comments and entities that were not resolved; a date keeps its inner blanks."""
    return "".join([element.text or "", *(child.tail or "" for child in element)]).strip()


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= 2048


def _site(url: str) -> str:
    """The host without "www.": a sitemap speaks for its own site only, on either scheme."""
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www.")
