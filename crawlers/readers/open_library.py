"""Records of Open Library: works as its lists tell them, and editions; what holds for all editions is told of none."""

import re
from collections.abc import Iterable
from typing import Any

from catalog import clean
from crawlers.readers.book_lookups import whole_title
from crawlers.readers.json_answers import dicts, dig, strings

SITE = "https://openlibrary.org"
COVERS = "https://covers.openlibrary.org/b/id"
PROVIDER = "Open Library"
MOST_SUBJECTS = 40

_MACHINE_TAG = re.compile(r"\w+:\S*=")  # "award:hugo_award=1966": a note between programs
_ID = re.compile(r"OL\d+[WMA]")


def work_row(work: dict[str, Any]) -> dict[str, Any]:
    """A work of a search or of a subject's list, in the neutral form.

    Its ISBNs, publishers and languages are those of all its editions: one is taken only where there is no other.
    """
    named = [one.get("name") for one in dicts(work.get("authors"))]
    return {
        "key": id_of(work),
        "title": whole_title(work.get("title"), work.get("subtitle")),
        "url": page_of(work),
        "authors": strings(work.get("author_name")) or strings(named),
        "institution": only(strings(work.get("publisher"))),
        "language": only(strings(work.get("language"))),
        "isbn": only(isbns_of(work.get("isbn"))),
        "published": work.get("first_publish_year"),
        "subjects": subjects_of(work.get("subject")),
        "rating": work.get("ratings_average"),
        "rating_count": work.get("ratings_count") if clean.rating(work.get("ratings_average")) else None,
        "image": cover_of(work.get("cover_i"), work.get("cover_id")),
        **_ALWAYS,
    }


def edition_row(edition: dict[str, Any], work: dict[str, Any], authors: list[str]) -> dict[str, Any]:
    """One edition; what it leaves unsaid of the subjects and the contents, its work says."""
    languages = [one.get("key") for one in dicts(edition.get("languages"))]
    return {
        "title": whole_title(edition.get("title"), edition.get("subtitle")),
        "url": page_of(edition),
        "description": words_of(edition.get("description")) or words_of(work.get("description")),
        "authors": authors,
        "institution": next(iter(strings(edition.get("publishers"))), None),
        "language": only([key.rpartition("/")[2] for key in strings(languages)]),
        "pages": edition.get("number_of_pages"),
        "published": edition.get("publish_date"),
        "subjects": subjects_of(edition.get("subjects")) or subjects_of(work.get("subjects")),
        "image": cover_of(*_numbers(edition.get("covers"))),
        **_ALWAYS,
    }


_ALWAYS = {"kind": "book", "provider": PROVIDER}


def id_of(record: dict[str, Any]) -> str | None:
    """The record's own name, such as OL893414W; keys come with and without a path."""
    found = str(record.get("key")).rpartition("/")[2]
    return found if _ID.fullmatch(found) else None


def page_of(record: dict[str, Any]) -> str | None:
    """The page of a work or of an edition."""
    found = id_of(record)
    return None if found is None else f"{SITE}/{'works' if found.endswith('W') else 'books'}/{found}"


def words_of(value: Any) -> str | None:
    """A text, plain or as ``{"type": …, "value": …}``."""
    text = dig(value, "value") if isinstance(value, dict) else value
    return text if isinstance(text, str) and text.strip() else None


def isbns_of(*values: Any) -> list[str]:
    """The distinct ISBN-13s of lists in which both forms are mixed."""
    found = (clean.isbn13(one) for value in values for one in strings(value))
    return list(dict.fromkeys(one for one in found if one))


def subjects_of(value: Any) -> list[str]:
    """The headings, without what programs have noted among them."""
    listed = value if isinstance(value, list) else []
    texts = [one if isinstance(one, str) else words_of(one) or words_of(dig(one, "name")) for one in listed]
    return [text for text in texts if text and not _MACHINE_TAG.match(text)][:MOST_SUBJECTS]


def cover_of(*numbers: Any) -> str | None:
    """The picture of the first cover there is; -1 means that there is none."""
    known = (one for one in numbers if isinstance(one, int) and not isinstance(one, bool) and one > 0)
    return next((f"{COVERS}/{one}-M.jpg" for one in known), None)


def only(values: Iterable[str]) -> str | None:
    """The value where there is one alone: of several none is told, since any of them may be another edition's."""
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else None


def _numbers(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
