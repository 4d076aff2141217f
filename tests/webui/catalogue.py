"""A small catalogue that has one of everything a page must cope with."""

from collections.abc import Iterable

import msgspec

from catalog.classify import Classifier
from catalog.ingest import ingest, retire_unseen
from catalog.ledger import Crawls
from catalog.model import CourseInstance, Kind, LearningResource, Level, Listing, Price
from catalog.store import Store

HOSTILE = "Quote \"this\" & </script><script>alert('1')</script> in Python"
LONG = "Everything else about PostgreSQL is left out here, as it would be in a short note. " * 8

MOOC = (
    LearningResource(
        kind=Kind.COURSE,
        title="Django for Everybody",
        url="https://www.example.org/learn/django",
        description="Build web applications with Django and Python.\nThe second part is about forms.",
        provider="Coursera",
        institution="University of Michigan",
        authors=("Charles Severance",),
        language="en",
        level=Level.INTERMEDIATE,
        level_text="Intermediate level",
        hours_min=6.0,
        hours_max=8.0,
        price=Price(amount=49.0, currency="USD"),
        is_free=True,
        rating=4.74,
        rating_count=1234,
        subjects=("Python", "Web development"),
        syllabus=("Models", "Views", "Forms"),
        instances=(CourseInstance(start="2026-09-01", end="2026-12-01", mode="online"),),
        published="2020-05",
    ),
    LearningResource(
        kind=Kind.COURSE, title="REST API design", provider="edX", level=Level.BEGINNER, language="en", is_free=True
    ),
    LearningResource(kind=Kind.COURSE, title="Basi di dati con SQL", provider="edX", language="it", is_free=False),
    LearningResource(kind=Kind.COURSE, title=HOSTILE, url="javascript:alert(1)", description=HOSTILE, provider="edX"),
    LearningResource(
        kind=Kind.COURSE, title="数据库系统", url="https://www.example.org/db", language="zh", subjects=("Databases",)
    ),
    LearningResource(kind=Kind.COURSE, title="A course that is no longer there", provider="edX", subjects=("Java",)),
)
BOOKS = (
    LearningResource(
        kind=Kind.BOOK,
        title="PostgreSQL: Up and Running",
        url="https://books.example.org/postgresql",
        description=LONG + "Only now the word replication is said, and the note goes on for a while. " + LONG,
        provider="O’Reilly Media",
        authors=("Regina Obe", "Leo Hsu", "Third Author", "Fourth Author"),
        language="en",
        isbn="9781491963418",
        pages=314,
        published="2017",
        rating=4.0,
    ),
    LearningResource(
        kind=Kind.BOOK, title="Fluent Python", authors=("Luciano Ramalho",), language="en", isbn="9781492056355"
    ),
    *(
        LearningResource(
            kind=Kind.BOOK, title=f"Notes on Python, volume {number}", language="en", published=str(1990 + number)
        )
        for number in range(1, 31)
    ),
)
OTHER = (
    LearningResource(
        kind=Kind.COURSE, title="Django for Everybody", url="https://www.example.org/learn/django", enrolment_count=5000
    ),
)


def fill(store: Store, classifier: Classifier) -> None:
    """Put the catalogue into an empty record, with a second source for one course and one course that is gone again."""
    _crawl(store, classifier, "mooc", MOOC)
    _crawl(store, classifier, "books", BOOKS)
    _crawl(store, classifier, "other_list", OTHER)
    _crawl(store, classifier, "mooc", MOOC[:-1])


def crawl_once(store: Store, classifier: Classifier, resources: Iterable[LearningResource]) -> None:
    """Put resources into a record as one source lists them."""
    _crawl(store, classifier, "list", resources)


def _crawl(store: Store, classifier: Classifier, source: str, resources: Iterable[LearningResource]) -> None:
    crawl = Crawls(store).begin(source)
    listings = [Listing(source=source, key=resource.url or resource.title, resource=resource) for resource in resources]
    crawl = ingest(store, listings, classifier=classifier, crawl=crawl)
    crawl = retire_unseen(store, crawl, classifier)
    Crawls(store).finish(msgspec.structs.replace(crawl, ended=crawl.started, complete=True))
