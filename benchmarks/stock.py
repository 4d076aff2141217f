"""Stock Whoosh doing the same job on the same index folder: the same terms, weights, filter and facets.

Its query is an And of the parts, each its words, Or over the fields with their weights, or the topic they name; its
facets are Whoosh's own grouping.
It counts each facet with all choices made, where our counts leave the facet's own choice out: it does a little less.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Self

from whoosh import index, query, sorting

from catalog.vocabulary import load_vocabulary
from indexer.asking import TITLE_SCORE, TOPIC_SCORE, Part, understood
from indexer.fields import FACETS, TEXTS, TOPIC
from indexer.names import Names, names_of
from indexer.query import Query
from indexer.synonyms import load_synonyms
from indexer.whoosh_engine.schema import TITLE_TOPIC, facet_field

_query: Any = query  # Whoosh is half typed
_sorting: Any = sorting


class StockWhoosh:
    """One open searcher of a Whoosh index, as Whoosh's own documentation uses it."""

    def __init__(self, folder: Path) -> None:
        self._searcher: Any = index.open_dir(str(folder)).searcher()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._searcher.close()

    def search(self, asked: Query, *, facets: bool) -> int:
        """The number of hits; a page of them is scored and sorted, and all are counted by facet if so wanted."""
        groups = {field.name: _facet(facet_field(field.name)) for field in FACETS} if facets else None
        chosen = [_either(_query.Term(facet_field(facet), one) for one in values) for facet, values in asked.choices]
        results = self._searcher.search(
            _words(asked.words), limit=asked.page_size, filter=_all(chosen) if chosen else None, groupedby=groups
        )
        for name in groups or ():
            results.groups(name)
        return len(results)


def _facet(name: str) -> Any:
    return _sorting.FieldFacet(name, allow_overlap=True, maptype=_sorting.Count)


def _words(words: str) -> Any:
    asked = [_part(part) for part in understood(words, _names()).parts]
    return _all(asked).normalize() if asked else _query.Every()


def _part(part: Part) -> Any:
    words = _all(_either(_all(map(_anywhere, way.terms)) for way in word) for word in part.words)
    if part.topic is None:
        return words
    taught, in_title = _query.Term(facet_field(TOPIC), part.topic), _query.Term(TITLE_TOPIC, part.topic)
    told = [_query.ConstantScoreQuery(taught, TOPIC_SCORE), _query.ConstantScoreQuery(in_title, TITLE_SCORE)]
    return _either([words, *told])


@cache
def _names() -> Names:
    return names_of(load_vocabulary(), load_synonyms())


def _anywhere(term: str) -> Any:
    return _either(_query.Term(field.name, term, boost=field.weight) for field in TEXTS)


def _either(parts: Iterable[Any]) -> Any:
    return _query.Or(list(parts))


def _all(parts: Iterable[Any]) -> Any:
    return _query.And(list(parts))
