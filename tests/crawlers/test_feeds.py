import json
import random
import re
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import clean
from catalog.errors import SourceError
from crawlers.answer import Answer
from crawlers.readers.feeds import Feed, Part, read_feed

URL = "http://tests/data/feed.rss"
NAMESPACES = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)


def feed(body: str | bytes, content_type: str = "application/rss+xml", url: str = URL) -> Feed:
    content = body.encode() if isinstance(body, str) else body
    return read_feed(Answer(url=url, body=content, headers={"content-type": content_type}))


def rss(channel: str) -> Feed:
    return feed(f'<rss version="2.0" {NAMESPACES}><channel>{channel}</channel></rss>')


def entry(inner: str) -> Part:
    (found,) = rss(f"<item>{inner}</item>").entries
    return found


def test_a_feed_of_rss() -> None:
    found = rss("""
        <title>Queues</title><link>https://q.example/</link><language>en-GB</language>
        <description>All about queues</description><itunes:subtitle>All ab…</itunes:subtitle>
        <itunes:author>Ann Lee</itunes:author><managingEditor>boss@q.example (The Boss)</managingEditor>
        <itunes:owner><itunes:name>Holding Ltd</itunes:name><itunes:email>o@q.example</itunes:email></itunes:owner>
        <itunes:image href="https://q.example/i.png"/><lastBuildDate>Wed, 18 Jun 2025 08:38:09 GMT</lastBuildDate>
        <itunes:category text="Technology"><itunes:category text="Software"/></itunes:category><category></category>
        <item><title>One</title><link> https://q.example/1 </link><guid isPermaLink="false">g-1</guid>
          <description>Short</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
          <itunes:summary>Other</itunes:summary><dc:creator>Bob Ray</dc:creator>
          <pubDate>Tue, 17 Jun 2025 09:29:22 GMT</pubDate><itunes:duration>00:17:16</itunes:duration>
          <enclosure url="https://m.example/1.mp3" type="audio/mpeg" length="1"/><itunes:image href="/one.png"/>
        </item>""")
    assert found.channel == Part(
        title="Queues",
        description="All about queues",
        page="https://q.example/",
        authors=("Ann Lee",),
        language="en-GB",
        updated="2025-06-18",
        image="https://q.example/i.png",
        terms=("Technology", "Software"),
    )
    assert found.entries == (
        Part(
            id="g-1",
            title="One",
            description="<p>Long</p>",
            page="https://q.example/1",
            enclosure="https://m.example/1.mp3",
            authors=("Bob Ray",),
            duration="00:17:16",
            published="2025-06-17",
            image="http://tests/one.png",
        ),
    )
    assert (found.oddity, found.following, found.whole) == (None, None, True)


def test_a_feed_of_atom() -> None:
    found = feed("""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"
        xml:base="https://a.example/blog/"><title type="html">&lt;b&gt;Log&lt;/b&gt;</title><subtitle>s</subtitle>
        <link rel="self" href="feed.xml"/><link href="."/><link rel="license" href="https://l.example/by"/>
        <author><name>A</name><email>a@a.example</email></author><author><name>B</name></author><logo>l.png</logo>
        <entry><id>urn:1</id><title>T</title><link rel="enclosure" href="t.mp3"/><link href="t"/>
          <updated>2020-02-03T04:05:06Z</updated><category term="go" label="Go"/>
          <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p><p>b</p></div></content></entry>
        </feed>""")
    told = found.channel
    assert (told.title, told.page, told.image) == (
        "<b>Log</b>",
        "https://a.example/blog/",
        "https://a.example/blog/l.png",
    )
    assert (told.authors, told.language, told.licence) == (("A", "B"), "de", "https://l.example/by")
    (one,) = found.entries
    assert (one.id, one.page, one.enclosure) == ("urn:1", "https://a.example/blog/t", "https://a.example/blog/t.mp3")
    assert (one.published, one.terms, clean.text(one.description)) == ("2020-02-03", ("Go",), "a b")


def test_a_feed_of_rdf() -> None:
    found = feed("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://r.example/"><title>R</title>
        <link>https://r.example/</link><image rdf:resource="https://r.example/x"/></channel>
        <image><url>https://r.example/i.gif</url></image>
        <item rdf:about="https://r.example/1"><title>1</title><dc:date>2003-01-02</dc:date><dc:subject>XML</dc:subject>
        </item></rdf:RDF>""")
    assert (found.channel.title, found.channel.image) == ("R", "https://r.example/i.gif")
    assert found.entries == (
        Part(id="https://r.example/1", title="1", page="https://r.example/1", published="2003-01-02", terms=("XML",)),
    )


@pytest.mark.parametrize(
    ("guid", "page", "key"),
    [
        ("<guid>https://q.example/1</guid>", "https://q.example/1", "https://q.example/1"),
        ('<guid isPermaLink="true">ep/1</guid>', "http://tests/data/ep/1", "http://tests/data/ep/1"),
        ("<guid>892ad84c-a15e</guid>", "https://m.example/1.mp3", "892ad84c-a15e"),
        (
            '<guid isPermaLink="false">https://q.example/?p=1</guid>',
            "https://m.example/1.mp3",
            "https://q.example/?p=1",
        ),
        (
            "<link>https://q.example/p</link><guid>https://q.example/1</guid>",
            "https://q.example/p",
            "https://q.example/1",
        ),
        ("<link>http://[broken</link>", "https://m.example/1.mp3", None),
        ("<link>javascript:alert(1)</link>", "https://m.example/1.mp3", None),
    ],
)
def test_where_an_entry_lies_and_what_it_is_known_by(guid: str, page: str, key: str | None) -> None:
    found = entry(f'<title>T</title>{guid}<enclosure url="https://m.example/1.mp3"/>')
    assert (found.page, found.id) == (page, key)


@pytest.mark.parametrize(
    ("words", "authors"),
    [
        ("<author>ann@e.org (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>Ann Lee &lt;ann@e.org&gt;</author>", ("Ann Lee",)),
        ("<author>ann@e.org</author>", ()),
        ("<author>editor@e.org (editor@e.org)</author><dc:creator>Cy (host)</dc:creator>", ("Cy (host)",)),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>", ("Ann", "Bob")),
        ("<itunes:author>Ann</itunes:author><author>x@e.org (Network)</author>", ("Ann",)),
    ],
)
def test_authors_are_names_and_no_addresses_of_mail(words: str, authors: tuple[str, ...]) -> None:
    assert entry(words).authors == authors


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("00:17:16", 0.2878),
        ("17:16", 0.2878),
        ("1036", 0.2878),
        ("1036.4", 0.2879),
        ("01:00:00", 1.0),
        ("0", None),
        ("00:00:00", None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_lengths(words: str, hours: float | None) -> None:
    found = clean.hours(entry(f"<itunes:duration>{words}</itunes:duration>").duration)
    assert (found and found[0]) == hours


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Wed, 27 Apr 2011 07:00:00 GMT", "2011-04-27"),
        ("Wed, 27 Apr 11 07:00:00 GMT", "2011-04-27"),
        ("27 April 2011", "2011-04-27"),
        ("2011-04-27 07:00:00", "2011-04-27"),
        ("Wed, 31 Feb 2011 07:00:00 GMT", None),
        ("yesterday", None),
    ],
)
def test_dates(words: str, day: str | None) -> None:
    assert entry(f"<pubDate>{words}</pubDate>").published == day


def test_the_next_page_of_a_feed_that_lies_elsewhere_than_it_says() -> None:
    own = '<atom:link rel="self" href="https://real.example/feed"/><atom:link rel="next" href="{}"/>'
    assert rss(own.format("https://real.example/feed?page=2")).following == "http://tests/feed?page=2"
    assert rss(own.format("https://other.example/feed?page=2")).following == "https://other.example/feed?page=2"
    assert rss(own.format("?page=2")).following == "http://tests/data/feed.rss?page=2"


def test_entities_are_not_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    declared = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">' + f'<!ENTITY x SYSTEM "file://{tmp_path}/secret">'
    for prolog in (
        f"<!DOCTYPE r [{declared}]>",
        f"<!-- <!DOCTYPE --><!DOCTYPE r [\n{declared}\n]>",
        f"\n<?a?>{declared}",
    ):
        found = feed(f"{prolog}<rss><channel><title>T &b; &x; caf&eacute; &LT;</title></channel></rss>").channel.title
        assert found is not None
        assert "haha" not in found
        assert "SECRET" not in found
        assert found.startswith("T ")
        assert "café <" in found


def test_illegal_signs_and_bare_ampersands_cost_nothing_else() -> None:
    found = rss("<title>A\x00\x0b & B</title><item><title>C</title><description>x &nbsp; y</description></item>")
    assert clean.text(found.channel.title) == "A & B"
    assert [clean.text(one.description) for one in found.entries] == ["x y"]


def test_references_hold_behind_a_fault() -> None:
    found = rss("""<title>Q & A &lt;1&gt; &amp; &apos;2&apos; &copy; &nope;</title>
        <link><![CDATA[https://q.example/?a=1&lt=2]]></link><item><link>https://q.example/?a=1&b=2&amp;c=3</link></item>""")
    assert found.channel.title == "Q & A <1> & '2' \u00a9 &nope;"
    assert (found.channel.page, found.entries[0].page) == (
        "https://q.example/?a=1&lt=2",
        "https://q.example/?a=1&b=2&c=3",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252", "koi8-r", "shift_jis"])
def test_encodings_that_are_declared(encoding: str) -> None:
    words = {"koi8-r": "Очереди", "shift_jis": "待ち行列", "windows-1252": "Fähre"}.get(encoding, "Fähre 待")
    said = "" if encoding.startswith("utf") else f'<?xml version="1.0" encoding="{encoding}"?>'
    found = feed(f"{said}<rss><channel><title>{words}</title></channel></rss>".encode(encoding))
    assert (found.channel.title, found.oddity) == (words, None)


def test_an_encoding_that_nobody_declares_is_guessed_and_told() -> None:
    words = "Как пережить новогоднюю ночь и не уронить базу данных, очереди и журналы сервера"
    found = feed(f"<rss><channel><title>{words}</title></channel></rss>".encode("koi8-r"))
    assert found.channel.title == words
    assert "encoding" in (found.oddity or "")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<!doctype html><html><head><title>Gone</title></head></html>", "a page of HTML"),
        ("", "nothing"),
        ("{}", "no feed"),
        ("Too many requests", "no feed"),
        ("<urlset><url/></urlset>", "no feed"),
    ],
)
def test_what_is_no_feed(body: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        feed(body)


def test_what_programs_write_before_a_feed_is_passed_over() -> None:
    found = feed("\n<br />Warning: x<br />\n<?xml version='1.0'?><rss><channel><title>T</title></channel></rss>\n")
    assert found.channel.title == "T"


def test_a_feed_that_breaks_off() -> None:
    whole = f"<rss {NAMESPACES}><channel><title>T</title><item><title>1</title></item><item><title>2</title></item>"
    assert feed(whole + "</channel></rss>  <!-- cached -->").whole
    cut = feed(whole + "<item><title>3")
    assert not cut.whole
    assert [one.title for one in cut.entries][:2] == ["1", "2"]
    assert not feed("<rss><channel>" + "<a>" * 3000 + "</channel></rss>").whole


@given(st.randoms(use_true_random=False), st.binary(max_size=20))
def test_mangled_feeds_never_surprise(chance: random.Random, junk: bytes) -> None:
    body = bytearray(MANGLED)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body))
        body[at : at + chance.randint(0, 30)] = junk if chance.random() < 0.7 else bytes([chance.randrange(256)])
        body = body or bytearray(b"x")
    try:
        found = feed(bytes(body))
    except SourceError:
        return
    for part in (found.channel, *found.entries):
        assert part.page is None or part.page.startswith(("http://", "https://"))
        assert part.title is None or part.title.strip()


MANGLED = (
    f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel xml:base="http://b.example/">
    <title>T &amp; U</title><atom:link rel="next" href="http://n.example/2"/><itunes:image href="i.png"/>
    <item><title>é &#233; &#x0;</title><guid>http://[x</guid><enclosure url="a.mp3"/><pubDate>1 Jan 2020</pubDate>
    <itunes:duration>1:2:3</itunes:duration><content:encoded><![CDATA[<p>x</p>]]></content:encoded></item></channel></rss>
    """
).encode()

# ---- recorded feeds


def recorded(shared: Path) -> list[Path]:
    return sorted((shared / "fixtures/podcasts/gpodder").glob("*.rss"))


@pytest.mark.shared
def test_recorded_feeds_with_expectations(shared: Path) -> None:
    """Titles, what an episode is known by, its page, length, day and picture, in all feeds that state them."""
    compared = 0
    for path in recorded(shared):
        expected = json.loads(path.with_suffix(".expected.json").read_text().replace("file://", "http://"))
        found = feed(path.read_bytes(), url=f"http://tests/data/{path.name}")
        channel = found.channel
        assert channel.title in {expected["title"], None}, path.name
        for name, told in (("cover_url", channel.image), ("description", channel.description), ("link", channel.page)):
            assert expected.get(name, told) == told, (path.name, name)
        assert expected.get("language", channel.language) == channel.language
        assert expected.get("paged_feed_next") in {found.following, None} or "first" in path.read_text()
        ours = [one for one in found.entries if (one.page or one.id) and one.title]
        wanted = expected["episodes"]
        assert len(ours) == len(wanted) or path.name == "max_episodes.rss", path.name
        for one, other in zip(in_order(ours), sorted(wanted, key=itemgetter("title")), strict=False):
            compared += 1
            compare(one, other, path.name)
    assert compared == 26
    assert len(recorded(shared)) == 35


def in_order(parts: list[Part]) -> list[Part]:
    """Players turn serials round; the order is not the feed's."""
    return sorted(parts, key=lambda one: one.title or "")


def compare(one: Part, other: dict[str, Any], where: str) -> None:
    assert one.title == other["title"], where
    assert other["guid"] in {one.id, one.enclosure, one.page}, where
    pages = [other["link"], *(sound["url"] for sound in other["enclosures"])]
    assert one.page == next((page for page in pages if page), None), where
    hours = clean.hours(one.duration)
    assert (round(hours[0] * 3600) if hours else 0) == pytest.approx(other["total_time"], abs=1), where
    day = datetime.fromtimestamp(other["published"], UTC).date().isoformat() if other["published"] else None
    assert one.published == day, where
    assert other.get("episode_art_url", one.image) == one.image, where
    html = other.get("description_html")
    assert html is None or clean.text(html) == clean.text(one.description), where
    assert html is not None or (clean.text(one.description) or "") == other["description"], where
    assert other.get("itunes_author") in {*one.authors, None}, where


@pytest.mark.shared
def test_recorded_feeds_of_every_oddity(shared: Path) -> None:
    """What the comment on top of each expects, where it speaks of something that we have."""
    told = 0
    for path in sorted((shared / "fixtures/podcasts/feedparser").rglob("*.xml")):
        text = path.read_bytes()
        found = feed(text, "application/xml")
        stated = re.search(rb"Expect:\s*(.*)", text)
        assert stated is not None
        if b"not bozo" not in stated[1] and b"bozo" in stated[1]:
            assert found.oddity, path.name
            told += 1
        for place, name, value in re.findall(r"(\w+(?:\[0\])?)\['(\w+)'\]\S* == '([^']*)'", stated[1].decode()):
            part = found.channel if place == "feed" else found.entries[0]
            ours = {"title": part.title, "subtitle": part.description, "image": part.image, "tags": part.terms}
            if name in ours and not value.startswith("http://www.itunes.com"):
                assert value in (ours[name] or ()), path.name
                told += 1
    assert told == 17
