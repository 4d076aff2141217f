import gzip
import json
from pathlib import Path

import pytest
from lxml import etree

from catalog.errors import FetchError, SourceError
from crawlers.readers import sitemaps
from crawlers.readers.sitemaps import Page, Sitemap, read_sitemap, sitemap_pages
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


def test_what_breaks_off_is_kept_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = urlset(f"{S}/1", f"{S}/2")
    packed = gzip.compress(whole.encode())
    for broken, kept in ((whole[:-20], 2), (whole[: len(whole) // 2 + 8], 1), (packed[:-12], None)):
        body = broken if isinstance(broken, bytes) else broken.encode()
        found = read_sitemap(body, S)
        assert found.fault is not None
        assert kept is None or len(found.pages) == kept
        assert not pages({f"{S}/map.xml": body})[1].complete
    monkeypatch.setattr(sitemaps, "MOST_BYTES", len(whole) - 30)
    assert "bytes" in (read_sitemap(whole.encode(), S).fault or "")


def test_several_packed_files_in_one() -> None:
    halves = (gzip.compress(b"<urlset><url><loc>https://s.org/1</loc></url>"), gzip.compress(b"</urlset>"))
    assert read_sitemap(b"".join(halves), S) == Sitemap((Page("https://s.org/1"),))


def test_sitemaps_inside_a_set_of_pages() -> None:
    body = f"<urlset><sitemap><loc>{S}/more.xml</loc></sitemap><url><loc>{S}/1</loc></url></urlset>"
    assert read_sitemap(body.encode(), S) == Sitemap((Page(f"{S}/1"),), (f"{S}/more.xml",))
    found, report = pages({f"{S}/map.xml": body, f"{S}/more.xml": urlset(f"{S}/2")})
    assert (found, report.complete) == ([f"{S}/1", f"{S}/2"], True)


def test_addresses_as_they_are_written_by_hand() -> None:
    body = (
        "<urlset><url><loc>https://s.org/?a=1&b=2&amp;c=3</loc></url><url><loc>https://[s.org/</loc></url>"
        "<url><loc>HTTPS://s.org/X</loc></url><url><loc>mailto:a@s.org</loc></url><url><loc/></url><url/></urlset>"
    )
    found = read_sitemap(body.encode(), S)
    assert [page.url for page in found.pages] == ["https://s.org/?a=1&b=2&c=3", "https://s.org/X"]
    quoted = "<urlset><url><loc><![CDATA[https://s.org/?a=1&b=2]]></loc></url></urlset>"
    assert read_sitemap(quoted.encode(), S).pages == (Page("https://s.org/?a=1&b=2"),)


def test_utf_16() -> None:
    body = '<?xml version="1.0" encoding="UTF-16"?>' + urlset(f"{S}/ä")
    assert read_sitemap(body.encode("utf-16"), S).pages == (Page(f"{S}/ä"),)


@pytest.mark.parametrize(
    "body", ["<Error><Code>AccessDenied</Code></Error>", "<html><body>", "<", "\x00\x00", "rubbish"]
)
def test_what_is_no_sitemap_is_no_empty_one(body: str) -> None:
    with pytest.raises(SourceError):
        read_sitemap(body.encode(), S)


def test_just_as_many_addresses_as_allowed_are_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 3)
    for body in (urlset(*(f"{S}/{at}" for at in range(3))), "\n".join(f"{S}/{at}" for at in range(3))):
        found, report = pages({f"{S}/map.xml": body})
        assert (len(found), report.complete) == (3, True)


def test_endless_sitemaps_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_FILES", 20)
    web: dict[str, str | bytes | Exception] = {f"{S}/{at}.xml": urlset(f"{S}/{at}") for at in range(99)}
    web[f"{S}/map.xml"] = index(*web)
    found, report = pages(web)
    assert (len(found), report.complete) == (19, False)
    monkeypatch.setattr(sitemaps, "MOST_PAGES", 5)
    found, report = pages(web)
    assert (len(found), report.complete) == (5, False)


def test_sitemaps_of_other_sites_are_said() -> None:
    found, report = pages(
        {f"{S}/map.xml": index("https://cdn.org/a.xml", f"{S}/a.xml"), f"{S}/a.xml": urlset(f"{S}/1")}
    )
    assert found == [f"{S}/1"]
    assert report.problems == (f"{S}/map.xml: the sitemap https://cdn.org/a.xml is on another site and is left out",)


def test_a_mirror_answers_for_its_model() -> None:
    here = "http://mirror.local:81"
    web: dict[str, str | bytes | Exception] = {
        f"{here}/map.xml": index("https://www.s.org/a.xml"),
        f"{here}/a.xml": urlset("https://s.org/1?x=y", f"{here}/2", "https://other.org/3"),
    }
    report = Report()
    found = [page.url for page in sitemap_pages(FakeFetch(web), f"{here}/map.xml", report, mirrored=f"{S}/")]
    assert found == [f"{here}/1?x=y", f"{here}/2"]
    assert report.noted == 1


def test_the_first_sitemap_may_be_needed() -> None:
    web: dict[str, str | bytes | Exception] = {f"{S}/map.xml": index(f"{S}/a.xml"), f"{S}/a.xml": FetchError("500")}
    report = Report()
    assert list(sitemap_pages(FakeFetch(web), f"{S}/map.xml", report, needed=True)) == []
    assert not report.complete
    with pytest.raises(FetchError):
        list(sitemap_pages(FakeFetch(web), f"{S}/a.xml", report, needed=True))


def test_a_large_sitemap_needs_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = "<url><loc>https://s.org/courses/{}</loc><lastmod>2024-01-01</lastmod><priority>0.5</priority></url>"
    body = f"<urlset>{''.join(map(entry.format, range(50_000)))}</urlset>".encode()
    # The tree of libxml2 is out of Python's sight, so what is looked at is that each entry is let go.
    held: list[int] = []
    forget = sitemaps._forget

    def counted(entry: etree._Element) -> None:
        forget(entry)
        parent = entry.getparent()
        held.append(0 if parent is None else len(parent))

    monkeypatch.setattr(sitemaps, "_forget", counted)
    assert len(read_sitemap(body, S).pages) == 50_000
    assert max(held) < 1_000, "no more than what the parser has read ahead"


@pytest.mark.shared
def test_the_vectors_of_scrapy(shared: Path) -> None:
    for vector in json.loads((shared / "fixtures/sitemaps/scrapy_vectors.json").read_text()):
        found = read_sitemap(vector["xml"].encode(), "http://127.0.0.1:8000/")
        got = [page.url for page in found.pages] or list(found.sitemaps)
        assert got == [entry["loc"] for entry in vector["expected_entries"]], vector["test"]
        changed = [page.changed for page in found.pages]
        stated = [entry.get("lastmod") or None for entry in vector["expected_entries"]]
        assert not changed or changed == stated, vector["test"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("crawler_commons/atom.xml", 1),
        ("crawler_commons/rss_feed.rss", 3),
        ("crawler_commons/sitemap.badns.xml", 2),
        ("crawler_commons/sitemap.txt.gz", 5),
        ("crawler_commons/sitemap.ns.xml", 2),
        ("crawler_commons/extension_sitemap-links.xml", 3),
        ("crawler_commons/extension_sitemap-news.xml", 2),
        ("crawler_commons/extension_shinpaideshou-news-sitemap.xml", 3),
        ("crawler_commons/extension_sitemap-videos.xml", 3),
        ("crawler_commons/extension_hebdenbridgetimes-articles-sitemap.xml", 74),
        ("trafilatura/sitemap.xml.gz", 84),
        ("trafilatura/sitemap-hreflang.xml", 3),
        ("tess/sitemap.xml", 8),
        ("tess/wordpress_events_sitemap.xml", 9),
    ],
)
def test_real_sitemaps(shared: Path, name: str, count: int) -> None:
    assert len(read_sitemap((shared / "fixtures/sitemaps" / name).read_bytes(), "http://h/").pages) == count


@pytest.mark.shared
def test_the_invalid_sitemap_of_pluralsight_is_read_wholly(shared: Path) -> None:
    found = read_sitemap((shared / "fixtures/pluralsight/sitemap.xml.gz").read_bytes(), "https://www.pluralsight.com/x")
    assert found.sitemaps == (
        "https://www.pluralsight.com/guides/sitemap.xml",
        "https://www.pluralsight.com/tech-blog/sitemap.xml",
    )
    assert (len(found.pages), found.fault) == (18_425, None)
    assert sum("pluralsight.com/courses/" in page.url for page in found.pages) == 11_684
    assert all(page.changed for page in found.pages)
