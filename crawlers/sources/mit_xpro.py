"""MIT xPRO: courses and programs for professionals."""

from collections.abc import Iterator

from catalog.errors import FetchError, SourceError
from catalog.model import Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import dicts, strings
from crawlers.readers.mit_catalogue import (
    MIT,
    MitCatalogue,
    Told,
    effort_words,
    instance_of,
    name_of,
    names_of,
    price_in_dollars,
    topics_of,
)
from crawlers.readers.neutral_record import told
from crawlers.source import Report


class MitXpro(MitCatalogue):
    """Courses and programs for professionals, each a plain list; a program names its courses."""

    id = "mit-xpro"
    name = "MIT xPRO"
    homepage = base = "https://xpro.mit.edu/"

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        courses = self.pages(fetch, "api/courses/", report)
        yield from told(((name_of(one), self._row(one, "course")) for one in courses), self.id, report)
        try:
            programs = self.pages(fetch, "api/programs/", report)
            yield from told(((name_of(one), self._row(one, "program")) for one in programs), self.id, report)
        except (FetchError, SourceError) as error:
            report.cut_short("programs", str(error))

    def _row(self, one: Told, kind: str) -> Told:
        runs = dicts(one.get("courseruns"))
        people = [name for run in runs for name in names_of(run.get("instructors"))] or names_of(one.get("instructors"))
        amount = one.get("current_price") or next((run.get("current_price") for run in runs), None)
        dates = (instance_of(one, None),)
        return {
            "key": one.get("readable_id") or one.get("id"),
            "kind": kind,
            "title": one.get("title"),
            "url": one.get("url") or one.get("external_marketing_url"),
            "description": one.get("description"),
            "provider": self.name,
            "institution": MIT,
            "authors": people,
            "duration_text": effort_words(one.get("duration"), one.get("time_commitment")),
            "price": price_in_dollars(amount),
            "subjects": topics_of(names_of(one.get("topics"))),
            "syllabus": strings([course.get("title") for course in dicts(one.get("courses"))]),
            "instances": tuple(instance_of(run, run.get("current_price"), one.get("format")) for run in runs) or dates,
            "image": one.get("thumbnail_url"),
        }
