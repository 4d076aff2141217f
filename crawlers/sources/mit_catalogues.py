"""MIT's other catalogues: MITx Online, xPRO, Professional Education and the Open Learning Library."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from catalog import clean
from catalog.errors import FetchError, SourceError
from catalog.model import CourseInstance, Kind, Listing, Price
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, json_of, paged, strings
from crawlers.readers.neutral_record import told
from crawlers.readers.open_edx import course_row, is_offered
from crawlers.settings import Settings
from crawlers.source import Report, Source

MIT = "Massachusetts Institute of Technology"
MOST_PAGES = 500
_CURRENCY = "USD"  # the catalogues sell in dollars only; a price with a sign says so itself

Told = dict[str, Any]


class _Catalogue(Source):
    """What the four have in common: a host, and pages of courses that a next address leads through."""

    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COURSE, Kind.PROGRAM)
    default_on = True
    base: str

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", self.base)

    def _pages(self, fetch: Fetch, path: str, report: Report) -> Iterator[Told]:
        """The elements of a plain list, or of pages with ``results`` and ``next``."""

        def read(content: Any, url: str) -> Page:
            if isinstance(content, list):
                return Page(dicts(content))
            if not isinstance(dig(content, "results"), list):
                raise SourceError(f"{url} answers no list of courses")
            following = dig(content, "next")
            return Page(dicts(content["results"]), self._here(following) if following else None)

        yield from dicts(list(paged(fetch, urljoin(self._base, path), read, report)))

    def _here(self, address: object) -> str | None:
        """An address of the answer on the host that is asked: a mirror repeats the names of the real one."""
        if not isinstance(address, str):
            return None
        parts = urlsplit(address)
        return urljoin(self._base, parts.path + (f"?{parts.query}" if parts.query else ""))


class MitxOnline(_Catalogue):
    """Courses with runs, prices of certificates, and pages of their own."""

    id = "mitx-online"
    name = "MITx Online"
    homepage = base = "https://mitxonline.mit.edu/"
    kinds = (Kind.COURSE,)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for course in self._pages(fetch, "api/v2/courses/", report):
            where = str(course.get("readable_id") or course.get("title"))
            if dig(course, "page", "live") is False:
                report.note(where, "is not published")
            else:
                yield from told([(where, self._row(course))], self.id, report)

    def _row(self, course: Told) -> Told:
        page = course.get("page") if isinstance(course.get("page"), dict) else {}
        runs = [run for run in dicts(course.get("courseruns")) if run.get("live") is not False]
        amount = dig(page, "current_price") or next((price for run in runs if (price := _run_price(run))), None)
        return {
            "key": course.get("readable_id") or course.get("id"),
            "kind": "course",
            "title": course.get("title"),
            "url": urljoin(self.base, path) if (path := dig(page, "page_url")) else None,
            "description": dig(page, "description"),
            "provider": self.name,
            "institution": MIT,
            "authors": _names(dig(page, "instructors")),
            "duration_text": _effort(course.get("duration") or dig(page, "length"), _weekly(course, page)),
            "price": _price(amount),
            "subjects": [*_names(course.get("topics")), *_names(course.get("departments"))],
            "course_code": next((run["course_number"] for run in runs if run.get("course_number")), None),
            "instances": tuple(_instance(run, _run_price(run)) for run in runs),
            "image": urljoin(self.base, image) if (image := dig(page, "feature_image_src")) else None,
        }


class MitXpro(_Catalogue):
    """Courses and programs for professionals, each a plain list; a program names its courses."""

    id = "mit-xpro"
    name = "MIT xPRO"
    homepage = base = "https://xpro.mit.edu/"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        courses = self._pages(fetch, "api/courses/", report)
        yield from told(((_name_of(one), self._row(one, "course")) for one in courses), self.id, report)
        try:
            programs = self._pages(fetch, "api/programs/", report)
            yield from told(((_name_of(one), self._row(one, "program")) for one in programs), self.id, report)
        except (FetchError, SourceError) as error:
            report.cut_short("programs", str(error))

    def _row(self, one: Told, kind: str) -> Told:
        runs = dicts(one.get("courseruns"))
        people = [name for run in runs for name in _names(run.get("instructors"))] or _names(one.get("instructors"))
        amount = one.get("current_price") or next((run.get("current_price") for run in runs), None)
        dates = (_instance(one, None),)
        return {
            "key": one.get("readable_id") or one.get("id"),
            "kind": kind,
            "title": one.get("title"),
            "url": one.get("url") or one.get("external_marketing_url"),
            "description": one.get("description"),
            "provider": self.name,
            "institution": MIT,
            "authors": people,
            "duration_text": _effort(one.get("duration"), one.get("time_commitment")),
            "price": _price(amount),
            "subjects": _topics(_names(one.get("topics"))),
            "syllabus": strings([course.get("title") for course in dicts(one.get("courses"))]),
            "instances": tuple(_instance(run, run.get("current_price"), one.get("format")) for run in runs) or dates,
            "image": one.get("thumbnail_url"),
        }


class MitProfessionalEducation(_Catalogue):
    """Short courses and programs in flat records with bars between several values; an empty page ends the list."""

    id = "mit-professional-education"
    name = "MIT Professional Education"
    homepage = base = "https://professional.mit.edu/"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for one in self._records(fetch, report):
            yield from told([(_name_of(one), self._row(one))], self.id, report)

    def _records(self, fetch: Fetch, report: Report) -> Iterator[Told]:
        for number in range(MOST_PAGES):
            url = urljoin(self._base, f"feeds/courses/?page={number}")
            try:
                found = _list_of(fetch.get(url, accept="application/json"))
            except (FetchError, SourceError) as error:
                if number == 0:
                    raise
                report.cut_short(url, str(error))
                return
            if not found:
                return
            yield from found
        report.cut_short(self._base, f"more than {MOST_PAGES} pages")

    def _row(self, one: Told) -> Told:
        is_program = one.get("resource_type") == "program"
        people = _parted(one.get("lead_instructors")) + _parted(one.get("instructors"))
        run = CourseInstance(
            start=clean.partial_date(one.get("start_date")),
            end=clean.partial_date(one.get("end_date")),
            mode=clean.text(one.get("learning_format") or one.get("location")),
            price=_price(one.get("price")),
        )
        return {
            "key": one.get("uuid") or one.get("node_id"),
            "kind": "program" if is_program else "course",
            "title": one.get("title"),
            "url": urljoin(self.base, path) if isinstance(path := one.get("url"), str) and path else None,
            "description": one.get("description"),
            "provider": self.name,
            "institution": MIT,
            "authors": people,
            "language": one.get("language"),
            "duration_text": one.get("duration"),
            "price": _price(one.get("price")),
            "subjects": _parted(one.get("topics")),
            "syllabus": _parted(one.get("courses")),
            "instances": (run,),
            "image": urljoin(self.base, image) if isinstance(image := one.get("image__src"), str) and image else None,
        }


class MitOpenLearningLibrary(_Catalogue):
    """Free archived courses, in the form of the edX catalogue."""

    id = "mit-open-learning-library"
    name = "MIT Open Learning Library"
    homepage = base = "https://openlearninglibrary.mit.edu/"
    kinds = (Kind.COURSE,)
    default_on = False  # the address of its list is not known: an operator has to give it

    def configure(self, settings: Settings) -> None:
        super().configure(settings)
        self._path = settings.text("path", "api/courses/")

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for course in self._pages(fetch, self._path, report):
            if is_offered(course):
                row = course_row(course, self.name) | {"institution": MIT}
                yield from told([(_name_of(course), row)], self.id, report)


def _list_of(answer: Answer) -> list[Told]:
    content = json_of(answer)
    if not isinstance(content, list):
        raise SourceError(f"{answer.url} answers no list")
    return dicts(content)


def _name_of(one: Told) -> str:
    return str(one.get("readable_id") or one.get("key") or one.get("title") or "a course without a name")


def _names(people: Any) -> list[str]:
    return [one["name"] for one in dicts(people) if isinstance(one.get("name"), str)]


def _topics(names: list[str]) -> list[str]:
    """ "Business:Leadership" is a topic within a broader one: both are subjects, the broader first."""
    return list(dict.fromkeys(part.strip() for name in names for part in name.split(":") if part.strip()))


def _parted(value: Any) -> list[str]:
    return [part.strip() for text in strings(value) for part in text.split("|") if part.strip()]


def _weekly(course: Told, page: Any) -> Any:
    return course.get("time_commitment") or dig(page, "effort")


def _effort(length: Any, weekly: Any) -> str | None:
    """ "14 weeks" and "7 hrs/wk" in one: "14 weeks, 7 hrs/wk"."""
    words = [one.strip() for one in (length, weekly) if isinstance(one, str) and one.strip()]
    return ", ".join(words) or None


def _run_price(run: Told) -> Any:
    return next((one.get("price") for one in dicts(run.get("products")) if one.get("is_active") is not False), None)


def _price(amount: Any) -> Price | None:
    """A price in dollars; 0 is what a catalogue writes where there is none."""
    found = clean.price(amount)
    return Price(amount=found[0], currency=found[1] or _CURRENCY) if found is not None and found[0] > 0 else None


def _instance(run: Told, amount: Any, mode: Any = None) -> CourseInstance:
    self_paced = {True: "self-paced", False: "instructor-led"}.get(run.get("is_self_paced"))  # type: ignore[arg-type]
    return CourseInstance(
        start=clean.partial_date(run.get("start_date")),
        end=clean.partial_date(run.get("end_date")),
        mode=clean.text(mode) or self_paced,
        price=_price(amount),
    )
