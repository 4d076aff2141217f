"""The words of a segment as people write them: completed while they are typed, and found again when misspelt.

A *shape* is the set of letters of a word, as bits, and its length. One edit changes at most two letters and the length
by one, so that comparing shapes leaves few words to measure. Edits are counted as optimal string alignment, in which
two letters swapped are one edit (Damerau 1964), over code points, for all candidates at once by the bit-parallel
algorithm of Hyyrö 2003.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.whoosh_engine.ranges import places

LONGEST = 24  # bytes of a word that is kept; longer ones are hardly typed

Words = NDArray[np.bytes_]  # in order, LONGEST bytes each
Counts = NDArray[np.int64]

_LAST_SIGN = 0xFFFF  # signs are told apart up to here; hardly a word has any beyond
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_ALPHABET = 64  # signs that stand near one of another alphabet


@dataclass(frozen=True, kw_only=True)
class WordsOfDocuments:
    """The words that each document has: those of document d stand from ``starts[d]`` to ``starts[d + 1]``."""

    starts: NDArray[np.int64]
    words: NDArray[np.uint32]  # places in the segment's words

    def of(self, documents: NDArray[Any]) -> NDArray[np.uint32]:
        """The words of some documents, with repetitions."""
        starts = self.starts[documents]
        found: NDArray[np.uint32] = self.words[places(starts, self.starts[documents + 1] - starts)]
        return found


def words_of_documents(held: NDArray[np.int32], counts: Counts, documents: int) -> WordsOfDocuments:
    """Which words each of so many documents has, from the documents that each word has, word after word."""
    order = np.argsort(held, kind="stable")
    places = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    return WordsOfDocuments(starts=np.searchsorted(held[order], np.arange(documents + 1)), words=places[order])


class SegmentWords:
    """The words of one segment, which never change; what is derived of them is so when it is first needed."""

    def __init__(self, words: Words, counts: Counts, of_documents: WordsOfDocuments) -> None:
        self.words = words
        self.counts = counts
        self.of_documents = of_documents

    def weigh(self, words: list[str], weights: Counts) -> Counts:
        """The weight of each of some words by the weights of all; 0 where the segment does not have it."""
        wanted = np.array([word.encode() for word in words], np.bytes_)
        places = np.searchsorted(self.words, wanted)
        places[places == len(self.words)] = 0
        found: Counts = np.where(self.words[places] == wanted, weights[places], 0) if len(self.words) else places * 0
        return found

    def beginning(self, prefixes: tuple[Words, Words]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where the words begin and end that have each prefix, as `prefixes` tells them."""
        starts, ends = prefixes
        return self.words.searchsorted(starts), self.words.searchsorted(ends)

    def alike(self, word: str, edits: int) -> NDArray[np.intp]:
        """The places of the words whose shape lies within so many edits; what they hold may lie further."""
        by_length, letters, places = self._shapes
        least, most = max(len(word) - edits, 0), min(len(word) + edits, LONGEST)
        here = slice(by_length[least], max(by_length[least], by_length[most + 1]))
        bits = np.bitwise_or.reduce([1 << (sign.encode()[-1] & 31) for sign in word])
        close = np.bitwise_count(letters[here] ^ np.uint32(bits)) <= 2 * edits
        found: NDArray[np.intp] = places[here][close]
        return found

    @cached_property
    def _shapes(self) -> tuple[NDArray[np.intp], NDArray[np.uint32], NDArray[np.intp]]:
        """Where words of each length begin among all by length; so the letters of each, by the last byte of each sign,
        and the place of each.
        """
        signs = np.ascontiguousarray(self.words.view(np.uint8).reshape(-1, LONGEST).T)
        bits = np.left_shift(np.uint32(1), np.arange(256, dtype=np.uint32) & np.uint32(31))
        bits[0] = 0
        letters, lengths = np.zeros(len(self.words), np.uint32), np.zeros(len(self.words), np.int8)
        for here, after in zip(signs, [*signs[1:], np.zeros_like(signs[0])], strict=True):
            goes_on = (after & 0b1100_0000) == 0b1000_0000
            last = np.where(goes_on, np.uint8(0), here)
            letters |= bits[last]
            lengths += last != 0
        places = np.argsort(lengths, kind="stable")
        return np.searchsorted(lengths[places], np.arange(LONGEST + 2)), letters[places], places


def prefixes(told: list[str]) -> tuple[Words, Words]:
    """For words that begin so: the least there may be, and what comes after all of them."""
    written = "\n".join(told).encode().split(b"\n")
    kind = f"S{LONGEST}"
    return np.array(written, kind), np.array([prefix[: LONGEST - 1] + b"\xff" for prefix in written], kind)


def near(segments: Iterable[SegmentWords], word: str, edits: int) -> tuple[list[str], NDArray[np.int8]]:
    """The words of all segments within so many edits, in order, and the edits to each."""
    alike = np.concatenate([np.empty(0, f"S{LONGEST}"), *(one.words[one.alike(word, edits)] for one in segments)])
    away = distances(alike, word)
    close = away <= edits
    words, first = np.unique(alike[close], return_index=True)
    return [bytes(one).decode() for one in words], away[close][first]


def distances(words: Words, wanted: str) -> NDArray[np.int8]:
    """Edits between each word and one of at most 32 signs."""
    size = len(wanted)
    places = np.zeros(_LAST_SIGN + 1, np.uint32)  # of each sign in the wanted word, as bits
    for place, sign in enumerate(wanted):
        places[min(ord(sign), _LAST_SIGN)] |= np.uint32(1 << place)
    codes = _code_points(words)
    lengths = np.count_nonzero(codes, axis=1)
    found, away = np.full(len(words), size, np.int8), np.full(len(words), size, np.int8)
    one, top = np.uint32(1), np.uint32(size - 1)
    rises, falls = np.full(len(words), 0xFFFFFFFF, np.uint32), np.zeros(len(words), np.uint32)
    equal, before = np.zeros_like(falls), np.zeros_like(falls)
    for at in range(int(lengths.max(initial=0))):
        here = places[codes[:, at]]
        swapped = ((~equal & here) << one) & before
        equal = (((here & rises) + rises) ^ rises) | here | falls | swapped
        more, less = falls | ~(equal | rises), equal & rises
        away += ((more >> top) & one).astype(np.int8) - ((less >> top) & one).astype(np.int8)
        more, less = (more << one) | one, less << one
        rises, falls, before = less | ~(equal | more), more & equal, here
        ends = lengths == at + 1
        found[ends] = away[ends]
    return found


def _code_points(words: Words) -> NDArray[np.uint16 | np.uint8]:
    """The signs of each word, zeros behind them."""
    signs = words.view(np.uint8).reshape(len(words), LONGEST)
    beyond = (signs & 0x80).any(axis=1)
    if not beyond.any():
        return signs
    codes = signs.astype(np.uint16)
    decoded = np.char.decode(words[beyond], "utf-8").astype(f"U{LONGEST}").view(np.uint32)
    codes[beyond] = np.minimum(decoded.reshape(-1, LONGEST), _LAST_SIGN)
    return codes


def one_edit_away(word: str) -> list[str]:
    """All that one edit makes of a word, the first sign of each as likely as the others (after Norvig 2007)."""
    letters = _LETTERS + "".join(
        chr(code) for sign in set(word) if not sign.isascii() for code in range(ord(sign) & -_ALPHABET, ord(sign) | 63)
    )
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = [left + right[1:] for left, right in halves if right]
    made += [left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1]
    made += [left + letter + right[1:] for left, right in halves if right for letter in letters]
    made += [left + letter + right for left, right in halves for letter in letters]
    return [one for one in dict.fromkeys(made) if one != word]
