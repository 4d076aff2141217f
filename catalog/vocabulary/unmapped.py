"""The subjects and skills of sources that say nothing to us, the most frequent first: the editors' queue."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from catalog.classify import Classifier
from catalog.model import Kind, LearningResource
from catalog.vocabulary.concepts import Vocabulary
from catalog.vocabulary.toml_file import plain


class Unmapped(NamedTuple):
    """A term that names no topic, and how many listings of a source bear it."""

    source: str
    term: str
    listings: int


def unmapped(tags: Iterable[tuple[str, tuple[str, ...]]], vocabulary: Vocabulary) -> Iterator[Unmapped]:
    """The terms in which no topic is found and that ``source_terms.toml`` does not name.

    ``tags`` are the source of each listing and its subjects and skills.
    """
    counts: Counter[tuple[str, str]] = Counter()
    spelt: dict[str, str] = {}
    for source, terms in tags:
        for term in {plain(term): term for term in terms}.values():
            counts[source, spelt.setdefault(plain(term), term)] += 1
    classifier = Classifier(vocabulary)
    silent = {
        term for name, term in spelt.items() if name not in vocabulary.source_terms and _is_silent(term, classifier)
    }
    for (source, term), count in counts.most_common():
        if term in silent:
            yield Unmapped(source, term, count)


def _is_silent(term: str, classifier: Classifier) -> bool:
    return not classifier.topics(LearningResource(kind=Kind.COURSE, title="", subjects=(term,)))
