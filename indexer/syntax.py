"""The signs of a query as people write them: words, "phrases", -unwanted, field:words, OR.

Nothing is wrong: what is no syntax is a word, and a quotation that does not end is none.
"""

import re

import msgspec

from indexer import text

_QUOTES = str.maketrans("“”„«»＂「」", '""""""""')
_DASHES = "\\-\u2013\u2212"
_SIGN = re.compile(
    rf'(?P<dash>[{_DASHES}]?)(?:(?P<field>[^\s":{_DASHES}][^\s":]*):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))'
)
_EITHER = frozenset({"OR", "|", "||"})


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One sign. ``written`` is all of it; ``told`` what is asked for, without dash, field and quotes."""

    written: str
    told: str
    field: str = ""
    quoted: bool = False
    unwanted: bool = False

    @property
    def either(self) -> bool:
        """Whether it says that one of its neighbours will do."""
        return self.written in _EITHER

    @property
    def plain(self) -> bool:
        return not (self.field or self.quoted or self.unwanted or self.either)


def signs(words: str) -> list[Sign]:
    """The signs of a query in order; joined by blanks their ``written`` mean the same."""
    whole = words.translate(_QUOTES)
    if whole.count('"') % 2:
        last = whole.rindex('"')
        whole = whole[:last] + whole[last + 1 :]
    return [_sign(found) for found in _SIGN.finditer(whole)]


def _sign(found: "re.Match[str]") -> Sign:
    """A dash right before a word is meant, ``go -game``; one that stands alone is not, ``go - a game``."""
    written, field, quoted = found.group(), found["field"] or "", found["quoted"]
    told = found["plain"] if quoted is None else quoted
    if not text.runs(told):
        return Sign(written=written, told=written)
    return Sign(
        written=written, told=told, field=field.lower(), quoted=quoted is not None, unwanted=bool(found["dash"])
    )


def without(words: str, place: int) -> str:
    """The query without the sign at a place, and without an OR that joined it to another."""
    told = signs(words)
    after, before = told[place + 1 : place + 2], told[max(place - 1, 0) : place]
    dropped = {place, place + 1} if after and after[0].either else {place}
    if before and before[0].either and len(dropped) == 1:
        dropped.add(place - 1)
    return " ".join(sign.written for at, sign in enumerate(told) if at not in dropped)
