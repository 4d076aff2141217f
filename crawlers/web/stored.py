"""The web as it was when it was last asked: answers from the archive, so that a better reader needs no network."""

from collections.abc import Mapping

from catalog.errors import FetchError
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.web.evidence import Memory
from crawlers.web.request import Errand, Request, redirect_of
from crawlers.web.robots import read_rules

_MOST_HOPS = 10


class StoredWeb:
    """A client that asks nobody."""

    def __init__(self, memory: Memory, product: str) -> None:
        self._memory, self._product = memory, product

    def for_errand(self, errand: Errand) -> Fetch:  # noqa: ARG002  nobody is asked on anybody's behalf
        return self

    def get(
        self,
        url: str,
        *,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        tries: int | None = None,  # noqa: ARG002
    ) -> Answer:
        return self._found(url, Request(accept=accept or "*/*"))

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> Answer:
        return self._found(url, Request(accept=accept or "*/*", content_type=content_type, body=body))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        try:
            answer = self.get(Request.robots_of(url))
        except FetchError:
            return ()
        return read_rules(answer.body, self._product).sitemaps

    def _found(self, url: str, sent: Request) -> Answer:
        at = url
        for _ in range(_MOST_HOPS):
            note = self._memory.fetches.last_answer(sent.key(at))
            answer = self._memory.answer(at, note) if note is not None else None
            if answer is None:
                raise FetchError(f"the answer of {at} is not in the archive; crawl without --stored to ask for it")
            target = redirect_of(answer)
            if target is None:
                return answer
            sent, at = sent.following(answer, target), target
        raise FetchError(f"{url} leads round in a circle of stored redirects")
