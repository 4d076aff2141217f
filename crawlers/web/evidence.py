"""The evidence that a fetch leaves, and the answers that are found again by it."""

from dataclasses import dataclass
from http import HTTPStatus

from msgspec.structs import replace

from catalog.ledger import Fetches, FetchNote
from crawlers.answer import Answer
from crawlers.web.archive import Archive

UNMODIFIED = HTTPStatus.NOT_MODIFIED


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What fetching remembers between runs: notes of what was asked, and the bodies of what came."""

    fetches: Fetches
    archive: Archive

    def answer(self, url: str, note: FetchNote) -> Answer | None:
        """The answer that a note tells of; None where its body is not kept any more."""
        if note.location is not None:
            return Answer(url=url, status=note.status, headers={"location": note.location}, stored=True)
        body = self.archive.get(note.digest) if note.digest else None
        if body is None:
            return None
        headers = {"content-type": note.content_type} if note.content_type else {}
        return Answer(url=url, status=HTTPStatus.OK, headers=headers, body=body, stored=True)

    def comparable(self, key: str) -> FetchNote | None:
        """The last answer, if it can be asked for by a validator and its body is still kept."""
        note = self.fetches.last_answer(key)
        if note is None or not (note.etag or note.modified) or not self.archive.has(note.digest):
            return None
        return note


def validators(known: FetchNote | None) -> dict[str, str]:
    """The headers that ask whether an answer is still what it was."""
    if known is None:
        return {}
    stated = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in stated.items() if value}


def answered(
    note: FetchNote, answer: Answer, *, seconds: float, digest: str | None, known: FetchNote | None
) -> FetchNote:
    """The note of a request completed by its answer; an unmodified one carries on what is known of the page."""
    get = answer.headers.get
    same = known if answer.status == UNMODIFIED else None
    return replace(
        note,
        seconds=seconds,
        status=answer.status,
        bytes=answer.transferred,
        location=get("location"),
        etag=get("etag") or (same.etag if same else None),
        modified=get("last-modified") or (same.modified if same else None),
        content_type=same.content_type if same else get("content-type"),
        digest=same.digest if same else digest,
    )
