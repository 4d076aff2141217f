"""Stock Whoosh as its documentation uses it: stems, sortable columns, ``groupedby``. The index is its own, not ours."""

from pathlib import Path
from typing import Any

import whoosh
from whoosh import analysis, fields, index, qparser, query, sorting

from benchmarks.engines import PAGE, SEVERAL, TITLE_WEIGHT, Answer, Feed, Question

_SINGLE = ("kind", "level", "language", "cost", "length", "provider")
_MEGABYTES = 512  # for writing
# Whoosh is half typed
_analysis: Any = analysis
_parser: Any = qparser
_query: Any = query
_sorting: Any = sorting


class StockWhoosh:
    """An index folder and one open searcher."""

    def version(self) -> str:
        return str(whoosh.versionstring())

    def build(self, feed: Feed, folder: Path) -> None:
        several: Any = {name: fields.KEYWORD(commas=True) for name in SEVERAL}
        single: Any = {name: fields.ID(sortable=True) for name in _SINGLE}
        words: Any = {
            name: fields.TEXT(analyzer=_analysis.StemmingAnalyzer(cachesize=-1)) for name in ("title", "text")
        }
        schema: Any = fields.Schema(id=fields.STORED(), **words, **several, **single)
        writer = index.create_in(str(folder), schema).writer(limitmb=_MEGABYTES)
        for row in feed.read():
            facets = row["facets"]
            writer.add_document(
                id=row["id"],
                title=row["title"],
                text=row["text"],
                **{name: ",".join(facets[name]) for name in SEVERAL},
                **{name: facets[name][0] for name in _SINGLE},
            )
        writer.commit()

    def open(self, folder: Path) -> None:
        opened = index.open_dir(str(folder))
        self._searcher: Any = opened.searcher()
        self._parsers: Any = {
            job: _parser.MultifieldParser(
                ["title", "text"], opened.schema, fieldboosts={"title": float(TITLE_WEIGHT)}, group=group
            )
            for job, group in (("all", _parser.AndGroup), ("any", _parser.OrGroup))
        }

    def jobs(self) -> list[str]:
        return ["all", "any", "phrase", "facets"]

    def ask(self, job: str, question: Question, role: str) -> Answer:
        words = '"' + " ".join(question.phrase) + '"' if job == "phrase" else " ".join(question.words)
        asked = self._parsers["any" if job == "any" else "all"].parse(words)
        if job != "facets":
            return Answer([hit["id"] for hit in self._searcher.search(asked, limit=PAGE)])
        groups = {name: _facet(name) for name in (*SEVERAL, *_SINGLE)}
        found = self._searcher.search(asked, limit=PAGE, filter=_query.Term("role", role), groupedby=groups)
        counts = {name: dict(found.groups(name)) for name in groups}
        return Answer([hit["id"] for hit in found], len(found), counts)


def _facet(name: str) -> Any:
    return _sorting.FieldFacet(name, allow_overlap=name in SEVERAL, maptype=_sorting.Count)
