"""MIT OpenCourseWare: the courses that its sitemap names, each by the data file in its folder."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from catalog.errors import FetchError, Refused, SourceError, Withdrawn
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import dicts, json_of, strings
from crawlers.readers.neutral_record import told
from crawlers.readers.sitemaps import read_sitemap
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://ocw.mit.edu/"
MOST_COURSES = 20_000
FAILURES_IN_A_ROW = 5
_FOLDER = re.compile(r"^/courses/([a-z0-9][a-z0-9_.-]*)/", re.IGNORECASE)
_SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}|\{\{.*?\}\}", re.DOTALL)
_YEAR = re.compile(r"^(?:19|20)\d\d$")


class MitOcw(Source):
    """The index of sitemaps names a folder for each course; the small sitemaps in them are not needed."""

    id = "mit-ocw"
    name = "MIT OpenCourseWare"
    homepage = BASE
    licence = "CC BY-NC-SA 4.0"
    kinds = (Kind.COURSE,)
    default_on = True
    every_hours = 24 * 14

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", BASE)
        self._limit = settings.number("limit", MOST_COURSES, low=1, high=MOST_COURSES)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        failed = 0
        for number, slug in enumerate(self._slugs(fetch), start=1):
            if number > self._limit:
                report.cut_short(self._base, f"more than {self._limit:,} courses (limit); the rest was not read")
                return
            url = urljoin(self._base, f"courses/{slug}/data.json")
            try:
                course = json_of(fetch.get(url, accept="application/json"))
            except Withdrawn as error:
                report.skip(slug, str(error))
                continue
            except (FetchError, SourceError) as error:
                failed += 1
                report.skip(slug, str(error))
                report.complete = False
                if failed >= FAILURES_IN_A_ROW or isinstance(error, Refused):
                    report.cut_short(slug, f"{failed} courses in a row could not be read; the rest is left alone")
                    return
                continue
            failed = 0
            yield from self._of_course(slug, course, report)

    def _slugs(self, fetch: Fetch) -> Iterator[str]:
        """The folders of courses, in the order of the index, each once."""
        answer = fetch.get(urljoin(self._base, "sitemap.xml"), accept="application/xml, text/xml")
        found = read_sitemap(answer.body, answer.url)
        addresses = (*found.sitemaps, *(page.url for page in found.pages))
        slugs = dict.fromkeys(match[1] for url in addresses if (match := _FOLDER.match(urlsplit(url).path)))
        if not slugs:
            raise SourceError(f"{answer.url} names no course (/courses/…/): the site has changed")
        yield from slugs

    def _of_course(self, slug: str, course: Any, report: Report) -> Iterator[Listing]:
        if not isinstance(course, dict) or "course_title" not in course:
            report.skip(slug, "its data.json tells of no course")
            return
        if course.get("hide_from_search") is True or course.get("draft") is True:
            report.note(slug, "is not published")
            return
        yield from told([(slug, self._row(slug, course))], self.id, report)

    def _row(self, slug: str, course: dict[str, Any]) -> dict[str, Any]:
        year = str(course.get("year") or "")
        return {
            "key": course.get("legacy_uid") or course.get("site_uid") or slug,
            "kind": "course",
            "title": course.get("course_title"),
            "url": urljoin(BASE, f"courses/{slug}/"),
            "description": _plain(course.get("course_description") or course.get("course_description_html")),
            "provider": self.name,
            "institution": "Massachusetts Institute of Technology",
            "authors": [name for one in dicts(course.get("instructors")) if (name := _name(one))],
            "level": ", ".join(strings(course.get("level"))),
            "subjects": _subjects(course.get("mit_learn_topics") or course.get("topics")),
            "course_code": _numbers(course),
            "published": year if _YEAR.match(year) else None,
            "image": _address(course.get("image_src") or course.get("course_image_url")),
            "is_free": True,
            "licence": self.licence,
        }


def _address(path: Any) -> str | None:
    return urljoin(BASE, path) if isinstance(path, str) and path.strip() else None


def _plain(text: Any) -> str | None:
    return _SHORTCODE.sub(" ", text) if isinstance(text, str) else None


def _name(person: dict[str, Any]) -> str | None:
    """First and last name; with a title before them only where these are not told apart."""
    parts = [person.get("first_name"), person.get("middle_initial"), person.get("last_name")]
    name = " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
    title = person.get("title")
    return name or (title if isinstance(title, str) else None)


def _subjects(topics: Any) -> list[str]:
    """The topics of all paths, each once, the broad before the narrow."""
    paths = topics if isinstance(topics, list) else []
    return list(dict.fromkeys(topic for path in paths for topic in strings(path)))


def _numbers(course: dict[str, Any]) -> str | None:
    """The course numbers, the primary one first: "6.006, 18.410J"."""
    extra = course.get("extra_course_numbers")
    listed = extra.split(",") if isinstance(extra, str) else strings(extra)
    numbers = [str(course.get("primary_course_number") or ""), *listed]
    return ", ".join(dict.fromkeys(number.strip() for number in numbers if number.strip())) or None
