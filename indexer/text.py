"""How words match: from text to the terms that stand in the index, and from a query's words to the terms asked for.

A *term* is a word folded (case, accents, width) and stemmed. A *compound* such as ``Node.js``, ``CI/CD`` or
``back-end`` stands in the index as its parts and as one joined term, so that ``node.js``, ``nodejs`` and ``node js``
all find it.

Neither a query nor a title says what language it is in. Words in Latin script have their English stem, which then
loses endings that other languages have and English has not: what is one stem in English stays one. Other scripts tell
the language, nearly. What is written without blanks is cut into overlapping pairs of signs.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import Stemmer

# Chinese, Japanese, Thai, Lao, Burmese, Khmer and, as its words take particles, Korean.
_HANGUL = "\uac00-\ud7a3"
_PAIRED = (
    "\u3005\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edd\u1000-\u103f\u1780-\u17d3" + _HANGUL
)
_VOWELS = "\u0900-\u0903\u093a-\u094f\u0980-\u0983\u09bc-\u09cd\u0a01-\u0d63\u0d82-\u0ddf"  # signs within Indic words
_LETTERS = rf"[^\W_{_PAIRED}]+(?:[{_VOWELS}]+[^\W_{_PAIRED}]*)*"
# A run of letters and digits with what belongs to it in the field's names: C++, C#, .NET, Node.js, CI/CD, TCP/IP,
# back-end. Signs that are cut into pairs make a run of their own: Python入门 is two.
_RUN = re.compile(
    rf"[{_PAIRED}]+|(?:(?<![\w.])\.(?=[Nn][Ee][Tt]\b))?{_LETTERS}(?:[.'’/&_·\u200c-]{_LETTERS})*(?:\+\+|#(?!\w))?"
)
_ASCII_RUN = re.compile(r"(?:(?<![\w.])\.(?=net\b))?[^\W_]+(?:[.'/&_-][^\W_]+)*(?:\+\+|#(?!\w))?")  # the same, sooner
_JOINT = re.compile(r"[.'’/&_·\u200c-]")
_SPACED_ISBN = re.compile(r"(?<![\d-])97[89](?:[ -]?\d){10}(?![\d-])")
_SUBTITLE = re.compile(r"[:;(|]| [-–—] ")
_COURSE = re.compile(r"([a-z]{2,4})(\d{3}[a-z]?)")  # CS161 is CS 161
_NUMBER = re.compile(r"\d+(?:\.\d+)+")
_IS_PAIRED = re.compile(f"[{_PAIRED}]")
_WORD_SIGN = re.compile(f"[\u3400-\u9fff{_HANGUL}]")
_LINKS = frozenset("のをはがにでと的")  # they join words: 数据的结构 is asked for as 数据 and 结构
# Accents, the points of Hebrew and Arabic, and signs that are not seen. The breve makes another letter of и.
_MARKS = re.compile(
    "(?<!\u0438)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u00ad\u200b\u200d-\u200f\u2060\ufeff]"
)
_ALIKE = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك"}
)

_KEPT = 20_000  # runs whose terms are remembered
_APART = str.maketrans(
    {chr(code): chr(code).lower() if chr(code).isalnum() or chr(code) in ".'/&_-+#" else " " for code in range(128)}
)

_english = Stemmer.Stemmer("english")
_by_script = (
    ("\u0370", "\u03ff", Stemmer.Stemmer("greek")),
    ("\u0400", "\u052f", Stemmer.Stemmer("russian")),
    ("\u0900", "\u097f", Stemmer.Stemmer("hindi")),
)
for _stemmer in (_english, *(stemmer for _, _, stemmer in _by_script)):
    _stemmer.maxCacheSize = 0  # whole runs are cached below
_ELIDED = frozenset({"l", "d", "n", "qu", "un", "dell", "all", "nell", "sull"})
_ARTICLE = re.compile("^[وفبكل]?ال(?=..)")
_PARTICLE = re.compile("(?<=..)(?:에서|에게|으로|까지|부터|[을를은는이가의에로와과도])$")

# How an English stem ends that comes from another language, and the ending of which it is a form.
_ENDINGS = {
    **{f"{before}ao": f"{before}o" for before in ("c", "s", "t", "r", "dr", "lh")},  # aplicação, aplicações
    **{f"{before}ai": f"{before}al" for before in ("i", "on", "r", "t")},  # materiais; but not OpenAI
    "vei": "vel",  # variáveis
    "eaux": "eau",  # réseaux
    "caux": "cal",  # locaux
    "peus": "peur",  # développeuse
    "teus": "teur",
    "zioni": "zion",  # applicazioni
    "aggi": "aggio",  # linguaggi
    "rsi": "rso",  # corsi
    "ada": "ado",  # avanzada
    "ica": "ico",  # básica
    "dora": "dor",  # desarrolladora
}
# To make something so is not to be so: virtualization is not virtual, authorizing is nothing of an author.
_MADE = re.compile("(.{4,})(?:iz(?:e[sdr]?|ers|ing|ations?)|isations?|(?<=al)is(?:e[sdr]?|ers|ing))")
# Beginnings of words that keep other company than the rest of what is one English stem: a search engine is no engineer.
_APART_FROM = re.compile(
    "(animat|authenticat|authorit|container|customer|detective|engineer|executive|expressi|formation|functional|generative"
    "|importan|objective|personalit|production|productiv|reasoning|relational|responsib|responsive|subjective|transformer"
    "|united)[a-z]*"
)
_FOREIGN_ENDS = (*_ENDINGS, "en")
_FOREIGN = re.compile(f"(.{{2,}}?)({'|'.join(_ENDINGS)}|(?<=.{{5}})en)")  # Datenbanken; but not listen

# Asked for only when nothing else is: too frequent to tell resources apart.
STOP_WORDS = frozenset(
    """
    a an and are as at be by for from how i in is it its my of on or our that the their this to via vs was what when
    which who with you your
    become can could did do does me need should want we will would
    de la los las del para una und der les pour das uma на для по を の と は 을 를 은 는 이 가 의 에 와 과 도 的
    """.split()  # noqa: SIM905
)


def fold(text: str) -> str:
    """Case, width, ligatures and accents taken away: ``Ｃafé`` → ``cafe``."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = _MARKS.sub("", apart)
    return unicodedata.normalize("NFC", bare).translate(_ALIKE)


Alternatives = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=_KEPT)
def alternatives(run: str) -> Alternatives:
    """How a resource can answer one folded run of signs: any of the tuples, all terms of that tuple.

    ``node.js`` → ``(("nodej",), ("node", "js"))``; ``learn`` → ``(("learn",),)``.
    """
    if run == ".net":
        return (("dotnet",),)
    if run.endswith(("++", "#")) or _NUMBER.fullmatch(run):
        return ((run,),)
    if _IS_PAIRED.match(run):
        return (_asked_pairs(run),)
    return _ways(run, _JOINT.split(run))


def _ways(run: str, parts: list[str]) -> Alternatives:
    if len(parts) == 1:
        course = _COURSE.fullmatch(run)
        return ((run,), (course[1], course[2])) if course else ((_stem(run),),)
    if len(parts) == 2 and parts[1] == "s" and run[-2] in "'’":  # learner's
        return ((_stem(parts[0]),),)
    joined = (_stem("".join(parts)),)
    if len(parts) == 2 and parts[0] in _ELIDED and run[len(parts[0])] in "'’":  # l'apprentissage
        return (joined, (_stem(parts[1]),))
    # A lone letter says nothing without its neighbour: R&D is not R, Objective-C is not C.
    return (joined,) if any(len(part) < 2 for part in parts) else (joined, tuple(map(_stem, parts)))


def _is_word(run: str) -> bool:
    """Whether a run is sure to be one term, as most are."""
    return run.isascii() and (run.isalpha() or (run.isalnum() and not _COURSE.fullmatch(run)))


@lru_cache(maxsize=_KEPT)
def terms_of_run(run: str) -> tuple[str, ...]:
    """The terms under which one folded run of signs stands in the index."""
    if _is_word(run):
        return (_stem(run),)
    if _IS_PAIRED.match(run):  # and each sign that is a word, as it may be asked for by itself
        return tuple(dict.fromkeys([*(pairs := _pairs(run)), *_WORD_SIGN.findall("".join(pairs))]))
    found = [term for way in alternatives(run) for term in way]
    if run.endswith(".net"):
        found.append("dotnet")  # ASP.NET answers a search for .NET
    if _NUMBER.fullmatch(run):
        found.append(run.split(".", 1)[0])  # 3.8 answers a search for 3
    if len(parts := _JOINT.split(run)) > 1:
        found += [_stem(part) for part in parts if len(part) > 1]
    return tuple(dict.fromkeys(found))


def _stem(word: str) -> str:
    if not word.isascii():
        return _stem_by_script(word)
    if apart := _APART_FROM.fullmatch(word):
        return apart[1]
    if made := _MADE.fullmatch(word):
        return made[1] + "iz"
    stem: str = _english.stemWord(word)
    if stem.endswith(_FOREIGN_ENDS) and (foreign := _FOREIGN.fullmatch(stem)):
        stem = _english.stemWord(foreign[1] + _ENDINGS.get(foreign[2], ""))
    return stem if len(stem) > 2 else word  # "going" must not become "go"


def _stem_by_script(word: str) -> str:
    for first, last, stemmer in _by_script:
        if first <= word[0] <= last:
            stem: str = stemmer.stemWord(word)
            return stem if len(stem) > 1 else word
    return _ARTICLE.sub("", word)


def _pairs(run: str) -> tuple[str, ...]:
    """The overlapping pairs of signs of a run: ``数据库`` → ``数据``, ``据库``."""
    run = _PARTICLE.sub("", run)
    return tuple(dict.fromkeys(first + second for first, second in pairwise(run))) or (run,)


def _asked_pairs(run: str) -> tuple[str, ...]:
    found = _pairs(run)
    return tuple(pair for pair in found if _LINKS.isdisjoint(pair)) or found


def runs(text: str) -> list[str]:
    """The folded runs of signs in a text, in order."""
    folded = fold(text)
    return (_ASCII_RUN if folded.isascii() else _RUN).findall(folded)


def apart(runs: Sequence[str]) -> tuple[str, ...]:
    """Folded runs cut at their joints: ``docker-compose`` → ``docker``, ``compose``; lone letters are not cut off."""
    found: list[str] = []
    for run in runs:
        parts = _JOINT.split(run)
        found += parts if all(len(part) > 1 for part in parts) else [run]
    return tuple(found)


def pieces(text: str) -> list[str]:
    """A text cut where no run can reach across: the runs of the pieces are those of the text, and pieces come again."""
    return (text.translate(_APART) if text.isascii() else text.lower()).split()


def terms(text: str) -> list[str]:
    """All terms of a text, in order, with repetitions: what the index counts."""
    found: list[str] = []
    for run in runs(text):
        found += terms_of_run(run)
    return found


def telling(words: str) -> list[str]:
    """The runs of a query that are asked for: without stop words, unless there is nothing else."""
    found = runs(joined_numbers(words))
    return [run for run in found if run not in STOP_WORDS] or found


def main_title(title: str) -> tuple[str, ...]:
    """What tells of a title without its subtitle: ``The Art of SQL: A Handbook`` → ``art``, ``sql``."""
    main = _SUBTITLE.split(title, maxsplit=1)[0]
    return tuple(telling(main) or telling(title))


def joined_numbers(words: str) -> str:
    """The words with each ISBN that is written with blanks in one piece."""
    return _SPACED_ISBN.sub(lambda isbn: isbn[0].replace(" ", ""), words)


class Span(NamedTuple):
    """A word of a text: where it stands, in signs, its terms, and those of them that a phrase would have in order."""

    start: int
    end: int
    terms: tuple[str, ...]
    in_order: tuple[str, ...]


def spans(text: str) -> list[Span]:
    """The words of a text as it stands, for highlighting.

    Pairs of signs, and such signs alone, have spans of their own, which overlap.
    """
    folded = [text.lower()] if text.isascii() else [fold(sign) for sign in text]
    whole = "".join(folded)
    if text.isascii():
        places: Sequence[int] = range(len(text) + 1)
    elif whole == fold(text):
        places = [at for at, signs in enumerate(folded) for _ in signs] + [len(text)]
    else:  # signs that only together make one, as in decomposed Hangul: marked less exactly
        return [_span(*at.span(), run) for at in _RUN.finditer(text) for run in runs(at.group())]
    found: list[Span] = []
    for at in _RUN.finditer(whole):
        inner = _inner_spans(at.group(), at.start()) if _IS_PAIRED.match(at.group()) else ()
        of_run = inner or [_span(*at.span(), at.group())]
        found += [span._replace(start=places[span.start], end=places[span.end - 1] + 1) for span in of_run]
    return found


def _span(start: int, end: int, run: str) -> Span:
    return Span(start, end, terms_of_run(run), parts_in_order(run))


def _inner_spans(run: str, start: int) -> list[Span]:
    held = frozenset(terms_of_run(run))
    windows = [(at, at + size) for at in range(len(run)) for size in (1, 2)]
    return [
        Span(start + at, start + end, (run[at:end],), (run[at:end],) if end - at == 2 or len(run) == 1 else ())
        for at, end in windows
        if run[at:end] in held and end <= len(run)
    ]


def in_order(text: str) -> list[str]:
    """The terms of a text as they follow one another, one for each part of a run: ``Node.js`` → ``node``, ``js``."""
    return [term for run in runs(text) for term in parts_in_order(run)]


@lru_cache(maxsize=_KEPT)
def parts_in_order(run: str) -> tuple[str, ...]:
    """The terms of one folded run of signs as they follow one another."""
    if _is_word(run):
        return (_stem(run),)
    if _IS_PAIRED.match(run):
        return tuple(first + second for first, second in pairwise(run)) or (run,)
    ways = alternatives(run)
    parts = _JOINT.split(run)
    if len(ways[0]) > 1 or len(parts) == 1 or _NUMBER.fullmatch(run) or parts[1] in {"s", "net"}:
        return ways[0]
    return tuple(map(_stem, parts))
