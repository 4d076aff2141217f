"""YouTube: playlists as courses, by the Data API, with a key of the operator's own."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urljoin

from catalog import clean
from catalog.errors import FetchError, Refused, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, json_of, paged, records
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

API = "https://www.googleapis.com/youtube/v3/"
SITE = "https://www.youtube.com/"
AT_ONCE = 50  # the most that one answer holds
MOST_PAGES = 100
_GONE = frozenset({"private video", "deleted video"})

Told = dict[str, Any]


class YouTube(Source):
    """Each playlist is one listing with its videos as syllabus; the key goes in a header, never in an address."""

    id = "youtube"
    name = "YouTube"
    homepage = SITE
    kinds = (Kind.COURSE, Kind.VIDEO)

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", API)
        self._key = settings.optional_text("key")
        self._playlists = settings.texts("playlists")
        self._kind = settings.text("kind", Kind.COURSE.value)
        self._videos = settings.flag("videos", default=False)
        if self._kind not in set(Kind):
            raise SourceError(f"kind {self._kind!r} of playlists is unknown; known are: {', '.join(Kind)}")

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        if not self._key or not self._playlists:
            raise SourceError("set sources.youtube.key to a key of the YouTube Data API and playlists to their ids")
        keyed = _Keyed(fetch, self._key)
        for playlist in self._playlists:
            try:
                entries = list(self._entries(playlist, keyed, report))
                details = self._details([video for video, _ in entries], keyed)
                about = self._about(playlist, keyed)
            except (FetchError, SourceError) as error:
                report.cut_short(playlist, f"{error}. A spent quota returns at midnight, Pacific time")
                if isinstance(error, Refused):
                    return
                continue
            yield from told([(playlist, self._course(playlist, about, entries, details))], self.id, report)
            if self._videos:
                rows = ((video, _video(video, entry, details.get(video, {}))) for video, entry in entries)
                yield from told(rows, self.id, report)

    def _entries(self, playlist: str, fetch: Fetch, report: Report) -> Iterator[tuple[str, Told]]:
        """Each video that is there, by its id, in the order of the playlist."""
        asked = {"part": "snippet,contentDetails,status", "playlistId": playlist, "maxResults": str(AT_ONCE)}
        first = self._address("playlistItems", asked)

        def read(content: Any, _url: str) -> Page:
            token = dig(content, "nextPageToken")
            following = {**asked, "pageToken": token} if isinstance(token, str) and token else None
            return Page(dicts(dig(content, "items")), self._address("playlistItems", following) if following else None)

        for one in records(paged(fetch, first, read, report, most=MOST_PAGES)):
            video = dig(one, "contentDetails", "videoId") or dig(one, "snippet", "resourceId", "videoId")
            is_gone = str(dig(one, "snippet", "title") or "").lower() in _GONE
            if isinstance(video, str) and not is_gone and dig(one, "status", "privacyStatus") != "private":
                yield video, one

    def _details(self, videos: list[str], fetch: Fetch) -> dict[str, Told]:
        """Length and figures of each video, asked for in groups."""
        ids, found = iter(videos), {}
        while some := list(islice(ids, AT_ONCE)):
            url = self._address("videos", {"part": "snippet,contentDetails,statistics", "id": ",".join(some)})
            content = json_of(fetch.get(url, accept="application/json"))
            found.update({str(one.get("id")): one for one in dicts(dig(content, "items"))})
        return found

    def _about(self, playlist: str, fetch: Fetch) -> Told:
        url = self._address("playlists", {"part": "snippet", "id": playlist})
        content = json_of(fetch.get(url, accept="application/json"))
        return next(iter(dicts(dig(content, "items"))), {})

    def _address(self, path: str, asked: Mapping[str, str]) -> str:
        return f"{urljoin(self._base, path)}?{urlencode(asked)}"

    def _course(self, playlist: str, about: Told, entries: list[tuple[str, Told]], details: dict[str, Told]) -> Told:
        lengths = [clean.hours(dig(details.get(video), "contentDetails", "duration")) for video, _ in entries]
        known = [length for length in lengths if length is not None]
        hours = sum(low for low, _ in known)
        tellers = (about, *(entry for _, entry in entries))
        channel = next((name for one in tellers if (name := dig(one, "snippet", "channelTitle"))), None)
        return {
            "key": playlist,
            "kind": self._kind,
            "title": dig(about, "snippet", "title"),
            "description": dig(about, "snippet", "description"),
            "url": urljoin(SITE, f"playlist?list={playlist}"),
            "provider": self.name,
            "authors": [channel] if isinstance(channel, str) else [],
            "duration_hours": round(hours, 2) if known and len(known) == len(lengths) else None,
            "syllabus": [title for _, one in entries if isinstance(title := dig(one, "snippet", "title"), str)],
            "language": dig(about, "snippet", "defaultLanguage"),
            "image": _picture(about),
            "published": dig(about, "snippet", "publishedAt"),
            "is_free": True,
        }


class _Keyed:
    """The client with the key in a header of each request."""

    def __init__(self, fetch: Fetch, key: str) -> None:
        self._fetch, self._headers = fetch, {"X-Goog-Api-Key": key}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fetch, name)

    def get(self, url: str, *, accept: str | None = None, **_more: Any) -> Any:
        return self._fetch.get(url, accept=accept, headers=self._headers)


def _video(video: str, entry: Told, details: Told) -> Told:
    snippet = details.get("snippet") or entry.get("snippet")
    channel = dig(snippet, "channelTitle")
    return {
        "key": video,
        "kind": "video",
        "title": dig(snippet, "title"),
        "description": dig(snippet, "description"),
        "url": urljoin(SITE, f"watch?v={video}"),
        "provider": "YouTube",
        "authors": [channel] if isinstance(channel, str) else [],
        "language": dig(snippet, "defaultAudioLanguage") or dig(snippet, "defaultLanguage"),
        "duration_text": dig(details, "contentDetails", "duration"),
        "subjects": [tag for tag in dig(snippet, "tags") or () if isinstance(tag, str)],
        "image": _picture({"snippet": snippet}),
        "published": dig(snippet, "publishedAt"),
        "is_free": True,
    }


def _picture(told_of: Told) -> str | None:
    pictures = dig(told_of, "snippet", "thumbnails")
    sizes = [dig(pictures, size, "url") for size in ("maxres", "standard", "high", "medium", "default")]
    return next((url for url in sizes if isinstance(url, str)), None)
