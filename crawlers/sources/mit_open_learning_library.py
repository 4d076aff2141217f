"""MIT Open Learning Library: free archived courses."""

from collections.abc import Iterator

from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.mit_catalogue import (
    MIT,
    MitCatalogue,
    name_of,
)
from crawlers.readers.neutral_record import told
from crawlers.readers.open_edx import course_row, is_offered
from crawlers.settings import Settings
from crawlers.source import Report


class MitOpenLearningLibrary(MitCatalogue):
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
        for course in self.pages(fetch, self._path, report):
            if is_offered(course):
                row = course_row(course, self.name) | {"institution": MIT}
                yield from told([(name_of(course), row)], self.id, report)
