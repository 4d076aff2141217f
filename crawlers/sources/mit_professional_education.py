"""MIT Professional Education: short courses and programs."""

from collections.abc import Iterator
from urllib.parse import urljoin

from catalog import clean
from catalog.errors import FetchError, SourceError
from catalog.model import CourseInstance, Listing
from crawlers.fetch import Fetch
from crawlers.readers.mit_catalogue import (
    MIT,
    MitCatalogue,
    Told,
    list_of,
    name_of,
    parted,
    price_in_dollars,
)
from crawlers.readers.neutral_record import told
from crawlers.source import Report

MOST_PAGES = 500


class MitProfessionalEducation(MitCatalogue):
    """Short courses and programs in flat records with bars between several values; an empty page ends the list."""

    id = "mit-professional-education"
    name = "MIT Professional Education"
    homepage = base = "https://professional.mit.edu/"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for one in self._records(fetch, report):
            yield from told([(name_of(one), self._row(one))], self.id, report)

    def _records(self, fetch: Fetch, report: Report) -> Iterator[Told]:
        for number in range(MOST_PAGES):
            url = urljoin(self._base, f"feeds/courses/?page={number}")
            try:
                found = list_of(fetch.get(url, accept="application/json"))
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
        people = parted(one.get("lead_instructors")) + parted(one.get("instructors"))
        run = CourseInstance(
            start=clean.partial_date(one.get("start_date")),
            end=clean.partial_date(one.get("end_date")),
            mode=clean.text(one.get("learning_format") or one.get("location")),
            price=price_in_dollars(one.get("price")),
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
            "price": price_in_dollars(one.get("price")),
            "subjects": parted(one.get("topics")),
            "syllabus": parted(one.get("courses")),
            "instances": (run,),
            "image": urljoin(self.base, image) if isinstance(image := one.get("image__src"), str) and image else None,
        }
