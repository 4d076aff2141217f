"""Which signs of a text a query's terms stand for, so that a page can mark them."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence

from indexer.text import Spans, spans

Pieces = list[tuple[str, bool]]
Rows = Collection[Sequence[str]]

LEAD = 70  # signs kept before the first marked word when a long text is cut


def marked(text: str, terms: frozenset[str], together: Rows = ()) -> Pieces:
    """The text in pieces, each with whether it answers the query; joined together they are the text again.

    A word is marked for any of its ``terms``; words that hold the terms of a row of ``together`` one after the other
    are marked where they stand so, with what is between them.
    """
    pieces: Pieces = []
    done = 0
    for start, end in _places(text, terms, together):
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def snippet(text: str, terms: frozenset[str], length: int = 240, together: Rows = ()) -> Pieces:
    """About ``length`` signs of the text around the first word of the query, cut between words, marked."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return marked(flat, terms, together)
    first = next((start for start, _ in _places(flat, terms, together)), 0)
    start = 0 if first < length - LEAD else _word_start(flat, min(first - LEAD, len(flat) - length))
    end = _word_end(flat, start + length)
    pieces = marked(flat[start:end], terms, together)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(flat) else [])]


def _places(text: str, terms: frozenset[str], together: Rows) -> Iterator[tuple[int, int]]:
    """What is to be marked as (start, end), rising and apart: what touches or overlaps is one."""
    found = spans(text) if terms or together else []
    alone = [(start, end) for start, end, held in found if not terms.isdisjoint(held)]
    last: tuple[int, int] | None = None
    for start, end in sorted([*alone, *_rows(found, together)]):
        if last is None or start > last[1]:
            if last is not None:
                yield last
            last = start, end
        else:
            last = last[0], max(last[1], end)
    if last is not None:
        yield last


def _rows(found: Spans, together: Rows) -> Iterator[tuple[int, int]]:
    for row in together:
        for first in range(len(found) - len(row) + 1):
            here = found[first : first + len(row)]
            if here and all(term in held for term, (_, _, held) in zip(row, here, strict=True)):
                yield here[0][0], here[-1][1]


def _word_start(text: str, position: int) -> int:
    """The beginning of the next word, or of the next sign where the script has no blanks near."""
    blank = text.find(" ", position, position + 40)
    if blank >= 0:
        return blank + 1
    while position < len(text) and unicodedata.combining(text[position]):
        position += 1
    return position


def _word_end(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    blank = text.rfind(" ", position - 40, position)
    if blank >= 0:
        return blank
    while unicodedata.combining(text[position]) and position > 1:
        position -= 1
    return position
