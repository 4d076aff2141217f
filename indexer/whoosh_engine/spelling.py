"""The words of a segment as people write them: completed while they are typed, and corrected."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 24  # bytes of a word that is kept; longer ones are hardly typed

Words = NDArray[np.bytes_]  # in order, LONGEST bytes each
Counts = NDArray[np.int64]


def arrays(terms: Iterable[tuple[str, int]]) -> tuple[Words, Counts]:
    """Words in order, and how many documents have each."""
    kept = [(word.encode(), count) for word, count in terms if len(word.encode()) <= LONGEST]
    return np.array([word for word, _ in kept], f"S{LONGEST}"), np.array([count for _, count in kept], np.int64)


def completions(words: Words, counts: Counts, prefix: str, limit: int) -> list[tuple[str, int]]:
    """(word, documents) of the most frequent words that begin so, the most frequent first."""
    start, end = _range(words, prefix.encode())
    best = start + np.argsort(-counts[start:end], kind="stable")[:limit]
    return [(bytes(words[at]).decode(), int(counts[at])) for at in best]


def near(words: Words, word: str, edits: int) -> list[str]:
    """The words within so many edits that begin with the same sign; two letters swapped are one edit."""
    wanted = np.frombuffer(word.encode(), np.uint8)
    start, end = _range(words, bytes(wanted[:1]))
    signs = np.frombuffer(words[start:end].tobytes(), np.uint8).reshape(end - start, LONGEST)
    lengths = np.count_nonzero(signs, axis=1)
    close = np.flatnonzero(np.abs(lengths - len(wanted)) <= edits)
    distances = _distances(signs[close], lengths[close], wanted)
    return [bytes(words[start + at]).decode() for at in close[distances <= edits]]


def _range(words: Words, prefix: bytes) -> tuple[int, int]:
    start, end = np.searchsorted(words, np.array([prefix, prefix + b"\xff"], words.dtype))
    return int(start), int(end)


def _distances(signs: NDArray[np.uint8], lengths: NDArray[Any], wanted: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Edits between each row and the word: optimal string alignment (Damerau 1964, Levenshtein 1966), row by row at
    once.
    """
    size = len(wanted)
    found = np.full(len(signs), 127, np.int8)
    before: NDArray[np.int8] | None = None
    last = np.repeat(np.arange(size + 1, dtype=np.int8)[None, :], len(signs), axis=0)
    for at in range(1, int(lengths.max(initial=0)) + 1):
        row = np.empty_like(last)
        row[:, 0] = at
        here = signs[:, at - 1]
        for place in range(1, size + 1):
            same = here == wanted[place - 1]
            best = np.minimum(np.minimum(row[:, place - 1], last[:, place]) + 1, last[:, place - 1] + ~same)
            if before is not None and place > 1:
                swapped = (here == wanted[place - 2]) & (signs[:, at - 2] == wanted[place - 1])
                best = np.where(swapped, np.minimum(best, before[:, place - 2] + 1), best)
            row[:, place] = best
        found[lengths == at] = row[lengths == at, size]
        before, last = last, row
    return found
