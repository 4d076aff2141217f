"""Words for difficulty as one of our levels."""

import re
from functools import lru_cache

from catalog.model import Level

_WORD = re.compile(r"[a-z]+")
_WORDS = {
    Level.BEGINNER: "basic basics beginner beginners beginning easy elementary entry foundation foundational "
    "foundations fundamental fundamentals introduction introductory newbie novice starter starters",
    Level.INTERMEDIATE: "intermediate medium moderate",
    Level.ADVANCED: "advanced expert experts hard master",
    Level.ALL: "all any every everyone general mixed",
}
_LEVEL_OF = {word: level for level, words in _WORDS.items() for word in words.split()}

_IN_TITLES = {
    Level.BEGINNER: r"beginners?|introduc(?:tion|tory|ción)|intro|introdução|einführung|101|from scratch|fundamentals|"
    r"basics|getting started|first steps|for dummies|primer|crash course|débutants?|principiantes",
    Level.INTERMEDIATE: r"intermediate|beyond the basics",
    Level.ADVANCED: r"advanced|avanzado|avancée?|avançado|expert|in[ -]depth|deep dive|internals|mastering",
}
_TITLE_LEVEL = re.compile(
    "|".join(rf"(?P<{each}>\b(?:{words})\b)" for each, words in _IN_TITLES.items()), re.IGNORECASE
)


def level_in_title(title: str) -> Level | None:
    """The difficulty that a title tells: "Advanced Django", "SQL from Scratch"; None where it tells of several."""
    named = {str(found.lastgroup) for found in _TITLE_LEVEL.finditer(title)}
    return Level(named.pop()) if len(named) == 1 else None


def level(value: object) -> Level | None:
    """The difficulty that a source's words name; None for audiences, which the source's own words keep.

    "Undergraduate", "UG/PG", "Graduate" or "High School" say who sits in the room, not how hard it is: None.
    "Graduate/advanced undergraduate textbook" says "advanced". Of two neighbouring levels ("Beginner to Intermediate",
    also as a list) the lower counts, since it says who can start; from beginner to advanced is all.
    """
    if isinstance(value, list | tuple):
        value = " ".join(part for part in value if isinstance(part, str))
    return _level(value.lower()) if isinstance(value, str) and len(value) <= 200 else None


@lru_cache(maxsize=4096)
def _level(words: str) -> Level | None:
    named = {_LEVEL_OF[word] for word in _WORD.findall(words) if word in _LEVEL_OF}
    if Level.ALL in named or named >= {Level.BEGINNER, Level.ADVANCED}:
        return Level.ALL
    return next((each for each in Level if each in named), None)
