"""Plain BM25 over title and description in other engines: English stems, title four to one, any of the words."""

import importlib
import sqlite3
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

from whoosh import analysis, fields, qparser
from whoosh.filedb import filestore

from benchmarks.engines import TITLE_WEIGHT
from indexer import text

Ranking = Callable[[str, Collection[int], int], list[int]]  # words, pool, most → entries of the pool, the best first
_HEAP = 256_000_000  # bytes for writing
# Whoosh is half typed
_analysis: Any = analysis
_parser: Any = qparser
_filestore: Any = filestore


class Told(NamedTuple):
    """What is told of an entry."""

    id: int
    title: str
    description: str


def fts5(entries: Iterable[Told]) -> Ranking:
    """SQLite's FTS5."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE entry USING fts5 (title, description, tokenize = 'porter unicode61')")
    database.executemany("INSERT INTO entry (rowid, title, description) VALUES (?, ?, ?)", entries)

    def ranking(words: str, pool: Collection[int], most: int) -> list[int]:
        asked = " OR ".join(f'"{run}"' for run in text.runs(words))
        rows = database.execute(
            f"SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY bm25(entry, {TITLE_WEIGHT}, 1)", (asked,)
        )
        return [entry for (entry,) in rows if entry in pool][:most]

    return ranking


def tantivy(entries: Iterable[Told]) -> Ranking:
    """tantivy, in memory. Raises ModuleNotFoundError where it is not installed."""
    library: Any = importlib.import_module("tantivy")
    schema = library.SchemaBuilder().add_integer_field("id", stored=True)
    for name in ("title", "description"):
        schema.add_text_field(name, tokenizer_name="en_stem")
    index = library.Index(schema.build())
    writer = index.writer(_HEAP)
    for told in entries:
        writer.add_document(library.Document(id=told.id, title=[told.title], description=[told.description]))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ranking(words: str, pool: Collection[int], most: int) -> list[int]:
        asked = index.parse_query(
            " ".join(text.runs(words)), ["title", "description"], field_boosts={"title": TITLE_WEIGHT}
        )
        hits = searcher.search(asked, max(searcher.num_docs, 1), count=False).hits
        return _first(((searcher.doc(address)["id"][0]) for _, address in hits), pool, most)

    return ranking


def whoosh(entries: Iterable[Told]) -> Ranking:
    """Stock Whoosh with its BM25F, in memory."""
    words: Any = {
        name: fields.TEXT(analyzer=_analysis.StemmingAnalyzer(cachesize=-1)) for name in ("title", "description")
    }
    index: Any = _filestore.RamStorage().create_index(fields.Schema(id=fields.STORED(), **words))
    writer = index.writer()
    for told in entries:
        writer.add_document(id=told.id, title=told.title, description=told.description)
    writer.commit()
    searcher = index.searcher()
    parser = _parser.MultifieldParser(
        list(words), index.schema, fieldboosts={"title": float(TITLE_WEIGHT)}, group=_parser.OrGroup
    )

    def ranking(asked: str, pool: Collection[int], most: int) -> list[int]:
        hits = searcher.search(parser.parse(" ".join(text.runs(asked))), limit=None)
        return _first((hit["id"] for hit in hits), pool, most)

    return ranking


def _first(found: Iterable[int], pool: Collection[int], most: int) -> list[int]:
    kept: list[int] = []
    for entry in found:
        if entry in pool:
            kept.append(entry)
            if len(kept) == most:
                break
    return kept
