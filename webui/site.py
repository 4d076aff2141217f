"""What every page stands on: the record, the index, the vocabulary and a few settings, as one value."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from flask import current_app, request

from catalog.classify import Classifier
from catalog.guidance.knowing import Foundations
from catalog.store import Store
from catalog.vocabulary import Vocabulary
from indexer.engine import SearchIndex
from indexer.query import Query

EXTENSION = "lodestar"
MOST_REMEMBERED = 4096  # answers that are kept
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How much the record holds as of one change."""

    change: int
    entries: int
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Narrower:
    """The topic tree read downwards once, so that no page walks it again."""

    vocabulary: Vocabulary

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """For each topic the topics directly below it, by label."""
        found: dict[str, list[str]] = defaultdict(list)
        for topic in sorted(self.vocabulary.topics.values(), key=lambda topic: topic.label.casefold()):
            for above in topic.broader:
                found[above].append(topic.id)
        return {above: tuple(topics) for above, topics in found.items()}

    def __call__(self, topic: str) -> tuple[str, ...]:
        return self.below.get(topic, ())


@dataclass(kw_only=True)
class Site:
    """What a page may ask."""

    name: str
    base_url: str
    page_size: int
    store: Store
    index: SearchIndex
    vocabulary: Vocabulary
    fingerprint: str  # changes with templates and stylesheet
    narrower: Narrower = field(init=False)
    _totals: Totals | None = None
    # what is remembered, with the generation and revision that it was found in
    _remembered: tuple[tuple[str, int], dict[Hashable, Any]] = field(default_factory=lambda: (("", 0), {}))

    def __post_init__(self) -> None:
        """Turn the tree of topics round."""
        self.narrower = Narrower(vocabulary=self.vocabulary)

    @cached_property
    def classifier(self) -> Classifier:
        """Reads topics out of texts."""
        return Classifier(self.vocabulary)

    @cached_property
    def foundations(self) -> Foundations:
        """Tells what a topic asks to be known before it."""
        return Foundations(self.vocabulary)

    def totals(self) -> Totals:
        """Entries and sources; counted again only when the record has changed."""
        change = self.store.last_change()
        if self._totals is None or self._totals.change != change:
            self._totals = Totals(change=change, entries=self.store.size(), sources=tuple(self.store.sources()))
        return self._totals

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once for each state of the index: for answers that all visitors share."""
        remembered = self._as_it_stands()
        if key not in remembered:
            remembered[key] = make()
        found: T = remembered[key]
        return found

    def _as_it_stands(self) -> dict[Hashable, Any]:
        """What is remembered of the index as it is now."""
        status = self.index.status()
        as_of = (status.generation, status.revision)
        found_in, remembered = self._remembered
        if found_in != as_of or len(remembered) > MOST_REMEMBERED:
            remembered = {}
            self._remembered = as_of, remembered
        return remembered

    def ids(self, queries: Iterable[Query]) -> list[tuple[int, ...]]:
        """The ids that each search finds, remembered as long as the index stays as it is."""
        some, remembered = list(queries), self._as_it_stands()
        for query in some:
            if query not in remembered:
                remembered[query] = self.index.search(query).ids
        return [remembered[query] for query in some]

    def absolute(self, path: str) -> str:
        """A path with the site's own address before it: the configured one, else the one the visitor used."""
        return (self.base_url or request.host_url).rstrip("/") + path


def here() -> Site:
    """The site that answers this request."""
    site: Site = current_app.extensions[EXTENSION]
    return site
