"""freeCodeCamp: its curriculum as built for other programs, or from its repository where that is not given."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from catalog.errors import FetchError, SourceError, Withdrawn
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import dicts, dig, json_of, strings
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

SITE = "https://www.freecodecamp.org/"
REPOSITORY = "https://raw.githubusercontent.com/freeCodeCamp/freeCodeCamp/main/"
INDEXES = ("curriculum-data/v2/available-superblocks.json", "curriculum-data/v1/available-superblocks.json")
STRUCTURE = "curriculum/structure/"
INTRO = "client/i18n/locales/english/intro.json"
FAILURES_IN_A_ROW = 5
_EDITION = re.compile(r"^(?P<name>.+?)-(?P<edition>v\d+|2\d)$")
_CERTIFICATION = re.compile(r"\bcertification\b", re.IGNORECASE)
_LANGUAGES = {"spanish": "Spanish", "chinese": "Chinese"}  # what is taught; the lessons are in English

Told = dict[str, Any]


class FreeCodeCamp(Source):
    """A superblock is a program, or a certification where it says so; its blocks are modules."""

    id = "freecodecamp"
    name = "freeCodeCamp"
    homepage = SITE
    licence = "CC BY-SA 4.0"
    kinds = (Kind.PROGRAM, Kind.CERTIFICATION, Kind.MODULE)
    default_on = True

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", SITE)
        self._repository = settings.text("repository_url", REPOSITORY)
        self._modules = settings.flag("modules", default=True)

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for superblock, content in self._superblocks(fetch, report):
            name = superblock["dashedName"]
            blocks = [_Block(one) for one in _blocks(content)]
            shown = [block for block in blocks if block.is_public]
            yield from told([(name, self._program(superblock, content, shown))], self.id, report)
            if self._modules:
                rows = ((block.name, self._module(block, name)) for block in shown if block.name)
                yield from told(rows, self.id, report)

    def _superblocks(self, fetch: Fetch, report: Report) -> Iterator[tuple[Told, Told]]:
        """Each public superblock with its content: from the site, else from the repository."""
        try:
            index, folder = self._index(fetch)
        except Withdrawn as error:
            report.note(self._base, f"{error}; the repository is read in its place")
            yield from self._of_repository(fetch, report)
            return
        failed = 0
        for superblock in newest_editions(index):
            url = urljoin(self._base, f"{folder}{superblock['dashedName']}.json")
            try:
                content = json_of(fetch.get(url, accept="application/json"))
            except (FetchError, SourceError) as error:
                failed += 1
                report.skip(superblock["dashedName"], str(error))
                report.complete = report.complete and isinstance(error, Withdrawn)
                if failed >= FAILURES_IN_A_ROW:
                    report.cut_short(url, f"{failed} superblocks in a row could not be read")
                    return
                continue
            failed = 0
            inner = dig(content, superblock["dashedName"]) or content  # the name is the only key
            yield superblock, inner if isinstance(inner, dict) else {}

    def _index(self, fetch: Fetch) -> tuple[list[Told], str]:
        """The public superblocks of the newest index that is given, and the folder of their files."""
        gone: Withdrawn | None = None
        for path in INDEXES:
            try:
                answer = fetch.get(urljoin(self._base, path), accept="application/json")
            except Withdrawn as error:
                gone = error
                continue
            found = dig(json_of(answer), "superblocks")
            stages = found.items() if isinstance(found, dict) else [("", found)]
            listed = [one | {"stage": stage} for stage, some in stages for one in dicts(some)]
            named = [one for one in listed if isinstance(one.get("dashedName"), str)]
            public = [one for one in named if one.get("public") is not False]
            if not public:
                raise SourceError(f"{answer.url} names no superblock")
            return public, path.rpartition("/")[0] + "/"
        raise gone or SourceError("no index is known")

    def _of_repository(self, fetch: Fetch, report: Report) -> Iterator[tuple[Told, Told]]:
        names = strings(dig(self._file(fetch, f"{STRUCTURE}curriculum.json"), "superblocks"))
        texts = self._file(fetch, INTRO)
        titled = [{"dashedName": name, "title": dig(texts, name, "title")} for name in names]
        for superblock in newest_editions([one for one in titled if one["title"]]):
            name = superblock["dashedName"]
            try:
                structure = self._file(fetch, f"{STRUCTURE}superblocks/{name}.json")
            except (FetchError, SourceError) as error:
                report.skip(name, str(error))
                report.complete = False
                continue
            blocks = [_titled(block, dig(texts, name, "blocks")) for block in _blocks(structure)]
            yield superblock, {"intro": dig(texts, name, "intro"), "blocks": blocks}

    def _file(self, fetch: Fetch, path: str) -> Any:
        return json_of(fetch.get(urljoin(self._repository, path), accept="application/json, text/plain"))

    def _program(self, superblock: Told, content: Told, blocks: "list[_Block]") -> Told:
        intro = " ".join(strings(content.get("intro")))
        title = superblock.get("title") or content.get("title")
        certified = isinstance(title, str) and _CERTIFICATION.search(f"{title} {intro[:300]}")
        taught = _LANGUAGES.get(str(superblock.get("stage")))
        return {
            "key": superblock["dashedName"],
            "kind": "certification" if certified else "program",
            "title": title,
            "url": _page(superblock["dashedName"]),
            "description": intro,
            "subjects": list(dict.fromkeys(one for one in (*(block.subject for block in blocks), taught) if one)),
            "syllabus": [block.title for block in blocks if block.title],
            **self._shared(),
        }

    def _module(self, block: "_Block", superblock: str) -> Told:
        return {
            "key": f"{superblock}/{block.name}",
            "kind": "module",
            "title": block.title,
            "url": f"{_page(superblock)}#{block.name}",
            "description": block.intro,
            "duration_text": block.time,
            "subjects": [block.subject] if block.subject else [],
            "syllabus": block.steps,
            **self._shared(),
        }

    def _shared(self) -> Told:
        return {"provider": self.name, "is_free": True, "licence": self.licence, "language": "en"}


class _Block:
    """A block in any generation of the format: with its meta beside the intro, or as one flat table."""

    def __init__(self, told_of: Told) -> None:
        meta = told_of.get("meta")
        self._meta: Told = meta if isinstance(meta, dict) else told_of
        self.intro = " ".join(strings(told_of.get("intro")) or strings(told_of.get("desc")))
        self.name = next(iter(strings([self._meta.get("dashedName"), told_of.get("dashedName")])), "")
        self.title = next(iter(strings([self._meta.get("name"), told_of.get("title")])), "")
        self.time = self._meta.get("time")
        self.subject = next(iter(strings(self._meta.get("helpCategory"))), "").replace("-", " ")

    @property
    def is_public(self) -> bool:
        return self._meta.get("isUpcomingChange") is not True and self._meta.get("comingSoon") is not True

    @property
    def steps(self) -> list[str]:
        """The titles of its challenges, listed as objects or, in older files, as pairs of id and title."""
        listed = self._meta.get("challengeOrder") or self._meta.get("challenges")
        entries = listed if isinstance(listed, list) else []
        titles = (one.get("title") if isinstance(one, dict) else dig(one, 1) for one in entries)
        return [title for title in titles if isinstance(title, str) and not re.fullmatch(r"Step \d+", title)]


def newest_editions(superblocks: list[Told]) -> Iterator[Told]:
    """Of the same certification in several editions only the newest: -v9 before -22 before none."""
    best: dict[str, tuple[int, Told]] = {}
    for one in superblocks:
        found = _EDITION.match(one["dashedName"])
        name, edition = (found["name"], found["edition"]) if found else (one["dashedName"], "")
        rank = 100 + int(edition[1:]) if edition.startswith("v") else int(edition or 0)
        if name not in best or rank > best[name][0]:
            best[name] = (rank, one)
    yield from (one for _, one in best.values())


def _blocks(content: Any) -> Iterator[Told]:
    """All blocks, of the list itself or of the modules of its chapters; what is still to come is left out."""
    for one in dig(content, "blocks") or ():
        yield one if isinstance(one, dict) else {"dashedName": one}
    for chapter in dicts(dig(content, "chapters")):
        for module in dicts(chapter.get("modules")):
            if not (chapter.get("comingSoon") or module.get("comingSoon")):
                yield from _blocks(module)


def _titled(block: Told, texts: Any) -> Told:
    """A block of the repository with its title and introduction, which stand in another file."""
    name = str(block.get("dashedName"))
    return {**block, "title": dig(texts, name, "title"), "intro": dig(texts, name, "intro")}


def _page(superblock: str) -> str:
    """The editions of 2022 lie in a folder of their own."""
    found = _EDITION.match(superblock)
    if found and found["edition"] == "22":
        return urljoin(SITE, f"learn/2022/{found['name']}/")
    return urljoin(SITE, f"learn/{superblock}/")
