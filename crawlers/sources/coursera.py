"""Coursera: courses and specializations of the public catalogue, joined with their partners and instructors."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urljoin

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, json_of, paged, records, strings
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

API = "https://api.coursera.org/api/"
SITE = "https://www.coursera.org/"
COURSE = (
    *("name", "slug", "description", "primaryLanguages", "workload", "partnerIds", "courseType", "instructorIds"),
    *("domainTypes", "photoUrl", "certificates"),
)
PROGRAM = ("name", "slug", "tagline", "description", "partnerIds", "courseIds", "logo")
PARTNER = ("name", "shortName")
INSTRUCTOR = ("fullName", "title", "department")
_ID = re.compile(r"[\w~-]+$")
AT_ONCE = 80  # ids in one question for instructors

Element = dict[str, Any]


class Coursera(Source):
    """One list each of partners, courses and specializations; instructors are asked by their ids."""

    id = "coursera"
    name = "Coursera"
    homepage = SITE
    kinds = (Kind.COURSE, Kind.PROGRAM)
    default_on = True

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", API)
        self._page = settings.number("page", 100, low=1, high=1000)
        self._with_instructors = settings.flag("instructors", default=True)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        partners = self._named("partners.v1", PARTNER, "name", fetch, report)
        courses = list(self._elements("courses.v1", COURSE, fetch, report))
        people = self._people(courses, fetch, report) if self._with_instructors else {}
        rows = ((_where(one), _course(one, partners, people)) for one in courses)
        yield from told(rows, self.id, report)
        names = {str(one.get("id")): str(one["name"]) for one in courses if one.get("name")}
        del courses, people
        yield from self._programs(partners, names, fetch, report)

    def _programs(
        self, partners: dict[str, str], courses: dict[str, str], fetch: Fetch, report: Report
    ) -> Iterator[Listing]:
        try:
            for one in self._elements("onDemandSpecializations.v1", PROGRAM, fetch, report):
                yield from told([(_where(one), _program(one, partners, courses))], self.id, report)
        except (FetchError, SourceError) as error:
            report.cut_short("specializations", str(error))

    def _elements(self, name: str, fields: Iterable[str], fetch: Fetch, report: Report) -> Iterator[Element]:
        """Every element of a list: those of the answer itself, or those it has put under "linked"."""
        first = (
            urljoin(self._base, name) + "?" + urlencode({"fields": ",".join(fields), "start": 0, "limit": self._page})
        )

        def read(content: Any, url: str) -> Page:
            if not isinstance(content, dict) or not ("elements" in content or "linked" in content):
                raise SourceError(f"{url} answers no list of elements")
            found = dicts(content.get("elements")) or dicts(dig(content, "linked", name))
            following = dig(content, "paging", "next")
            if not isinstance(following, str | int) or not str(following).isdecimal():
                return Page(found)
            return Page(found, first.replace("start=0&", f"start={following}&"))

        seen: set[tuple[str, str]] = set()
        for one in records(paged(fetch, first, read, report)):
            key = str(one.get("id")), str(one.get("slug"))
            if key not in seen:  # the list moves while it is read
                seen.add(key)
                yield one

    def _named(self, name: str, fields: tuple[str, ...], key: str, fetch: Fetch, report: Report) -> dict[str, str]:
        """Names by id; none, with a note, where the list is not to be had: the courses come without them."""
        try:
            found = self._elements(name, fields, fetch, report)
            return {str(one.get("id")): one[key] for one in found if isinstance(one.get(key), str)}
        except (FetchError, SourceError) as error:
            report.note(name, f"cannot be read, so nothing is said of them: {error}")
            return {}

    def _people(self, courses: list[Element], fetch: Fetch, report: Report) -> dict[str, str]:
        """Names of instructors by id, asked in groups; a group that fails is left out with a note."""
        ids = iter(dict.fromkeys(id_ for one in courses for id_ in strings(one.get("instructorIds"))))
        found: dict[str, str] = {}
        while some := list(islice(ids, AT_ONCE)):
            asked = urlencode({"ids": ",".join(some), "fields": ",".join(INSTRUCTOR)})
            url = f"{urljoin(self._base, 'instructors.v1')}?{asked}"
            try:
                elements = dicts(dig(json_of(fetch.get(url, accept="application/json")), "elements"))
            except (FetchError, SourceError) as error:
                report.note("instructors", f"cannot be read, so the rest is left without them: {error}")
                return found
            found |= {str(one.get("id")): one["fullName"] for one in elements if isinstance(one.get("fullName"), str)}
        return found


def _course(one: Element, partners: dict[str, str], people: dict[str, str]) -> dict[str, Any]:
    return {
        "key": _key(one),
        "kind": "course",
        "title": one.get("name"),
        "url": _address("learn", one),
        "description": one.get("description"),
        "institution": _first(partners, one.get("partnerIds")),
        "authors": [people[id_] for id_ in strings(one.get("instructorIds")) if id_ in people],
        "language": next(iter(strings(one.get("primaryLanguages"))), None),
        "duration_text": one.get("workload"),
        "subjects": _subjects(one.get("domainTypes")),
        "image": one.get("photoUrl"),
        "provider": "Coursera",
    }


def _program(one: Element, partners: dict[str, str], courses: dict[str, str]) -> dict[str, Any]:
    return {
        "key": _key(one),
        "kind": "program",
        "title": one.get("name"),
        "url": _address("specializations", one),
        "description": one.get("description") or one.get("tagline"),
        "institution": _first(partners, one.get("partnerIds")),
        "syllabus": [courses[id_] for id_ in strings(one.get("courseIds")) if id_ in courses],
        "image": one.get("logo"),
        "provider": "Coursera",
    }


def _key(one: Element) -> str | None:
    """The id, unless a spreadsheet on the way has made something else of it; then the slug."""
    return next((id_ for id_ in (one.get("id"), one.get("slug")) if isinstance(id_, str) and _ID.match(id_)), None)


def _where(one: Element) -> str:
    return f"{one.get('slug') or one.get('id') or 'an element without slug or id'}"


def _address(folder: str, one: Element) -> str | None:
    slug = one.get("slug")
    return urljoin(SITE, f"{folder}/{slug}") if isinstance(slug, str) and slug.strip() else None


def _first(names: dict[str, str], ids: Any) -> str | None:
    return next((names[id_] for id_ in strings(ids) if id_ in names), None)


def _subjects(domains: Any) -> list[str]:
    """Domains and subdomains as words: "computer-science" → "computer science"."""
    ids = (one.get(key) for one in dicts(domains) for key in ("domainId", "subdomainId"))
    return list(dict.fromkeys(id_.replace("-", " ") for id_ in ids if isinstance(id_, str)))
