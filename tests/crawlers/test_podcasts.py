from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, LearningResource, Listing
from crawlers.source import Report
from crawlers.sources.podcasts import SHOW, Podcasts
from tests.crawlers.local_web import FakeFetch, LocalWeb, Reply, fetcher

URL = "https://q.example/feed"


def feed(entries: str, channel: str = "<title>Queues</title><link>https://q.example/</link>") -> str:
    return (
        '<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel>{channel}{entries}</channel></rss>"
    )


def episode(number: int) -> str:
    return (
        f"<item><title>Episode {number}</title><guid isPermaLink='false'>g{number}</guid>"
        f"<enclosure url='https://m.example/{number}.mp3'/><pubDate>{number} Jun 2025</pubDate></item>"
    )


def following(url: str) -> str:
    return f'<title>Queues</title><atom:link rel="next" href="{url}"/>'


def told(pages: dict[str, str | bytes | Exception], **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    source = Podcasts({"name": "Queues", "url": URL, **settings})
    return list(source.listings(FakeFetch(pages), report)), report


def test_a_show_and_its_episodes() -> None:
    channel = (
        "<title>Queues</title><link>https://q.example/</link><language>en-us</language><itunes:author>Ann</itunes:author>"
        "<description>On queues</description><itunes:image href='/i.png'/><itunes:category text='Technology'/>"
    )
    entries = episode(3) + (
        "<item><title>Old one</title><guid>https://q.example/1</guid><itunes:duration>1036</itunes:duration>"
        "<description>&lt;p&gt;On &lt;b&gt;logs&lt;/b&gt;&lt;/p&gt;</description><pubDate>Mon, 2 Jun 2025 01:00:00 GMT"
        "</pubDate><itunes:keywords>logs, disks</itunes:keywords></item>"
    )
    found, report = told({URL: feed(entries, channel)}, subjects=["Back-end engineering"])
    shared: dict[str, Any] = {
        "provider": "Queues",
        "authors": ("Ann",),
        "language": "en-us",
        "is_free": True,
        "image": "https://q.example/i.png",
    }
    assert found == [
        Listing(
            source="podcasts.queues",
            key=URL,
            resource=LearningResource(
                kind=Kind.PODCAST,
                title="Queues",
                url="https://q.example/",
                description="On queues",
                subjects=("Back-end engineering", "Technology"),
                updated="2025-06-03",
                **shared,
            ),
        ),
        Listing(
            source="podcasts.queues",
            key="g3",
            resource=LearningResource(
                kind=Kind.EPISODE,
                title="Episode 3",
                url="https://m.example/3.mp3",
                subjects=("Back-end engineering",),
                published="2025-06-03",
                **shared,
            ),
        ),
        Listing(
            source="podcasts.queues",
            key="https://q.example/1",
            resource=LearningResource(
                kind=Kind.EPISODE,
                title="Old one",
                url="https://q.example/1",
                description="On logs",
                hours_min=0.2878,
                hours_max=0.2878,
                duration_text="1036 seconds",
                subjects=("Back-end engineering", "logs", "disks"),
                published="2025-06-02",
                **shared,
            ),
        ),
    ]
    assert (report.problems, report.complete) == ((), True)


def test_pages_are_followed_to_their_end_and_what_comes_twice_is_told_once(web: LocalWeb) -> None:
    web.pages |= {
        "/feed": Reply(feed(episode(3) + episode(2), following("/feed?page=2")), content_type="text/xml"),
        "/feed?page=2": Reply(feed(episode(2) + episode(1)), content_type="text/xml"),
    }
    report = Report()
    with fetcher() as fetch:
        source = Podcasts({"name": "Q", "url": web.url("/feed")})
        found = [one.resource.title for one in source.listings(fetch, report)]
    assert found == ["Queues", "Episode 3", "Episode 2", "Episode 1"]
    assert report.complete


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ({f"{URL}?2": FetchError("500")}, "500"),
        ({}, "gone"),
        ({f"{URL}?2": "<html></html>"}, "a page of HTML"),
        ({f"{URL}?2": feed(episode(2), following(URL))}, "circle"),
        ({f"{URL}?2": feed(episode(2), following("https://other.example/3"))}, "another site"),
        ({f"{URL}?2": feed(episode(2))[:-30]}, "breaks off"),
    ],
)
def test_a_reading_that_ends_early_keeps_what_it_has(pages: dict[str, str | bytes | Exception], words: str) -> None:
    found, report = told({URL: feed(episode(3), following(f"{URL}?2")), **pages})
    assert [one.resource.title for one in found][:2] == ["Queues", "Episode 3"]
    assert not report.complete
    assert any(words in problem for problem in report.problems)


@pytest.mark.parametrize("first", [FetchError("500"), "<html><title>Gone</title></html>", ""])
def test_a_feed_that_cannot_be_read_is_an_error(first: str | Exception) -> None:
    with pytest.raises((FetchError, SourceError)):
        told({URL: first})


def test_entries_that_tell_of_nothing_are_skipped() -> None:
    found, report = told({URL: feed("<item><title>Nowhere</title></item><item><guid>g</guid></item>" + episode(1))})
    assert [one.key for one in found] == [URL, "g1"]
    assert [problem.split(":")[0] for problem in report.problems] == ["Nowhere", "entry 2 of page 1"]
    assert (report.skipped, report.complete) == (2, True)


def opened(table: dict[str, object] | None) -> list[Any]:
    return list(Podcasts.opened(table))


def test_each_feed_is_a_source_of_its_own() -> None:
    (usual,) = opened(None)
    assert (usual.listed_as, usual.name, usual.on) == ("podcasts.the-backend-engineering-show", SHOW["name"], True)
    feeds: list[dict[str, object]] = [
        {"url": "https://a.example/rss", "name": "Queues & Logs", "every_hours": 12},
        {"url": "https://b.example/rss", "enabled": False},
        {"url": "https://c.example/rss", "name": "学堂", "id": "xue"},
    ]
    sources = opened({"every_hours": 48, "feeds": feeds})
    assert [one.listed_as for one in sources] == ["podcasts.queues-logs", "podcasts.b-example", "podcasts.xue"]
    assert [one.on for one in sources] == [True, False, True]
    assert [one.cadence.total_seconds() / 3600 for one in sources] == [12, 48, 48]


def test_what_the_settings_say_of_a_feed_holds() -> None:
    source = Podcasts({"feeds": [{"url": URL, "name": "Q", "language": "German", "subjects": ["SQL"]}]})
    found = [one.resource for one in source.listings(FakeFetch({URL: feed(episode(1))}), Report())]
    assert [(one.language, one.subjects) for one in found] == [("de", ("SQL",)), ("de", ("SQL",))]


@pytest.mark.parametrize(
    "table",
    [{"feeds": 3}, {"feeds": [{"url": 3}]}, {"feeds": [{"urll": URL}]}, {"feeds": [{"name": "学", "url": URL}]}],
)
def test_settings_are_checked(table: dict[str, object]) -> None:
    with pytest.raises(SourceError):
        opened(table)


@given(st.binary(max_size=60), st.integers(0, 500), st.integers(0, 60))
def test_mangled_feeds_never_surprise(junk: bytes, at: int, length: int) -> None:
    body = feed(episode(2) + episode(1), following("https://q.example/2")).encode()
    try:
        found, _ = told({URL: body[:at] + junk + body[at + length :]})
    except SourceError:
        return
    assert all(one.resource.title and one.key for one in found)


@pytest.mark.shared
def test_recorded_feeds_over_http(shared: Path, web: LocalWeb) -> None:
    """Every recorded feed is read through the real client; none surprises, and those of two hosts exactly."""
    folder = shared / "fixtures/podcasts"
    paths = [path for path in folder.rglob("*") if path.suffix in {".rss", ".xml"}]
    found: dict[str, list[Listing]] = {}
    reports: dict[str, Report] = {}
    for path in paths:
        web.pages[f"/{path.name}"] = Reply(path.read_bytes(), content_type="application/rss+xml")
    web.pages["/users/soundcloud:users:something/sounds.rss?before=111"] = Reply(feed(episode(1)))
    with fetcher() as fetch:
        for path in paths:
            reports[path.name] = report = Report()
            source = Podcasts({"name": path.stem, "url": web.url(f"/{path.name}")})
            found[path.name] = list(source.listings(fetch, report))
    assert all(listings[0].resource.kind is Kind.PODCAST for listings in found.values())
    show, one = (listing.resource for listing in found["anchor_feed_2025.xml"])
    assert (show.title, show.url, show.language) == ("エンジニアの生存戦略ラジオ", "https://qiita.com/yheihei", "ja")
    assert (one.title, one.hours_min, one.published) == ("なぜClaudeCodeなのか?", 0.0667, "2025-06-17")
    assert one.authors == ("わいこ",)
    keys = [listing.key for listing in found["soundcloud_paged_feed.rss"]][1:]
    assert keys == ["tag:soundcloud,2010:tracks/numbers1", "tag:soundcloud,2010:tracks/numbers2", "g1"]
    assert reports["soundcloud_paged_feed.rss"].complete
    sound = found["soundcloud_paged_feed.rss"]
    assert sound[0].resource.description == "Lorem ipsum dolor sit amet, consectetur adipiscing elit."
    assert sound[2].resource.image == web.url("/image1.jpg")
    assert sum(map(len, found.values())) == len(paths) + 34
