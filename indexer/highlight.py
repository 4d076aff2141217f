"""Which signs of a text a query stands for, so that a page can mark them: its terms, and the names of its topics."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from indexer.text import spans

Pieces = list[tuple[str, bool]]

LEAD = 70  # signs kept before the first marked word when a long text is cut


def marked(text: str, terms: frozenset[str], names: Collection[str] = ()) -> Pieces:
    """The text in pieces, each with whether it answers the query; joined together they are the text again.

    ``names`` are words as they stand in the text, by which it tells of a topic that was asked for.
    """
    pieces: Pieces = []
    done = 0
    for start, end in _places(text, terms, names):
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[start:end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def snippet(text: str, terms: frozenset[str], names: Collection[str] = (), length: int = 240) -> Pieces:
    """About ``length`` signs of the text around the first word of the query, cut between words, `marked`."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return marked(flat, terms, names)
    first = next((start for start, _ in _places(flat, terms, names)), 0)
    start = 0 if first < length - LEAD else _word_start(flat, min(first - LEAD, len(flat) - length))
    end = _word_end(flat, start + length)
    pieces = marked(flat[start:end], terms, names)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(flat) else [])]


def _places(text: str, terms: frozenset[str], names: Collection[str]) -> Iterator[tuple[int, int]]:
    """What is to be marked as (start, end), rising and apart: what touches or overlaps is one."""
    found = [(start, end) for start, end, held in spans(text) if not terms.isdisjoint(held)] if terms else []
    if names:
        one = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        found += [at.span() for at in re.finditer(rf"(?<!\w)(?:{one})(?!\w)", text)]
    last: tuple[int, int] | None = None
    for start, end in sorted(found):
        if last is None or start > last[1]:
            if last is not None:
                yield last
            last = start, end
        else:
            last = last[0], max(last[1], end)
    if last is not None:
        yield last


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
