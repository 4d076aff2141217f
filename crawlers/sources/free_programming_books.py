"""free-programming-books: lists of free books, courses, tutorials and podcasts, kept by many hands in Markdown."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from msgspec.structs import replace

from catalog import clean
from catalog.errors import FetchError, Withdrawn
from catalog.model import Kind, LearningResource, Listing
from crawlers.fetch import Fetch
from crawlers.readers.markdown_list import ListLine, bullet, plain, read_line
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://raw.githubusercontent.com/EbookFoundation/free-programming-books/main/"
LISTS: dict[str, tuple[Kind, str]] = {
    "books": (Kind.BOOK, "books/free-programming-books-{language}.md"),
    "courses": (Kind.COURSE, "courses/free-courses-{language}.md"),
    "tutorials": (Kind.TUTORIAL, "more/free-programming-interactive-tutorials-{language}.md"),
    "podcasts": (Kind.PODCAST, "casts/free-podcasts-screencasts-{language}.md"),
}
ENGLISH_BOOKS = ("books/free-programming-books-langs.md", "books/free-programming-books-subjects.md")

_HEADING = re.compile(r"^(#{2,6})\s+(.*?)(?:\s+#+)?\s*$")
_TAG = re.compile(r"<[^>]{0,200}>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_YEAR = re.compile(r"\s*\((1[89]\d\d|20\d\d)\)$")
_PART = re.compile(r"^(?:part|vol(?:ume)?|chapter|unit|lesson|book|module)\b", re.IGNORECASE)


class FreeProgrammingBooks(Source):
    """The Markdown lists at GitHub; which of them, the languages and lists in the settings say."""

    id = "free-programming-books"
    name = "free-programming-books"
    homepage = "https://github.com/EbookFoundation/free-programming-books"
    licence = "CC BY 4.0"
    kinds = (Kind.BOOK, Kind.COURSE, Kind.TUTORIAL, Kind.PODCAST, Kind.VIDEO)
    default_on = True

    def configure(self, settings: Settings) -> None:
        base = settings.text("base_url", BASE)
        self._base = base if base.endswith("/") else base + "/"
        self._languages = settings.texts("languages", ("en",))
        self._lists = settings.choices("lists", tuple(LISTS))

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        """One listing an address: where a link stands under several headings, they all become its subjects."""
        found: dict[str, Listing] = {}
        for path, kind, language in self._files():
            try:
                text = fetch.get(urljoin(self._base, path), accept="text/plain, text/markdown").text
            except Withdrawn as error:
                report.cut_short(path, f"{error}. Leave it out of languages or lists if it moved for good")
                continue
            except FetchError as error:
                report.cut_short(path, str(error))
                continue
            for listing in read_list(text, path, kind, language, report):
                known = found.setdefault(listing.key, listing)
                if known is not listing:
                    found[listing.key] = _joined(known, listing)
        yield from found.values()

    def _files(self) -> Iterator[tuple[str, Kind, str | None]]:
        for name in self._lists:
            kind, pattern = LISTS[name]
            for language in self._languages:
                english_books = name == "books" and language == "en"
                for path in ENGLISH_BOOKS if english_books else (pattern.format(language=language),):
                    yield path, kind, clean.language(language)


def read_list(text: str, path: str, kind: Kind, language: str | None, report: Report) -> Iterator[Listing]:
    """The listings of one file. Links below "Index" are its navigation, and so are links into the file itself."""
    headings: dict[int, str] = {}
    parents: list[tuple[int, str]] = []
    lines = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text.lstrip("\ufeff"))
    for number, line in enumerate(lines.splitlines(), start=1):
        heading = _HEADING.match(line)
        if heading:
            depth = len(heading[1])
            headings = {level: words for level, words in headings.items() if level < depth}
            headings[depth] = plain(_TAG.sub("", heading[2]))
            continue
        if not bullet(line) or headings.get(3, "").casefold() == "index":
            continue
        told, above = read_line(line), _above(parents, line)
        listing = _listing(told, kind, language, _subjects(headings), above) if told else None
        if listing is not None:
            yield listing
        elif told is None or not told.url.startswith("#"):
            report.skip(f"{path} line {number}", "the line does not begin with a link to a page")


def _subjects(headings: dict[int, str]) -> tuple[str, ...]:
    """Section and subsection; a heading of the second level names the whole file."""
    return tuple(dict.fromkeys(words for level, words in sorted(headings.items()) if level > 2 and words))


def _above(parents: list[tuple[int, str]], line: str) -> str | None:
    """The words of the line that this one is nested in; remembers this line for those below it."""
    indent, content = bullet(line) or (0, "")
    while parents and parents[-1][0] >= indent:
        parents.pop()
    above = parents[-1][1] if parents else None
    told = read_line(line)
    parents.append((indent, told.title if told else _without_notes(content)))
    return above


def _without_notes(content: str) -> str:
    return re.split(r"\s+[-\u2013]\s+|\s*\(", plain(content))[0]


def _listing(
    told: ListLine, kind: Kind, language: str | None, subjects: tuple[str, ...], above: str | None
) -> Listing | None:
    url = clean.canonical_url(told.url)
    year = _YEAR.search(told.title)
    title = clean.text(_YEAR.sub("", told.title) or told.title)
    if url is None or title is None:
        return None
    if above and _PART.match(title) and above not in title:
        title = f"{above}: {title}"
    resource = LearningResource(
        kind=Kind.VIDEO if kind is Kind.PODCAST and "screencast" in " ".join(told.groups).lower() else kind,
        title=title,
        url=url,
        provider="free-programming-books",
        authors=clean.names(list(told.authors)),
        language=language,
        is_free=True,  # the rules of the lists: only what is free
        access_note=told.access_note,
        subjects=clean.names(list(subjects)),
        published=year[1] if year else None,
        licence=told.licence,
    )
    return Listing(source=FreeProgrammingBooks.id, key=url, resource=resource)


def _joined(first: Listing, other: Listing) -> Listing:
    """The first account of a resource with the subjects and authors of another."""
    told, more = first.resource, other.resource
    subjects = clean.names([*told.subjects, *more.subjects])
    return replace(first, resource=replace(told, subjects=subjects, authors=told.authors or more.authors))
