"""Which signs of a text a query stands for, so that a page can mark them: words, phrases and names of topics."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from indexer.query import Marks
from indexer.text import Span, spans

Pieces = list[tuple[str, bool]]
Place = tuple[int, int]

LEAD = 70  # signs kept before the first marked word when a long text is cut


def marked(text: str, marks: Marks) -> Pieces:
    """The text in pieces, each with whether it answers the query; joined together they are the text again."""
    pieces: Pieces = []
    done = 0
    for start, end in _places(text, marks):
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def snippet(text: str, marks: Marks, length: int = 240) -> Pieces:
    """About ``length`` signs of the text around the first word of the query, cut between words, `marked`."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return marked(flat, marks)
    first = next((start for start, _ in _places(flat, marks)), 0)
    start = 0 if first < length - LEAD else _word_start(flat, min(first - LEAD, len(flat) - length))
    end = _word_end(flat, start + length)
    pieces = marked(flat[start:end], marks)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(flat) else [])]


def _places(text: str, marks: Marks) -> Iterator[Place]:
    """What is to be marked as (start, end), rising and apart: what touches or overlaps is one."""
    last: Place | None = None
    for start, end in sorted(_found(text, marks)):
        if last is None or start > last[1]:
            if last is not None:
                yield last
            last = start, end
        else:
            last = last[0], max(last[1], end)
    if last is not None:
        yield last


def _found(text: str, marks: Marks) -> Iterator[Place]:
    told = spans(text) if marks.terms or marks.phrases else []
    if marks.terms:
        yield from ((span.start, span.end) for span in told if not marks.terms.isdisjoint(span.terms))
    if marks.phrases:
        yield from _phrases(told, marks.phrases)
    if marks.names:
        one = "|".join(map(re.escape, sorted(marks.names, key=len, reverse=True)))
        yield from (at.span() for at in re.finditer(rf"(?<!\w)(?:{one})(?!\w)", text))


def _phrases(told: Iterable[Span], phrases: Iterable[tuple[str, ...]]) -> Iterator[Place]:
    """Where the terms of a phrase follow one another."""
    terms = [(term, span) for span in told for term in span.in_order]
    for phrase in phrases:
        for first in range(len(terms) - len(phrase) + 1):
            there = terms[first : first + len(phrase)]
            if tuple(term for term, _ in there) == phrase:
                yield there[0][1].start, there[-1][1].end


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
