"""Sitemaps of every form: XML, an index of others, RSS and Atom, plain text, packed or not."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree

from catalog.errors import FetchError, SourceError
from crawlers.fetch import Fetch
from crawlers.source import Report

MOST_ADDRESSES = 50_000  # in one file, by the protocol
MOST_BYTES = 50_000_000  # unpacked, by the protocol
DEEPEST = 3  # an index may name indexes; more than three levels is a fault or a trap
MOST_FILES = 5_000
MOST_PAGES = 1_000_000  # of one site: what is given is remembered, to give it once

LONGEST_ADDRESS = 2048  # by the protocol

_PLAIN = re.compile(
    r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?/[A-Za-z0-9/._~%+,@!$'()*=:-]*"
)  # as it will be
_GZIP = b"\x1f\x8b"
_ENTRIES = ("{*}url", "{*}sitemap", "{*}item", "{*}entry")  # in a wrong namespace too, or in none
_ROOTS = frozenset({"urlset", "sitemapindex", "rss", "feed", "rdf"})
_LONE_AMPERSAND = re.compile(rb"&(?!(?:[A-Za-z]{1,20}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")


class Page(NamedTuple):
    """The address of a page and when it changed, as the site says: a hint, as written."""

    url: str
    changed: str | None = None


class Sitemap(NamedTuple):
    """What one file names: pages, and further sitemaps. ``fault`` says why there may be more than could be read."""

    pages: tuple[Page, ...] = ()
    sitemaps: tuple[str, ...] = ()
    fault: str | None = None


def sitemap_pages(
    fetch: Fetch, start: str, report: Report, *, mirrored: str | None = None, needed: bool = False
) -> Iterator[Page]:
    """The pages of the start address's own site, each once, from the sitemap there and those it names.

    Where the start is a mirror of another site, ``mirrored``, what names that site is asked of the mirror. The error
    of a sitemap makes the report incomplete; that of the first one is raised where it is ``needed``.
    """
    waiting = [(start, 1)]
    asked = {start}
    given: set[str] = set()
    while waiting:
        url, depth = waiting.pop(0)
        found = _fetched(fetch, url, report, needed=needed and url == start)
        for page in found.pages:
            own = own_address(page.url, start, mirrored)
            if own is None:
                report.note(url, f"{page.url} is on another site and is left out")
            elif len(given) >= MOST_PAGES:
                report.cut_short(url, f"more than {MOST_PAGES:,} pages")
                return
            elif own not in given:
                given.add(own)
                yield page._replace(url=own)
        for further in found.sitemaps:
            own = own_address(further, start, mirrored)
            if own is None:
                report.note(url, f"the sitemap {further} is on another site and is left out")
            elif own not in asked:
                if depth >= DEEPEST or len(asked) >= MOST_FILES:
                    report.cut_short(url, f"names {further}, which is too deep or too many")
                    break
                asked.add(own)
                waiting.append((own, depth + 1))


def own_address(url: str, start: str, mirrored: str | None = None) -> str | None:
    """The address as it is asked of the start's site; None where it is on another. A mirror answers for its model."""
    if _site(url) == _site(start):
        return url
    if mirrored is None or _site(url) != _site(mirrored):
        return None
    here = urlsplit(start)
    return urlsplit(url)._replace(scheme=here.scheme, netloc=here.netloc).geturl()


def _fetched(fetch: Fetch, url: str, report: Report, *, needed: bool) -> Sitemap:
    try:
        answer = fetch.get(url, accept="application/xml, text/xml, text/plain;q=0.5")
        found = read_sitemap(answer.body, answer.url)
    except (FetchError, SourceError) as error:
        if needed:
            raise
        report.cut_short(url, str(error))
        return Sitemap()
    if found.fault is not None:
        report.cut_short(url, found.fault)
    return found


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """What a sitemap's body names, made absolute against its own address; SourceError where it is no sitemap."""
    content, fault = unpacked(body) if body.startswith(_GZIP) else _within_limit(body)
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    found = _read_xml(content, url) if start == b"<" or b"\x00" in content[:4] else _read_lines(content, url)
    return found._replace(fault=fault) if fault is not None else found


def _within_limit(body: bytes) -> tuple[bytes, str | None]:
    return body[:MOST_BYTES], f"more than {MOST_BYTES:,} bytes" if len(body) > MOST_BYTES else None


def unpacked(body: bytes) -> tuple[bytes, str | None]:
    """The gzip body unpacked, and what is wrong with its end.

    SourceError where it is broken from its beginning or holds more than ``MOST_BYTES``.
    """
    content = b""
    while body.startswith(_GZIP):  # a file may be several packed ones, one after the other
        unpack = zlib.decompressobj(wbits=31)
        try:
            content += unpack.decompress(body, MOST_BYTES + 1 - len(content))
        except zlib.error as error:
            if not content:
                raise SourceError(f"the packed sitemap is broken: {error}") from error
            return content, f"the packed sitemap is broken: {error}"
        if len(content) > MOST_BYTES:
            raise SourceError(f"the packed sitemap holds more than {MOST_BYTES:,} bytes")
        if not unpack.eof:
            return content, "the packed sitemap breaks off"
        body = unpack.unused_data
    return content, None


def _read_lines(content: bytes, url: str) -> Sitemap:
    lines = (line.strip() for line in content.decode("utf-8", errors="replace").lstrip("\ufeff").splitlines())
    found = [Page(address) for line in lines if line and _is_web(line) and (address := _absolute(line, url))]
    if not found and content.strip():
        raise SourceError(f"{url} is neither XML nor a list of addresses")
    return _limited(found, [])


def _read_xml(content: bytes, url: str) -> Sitemap:
    """The entries one after the other, each forgotten once it is read: the tree of a whole file would be large."""
    # Entities stay unresolved and nothing is fetched for the document: an XML bomb or a file:// entity gets nothing.
    walk = etree.iterparse(
        BytesIO(_mended(content)), tag=_ENTRIES, resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    pages: list[Page] = []
    sitemaps: list[str] = []
    try:
        for _, entry in walk:
            page = _page(entry, url)
            if page is not None and _name(entry) == "sitemap":
                sitemaps.append(page.url)
            elif page is not None:
                pages.append(page)
            _forget(entry)
            if len(pages) > MOST_ADDRESSES or len(sitemaps) > MOST_ADDRESSES:
                return _limited(pages, sitemaps)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{url} is no XML that can be read: {error}") from error
    kind = _name(walk.root) if walk.root is not None else ""
    if kind not in _ROOTS and not pages and not sitemaps:
        raise SourceError(f"{url} is {f'a document of {kind!r}' if kind else 'no XML that can be read'} and no sitemap")
    unfinished = any(error.type == etree.ErrorTypes.ERR_TAG_NOT_FINISHED for error in walk.error_log)
    broken_off = unfinished or content.rstrip().endswith(b"<")
    return _limited(pages, sitemaps, "the file breaks off" if broken_off else None)


def _limited(pages: list[Page], sitemaps: list[str], fault: str | None = None) -> Sitemap:
    if len(pages) > MOST_ADDRESSES or len(sitemaps) > MOST_ADDRESSES:
        fault = f"more than {MOST_ADDRESSES:,} addresses in one file; the rest is left out"
    return Sitemap(tuple(pages[:MOST_ADDRESSES]), tuple(sitemaps[:MOST_ADDRESSES]), fault)


def _mended(content: bytes) -> bytes:
    """Addresses with "&" as it stands would lose what follows it."""
    if b"\x00" in content[:4] or b"<![CDATA[" in content or _LONE_AMPERSAND.search(content) is None:
        return content.lstrip()
    return _LONE_AMPERSAND.sub(b"&amp;", content.lstrip())


def _forget(entry: etree._Element) -> None:
    entry.clear()
    parent = entry.getparent()
    while parent is not None and entry.getprevious() is not None:
        del parent[0]


def _page(entry: etree._Element, base: str) -> Page | None:
    """What an entry names. Many sites have a wrong namespace or none, so its parts go by their local names."""
    stated, changed = _of_feed(entry) if _name(entry) in {"item", "entry"} else _of_sitemap(entry)
    address = _absolute(stated, base) if stated else None
    return Page(address, changed or None) if address is not None else None


def _of_sitemap(entry: etree._Element) -> tuple[str | None, str | None]:
    texts = {_name(part): _text(part) for part in entry if _is_own(part, entry)}
    return texts.get("loc"), texts.get("lastmod")


def _is_own(part: etree._Element, parent: etree._Element) -> bool:
    """<image:loc> and <video:publication_date> are of another namespace than the entry."""
    return isinstance(part.tag, str) and part.tag.rpartition("}")[0] == str(parent.tag).rpartition("}")[0]


def _of_feed(entry: etree._Element) -> tuple[str | None, str | None]:
    changed = address = None
    for part in entry:
        name = _name(part)
        if name == "link" and part.get("rel", "alternate") == "alternate":
            address = address or part.get("href") or _text(part)
        elif name in {"updated", "pubdate", "date"}:
            changed = changed or _text(part)
    return address, changed


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _text(element: etree._Element) -> str:
    """The text without comments and entities that were not resolved; a date keeps its inner blanks."""
    text = element.text or ""
    return "".join([text, *(child.tail or "" for child in element)]).strip() if len(element) else text.strip()


def _absolute(address: str, base: str) -> str | None:
    if _PLAIN.fullmatch(address):
        return address if len(address) <= LONGEST_ADDRESS else None
    try:
        absolute = urljoin(base, address)
        host = urlsplit(absolute).hostname
    except ValueError:  # a host in half a bracket
        return None
    return absolute if host and _is_web(absolute) else None


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://")) and len(url) <= LONGEST_ADDRESS


def _site(url: str) -> str:
    """The host without "www.": a sitemap speaks for its own site only, on either scheme."""
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www.")
