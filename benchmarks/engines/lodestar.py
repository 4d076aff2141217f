"""Lodestar through its public interface: every search finds, scores and corrects; with a role it counts all facets."""

from pathlib import Path

from benchmarks.engines import PAGE, Answer, Feed, Question
from benchmarks.recombined import recombined
from catalog.store import Store
from catalog.vocabulary import load_vocabulary
from indexer.engine import open_index
from indexer.query import Query

_FREQUENT, _ABSENT = "python", "quorvexilum"
_PAIR = ("complete", "guide")  # two frequent words that name no topic, and mean something else the other way round


class Lodestar:
    """A folder of generations."""

    def version(self) -> str:
        return "this checkout"

    def build(self, feed: Feed, folder: Path) -> None:
        writer = open_index(f"whoosh:{folder}", load_vocabulary()).writer()
        writer.publish(writer.build(recombined(Store.open(feed.record), feed.size), 0))

    def open(self, folder: Path) -> None:
        self._index = open_index(f"whoosh:{folder}", load_vocabulary()).reader()

    def jobs(self) -> list[str]:
        """Whether it knows OR and phrases is seen by what it answers."""
        either = self._complete(f"{_FREQUENT} OR {_ABSENT}") == self._complete(_FREQUENT) > 0
        heeded = self._complete('"{} {}"'.format(*_PAIR)) != self._complete('"{1} {0}"'.format(*_PAIR))
        return ["all", *(["any"] if either else []), *(["phrase"] if heeded else []), "facets"]

    def ask(self, job: str, question: Question, role: str) -> Answer:
        words = {"any": " OR ".join(question.words), "phrase": '"' + " ".join(question.phrase) + '"'}
        counted = job == "facets"
        choices = (("role", (role,)),) if counted else ()
        asked = Query(words=words.get(job, question.text), choices=choices, page_size=PAGE, counted=counted)
        hits = self._index.search(asked)
        return Answer(list(hits.ids), hits.total, hits.facets)

    def _complete(self, words: str) -> int:
        return self._index.search(Query(words=words)).complete
