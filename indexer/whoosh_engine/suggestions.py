"""What is offered while somebody types: topics and careers by their names, and words that go with those before.

The last word is taken as a beginning. Where hardly anything begins so, it may be one edit off, the first letter with
the others; what does begin so comes first, unless it is so rare that it is itself a slip.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.query import MAX_SIGNS, Suggestion
from indexer.whoosh_engine.corrections import respelt
from indexer.whoosh_engine.lexicon import Lexicon, Weights
from indexer.whoosh_engine.spelling import one_edit_away

_SHORTEST, _LONGEST = 4, 20  # letters of a beginning that may be one edit off
_MOST = 8  # words typed, beyond which nothing is offered
_ENOUGH = 3  # words that begin as typed; where they are fewer, slips are looked for
_SLIP = 100  # times rarer than the best of them is what begins as typed, but by a slip
_NOISE = 20  # times rarer than the best of them is nothing to offer
_OTHER_FIRST = 10  # times as frequent must a word be to mend the first letter
_SYNTAX = '":'
_SURE, _MENDED, _UNSURE = range(3)  # ranks: begins as typed; begins nearly so; begins as typed, but is rare


class Name(NamedTuple):
    """A name from one of its words to its end, in runs; an alias is one as a whole."""

    runs: str
    facet: str
    value: str
    alias: bool


class Offer(NamedTuple):
    """What may be suggested, in the order of what is."""

    rank: int
    unlikely: int
    words: str
    entries: int
    last: str = ""  # the word that completes it, where it is no name


class Labels:
    """The names of topics and careers, found by the beginning of any of their words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        called = [("topic", topic.id, topic.label, topic.aliases) for topic in vocabulary.topics.values()]
        called += [("role", role.id, role.label, role.aliases) for role in vocabulary.roles.values()]
        self.labels = {(facet, value): label for facet, value, label, _ in called}
        self._called = called

    @cached_property
    def _names(self) -> list[Name]:
        """All names in order, made when somebody types: a site need not wait for them to start."""
        names = {
            Name(" ".join(text.runs(one)), facet, value, True)
            for facet, value, _, aliases in self._called
            for one in aliases
        }
        for facet, value, label, _ in self._called:
            runs = text.runs(label)
            names |= {Name(" ".join(runs[at:]), facet, value, False) for at in range(len(runs))}
        return sorted(names)

    def beginning(self, typed: str) -> Iterator[tuple[str, str]]:
        """(facet, value) of each label of which a word, with those that follow, begins so, and of each alias that is
        typed in full.
        """
        at = bisect_left(self._names, (typed,))
        while at < len(self._names) and self._names[at].runs.startswith(typed):
            name = self._names[at]
            if not name.alias or name.runs == typed:
                yield name.facet, name.value
            at += 1


def suggestions(
    typed: str, limit: int, labels: Labels, counts: Mapping[str, Mapping[str, int]], lexicon: Lexicon
) -> list[Suggestion]:
    """Completions that do lead to hits, the most frequent first. ``counts[facet][value]`` is the number of entries."""
    runs = text.runs(typed[:MAX_SIGNS])
    if not runs or len(runs) > _MOST or any(mark in typed for mark in _SYNTAX):
        return []
    *before, last = runs
    before = [respelt(word, lexicon) for word in before]
    offers = list(_named(" ".join([*before, last]), labels, counts))
    told = {tuple(text.runs(offer.words)) for offer in offers}
    weights = lexicon.together(before) if before else lexicon.everywhere()
    offers += [
        offer._replace(words=" ".join([*before, offer.last]))
        for offer in _words(last, weights, limit, lexicon)
        if (*before, offer.last) not in told
    ]
    sure = (offer for offer in sorted(offers) if before or not offer.last or lexicon.at_least(offer.last, 1))
    return [Suggestion(words=offer.words, entries=offer.entries) for offer in islice(sure, limit)]


def _named(typed: str, labels: Labels, counts: Mapping[str, Mapping[str, int]]) -> Iterator[Offer]:
    for facet, value in dict.fromkeys(labels.beginning(typed)):
        if entries := counts[facet].get(value, 0):
            yield Offer(_SURE, -entries, labels.labels[facet, value], entries)


def _words(last: str, weights: Weights, limit: int, lexicon: Lexicon) -> list[Offer]:
    """Words that begin as typed; where these are few, such as do with one edit."""
    found = _weighed(lexicon.beginning([last], weights, limit), weights, lexicon)
    offers = [Offer(_SURE, -entries, "", entries, word) for word, entries in found.items()]
    if len(found) >= _ENOUGH or not _SHORTEST <= len(last) <= _LONGEST:
        return offers
    near = _weighed(lexicon.beginning(one_edit_away(last), weights, limit * _OTHER_FIRST), weights, lexicon)
    mended = [
        Offer(_MENDED, -entries // (1 if word[0] in last[:2] else _OTHER_FIRST), "", entries, word)
        for word, entries in near.items()
        if word not in found
    ]
    best = min((offer.unlikely for offer in mended), default=0)
    offers = [offer._replace(rank=_UNSURE) if offer.unlikely * _SLIP > best else offer for offer in offers]
    return offers + [offer for offer in mended if offer.unlikely * _NOISE <= best]


def _weighed(words: list[str], weights: Weights, lexicon: Lexicon) -> dict[str, int]:
    return dict(zip(words, lexicon.weigh(words, weights).tolist(), strict=True)) if words else {}
