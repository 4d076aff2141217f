"""One line of a curated Markdown list: `* [Title](address) - Author One, Author Two (PDF) (CC BY-SA) *(note)*`.

A scanner and not a pattern: titles hold " - " and brackets, addresses hold parentheses, and the parts after the link
stand in any order or not at all.
"""

import re
from dataclasses import dataclass

_BULLET = re.compile(r"^(\s*)[*+-]\s+(.*)$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,2}|_{1,2}|`)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_DASH = re.compile(r"(?:^|\s)[-\u2013\u2014]\s+")
_LICENCE = re.compile(
    r"(?:CC(?:[ -](?:BY|0))(?:-(?:NC|ND|SA))*|CC0|GFDL|MIT|GPL|Public Domain)(?:\s+v?\d[\d.]*)?", re.IGNORECASE
)
_ACCESS = re.compile(
    r"\b(?:accounts?|e-?mail|log ?in|registration|required?|requested|sign ?up|free preview|trial)\b", re.IGNORECASE
)
_PICTURE = re.compile(r":\w+:")
_TRANSLATOR = re.compile(r"^(?:trl\b|translated by\b)", re.IGNORECASE)  # the relators of MARC: trl.: and edt.:


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """What a line tells; ``groups`` are the words in parentheses that are neither licence nor access note."""

    indent: int
    title: str
    url: str
    authors: tuple[str, ...] = ()
    licence: str | None = None
    access_note: str | None = None
    groups: tuple[str, ...] = ()


def bullet(line: str) -> tuple[int, str] | None:
    """The indent and the content of a list line; None for any other line."""
    found = _BULLET.match(line)
    return (len(found[1].expandtabs(4)), found[2].strip()) if found else None


def read_line(line: str) -> ListLine | None:
    """What a list line tells; None where it is no list line or does not begin with a link."""
    found = bullet(line)
    link = _link(found[1], 0) if found else None
    if found is None or link is None:
        return None
    title, url, end = link
    notes = _Notes(found[1][end:])
    return ListLine(
        indent=found[0],
        title=plain(title),
        url=url,
        authors=notes.authors(),
        licence=notes.licence,
        access_note=notes.access_note,
        groups=tuple(notes.groups),
    )


def plain(markdown: str) -> str:
    """The words without emphasis, code marks, inner links and backslashes."""
    words = _without_links(markdown)
    while (fewer := _EMPHASIS.sub(r"\2", words)) != words:
        words = fewer
    return " ".join(_ESCAPED.sub(r"\1", words).split())


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    """Where the bracket at ``start`` closes, counting inner pairs; -1 where it does not."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        depth += (text[at] == opening) - (text[at] == closing)
        if depth == 0:
            return at
        at += 1
    return -1


def _link(text: str, start: int) -> tuple[str, str, int] | None:
    """Words, address and end of the link that begins at ``start``."""
    if not text.startswith("[", start):
        return None
    words_end = _closing(text, start, "[", "]")
    if words_end < 0 or not text.startswith("(", words_end + 1):
        return None
    end = _closing(text, words_end + 1, "(", ")")
    if end < 0:
        return None
    address = text[words_end + 2 : end].strip()
    # A title may follow the address: (address "title").
    return text[start + 1 : words_end], address.partition(' "')[0].strip().strip("<>"), end + 1


def _without_links(text: str) -> str:
    """Links replaced by their words."""
    parts, at = [], 0
    while at < len(text):
        link = _link(text, at) if text[at] == "[" else None
        parts.append(link[0] if link else text[at])
        at = link[2] if link else at + 1
    return "".join(parts)


class _Notes:
    """What stands behind the link, taken apart: groups in parentheses first, then names."""

    def __init__(self, rest: str) -> None:
        self.licence: str | None = None
        self.access_note: str | None = None
        self.groups: list[str] = []
        self._names = self._take_groups(rest)

    def _take_groups(self, rest: str) -> str:
        """The text without links and groups. The first " - " outside of them opens the names."""
        kept, at = [], 0
        while at < len(rest):
            link = _link(rest, at) if rest[at] == "[" else None
            if link is not None:
                # [(PDF)](address) is another form of the same work; [@name](address) is an author with a page.
                kept.append("" if link[0].startswith("(") or link[0].lower() in _OTHER_FORMS else link[0])
                at = link[2]
            elif rest[at] == "(" and (end := _closing(rest, at, "(", ")")) > 0:
                self._take_group(plain(rest[at + 1 : end]))
                kept.append("\x00")
                at = end + 1
            else:
                kept.append(rest[at])
                at += 1
        return "".join(kept)

    def _take_group(self, group: str) -> None:
        words = " ".join(_PICTURE.sub(" ", group).split()).strip(" *_`")
        if _LICENCE.fullmatch(words):
            self.licence = self.licence or words
        elif _ACCESS.search(words):
            self.access_note = self.access_note or words
        elif words:
            self.groups.append(words)

    def authors(self) -> tuple[str, ...]:
        """The names behind the first dash, or, where a dash is missing, behind the link itself."""
        text = self._names.replace("\\", "")
        found = _DASH.search(text)
        words = text[found.end() :] if found else text
        first = _DASH.split(words.partition("\x00")[0].strip(" ,*_`"))[0]
        if self._is_access(first):
            return ()
        return tuple(dict.fromkeys(name for name in map(_without_full_stop, _people(first)) if _is_name(name)))

    def _is_access(self, words: str) -> bool:
        """Some lines write "- *registration required*" where the author would stand."""
        if not _ACCESS.search(words):
            return False
        self.access_note = self.access_note or plain(words)
        return True


_OTHER_FORMS = frozenset({"pdf", "epub", "html", "mobi", "kindle", "source", "code", "code samples", "web", "youtube"})
_BETWEEN = re.compile(r",\s*|;\s*|\s+(?:and|&)\s+(?=[^\W\d_])")
_SUFFIX = re.compile(r"^(?:Jr|Sr|PhD|Ph\.D|II|III|Inc|LLC|Ltd|et al)\.?$", re.IGNORECASE)


def _people(words: str) -> list[str]:
    """The names between commas; suffixes stay with their name, "et al." and translators are left out."""
    names: list[str] = []
    for part in _BETWEEN.split(words.replace("`", "").replace("*", "")):
        part = re.sub(r"^(?:and|&|edt\.?:)\s+", "", part.strip())  # noqa: PLW2901  the comma before "and"
        if _TRANSLATOR.match(part):
            break
        if names and _SUFFIX.fullmatch(part) and not part.lower().startswith("et al"):
            names[-1] += f", {part}"
        else:
            names.append(re.sub(r"\s*\bet al\.?$", "", part))
    return names


def _without_full_stop(name: str) -> str:
    """ "Ann Lee." loses it, "Acme Inc." and "Ann L." keep it."""
    return name[:-1] if name.endswith(".") and len(name.rsplit(maxsplit=1)[-1]) > 4 else name


def _is_name(name: str) -> bool:
    return any(letter.isalpha() for letter in name) and len(name) <= 120 and "://" not in name
