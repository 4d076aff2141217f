"""tantivy: BM25 with its English stemmer; facets by terms aggregations over fast fields."""

import importlib
from pathlib import Path
from typing import Any

from benchmarks.engines import PAGE, TITLE_WEIGHT, Answer, Feed, Question

_FACETS = ("role", "topic", "kind", "level", "language", "cost", "length", "provider")
_BUCKETS = 20_000  # more values than any facet has
_HEAP = 512_000_000  # bytes for writing


class Tantivy:
    """An index folder; its writer uses as many threads as it finds right."""

    def __init__(self) -> None:
        self._library: Any = importlib.import_module("tantivy")

    def version(self) -> str:
        return str(self._library.__version__)

    def build(self, feed: Feed, folder: Path) -> None:
        schema = self._library.SchemaBuilder().add_integer_field("id", stored=True)
        for name in ("title", "text"):
            schema.add_text_field(name, tokenizer_name="en_stem")
        for name in _FACETS:
            schema.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        writer = self._library.Index(schema.build(), path=str(folder)).writer(_HEAP)
        for row in feed.read():
            writer.add_document(
                self._library.Document(id=row["id"], title=[row["title"]], text=[row["text"]], **row["facets"])
            )
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        self._index = self._library.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def jobs(self) -> list[str]:
        return ["all", "any", "phrase", "facets"]

    def ask(self, job: str, question: Question, role: str) -> Answer:
        words = '"' + " ".join(question.phrase) + '"' if job == "phrase" else " ".join(question.words)
        query = self._index.parse_query(
            words, ["title", "text"], field_boosts={"title": TITLE_WEIGHT}, conjunction_by_default=job != "any"
        )
        if job == "facets":
            return self._counted(query, role)
        return Answer(self._ids(self._searcher.search(query, PAGE, count=False)))

    def _counted(self, query: Any, role: str) -> Answer:
        make, must = self._library.Query, self._library.Occur.Must
        chosen = make.const_score_query(make.term_query(self._index.schema, "role", role), 0.0)
        both = make.boolean_query([(must, query), (must, chosen)])
        found = self._searcher.search(both, PAGE, count=True)
        told = self._searcher.aggregate(both, {name: {"terms": {"field": name, "size": _BUCKETS}} for name in _FACETS})
        counts = {
            name: {bucket["key"]: int(bucket["doc_count"]) for bucket in told[name]["buckets"]} for name in _FACETS
        }
        return Answer(self._ids(found), found.count, counts)

    def _ids(self, found: Any) -> list[int]:
        return [self._searcher.doc(address)["id"][0] for _, address in found.hits]
