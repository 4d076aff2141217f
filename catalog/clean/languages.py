"""Names and codes of languages as BCP 47 tags."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from langcodes import Language, standardize_tag, tag_is_valid

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8}){0,4}")
_QUALIFIED = re.compile(r"(?P<language>.+?)\s*(?:\(|\[|\s-\s|–|,)\s*(?P<region>[^()\[\]]+?)\s*[)\]]?")
# Words that titles of a language are full of, and those of others hardly.
_SMALL_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        language: frozenset(words.split())
        for language, words in (
            ("en", "the and of for with your how from what why into by using"),
            ("fr", "le les des une et pour avec votre vos sur dans du aux apprendre créer cours débutants"),
            ("es", "el los las una con para por desde curso cómo del al tu aprende aplicaciones"),
            ("pt", "os uma com para por do da dos das em curso como não ao você aprenda aplicações"),
            ("it", "il gli una con per di della nel corso dalla impara come programmare"),
            ("de", "der und mit für von ein eine das im zum zur lernen einführung grundlagen einsteiger"),
            ("nl", "het een en voor met van leren naar"),
            ("pl", "dla od podstaw kurs oraz jak się nauka"),
            ("tr", "ile ve için bir temel kursu eğitimi"),
            ("id", "dan untuk dengan belajar pemula dasar membuat"),
            ("sv", "och för med från ett en lär"),
            ("vi", "học cho và với từ"),
        )
    }
)
# Tags that name no language (several, undetermined, none, uncoded), and English words and programming languages
# that happen to be the code or the name of a small one.
_NONE = frozenset(["mul", "und", "zxx", "mis", "root"])
_NOT_A_LANGUAGE = frozenset(["all", "and", "any", "are", "for", "java", "javascript", "mix", "not", "the"])


def language(value: object) -> str | None:
    """A BCP 47 tag in lower case ("en", "pt-br", "zh-hans") from a code, a locale, or a name in any language.

    ISO 639-2/3 codes become the shortest tag, and members of a macrolanguage take its tag where that is usual
    ("cmn" → "zh"). Of several languages in one value the first named is taken.
    """
    if not isinstance(value, str) or not 1 < len(value) < 60:
        return None
    name = " ".join(value.split())
    # The table of names breaks off with a SystemError at some control characters.
    return _language(name) if name.isprintable() else None


@lru_cache(maxsize=4096)
def _language(value: str) -> str | None:
    if value.casefold() in _NOT_A_LANGUAGE:
        return None
    tag = value.partition(".")[0].replace("_", "-")  # "en_US.UTF-8"
    try:
        found = _from_tag(tag) if _TAG.fullmatch(tag) else None
        found = found or _from_name(value)
    except (LookupError, ValueError):
        return None
    return None if found is None or found.partition("-")[0] in _NONE else found.lower()


def may_be_in(tag: str, title: str) -> bool:
    """Whether letters and small words of a title do not speak against a language: "DevOps-инженер" is not English, nor
    is "Créez votre site".

    Languages in other than Latin script are never ruled out: their titles name things in Latin letters too.
    """
    if not _is_latin(tag):
        return True
    words = _LETTERS.findall(title)
    return not any(_other_letters(word) for word in words) and not _speaks_another(tag.partition("-")[0], words)


def _speaks_another(language: str, words: Iterable[str]) -> bool:
    """Whether two small words are of another language and none of this one, or one beside a word with accents."""
    small = {word.casefold() for word in words}
    own = len(small & _SMALL_WORDS.get(language, frozenset()))
    most = max(len(small & others) for name, others in _SMALL_WORDS.items() if name != language)
    return own < most and (most > 1 or not all(map(str.isascii, small)))


@lru_cache(maxsize=512)
def _is_latin(tag: str) -> bool:
    return Language.get(tag).maximize().script == "Latn"


def _other_letters(word: str) -> bool:
    """Whether two letters or more stand together that are not Latin."""
    if word.isascii():
        return False
    others = [not unicodedata.name(sign, "").startswith(("LATIN", "FULLWIDTH LATIN")) for sign in word]
    return any(one and other for one, other in pairwise(others))


def _from_tag(tag: str) -> str | None:
    return standardize_tag(tag, macro=True) if tag_is_valid(tag) else None


def _from_name(name: str) -> str:
    found = Language.find(name)
    qualified = _QUALIFIED.fullmatch(name)
    if qualified is None or found.territory or found.script:
        return found.to_tag()
    return _qualified(found, qualified["language"], qualified["region"])


def _qualified(found: Language, name: str, region: str) -> str:
    """Reads "Portuguese (Brazil)" and "Chinese (Simplified)", which is known as "Simplified Chinese" only."""
    with suppress(LookupError):
        turned = Language.find(f"{region} {name}")
        if turned.language == found.language and (turned.territory or turned.script):
            return turned.to_tag()
    with suppress(LookupError):
        return Language.make(
            language=found.language, territory=Language.find_name("territory", region, "en").territory
        ).to_tag()
    return found.to_tag()
