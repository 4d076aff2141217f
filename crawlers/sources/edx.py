"""edX: by the catalogue API for partners with credentials, by the structured data of course pages for others."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from catalog import clean
from catalog.errors import FetchError, Refused, SourceError
from catalog.model import Kind, LearningResource, Listing
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, json_of, paged
from crawlers.readers.neutral_record import told
from crawlers.readers.open_edx import course_row, is_active, is_offered, program_row
from crawlers.readers.schema_org_values import page_address
from crawlers.readers.sitemap_crawl import sitemap_crawl, tell_passed_over
from crawlers.readers.structured_page import page_resources, read_page
from crawlers.settings import Settings
from crawlers.source import Report, Source

Told = dict[str, Any]

_API_PAUSE = 18.0  # seconds: the API answers 200 requests an hour
_MOST_CATALOGUES = 1_000_000


class Edx(Source):
    """Courses and programs of edX; what is not offered to learners (any more) is left out."""

    id = "edx"
    name = "edX"
    homepage = "https://www.edx.org/"
    kinds = (Kind.COURSE, Kind.PROGRAM)
    default_on = False
    pause_seconds = 10.0

    def configure(self, settings: Settings) -> None:
        self._site = sitemap_crawl(
            settings,
            name=self.name,
            homepage="https://www.edx.org/",
            sitemap="sitemap-index.xml",
            pages=("/course/*", "/learn/*"),
            limit=10_000,
        )
        self._api_url = settings.text("api_url", "https://api.edx.org/").rstrip("/") + "/"
        self._programs_url = settings.text("programs_url", "https://discovery.edx.org/").rstrip("/") + "/"
        self._catalogue = settings.number("catalogue", 0, low=0, high=_MOST_CATALOGUES)
        self._client_id = settings.optional_text("client_id")
        self._client_secret = settings.optional_text("client_secret")
        if (self._client_id is None) != (self._client_secret is None):
            raise SourceError("sources.edx needs client_id and client_secret together, or neither of them")
        if self._client_id is not None:
            self.pause_seconds = _API_PAUSE

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        if self._client_id is None:
            yield from self._of_pages(fetch, report)
            return
        api = KeyedFetch(fetch, lambda: self._token(fetch))
        yield from told(self._courses(api, report), self.id, report)
        yield from told(self._programs(api, report), self.id, report)

    def _courses(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, Told]]:
        """The rows of the courses of one catalogue, or of all that the credentials open, each course once."""
        given: set[str | None] = set()
        left_out = 0
        for at, catalogue in enumerate(self._catalogues(fetch, report)):
            first = urljoin(self._api_url, f"catalog/v1/catalogs/{catalogue}/courses")
            try:
                for course in _elements(fetch, first, report):
                    row = course_row(course, self.name)
                    if not is_offered(course):
                        left_out += 1
                    elif row["key"] is None or row["key"] not in given:
                        given.add(row["key"])
                        yield f"course {row['key']}", row
            except (FetchError, SourceError) as error:
                if at == 0:
                    raise
                report.cut_short(first, str(error))
        tell_passed_over(report, self.name, "courses without a published run", left_out)

    def _catalogues(self, fetch: Fetch, report: Report) -> list[int]:
        if self._catalogue:
            return [self._catalogue]
        listed = _elements(fetch, urljoin(self._api_url, "catalog/v1/catalogs/"), report)
        found = [one["id"] for one in listed if isinstance(one.get("id"), int)]
        if not found:
            raise SourceError(f"the credentials open no catalogue at {self._api_url}; set sources.edx.catalogue")
        return found

    def _programs(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, Told]]:
        """The rows of the programs; where there is no answer, the courses are worth keeping all the same."""
        first, left_out = urljoin(self._programs_url, "api/v1/programs/"), 0
        try:
            for program in _elements(fetch, first, report):
                if is_active(program):
                    yield f"program {program.get('uuid')}", program_row(program, self.name)
                else:
                    left_out += 1
        except (FetchError, SourceError) as error:
            report.cut_short(first, str(error))
        tell_passed_over(report, self.name, "programs that are retired or hidden", left_out)

    def _token(self, fetch: Fetch) -> str:
        url = urljoin(self._api_url, "oauth2/v1/access_token")
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "token_type": "jwt",
        }
        try:
            answer = fetch.post(url, urlencode(form).encode(), content_type="application/x-www-form-urlencoded")
            value = json_of(answer)
        except (FetchError, SourceError) as error:
            raise SourceError(f"edX gives no token; check sources.edx.client_id and client_secret: {error}") from error
        token = value.get("access_token") if isinstance(value, dict) else None
        if not isinstance(token, str) or not token:
            raise SourceError(f"{url} answers without an access_token; check sources.edx.client_id and client_secret")
        return token

    def _of_pages(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        given: set[str] = set()
        without = 0
        for answer in self._site.answers(fetch, report):
            found = _of_page(answer, report, self)
            without += not found
            for resource in found:
                key = resource.course_code or resource.url or answer.url
                if key not in given:  # pages have moved, and the sitemap may name both addresses
                    given.add(key)
                    yield Listing(source=self.id, key=key, resource=resource)
        tell_passed_over(report, self.name, "pages that tell of no course", without)


def _of_page(answer: Answer, report: Report, source: Source) -> list[LearningResource]:
    """What the page is about. A page of a topic lists courses in short, which have pages of their own."""
    page = read_page(answer.text, answer.url, report.note)
    found = page_resources(page, answer.url, report.note, provider=source.name)
    wanted = [one for one in found if one.kind in source.kinds]
    own = clean.url_key(page_address(page.graph, answer.url) or answer.url)
    return wanted if len(found) == 1 else [one for one in wanted if clean.url_key(one.url or "") == own]


def _elements(fetch: Fetch, first: str, report: Report) -> Iterator[Told]:
    """Every entry of a list in pages; what is no entry is skipped."""
    for one in paged(fetch, first, _page, report):
        if isinstance(one, dict):
            yield one
        else:
            report.skip(first, f"{str(one)[:60]!r} is no entry")


def _page(value: Any, url: str) -> Page:
    if isinstance(value, list):
        return Page(value)
    results = value.get("results") if isinstance(value, dict) else None
    if not isinstance(results, list):
        raise SourceError(f"{url} answers no list of results")
    following = value.get("next")
    return Page(results, _at_home(following, url) if isinstance(following, str) and following else None)


def _at_home(url: str, asked: str) -> str:
    """The address on the host that was asked: the token is for it alone, whatever host an answer names."""
    here = urlsplit(asked)
    return urlsplit(urljoin(asked, url))._replace(scheme=here.scheme, netloc=here.netloc, fragment="").geturl()


class KeyedFetch:
    """A way to the web with a token, which is renewed when it has run out."""

    def __init__(self, fetch: Fetch, token: Callable[[], str]) -> None:
        self._fetch, self._new_token = fetch, token
        self._token: str | None = None
        self._worked = False

    def get(
        self, url: str, *, accept: str | None = None, headers: Mapping[str, str] | None = None, tries: int | None = None
    ) -> Answer:
        try:
            answer = self._fetch.get(url, accept=accept, headers=self._keyed(headers), tries=tries)
        except Refused:
            if not self._worked:
                raise
            self._token, self._worked = None, False
            answer = self._fetch.get(url, accept=accept, headers=self._keyed(headers), tries=tries)
        self._worked = True
        return answer

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self._fetch.post(url, body, content_type=content_type, accept=accept, headers=self._keyed(headers))

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return self._fetch.sitemaps(url)

    def _keyed(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        self._token = self._token or self._new_token()
        return {**(headers or {}), "Authorization": f"JWT {self._token}"}
