"""The search index that the site's tests stand on: the brute-force reference with the little else that a page asks."""

from collections import Counter

import msgspec

from catalog.errors import IndexMissing
from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer import text
from indexer.query import Explanation, Hits, IndexStatus, Query, Similar, Suggestion
from tests.indexer.reference_index import ReferenceIndex


class PlainIndex(ReferenceIndex):
    """All entries of a record, looked at one by one; ``spellings`` maps wrong words to right ones."""

    def __init__(self, entries: list[Entry], vocabulary: Vocabulary, revision: int, spellings: dict[str, str]) -> None:
        super().__init__([entry for entry in entries if not entry.retired], vocabulary)
        self.revision = revision
        self.spellings = spellings

    def search(self, query: Query) -> Hits:
        hits = super().search(query)
        right = " ".join(self.spellings.get(word, word) for word in query.words.split())
        if hits.complete or query.literal or right == query.words:
            return hits
        better = super().search(msgspec.structs.replace(query, words=right))
        if not better.complete:
            return hits
        return msgspec.structs.replace(better, corrections=(right,), instead=right)

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        words = Counter(word for entry in self.entries for word in set(text.runs(entry.resource.title)))
        found = [word for word in words if prefix and word.startswith(prefix)]
        best = sorted(found, key=lambda word: (-words[word], word))
        return [Suggestion(words=word, entries=words[word]) for word in best[:limit]]

    def similar(self, entry_id: int, limit: int = 6, *, title: str = "") -> list[Similar]:
        taught = {entry.id: {match.topic for match in entry.topics} for entry in self.entries}
        mine = taught.pop(entry_id, set())
        nearest = sorted(taught, key=lambda other: (-len(taught[other] & mine), other))
        shared = {other: tuple(sorted(taught[other] & mine)) for other in nearest}
        return [
            Similar(entry_id=other, score=1.0, reasons=(("topic", shared[other]),))
            for other in nearest
            if shared[other]
        ][:limit]

    def explain(self, query: Query, entry_id: int) -> Explanation:
        return Explanation(entry_id=entry_id, matches=True, score=0.0)

    def status(self) -> IndexStatus:
        return IndexStatus(entries=len(self.entries), revision=self.revision, generation="plain")


class NoIndex(PlainIndex):
    """An index that has not been built."""

    def __init__(self) -> None:
        """Hold nothing."""

    def search(self, query: Query) -> Hits:
        raise IndexMissing("no index has been built; run lodestar reindex")

    def similar(self, entry_id: int, limit: int = 6, *, title: str = "") -> list[Similar]:
        raise IndexMissing("no index has been built; run lodestar reindex")

    def status(self) -> IndexStatus:
        raise IndexMissing("no index has been built; run lodestar reindex")
