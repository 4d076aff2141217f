import gzip
import json
from pathlib import Path

import pytest

from catalog.errors import FetchError, SourceError
from crawlers.readers import sitemaps
from crawlers.readers.sitemaps import Page, read_sitemap, sitemap_pages
from crawlers.source import Report
from tests.crawlers.local_web import FakeFetch

S = "https://s.org"


def urlset(*urls: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"


def index(*urls: str) -> str:
    return "<sitemapindex>" + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls) + "</sitemapindex>"


def pages(web: dict[str, str | bytes | Exception], start: str = f"{S}/map.xml") -> tuple[list[str], Report]:
    report = Report()
    return [page.url for page in sitemap_pages(FakeFetch(web), start, report)], report


def test_an_index_is_followed_and_each_page_given_once() -> None:
    found, report = pages(
        {
            f"{S}/map.xml": index(f"{S}/a.xml", "/b.xml"),
            f"{S}/a.xml": urlset(f"{S}/1", f"{S}/2"),
            f"{S}/b.xml": gzip.compress(urlset(f"{S}/2", f"{S}/3").encode()),
        }
    )
    assert found == [f"{S}/1", f"{S}/2", f"{S}/3"]
    assert report.complete


def test_a_circle_of_indexes_ends() -> None:
    found, report = pages(
        {
            f"{S}/map.xml": index(f"{S}/map.xml", f"{S}/a.xml"),
            f"{S}/a.xml": index(f"{S}/map.xml", f"{S}/b.xml"),
            f"{S}/b.xml": urlset(f"{S}/1"),
        }
    )
    assert found == [f"{S}/1"]
    assert report.complete


def test_deeper_than_three_is_not_followed() -> None:
    web: dict[str, str | bytes | Exception] = {
        f"{S}/map.xml": index(f"{S}/2.xml"),
        f"{S}/2.xml": index(f"{S}/3.xml"),
        f"{S}/3.xml": index(f"{S}/4.xml"),
    }
    found, report = pages(web)
    assert found == []
    assert not report.complete


def test_other_sites_are_left_out() -> None:
    found, report = pages({f"{S}/map.xml": urlset("https://other.org/1", "https://www.s.org/2", "http://s.org/3")})
    assert found == ["https://www.s.org/2", "http://s.org/3"]
    assert report.noted == 1


@pytest.mark.parametrize(
    "broken", [FetchError("answers 500"), "<html><body>Not found</body></html>", b"\x1f\x8bnonsense", "{}"]
)
def test_what_cannot_be_read_makes_it_incomplete(broken: str | bytes | Exception) -> None:
    found, report = pages(
        {f"{S}/map.xml": index(f"{S}/a.xml", f"{S}/b.xml"), f"{S}/a.xml": broken, f"{S}/b.xml": urlset(f"{S}/1")}
    )
    assert found == [f"{S}/1"]
    assert not report.complete


def test_a_plain_list() -> None:
    found = read_sitemap("\ufeffhttps://s.org/1\r\n\r\n https://s.org/2 \nrubbish\n".encode(), f"{S}/map.txt")
    assert found.pages == (Page("https://s.org/1"), Page("https://s.org/2"))


def test_blanks_comments_extensions_and_wrong_namespaces() -> None:
    body = """<?xml version="1.0"?><!-- by hand -->
    <urlset xmlns="http://www.google.com/schemas/sitemap/0.84" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><!-- x --><loc>  https://s.org/1
      </loc><lastmod></lastmod><image:image><image:loc>https://s.org/1.png</image:loc></image:image></url>
      <url><image:loc>https://s.org/2.png</image:loc><loc>https://s.org/2</loc><lastmod>2024-01-02</lastmod></url>
    </urlset>"""
    assert read_sitemap(body.encode(), S).pages == (Page("https://s.org/1"), Page("https://s.org/2", "2024-01-02"))


def test_feeds_are_sitemaps_too() -> None:
    rss = (
        "<rss><channel><link>https://s.org/</link>"
        "<item><link>https://s.org/1</link><pubDate>Sun, 06 Sep 2009</pubDate></item></channel></rss>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
        '<link rel="self" href="/x"/><link href="/1"/><updated>2003</updated></entry></feed>'
    )
    assert read_sitemap(rss.encode(), S).pages == (Page("https://s.org/1", "Sun, 06 Sep 2009"),)
    assert read_sitemap(atom.encode(), S).pages == (Page("https://s.org/1", "2003"),)


def test_a_bomb_of_zeros_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_BYTES", 1_000_000)
    with pytest.raises(SourceError, match="more than"):
        read_sitemap(gzip.compress(bytes(20_000_000)), S)


def test_a_bomb_of_entities_expands_to_nothing() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(8)
    )
    body = bomb + "]><urlset><url><loc>https://s.org/&i;</loc></url></urlset>"
    assert read_sitemap(body.encode(), S).pages in {(), (Page("https://s.org/"),)}


def test_too_many_addresses_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 3)
    found, report = pages({f"{S}/map.xml": urlset(*(f"{S}/{at}" for at in range(9)))})
    assert len(found) == 3
    assert not report.complete


@pytest.mark.shared
def test_the_vectors_of_scrapy(shared: Path) -> None:
    for vector in json.loads((shared / "fixtures/sitemaps/scrapy_vectors.json").read_text()):
        found = read_sitemap(vector["xml"].encode(), "http://127.0.0.1:8000/")
        got = [page.url for page in found.pages] or list(found.sitemaps)
        assert got == [entry["loc"] for entry in vector["expected_entries"]], vector["test"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("crawler_commons/atom.xml", 1),
        ("crawler_commons/rss_feed.rss", 3),
        ("crawler_commons/sitemap.badns.xml", 2),
        ("crawler_commons/sitemap.txt.gz", 5),
        ("crawler_commons/extension_sitemap-videos.xml", 3),
        ("crawler_commons/extension_hebdenbridgetimes-articles-sitemap.xml", 74),
        ("trafilatura/sitemap.xml.gz", 84),
        ("trafilatura/sitemap-hreflang.xml", 3),
        ("tess/wordpress_events_sitemap.xml", 9),
    ],
)
def test_real_sitemaps(shared: Path, name: str, count: int) -> None:
    assert len(read_sitemap((shared / "fixtures/sitemaps" / name).read_bytes(), "http://h/").pages) == count
