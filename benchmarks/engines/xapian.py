"""Xapian: BM25 with its English stemmer; facets by a ValueCountMatchSpy for each value slot."""

import importlib
from pathlib import Path
from typing import Any

from benchmarks.engines import PAGE, SEVERAL, TITLE_WEIGHT, Answer, Counts, Feed, Question

_FACETS = ("role", "topic", "kind", "level", "language", "cost", "length", "provider")
_SLOTS = 64  # of each facet: a slot holds one value, so what has several takes several
_STEP = 50_000  # entries between commits


class Xapian:
    """A database folder."""

    def __init__(self) -> None:
        self._library: Any = importlib.import_module("xapian")
        self._stem = self._library.Stem("english")

    def version(self) -> str:
        return str(self._library.version_string())

    def build(self, feed: Feed, folder: Path) -> None:
        database = self._library.WritableDatabase(str(folder / "index"), self._library.DB_CREATE)
        words = self._library.TermGenerator()
        words.set_stemmer(self._stem)
        for count, row in enumerate(feed.read(), 1):
            document = self._library.Document()
            words.set_document(document)
            words.index_text(row["title"], TITLE_WEIGHT)
            words.increase_termpos()
            words.index_text(row["text"])
            for place, name in enumerate(_FACETS):
                values = row["facets"][name]
                for slot, value in enumerate(values, place * _SLOTS):
                    document.add_value(slot, value)
                if name in SEVERAL:
                    for value in values:
                        document.add_boolean_term(_term(name, value))
            database.replace_document(row["id"], document)
            if count % _STEP == 0:
                database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        self._database = self._library.Database(str(folder / "index"))
        self._slots = [
            (name, slot)
            for place, name in enumerate(_FACETS)
            for slot in range(place * _SLOTS, (place + 1) * _SLOTS)
            if self._database.get_value_freq(slot)
        ]

    def jobs(self) -> list[str]:
        return ["all", "any", "phrase", "facets"]

    def ask(self, job: str, question: Question, role: str) -> Answer:
        make = self._library.Query
        if job == "phrase":
            query = make(make.OP_PHRASE, list(question.phrase))
        else:
            stems = [b"Z" + self._stem(word) for word in question.words]
            query = make(make.OP_OR if job == "any" else make.OP_AND, stems)
        if job == "facets":
            return self._counted(make(make.OP_FILTER, query, make(_term("role", role))))
        enquire = self._library.Enquire(self._database)
        enquire.set_query(query)
        return Answer([match.docid for match in enquire.get_mset(0, PAGE)])

    def _counted(self, query: Any) -> Answer:
        enquire = self._library.Enquire(self._database)
        enquire.set_query(query)
        spies = [(name, self._library.ValueCountMatchSpy(slot)) for name, slot in self._slots]
        for _, spy in spies:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, PAGE, self._database.get_doccount())
        counts: Counts = {name: {} for name in _FACETS}
        for name, spy in spies:
            for value in spy.values():
                word = value.term.decode()
                counts[name][word] = counts[name].get(word, 0) + value.termfreq
        return Answer([match.docid for match in found], found.get_matches_estimated(), counts)


def _term(facet: str, value: str) -> str:
    return f"X{facet.upper()}:{value}"
