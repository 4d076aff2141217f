"""free-programming-books: lists of free books, courses, tutorials and podcasts, kept by many hands in Markdown."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from msgspec.structs import replace

from catalog import clean
from catalog.errors import FetchError, Refused, Withdrawn
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
EVERY = "*"
CONTENTS = "README.md"  # of the repository; it links to every list
FAILURES_IN_A_ROW = 5

# Names of lists that are codes of countries, not of languages.
_LANGUAGES = {
    "bl": "bn",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "jp": "ja",
    "kr": "ko",
    "langs": "en",
    "se": "sv",
    "subjects": "en",
    "ua": "uk",
    "vn": "vi",
}

_HEADING = re.compile(r"^(#{2,6})\s+(.*?)(?:\s+#+)?\s*$")
_TAG = re.compile(r"<[^>]{0,200}>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_YEAR = re.compile(r"\s*\((1[89]\d\d|20\d\d)\)$")
_PART = re.compile(r"^(?:part|vol(?:ume)?|chapter|unit|lesson|book|module)\b", re.IGNORECASE)


class FreeProgrammingBooks(Source):
    """The Markdown lists at GitHub: all that the repository names, or those that the settings do."""

    id = "free-programming-books"
    name = "free-programming-books"
    homepage = "https://github.com/EbookFoundation/free-programming-books"
    licence = "CC BY 4.0"
    kinds = (Kind.BOOK, Kind.COURSE, Kind.TUTORIAL, Kind.PODCAST, Kind.VIDEO)
    default_on = True

    def configure(self, settings: Settings) -> None:
        base = settings.text("base_url", BASE)
        self._base = base if base.endswith("/") else base + "/"
        self._languages = settings.texts("languages", (EVERY,))
        self._lists = settings.choices("lists", tuple(LISTS))

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        """One listing an address: where a link stands under several headings, they all become its subjects."""
        found: dict[str, Listing] = {}
        for path, text, kind, language in self._read(fetch, report):
            for listing in read_list(text, path, kind, language, report):
                known = found.setdefault(listing.key, listing)
                if known is not listing:
                    found[listing.key] = _joined(known, listing)
        yield from found.values()

    def _read(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, str, Kind, str | None]]:
        """Path, text, kind and language of each list; one that is not to be had makes the reading incomplete."""
        failed = 0
        for path, kind, language in self._files(fetch, report):
            try:
                text = fetch.get(urljoin(self._base, path), accept="text/plain, text/markdown").text
            except Withdrawn as error:
                report.cut_short(path, f"{error}. Leave it out of languages or lists if it moved for good")
            except FetchError as error:
                failed += 1
                report.cut_short(path, str(error))
                if isinstance(error, Refused) or failed >= FAILURES_IN_A_ROW:
                    return
            else:
                failed = 0
                yield path, text, kind, language

    def _files(self, fetch: Fetch, report: Report) -> Iterator[tuple[str, Kind, str | None]]:
        named = self._named(fetch, report) if EVERY in self._languages else {}
        stated = [one for one in self._languages if one != EVERY]
        for name in self._lists:
            languages = stated if named else stated or ["en"]
            paths = {**named.get(name, {}), **{path: one for one in languages for path in _usual(name, one)}}
            for path, language in paths.items():
                yield path, LISTS[name][0], clean.language(_LANGUAGES.get(language, language))

    def _named(self, fetch: Fetch, report: Report) -> dict[str, dict[str, str]]:
        """Language by path for each list that the repository's contents link to; nothing where they are not there."""
        try:
            text = fetch.get(urljoin(self._base, CONTENTS), accept="text/plain, text/markdown").text
        except Refused:
            raise
        except Withdrawn as error:
            report.note(CONTENTS, f"{error}; only the lists in English are read")
            return {}
        except FetchError as error:
            report.cut_short(CONTENTS, f"{error}; only the lists in English are read")
            return {}
        named = {name: dict(_paths(pattern, text)) for name, (_, pattern) in LISTS.items()}
        if not any(named.values()):
            report.note(CONTENTS, "names no list; only those in English are read")
        return named if any(named.values()) else {}


def _usual(name: str, language: str) -> tuple[str, ...]:
    """Where a list of a language usually lies."""
    return ENGLISH_BOOKS if (name, language) == ("books", "en") else (LISTS[name][1].format(language=language),)


def _paths(pattern: str, contents: str) -> Iterator[tuple[str, str]]:
    """Each path of a pattern that a text links to, with its language."""
    before, after = pattern.split("{language}")
    for found in re.finditer(rf"{re.escape(before)}([A-Za-z_-]{{2,12}}){re.escape(after)}", contents):
        yield found[0], found[1]


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
