"""Which signs of a text a query's terms stand for, so that a page can mark them."""

from indexer.text import spans

Pieces = list[tuple[str, bool]]

LEAD = 70  # signs kept before the first marked word when a long text is cut


def marked(text: str, terms: frozenset[str]) -> Pieces:
    """The text in pieces, each with whether it is a word of the query; joined together they are the text again."""
    pieces: Pieces = []
    done = 0
    for start, end, found in spans(text) if terms else ():
        if terms.isdisjoint(found) or end <= done:  # one sign may stand in two words, as in ¼
            continue
        if start > done:
            pieces.append((text[done:start], False))
        pieces.append((text[max(start, done) : end], True))
        done = end
    if done < len(text):
        pieces.append((text[done:], False))
    return pieces


def snippet(text: str, terms: frozenset[str], length: int = 240) -> Pieces:
    """About ``length`` signs of the text around the first word of the query, cut between words, marked."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return marked(flat, terms)
    first = next((start for start, _, found in spans(flat) if not terms.isdisjoint(found)), 0) if terms else 0
    start = 0 if first < length - LEAD else _word_start(flat, min(first - LEAD, len(flat) - length))
    end = _word_end(flat, start + length)
    pieces = marked(flat[start:end], terms)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if end < len(flat) else [])]


def _word_start(text: str, position: int) -> int:
    """The beginning of the next word, unless the script has no blanks near."""
    blank = text.find(" ", position, position + 40)
    return position if blank < 0 else blank + 1


def _word_end(text: str, position: int) -> int:
    if position >= len(text):
        return len(text)
    blank = text.rfind(" ", position - 40, position)
    return position if blank < 0 else blank
