"""Finding many phrases in one pass over the texts of a resource, as whole words, whatever their case and hyphens."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import NamedTuple

import ahocorasick

SURE, UNSURE_IN_BOOKS, AMBIGUOUS = range(3)
TAG_FIELDS = frozenset({"subjects", "skills"})

_BOUNDARY = "\x1f"  # stands between fields, so that no phrase reaches across
_BETWEEN = f" {_BOUNDARY} "
_QUOTES = re.compile(r"(?<!\w)'|'(?!\w)|'s\b")
_DOT_NET = re.compile(r"\.(?=net\b)", re.IGNORECASE)
_DOT = "·"  # the full stop of ".net", kept because "net" alone is another word
_SENTENCE_END = ".!?:;•-–—\n" + _BOUNDARY


class Folding(dict[int, str]):
    """A table for ``str.translate``: each character becomes exactly one, so that places in the text stay the same.

    Letters lose case and accents; ``+ # &`` and the apostrophe belong to words (c++, c#, r&d, c'est); letters of
    scripts without case become blanks, so that "Python教程" holds the word Python; all else is a blank.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = "'" if char in "’ʼ" else unicodedata.normalize("NFKD", char)[0].casefold()[:1]
        keep = base in "+#&'" + _BOUNDARY + _DOT or (base.isalnum() and unicodedata.category(base) != "Lo")
        self[code] = base if keep else " "
        return self[code]


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """All that one folded phrase can mean."""

    text: str
    topic: str | None = None
    tag_topic: str | None = None  # what it means where it is a whole subject or skill and names no topic
    silent: bool = False  # means nothing where it is a whole subject or skill, whatever topic it names elsewhere
    certainty: int = SURE
    cue_of: frozenset[str] = frozenset()
    computing: bool = False  # tells of computing, so proves what is ambiguous beside it
    fiction: bool = False  # tells of the opposite
    denies: frozenset[str] = frozenset()  # topics whose names within it mean something else
    roles: frozenset[str] = frozenset()

    def is_sure(self, *, book: bool) -> bool:
        return self.certainty == SURE or (self.certainty == UNSURE_IN_BOOKS and not book)

    def joined(self, other: "Phrase") -> "Phrase":
        """Both meanings; where each names a topic, this one's."""
        return replace(
            self if self.topic or not other.topic else replace(other, text=self.text),
            tag_topic=self.tag_topic or other.tag_topic,
            silent=self.silent or other.silent,
            cue_of=self.cue_of | other.cue_of,
            computing=self.computing or (other.computing and not self.topic),
            fiction=self.fiction or other.fiction,
            denies=self.denies | other.denies,
            roles=self.roles | other.roles,
        )


class Hit(NamedTuple):
    """A phrase found, and where."""

    start: int
    end: int
    phrase: Phrase

    def is_part_of(self, other: "Hit") -> bool:
        """Whether it lies within another, longer one."""
        return other.start <= self.start and self.end <= other.end and self.end - self.start < other.end - other.start


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One resource as read: the fields end to end, where each begins, and the phrases found."""

    text: str
    fields: Sequence[str]
    starts: Sequence[int]
    hits: Sequence[Hit]
    book: bool

    def field(self, hit: Hit) -> str:
        return self.fields[self._part(hit)]

    def words(self, hit: Hit) -> str:
        """The words as they stand in the text."""
        return self.text[hit.start : hit.end]

    def is_tag(self, hit: Hit) -> bool:
        """Whether it is a whole subject or skill."""
        part = self._part(hit)
        if self.fields[part] not in TAG_FIELDS:
            return False
        return self.text[self.starts[part] : self._end(part)].strip() == self.words(hit)

    def all_tags_tell_of_computing(self) -> bool:
        tags = {part for part, field in enumerate(self.fields) if field in TAG_FIELDS}
        return tags <= {self._part(hit) for hit in self.hits if hit.phrase.computing}

    def length(self, field: str) -> int:
        """How many characters stand in a field, its parts together."""
        return sum(self._end(part) - self.starts[part] for part, name in enumerate(self.fields) if name == field)

    def around(self, hit: Hit, reach: int) -> tuple[str, str]:
        """The text before and after it, of its own field, at most ``reach`` characters each."""
        part = self._part(hit)
        return self.text[max(self.starts[part], hit.start - reach) : hit.start], self.text[
            hit.end : min(self._end(part), hit.end + reach)
        ]

    def place(self, hit: Hit) -> int:
        """Where in its text it begins."""
        return hit.start - self.starts[self._part(hit)]

    def is_written_as_name(self, hit: Hit) -> bool:
        """Whether it has a capital that no beginning of a sentence explains."""
        before = self.text[max(0, hit.start - 3) : hit.start].rstrip(" \"'(“")
        return self.text[hit.start].isupper() and bool(before) and before[-1] not in _SENTENCE_END

    def _part(self, hit: Hit) -> int:
        return bisect_right(self.starts, hit.start) - 1

    def _end(self, part: int) -> int:
        return self.starts[part + 1] - len(_BETWEEN) if part + 1 < len(self.starts) else len(self.text)


class Reader:
    """One automaton for all phrases it is given; phrases that fold to the same text become one."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._folding = Folding()
        alike: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            key = " ".join(self.fold(phrase.text).split())
            alike.setdefault(key, []).append(replace(phrase, text=key))
        self._automaton = ahocorasick.Automaton()
        for key, same in alike.items():
            if key:
                self._automaton.add_word(f" {key} ", reduce(Phrase.joined, same))
        self._automaton.make_automaton()

    def read(self, texts: Sequence[str], fields: Sequence[str], *, book: bool = False) -> Reading | None:
        """What stands in the texts, ``fields[i]`` naming the field of ``texts[i]``; None if no phrase does."""
        joined = _BETWEEN.join(texts)
        # Blanks around the text and around each key make every match a whole word.
        found = list(self._automaton.iter(f" {self.fold(joined)} ")) if len(self._automaton) else []
        if not found:
            return None
        starts = [0]
        for text in texts[:-1]:
            starts.append(starts[-1] + len(text) + len(_BETWEEN))
        # The automaton tells where a key's last blank stands in a text that has one blank more in front.
        hits = [Hit(last - len(phrase.text) - 1, last - 1, phrase) for last, phrase in found]
        return Reading(text=joined, fields=fields, starts=starts, hits=hits, book=book)

    def fold(self, text: str) -> str:
        """The text folded, of the same length."""
        if ".net" in text or ".NET" in text or ".Net" in text:
            text = _DOT_NET.sub(_DOT, text)
        folded = text.translate(self._folding)
        return _QUOTES.sub(lambda quote: " " * len(quote[0]), folded) if "'" in folded else folded
