"""What other engines are given of an entry: its id, its title, all its other texts as one, and its facet values."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from benchmarks.engines import SEVERAL, Question
from catalog.model import Entry
from catalog.vocabulary import Vocabulary, load_vocabulary
from indexer.fields import FACETS, TEXTS
from indexer.query import NOT_STATED
from indexer.text import STOP_WORDS, fold

_WORD = re.compile(r"[^\W_]+")


def write_rows(entries: Iterable[Entry], path: Path) -> int:
    """One JSON object a line; gives how many."""
    vocabulary = load_vocabulary()
    with path.open("w", encoding="utf-8") as file:
        return sum(file.write(json.dumps(row(entry, vocabulary)) + "\n") > 0 for entry in entries)


def row(entry: Entry, vocabulary: Vocabulary) -> dict[str, object]:
    texts = [text for field in TEXTS if field.name != "title" for text in field.tell(entry, vocabulary)]
    facets = {field.name: list(field.tell(entry, vocabulary)) or [NOT_STATED] for field in FACETS}
    if wrong := [name for name, values in facets.items() if len(values) > 1 and name not in SEVERAL]:
        raise SystemExit(f"entry {entry.id} has several values of {wrong}; name them in benchmarks.engines.SEVERAL")
    return {"id": entry.id, "title": entry.resource.title, "text": "\n".join(texts), "facets": facets}


def question(words: str) -> Question:
    """A query as it is written, and its plain words with and without stop words."""
    found = _WORD.findall(fold(words))
    telling = [word for word in found if word not in STOP_WORDS]
    return Question(text=words, words=tuple(telling or found), phrase=tuple(found))


def questions(path: Path) -> list[Question]:
    """The queries of a file, one a line, those without any word left out."""
    asked = [question(line.strip()) for line in path.read_text(encoding="utf-8").splitlines()]
    return [one for one in asked if one.words]
