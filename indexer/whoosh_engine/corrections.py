"""The words of a query in the spelling that was most likely meant.

A word is looked at when hardly any entry has it. What may have been meant is one edit away, or two from eight letters
on, or two words written as one; it must be far more frequent. The one is taken that stands most often together with
the other words. Phrases in quotes and words with a dash before them stay as they are.
"""

from collections.abc import Callable, Iterator
from itertools import islice, pairwise

import numpy as np

from indexer import asking, syntax, text
from indexer.asking import FEW
from indexer.query import MAX_SIGNS
from indexer.syntax import Sign
from indexer.whoosh_engine.lexicon import Lexicon

_SHORTEST, _LONG, _LONGEST = 4, 8, 24  # letters: from here one edit, from here two, up to here
_RARE = 10  # documents; a word in more of them is none that somebody misspelt
_OFTENER = 50  # times as many documents must have what a known word is corrected to
_OTHER_FIRST = 0.1  # people seldom miss the first letter: what such a word weighs
_EASY = 10.0  # and often leave one out, double or swap one: what such a word weighs
_LIKELY = 8  # candidates that are looked at more closely
_MOST = 5  # words of a query that are looked at
_BESIDE = 6  # other words that a correction should stand together with
_SPLITS = 3  # ways to take a word apart that are looked at

Count = Callable[[str], int]  # how many entries meet a query


def corrections(words: str, lexicon: Lexicon, count: Count) -> Iterator[str]:
    """Other spellings of a query, the likeliest first; whether they lead to hits is for the caller to see."""
    signs = syntax.signs(words[:MAX_SIGNS])
    plain = {place: runs for place, sign in enumerate(signs) if sign.plain and (runs := text.runs(sign.told))}
    known = [run for runs in plain.values() for run in runs if not _doubtful(run, lexicon)]
    spelt: list[str] = []
    left = _MOST
    for place, sign in enumerate(signs):
        if place in plain:
            looked = list(islice((run for run in plain[place] if _doubtful(run, lexicon)), max(left, 0)))
            left -= len(looked)
            meant = [_meant(run, known, lexicon, count) if run in looked else run for run in plain[place]]
            known += [word for word, run in zip(meant, plain[place], strict=True) if word != run]
            spelt.append(" ".join(meant) if meant != plain[place] else sign.written)
        else:
            spelt.append(_in_field(sign, lexicon, count))
    if spelt != [sign.written for sign in signs]:
        yield " ".join(spelt)
    for place in sorted(plain):
        joined = "".join(plain[place] + plain.get(place + 1, []))
        if place + 1 in plain and lexicon.at_least(joined, FEW):
            yield " ".join([*spelt[:place], joined, *spelt[place + 2 :]])


def respelt(word: str, lexicon: Lexicon) -> str:
    """The word that was most likely meant by one that hardly any entry has; itself where it may well be meant."""
    if not _doubtful(word, lexicon):
        return word
    return lexicon.once(word, lambda: _best(word, [], lexicon, least=max(1, lexicon.count(word) * _OFTENER)) or word)


def _in_field(sign: Sign, lexicon: Lexicon, count: Count) -> str:
    """``author:knuht`` → ``author:knuth``, if somebody of that name is there."""
    spelt = sign.field in asking.FIELD_NAMES and not sign.quoted and not sign.unwanted
    if not spelt or not _SHORTEST <= len(sign.told) <= _LONGEST or count(sign.written):
        return sign.written
    for word in _ranked(text.fold(sign.told), [], lexicon, least=1):
        if count(f"{sign.field}:{word}"):
            return f"{sign.field}:{word}"
    return sign.written


def _doubtful(run: str, lexicon: Lexicon) -> bool:
    return _SHORTEST <= len(run) <= _LONGEST and not run.isdigit() and not lexicon.at_least(run, _RARE + 1)


def _meant(run: str, known: list[str], lexicon: Lexicon, count: Count) -> str:
    if not _doubtful(run, lexicon):
        return run
    context = [word for word in known if word != run and word not in text.STOP_WORDS][:_BESIDE]
    own = lexicon.count(run) or count(run)  # descriptions are searched, but their words are not spelling
    return _best(run, context, lexicon, least=max(1, own * _OFTENER)) or run


def _best(word: str, context: list[str], lexicon: Lexicon, *, least: int) -> str | None:
    return next(iter(_ranked(word, context, lexicon, least=least)), None) or _split(word, lexicon, least)


def _ranked(word: str, context: list[str], lexicon: Lexicon, *, least: int) -> list[str]:
    """What may have been meant, the likeliest first; two edits only where one leads nowhere."""
    for edits in range(1, 3 if len(word) >= _LONG else 2):
        near, _ = lexicon.near(word, edits)
        counts = lexicon.weigh(near, lexicon.everywhere())
        often = [one for one, number in zip(near, counts, strict=True) if number >= least and one != word]
        if often:
            return _by_weight(word, often, context, lexicon)
    return []


def _by_weight(word: str, words: list[str], context: list[str], lexicon: Lexicon) -> list[str]:
    """By how many entries have each together with the other words of the query; if none has, by how many have it."""
    weights = lexicon.weigh(words, lexicon.together(context)) if context else np.zeros(len(words))
    if not weights.any():
        weights = lexicon.weigh(words, lexicon.everywhere())
    likely = weights * np.array([_likelihood(word, one) for one in words])
    return [words[at] for at in np.argsort(-likely, kind="stable")[:_LIKELY] if likely[at] > 0]


def _likelihood(word: str, meant: str) -> float:
    """How much likelier one was meant than others, by what the edit is: there are 25 letters to hit instead of one, but
    only one to leave out, and two to swap.
    """
    doubled = len(word) > len(meant) and any(one == other for one, other in pairwise(word))
    easy = _EASY if doubled or len(meant) > len(word) or sorted(meant) == sorted(word) else 1.0
    return easy if word[0] in meant[:2] and meant[0] in word[:2] else easy * _OTHER_FIRST


def _split(word: str, lexicon: Lexicon, least: int) -> str | None:
    """Two words written as one: ``machinelearning``."""
    halves = [(word[:at], word[at:]) for at in range(2, len(word) - 1)]
    everywhere = lexicon.everywhere()
    sides = [lexicon.weigh([pair[side] for pair in halves], everywhere) for side in (0, 1)] if halves else []
    weights = np.minimum(*sides) if sides else np.zeros(0)
    for at in np.argsort(-weights, kind="stable")[:_SPLITS]:
        if weights[at] >= max(least, FEW) and lexicon.count(*halves[at]) >= max(least, 1):
            return " ".join(halves[at])
    return None
