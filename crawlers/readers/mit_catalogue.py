"""What MIT's catalogues have in common: pages of courses, prices in dollars, effort in two parts, dated runs."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from catalog import clean
from catalog.errors import SourceError
from catalog.model import CourseInstance, Kind, Price
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import Page, dicts, dig, json_of, paged, records, strings
from crawlers.settings import Settings
from crawlers.source import Report, Source

MIT = "Massachusetts Institute of Technology"
_CURRENCY = "USD"  # the catalogues sell in dollars only; a price with a sign says so itself

Told = dict[str, Any]


class MitCatalogue(Source):
    """What the four have in common: a host, and pages of courses that a next address leads through."""

    kinds: ClassVar[tuple[Kind, ...]] = (Kind.COURSE, Kind.PROGRAM)
    default_on = True
    base: str

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", self.base)

    def pages(self, fetch: Fetch, path: str, report: Report) -> Iterator[Told]:
        """The elements of a plain list, or of pages with ``results`` and ``next``."""

        def read(content: Any, url: str) -> Page:
            if isinstance(content, list):
                return Page(dicts(content))
            if not isinstance(dig(content, "results"), list):
                raise SourceError(f"{url} answers no list of courses")
            following = dig(content, "next")
            return Page(dicts(content["results"]), self._here(following) if following else None)

        yield from records(paged(fetch, urljoin(self._base, path), read, report))

    def _here(self, address: object) -> str | None:
        """An address of the answer on the host that is asked: a mirror repeats the names of the real one."""
        if not isinstance(address, str):
            return None
        parts = urlsplit(address)
        return urljoin(self._base, parts.path + (f"?{parts.query}" if parts.query else ""))


def list_of(answer: Answer) -> list[Told]:
    content = json_of(answer)
    if not isinstance(content, list):
        raise SourceError(f"{answer.url} answers no list")
    return dicts(content)


def name_of(one: Told) -> str:
    return str(one.get("readable_id") or one.get("key") or one.get("title") or "a course without a name")


def names_of(people: Any) -> list[str]:
    return [one["name"] for one in dicts(people) if isinstance(one.get("name"), str)]


def topics_of(names: list[str]) -> list[str]:
    """ "Business:Leadership" is a topic within a broader one: both are subjects, the broader first."""
    return list(dict.fromkeys(part.strip() for name in names for part in name.split(":") if part.strip()))


def parted(value: Any) -> list[str]:
    return [part.strip() for text in strings(value) for part in text.split("|") if part.strip()]


def weekly(course: Told, page: Any) -> Any:
    return course.get("time_commitment") or dig(page, "effort")


def effort_words(length: Any, weekly: Any) -> str | None:
    """ "14 weeks" and "7 hrs/wk" in one: "14 weeks, 7 hrs/wk"."""
    words = [one.strip() for one in (length, weekly) if isinstance(one, str) and one.strip()]
    return ", ".join(words) or None


def run_price(run: Told) -> Any:
    return next((one.get("price") for one in dicts(run.get("products")) if one.get("is_active") is not False), None)


def price_in_dollars(amount: Any) -> Price | None:
    """A price in dollars; 0 is what a catalogue writes where there is none."""
    found = clean.price(amount)
    return Price(amount=found[0], currency=found[1] or _CURRENCY) if found is not None and found[0] > 0 else None


def instance_of(run: Told, amount: Any, mode: Any = None) -> CourseInstance:
    self_paced = {True: "self-paced", False: "instructor-led"}.get(run.get("is_self_paced"))  # type: ignore[arg-type]
    return CourseInstance(
        start=clean.partial_date(run.get("start_date")),
        end=clean.partial_date(run.get("end_date")),
        mode=clean.text(mode) or self_paced,
        price=price_in_dollars(amount),
    )
