"""What a query asks for: demands, each met by any of its parts.

A part is a word, several words that together name a topic, a phrase, words in one field, or a value of a facet. It is
met by an entry that holds its words, or that teaches the topic it names. Entries that meet every demand come first.
Where these are few, such follow as meet at least half of the words and all that is needed; where these too are few,
a quarter of the words. What is not wanted is left out of all. Words that say how a resource should be and not what it
should teach (free, book, best) are wishes: what meets them stands higher, and nothing is left out for them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, product
from typing import Literal

import msgspec

from indexer import syntax, text
from indexer.names import LONGEST_NAME, Names, Phrase, topic_named
from indexer.query import MAX_SIGNS, Marks, Query
from indexer.synonyms import SHARE
from indexer.syntax import Sign
from indexer.wishes import WISHES

TOPIC_SCORE = 15.0  # what an entry gains by teaching a topic that was named; fitted by benchmarks/relevance.py
TITLE_SCORE = 15.0  # what it gains besides if its title names the topic, in whatever words
EXACT_SCORE = 60.0  # what an entry gains whose title is what was asked for, word for word
WISH_SCORE = 10.0  # what it gains by being as somebody wished
NO_WORDS_SCORE = 1.0  # what every entry has where no words are asked for: what speaks for it orders the answer
PARTLY = 0.5  # what an entry keeps of its score for meeting only some demands, before the share of those it meets
FEW = 20  # entries that meet every demand, about a page; if there are fewer, some of the demands will do
_MOST_WISHES = 4
_SHORTEST_TITLE = 3  # words that may be a title though a topic is called so
_WAYS = 8  # in which several words together are answered at most
MOST = 32  # demands of a query that are looked for

# What people write before a colon, and the field it means.
FIELD_NAMES = {
    "title": "title",
    "intitle": "title",
    "author": "author",
    "by": "author",
    "provider": "source",
    "isbn": "isbn",
}
_YEARS = re.compile("(?P<first>[0-9]{4})?(?:(?P<to>[.][.])(?P<last>[0-9]{4})?)?")


class Way(msgspec.Struct, frozen=True):
    """One way to answer a word: an entry must hold all of these terms, and ``share`` of their score counts."""

    terms: tuple[str, ...]
    share: float = 1.0


Word = tuple[Way, ...]  # any of the ways will do, the best one counts


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is asked for.

    ``words`` must all be held, in ``field`` if one is named, and ``phrase`` are terms that must stand there in this
    order with nothing between. Or the entry teaches the ``topic``. A part may instead ask for a ``choice``, (facet,
    value), or for ``dates`` from one to another, as yyyymmdd. What is ``needed`` is never left out. What may be a
    ``wish`` is no demand where anything else is one.
    """

    words: tuple[Word, ...] = ()
    topic: str | None = None
    field: str | None = None
    phrase: Phrase = ()
    choice: tuple[str, str] | None = None
    dates: tuple[int, int] | None = None
    needed: bool = False
    wish: str | None = None

    @property
    def wished(self) -> tuple[str, str] | None:
        """The (facet, value) that a wish is for, if any."""
        return WISHES.get(self.wish or "")

    @property
    def terms(self) -> list[str]:
        return list(dict.fromkeys(term for ways in self.words for way in ways for term in way.terms))


Demand = tuple[Part, ...]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A query as it is understood: what an entry should meet, and what it must not hold.

    ``wishes`` are met or not. ``title`` is what the words are if they are a title, which the bare name of a topic is
    not. ``cut`` says that it asked for more than is looked for.
    """

    demands: tuple[Demand, ...] = ()
    wishes: tuple[Part, ...] = ()
    without: tuple[Part, ...] = ()
    title: Phrase = ()
    cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.demands or self.without)

    @property
    def parts(self) -> list[Part]:
        """All that is demanded."""
        return [part for demand in self.demands for part in demand]

    @property
    def chosen_by_wish(self) -> tuple[tuple[str, str], ...]:
        """The values of facets that are wished for."""
        return tuple(dict.fromkeys(part.wished for part in self.wishes if part.wished is not None))

    @property
    def base(self) -> float:
        """What each entry has before its demands are looked at."""
        return 0.0 if any(part.words for part in self.parts) else NO_WORDS_SCORE

    @property
    def marks(self) -> Marks:
        """What a title or a description may hold of it."""
        told = [part for part in self.parts if part.field in {None, "title"}]
        terms = frozenset(term for part in told if not part.phrase for term in part.terms)
        return Marks(terms=terms, phrases=frozenset(part.phrase for part in told if part.phrase))

    @property
    def topics(self) -> frozenset[str]:
        """The topics that are named."""
        return frozenset(part.topic for part in self.parts if part.topic is not None)


def asked(query: Query, names: Names) -> Asked:
    """What a query asks for; without words it wishes for what is called as the career or the topic chosen."""
    if query.words.strip():
        return understood(query.words, names)
    labels = (names.labels.get((facet, values[0])) for facet, values in query.choices if len(values) == 1)
    return Asked(wishes=tuple(part for label in labels if label for part in _named(text.runs(label), names)))


def understood(words: str, names: Names) -> Asked:
    """What a query asks for. False where it is nothing."""
    read = text.joined_numbers(words[:MAX_SIGNS])
    told = syntax.signs(read)
    wanted = [sign for sign in told if not sign.unwanted]
    demands = _demands(wanted, names, text.STOP_WORDS) or _demands(wanted, names, frozenset())
    if not demands and len(wanted) == len(told):  # nothing but stop words or signs: read as words
        demands = [(part,) for part in _named(text.runs(read), names)]
    without = [_special(sign, names) or _of_runs(text.runs(sign.told)) for sign in told if sign.unwanted]
    different, wishes = _without_wishes(tuple(dict.fromkeys(demands)))
    runs = text.runs(read)
    bare = len(runs) < _SHORTEST_TITLE and not text.STOP_WORDS.intersection(runs)
    name = bare and not wishes and len(different) == 1 and different[0][0].topic is not None
    return Asked(
        title=() if name or without else text.main_title(read),
        demands=different[:MOST],
        wishes=wishes,
        without=tuple(dict.fromkeys(without))[:MOST],
        cut=max(len(different), len(without)) > MOST or len(words) > MAX_SIGNS,
    )


def _without_wishes(demands: tuple[Demand, ...]) -> tuple[tuple[Demand, ...], tuple[Part, ...]]:
    """What is demanded, and what is only wished for; wishes alone are demands."""
    plain = tuple(demand for demand in demands if len(demand) > 1 or demand[0].wish is None)
    if not any(part.words for demand in plain for part in demand):
        return demands, ()
    return plain, tuple(demand[0] for demand in demands if demand not in plain)[:_MOST_WISHES]


def enough(demands: Sequence[Demand]) -> tuple[int, ...]:
    """How many demands will do, one after the other, until as many entries as `FEW` meet them: all; what is needed and
    half of the others; what is needed and a quarter of the others, but at least one.
    """
    count, free = len(demands), sum(not is_needed(demand) for demand in demands)
    needed = count - free
    return tuple(dict.fromkeys((count, needed + (free + 1) // 2, needed + (max(free // 4, 1) if free else 0))))


def is_needed(demand: Demand) -> bool:
    """Whether a demand is never left out."""
    return all(part.needed for part in demand)


def partly(met: int, count: int) -> float:
    """The share of its score that an entry keeps for meeting only some demands."""
    return PARTLY * met / count


def _demands(signs: Iterable[Sign], names: Names, stop_words: frozenset[str]) -> list[Demand]:
    """Parts in order; those with an OR between them are one demand."""
    demands: list[Demand] = []
    joined = False
    for part in _parts(signs, names, stop_words):
        if part == "or":
            joined = bool(demands)
        elif joined:
            demands[-1] = (*demands[-1], part)
            joined = False
        else:
            demands.append((part,))
    return demands


def _parts(signs: Iterable[Sign], names: Names, stop_words: frozenset[str]) -> Iterator[Part | Literal["or"]]:
    free: list[str] = []
    for sign in signs:
        special = _special(sign, names)
        if special is None and not sign.either:
            free += [run for run in text.runs(sign.written) if run not in stop_words]
            continue
        yield from _named(free, names)
        free = []
        yield special or "or"
    yield from _named(free, names)


def _special(sign: Sign, names: Names) -> Part | None:
    """A phrase, a field or a facet; None for plain words, and for a field or a value that is none."""
    runs = text.runs(sign.told)
    if sign.field in FIELD_NAMES:
        return _of_runs(runs, field=FIELD_NAMES[sign.field], phrase=_phrase(sign), needed=True)
    if (value := names.choices.get(sign.field, {}).get(tuple(runs))) is not None:
        return Part(choice=(sign.field, value), needed=True)
    if sign.field == "language" and sign.told.isalpha() and len(sign.told) in {2, 3}:
        return Part(choice=("language", sign.told.lower()), needed=True)
    if sign.field == "year" and (dates := _dates(sign.told)):
        return Part(dates=dates, needed=True)
    return _of_runs(runs, phrase=_phrase(sign), needed=True) if sign.quoted and not sign.field else None


def _phrase(sign: Sign) -> Phrase:
    in_order = tuple(text.in_order(sign.told)) if sign.quoted else ()
    return in_order if len(in_order) > 1 else ()


def _dates(told: str) -> tuple[int, int] | None:
    """``2020``, ``2020..``, ``..2020``, ``2018..2020``."""
    years = _YEARS.fullmatch(told)
    if years is None or told == "..":
        return None
    first = years["first"]
    last = years["last"] if years["to"] else first
    return max(int(first or 1), 1) * 10_000, int(last or 9999) * 10_000 + 9_999


def _named(runs: Sequence[str], names: Names) -> Iterator[Part]:
    """Runs as parts: the longest name of a topic that begins at a word is taken, or what can be said otherwise."""
    spans = {span.start: span for span in names.synonyms.expansions(runs)}
    at = 0
    while at < len(runs):
        size = next(
            (n for n in range(min(LONGEST_NAME, len(runs) - at), 1, -1) if topic_named(runs[at : at + n], names)), 1
        )
        span = spans.get(at)
        if span and span.end - at >= size:
            size = span.end - at
        taken = tuple(runs[at : at + size])
        part = _of_runs(taken, topic=topic_named(taken, names))
        if span and span.end == at + size:
            part = msgspec.structs.replace(part, words=(_otherwise(taken, span.instead),))
        elif part.topic is None and taken[0] in WISHES:
            part = msgspec.structs.replace(part, wish=taken[0])
        elif part.topic is not None:
            part = msgspec.structs.replace(
                part, words=_or_label(part.words, taken, tuple(text.runs(names.labels["topic", part.topic])))
            )
        yield part
        at += size


def _or_label(words: tuple[Word, ...], taken: Phrase, label: Phrase) -> tuple[Word, ...]:
    """The words of a topic's name, or those of its label: k8s is Kubernetes too."""
    if len(taken) != 1 or len(label) != 1 or taken == label:
        return words
    return ((*words[0], *map(Way, _together(label))),)


def _otherwise(runs: Phrase, instead: Iterable[Phrase]) -> Word:
    """Several runs as one word: answered by all of them, or for a share by all of what means the same."""
    own = [Way(terms) for terms in _together(runs)]
    return (*own, *(Way(terms, SHARE) for others in instead for terms in _together(others)))


def _together(runs: Phrase) -> Iterator[tuple[str, ...]]:
    """The ways to answer all of these runs."""
    return (
        tuple(dict.fromkeys(chain.from_iterable(ways)))
        for ways in islice(product(*map(text.alternatives, runs)), _WAYS)
    )


def _of_runs(
    runs: Sequence[str],
    *,
    topic: str | None = None,
    field: str | None = None,
    phrase: Phrase = (),
    needed: bool = False,
) -> Part:
    words = tuple(tuple(Way(terms) for terms in text.alternatives(run)) for run in runs)
    return Part(words=words, topic=topic, field=field, phrase=phrase, needed=needed)
