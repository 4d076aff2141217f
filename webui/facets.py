"""The panel of choices beside the results: for each facet its values with what choosing them would give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from types import MappingProxyType

from catalog.vocabulary import Vocabulary
from indexer.fields import FACETS
from indexer.query import NOT_STATED, Hits, Query
from webui import labels

# Facets whose values have an order of their own and are all shown; the others are ranked by count.
ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "kind": tuple(labels.KINDS),
        "level": tuple(labels.LEVELS),
        "cost": tuple(labels.COSTS),
        "length": tuple(labels.LENGTHS),
    }
)
SHOWN: Mapping[str, int] = MappingProxyType({"role": 16, "topic": 14, "language": 6})
SHOWN_ELSE = 8
MORE = 30


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value of a facet; ``depth`` indents it below the value it belongs to."""

    value: str
    label: str
    count: int
    chosen: bool
    depth: int = 0

    @property
    def disabled(self) -> bool:
        return not (self.count or self.chosen)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One facet: what is shown at once and what is folded away."""

    name: str
    label: str
    shown: tuple[Choice, ...]
    more: tuple[Choice, ...]
    left_out: int  # values with fewer resources still
    chosen: int

    @property
    def unfolded(self) -> bool:
        return any(choice.chosen for choice in self.more)


def panels(query: Query, hits: Hits, vocabulary: Vocabulary) -> tuple[Panel, ...]:
    """A panel for each facet in the order of the fields."""
    return tuple(_Maker(facet.name, facet.label, query, hits, vocabulary).panel() for facet in FACETS)


class _Maker:
    """Makes the panel of one facet from its counts."""

    def __init__(self, name: str, label: str, query: Query, hits: Hits, vocabulary: Vocabulary) -> None:
        self.name, self.label, self.vocabulary = name, label, vocabulary
        self.counts = hits.facets.get(name, {})
        self.chosen = query.chosen(name)

    def panel(self) -> Panel:
        ranked = self._ranked()
        first = ranked if self.name in ORDERS else ranked[: SHOWN.get(self.name, SHOWN_ELSE)]
        shown = self._tree(first) if self.name == "topic" else self._choices(first)
        on_top = {choice.value for choice in shown}
        more = [value for value in ranked if value not in on_top]
        return Panel(
            name=self.name,
            label=self.label,
            shown=(*shown, *self._not_stated()),
            more=self._choices(more),
            left_out=len({value for value, count in self.counts.items() if count} - on_top - {*more, NOT_STATED}),
            chosen=len(self.chosen),
        )

    def _ranked(self) -> list[str]:
        """The values to offer but "not stated", in the order in which they stand, with all that are chosen."""
        if fixed := ORDERS.get(self.name):
            others = sorted({*self.counts, *self.chosen} - {*fixed, NOT_STATED})
            return [*fixed, *others]
        most = SHOWN.get(self.name, SHOWN_ELSE) + MORE
        told = (value for value, count in self.counts.items() if count and value != NOT_STATED)
        offered = {*nsmallest(most, told, key=lambda value: (-self.counts[value], value)), *self.chosen}
        offered |= set(self.vocabulary.roles) if self.name == "role" else set()
        return sorted(
            offered - {NOT_STATED}, key=lambda value: (-self.counts.get(value, 0), self._words(value).casefold())
        )

    def _tree(self, values: list[str]) -> tuple[Choice, ...]:
        """Topics indented below their main broader topic; what stands above a shown topic is shown too."""
        topics = self.vocabulary.topics
        wanted = dict.fromkeys(value for value in (*values, *self.chosen) if value in topics)
        for value in tuple(wanted):
            wanted.update(dict.fromkeys(_line(value, self.vocabulary)))
        children: dict[str | None, list[str]] = {}
        for value in sorted(wanted, key=lambda value: (-self.counts.get(value, 0), self._words(value))):
            children.setdefault(next(iter(topics[value].broader), None), []).append(value)

        def walk(above: str | None, depth: int) -> Iterable[Choice]:
            for value in children.get(above, ()):
                yield self._choice(value, depth)
                yield from walk(value, depth + 1)

        strangers = self._choices([value for value in values if value not in topics])
        return (*walk(None, 0), *strangers)

    def _not_stated(self) -> tuple[Choice, ...]:
        known = NOT_STATED in self.chosen or self.counts.get(NOT_STATED)
        return (self._choice(NOT_STATED),) if known else ()

    def _choices(self, values: list[str]) -> tuple[Choice, ...]:
        return tuple(self._choice(value) for value in values)

    def _choice(self, value: str, depth: int = 0) -> Choice:
        count = self.counts.get(value, 0)
        return Choice(value=value, label=self._words(value), count=count, chosen=value in self.chosen, depth=depth)

    def _words(self, value: str) -> str:
        return labels.facet_value(self.name, value, self.vocabulary)


def _line(topic: str, vocabulary: Vocabulary) -> Iterable[str]:
    """The main broader topics above a topic, nearest first."""
    above = vocabulary.topics[topic].broader[:1]
    while above:
        yield above[0]
        above = vocabulary.topics[above[0]].broader[:1]
