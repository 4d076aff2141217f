"""How words match: from text to the terms that stand in the index, and from a query's words to the terms asked for.

A *term* is a word folded (case, accents, width) and stemmed. A *compound* such as ``Node.js``, ``CI/CD`` or
``back-end`` stands in the index as its parts and as one joined term, so that ``node.js``, ``nodejs`` and ``node js``
all find it.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import Stemmer

# A run of letters and digits with what belongs to it in the field's names: C++, C#, .NET, Node.js, CI/CD, TCP/IP,
# back-end.
_RUN = re.compile(r"(?:(?<![\w.])\.(?=net\b))?[^\W_]+(?:[.'’/&_·-][^\W_]+)*(?:\+\+|#(?!\w))?")
_JOINT = re.compile(r"[.'’/&_·-]")
_NUMBER = re.compile(r"\d+(?:\.\d+)+")
# Scripts written without blanks are cut into overlapping pairs of signs.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+")
_MARKS = re.compile(r"[\u0300-\u036f]")

_english = Stemmer.Stemmer("english")
_english.maxCacheSize = 0  # whole runs are cached below

# Asked for only when nothing else is: too frequent to tell resources apart.
STOP_WORDS = frozenset(
    """
    a an and are as at be by for from how i in is it its my of on or our that the their this to via vs was what when
    which who with you your
    """.split()  # noqa: SIM905
)


def fold(text: str) -> str:
    """Case, width, ligatures and accents taken away: ``Ｃafé`` → ``cafe``."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))


Alternatives = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=200_000)
def alternatives(run: str) -> Alternatives:
    """How a resource can answer one folded run of signs: any of the tuples, all terms of that tuple.

    ``node.js`` → ``(("nodej",), ("node", "js"))``; ``learn`` → ``(("learn",),)``.
    """
    if run == ".net":
        return (("dotnet",),)
    if run.endswith(("++", "#")) or _NUMBER.fullmatch(run):
        return ((run,),)
    if not run.isascii() and _UNSPACED.search(run):
        return (_pairs(run),)
    parts = _JOINT.split(run)
    if len(parts) == 1:
        return ((_stem(run),),)
    if len(parts) == 2 and parts[1] == "s" and run[-2] in "'’":  # learner's
        return ((_stem(parts[0]),),)
    joined = (_stem("".join(parts)),)
    # A lone letter says nothing without its neighbour: R&D is not R, Objective-C is not C.
    return (joined,) if any(len(part) < 2 for part in parts) else (joined, tuple(map(_stem, parts)))


@lru_cache(maxsize=200_000)
def terms_of_run(run: str) -> tuple[str, ...]:
    """The terms under which one folded run of signs stands in the index."""
    found = [term for way in alternatives(run) for term in way]
    if run.endswith(".net"):
        found.append("dotnet")  # ASP.NET answers a search for .NET
    if _NUMBER.fullmatch(run):
        found.append(run.split(".", 1)[0])  # 3.8 answers a search for 3
    if len(parts := _JOINT.split(run)) > 1:
        found += [_stem(part) for part in parts if len(part) > 1]
    return tuple(dict.fromkeys(found))


def _stem(word: str) -> str:
    stem: str = _english.stemWord(word)
    return stem if len(stem) > 2 else word  # "going" must not become "go"


def _pairs(run: str) -> tuple[str, ...]:
    found: list[str] = []
    for piece in _UNSPACED.findall(run):
        found += [first + second for first, second in pairwise(piece)] or [piece]
    found += [_stem(piece) for piece in _UNSPACED.split(run) if piece]
    return tuple(dict.fromkeys(found))


def runs(text: str) -> list[str]:
    """The folded runs of signs in a text, in order."""
    return _RUN.findall(fold(text))


def terms(text: str) -> list[str]:
    """All terms of a text, in order, with repetitions: what the index counts."""
    found: list[str] = []
    for run in runs(text):
        found += terms_of_run(run)
    return found


def telling(words: str) -> list[str]:
    """The runs of a query that are asked for: without stop words, unless there is nothing else."""
    found = runs(words)
    return [run for run in found if run not in STOP_WORDS] or found


def spans(text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """The runs of a text as (start, end, terms) in signs of the text as it stands, for highlighting."""
    folded = [text.lower()] if text.isascii() else [fold(sign) for sign in text]
    whole = "".join(folded)
    if text.isascii():
        places: Sequence[int] = range(len(text) + 1)
    elif whole == fold(text):
        places = [at for at, signs in enumerate(folded) for _ in signs] + [len(text)]
    else:  # signs that only together make one, as in decomposed Hangul: marked less exactly
        return [(at.start(), at.end(), tuple(terms(at.group()))) for at in _RUN_AS_WRITTEN.finditer(text)]
    return [(places[at.start()], places[at.end() - 1] + 1, terms_of_run(at.group())) for at in _RUN.finditer(whole)]


_RUN_AS_WRITTEN = re.compile(_RUN.pattern, re.IGNORECASE)


def in_order(text: str) -> list[str]:
    """The terms of a text as they follow one another, one for each part of a run: ``Node.js`` → ``node``, ``js``."""
    return [term for run in runs(text) for term in parts_in_order(run)]


@lru_cache(maxsize=200_000)
def parts_in_order(run: str) -> tuple[str, ...]:
    """The terms of one folded run of signs as they follow one another."""
    ways = alternatives(run)
    parts = _JOINT.split(run)
    if len(ways[0]) > 1 or len(parts) == 1 or _NUMBER.fullmatch(run) or parts[1] in {"s", "net"}:
        return ways[0]
    return tuple(map(_stem, parts))
