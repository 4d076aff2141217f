"""Recorded readings of sources: the answers of a site and the listings made of them, to run again without the site."""

import base64
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import msgspec
from msgspec import field

from catalog.errors import FetchError, Refused, SourceError, Withdrawn
from catalog.model import Listing, Value
from crawlers.answer import Answer
from crawlers.crawl import Web
from crawlers.fetch import Fetch
from crawlers.source import Report, Source
from crawlers.web.request import FORM, Errand

log = logging.getLogger(__name__)

_FAULTS: dict[str, type[FetchError]] = {kind.__name__: kind for kind in (FetchError, Refused, Withdrawn)}


class RecordedAnswer(Value, frozen=True, kw_only=True):
    """One answer: text where it is text, else in base 64; or the error that came in its place."""

    asked: str
    url: str = ""
    content_type: str = ""
    text: str | None = None
    base64: str | None = None
    fault: str | None = None
    words: str = ""

    def answer(self) -> Answer:
        if self.fault is not None:
            raise _FAULTS.get(self.fault, FetchError)(self.words)
        body = self.text.encode() if self.text is not None else base64.b64decode(self.base64 or "")
        return Answer(url=self.url, headers={"content-type": self.content_type}, body=body, stored=True)


class Recording(Value, frozen=True, kw_only=True):
    """A source, its settings, the answers it was given in order, and the listings it made of them."""

    source: str
    settings: dict[str, Any] = field(default_factory=dict)
    answers: tuple[RecordedAnswer, ...] = ()
    sitemaps: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Self:
        """The recording in a file; SourceError where it is none."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as error:
            raise SourceError(f"{path} is no recording that can be read: {error}") from error

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def record(source: Source, web: Web, settings: Mapping[str, Any]) -> tuple[Recording, Report]:
    """Read a source once and keep all that it was answered. Secrets are left out of the settings."""
    errand = Errand(source=source.listed_as, pause_seconds=source.pause_seconds)
    recorder = Recorder(web.for_errand(errand))
    report = Report()
    listings = tuple(source.listings(recorder, report))
    kept = {key: value for key, value in settings.items() if not _is_secret(key)}
    recording = Recording(
        source=source.id,
        settings=kept,
        answers=tuple(recorder.answers),
        sitemaps=recorder.named,
        listings=listings,
    )
    return recording, report


def replay(recording: Recording, source: Source) -> tuple[list[Listing], Report]:
    """What a source makes of recorded answers now."""
    report = Report()
    return list(source.listings(Player(recording), report)), report


class Recorder:
    """A client that keeps what it is answered."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self.answers: list[RecordedAnswer] = []
        self.named: dict[str, tuple[str, ...]] = {}

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        try:
            return self._kept(url, self._fetch.get(url, accept=accept, headers=headers, tries=tries))
        except FetchError as error:
            self.answers.append(RecordedAnswer(asked=url, fault=type(error).__name__, words=str(error)))
            raise

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self._fetch.post(url, body, content_type=content_type, accept=accept, headers=headers)
        if content_type == FORM:  # a form asks for a token, which is nobody else's business
            self.answers.append(RecordedAnswer(asked=url, fault="FetchError", words="a token is not recorded"))
            return answer
        return self._kept(url, answer)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        self.named[url] = self._fetch.sitemaps(url)
        return self.named[url]

    def _kept(self, asked: str, answer: Answer) -> Answer:
        told = RecordedAnswer(asked=asked, url=answer.url, content_type=answer.headers.get("content-type", ""))
        try:
            kept = msgspec.structs.replace(told, text=answer.body.decode())
        except UnicodeDecodeError:
            kept = msgspec.structs.replace(told, base64=base64.b64encode(answer.body).decode())
        self.answers.append(kept)
        return answer


class Player:
    """A client that gives recorded answers, each address in the order it was asked."""

    def __init__(self, recording: Recording) -> None:
        self._named = recording.sitemaps
        self._answers: dict[str, Iterator[RecordedAnswer]] = {}
        for asked in dict.fromkeys(one.asked for one in recording.answers):
            self._answers[asked] = iter([one for one in recording.answers if one.asked == asked])

    def get(
        self,
        url: str,
        *,
        accept: str | None = None,  # noqa: ARG002
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        tries: int | None = None,  # noqa: ARG002
    ) -> Answer:
        found = next(self._answers.get(url, iter(())), None)
        if found is None:
            raise FetchError(f"{url} was not asked when this was recorded")
        return found.answer()

    def post(
        self,
        url: str,
        body: bytes,  # noqa: ARG002
        *,
        content_type: str = "application/json",  # noqa: ARG002
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self.get(url, accept=accept, headers=headers)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return self._named.get(url, ())


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in ("key", "secret", "token", "password", "client_id"))
