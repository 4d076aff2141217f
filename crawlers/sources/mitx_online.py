"""MITx Online: courses with dated runs and priced certificates."""

from collections.abc import Iterator
from urllib.parse import urljoin

from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import dicts, dig
from crawlers.readers.mit_catalogue import (
    MIT,
    MitCatalogue,
    Told,
    effort_words,
    instance_of,
    names_of,
    price_in_dollars,
    run_price,
    weekly,
)
from crawlers.readers.neutral_record import told
from crawlers.source import Report


class MitxOnline(MitCatalogue):
    """Courses with runs, prices of certificates, and pages of their own."""

    id = "mitx-online"
    name = "MITx Online"
    homepage = base = "https://mitxonline.mit.edu/"
    kinds = (Kind.COURSE,)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for course in self.pages(fetch, "api/v2/courses/", report):
            where = str(course.get("readable_id") or course.get("title"))
            if dig(course, "page", "live") is False:
                report.note(where, "is not published")
            else:
                yield from told([(where, self._row(course))], self.id, report)

    def _row(self, course: Told) -> Told:
        page = course.get("page") if isinstance(course.get("page"), dict) else {}
        runs = [run for run in dicts(course.get("courseruns")) if run.get("live") is not False]
        amount = dig(page, "current_price") or next((price for run in runs if (price := run_price(run))), None)
        return {
            "key": course.get("readable_id") or course.get("id"),
            "kind": "course",
            "title": course.get("title"),
            "url": urljoin(self.base, path) if (path := dig(page, "page_url")) else None,
            "description": dig(page, "description"),
            "provider": self.name,
            "institution": MIT,
            "authors": names_of(dig(page, "instructors")),
            "duration_text": effort_words(course.get("duration") or dig(page, "length"), weekly(course, page)),
            "price": price_in_dollars(amount),
            "subjects": [*names_of(course.get("topics")), *names_of(course.get("departments"))],
            "course_code": next((run["course_number"] for run in runs if run.get("course_number")), None),
            "instances": tuple(instance_of(run, run_price(run)) for run in runs),
            "image": urljoin(self.base, image) if (image := dig(page, "feature_image_src")) else None,
        }
