"""What a resource teaches and whom it serves, with evidence, and what comes before and after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from catalog.guidance.candidates import CONFIDENT
from catalog.guidance.coverage import covered, covering, share
from catalog.guidance.order import after, before
from catalog.model import Entry, Kind, TopicMatch
from catalog.vocabulary import Vocabulary
from indexer.query import Query
from webui import labels
from webui.cards import Card, cards
from webui.site import Site

MOST_UNLOCKED = 8
MOST_READ = 4  # books of a reading list
MOST_TOPICS_READ = 3  # topics that a reading list is about


@dataclass(frozen=True, kw_only=True)
class TopicLine:
    """A topic with the words it was concluded from."""

    id: str
    label: str
    evidence: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class RoleLine:
    """A role with how well the resource serves it, which of its topics it covers, and how much of it these are."""

    id: str
    label: str
    fit: str
    topics: tuple[str, ...]
    share: float


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A book on what the resource teaches."""

    card: Card
    topic: str


def topic_lines(entry: Entry, vocabulary: Vocabulary) -> Iterable[TopicLine]:
    for match in _surest(entry.topics, vocabulary):
        label = vocabulary.topics[match.topic].label
        yield TopicLine(id=match.topic, label=label, evidence=labels.evidence(match.evidence))


def _surest(matches: Iterable[TopicMatch], vocabulary: Vocabulary) -> list[TopicMatch]:
    return sorted((one for one in matches if one.topic in vocabulary.topics), key=lambda one: -one.confidence)


def role_lines(entry: Entry, vocabulary: Vocabulary) -> Iterable[RoleLine]:
    """The roles served, the best served first."""
    for fit in sorted(entry.roles, key=lambda fit: -fit.fit):
        if role := vocabulary.roles.get(fit.role):
            taught = covered(entry.topics, covering(role, vocabulary))
            yield RoleLine(
                id=role.id,
                label=role.label,
                fit=labels.fit(fit.fit),
                topics=tuple(vocabulary.topics[one.topic].label for one in role.topics if one.topic in taught),
                share=share(role, taught),
            )


def _taught(entry: Entry, vocabulary: Vocabulary) -> list[str]:
    """The topics that a resource is about, and does not only mention; those in its title first, then the surest."""
    sure = [match for match in _surest(entry.topics, vocabulary) if match.confidence >= CONFIDENT]
    return [
        match.topic for match in sorted(sure, key=lambda one: all(found.field != "title" for found in one.evidence))
    ]


def known_first(entry: Entry, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """(id, label) of what it is good to know before."""
    named = {match.topic for match in entry.topics}
    first = [topic for topic in before(_taught(entry, vocabulary), vocabulary) if topic not in named]
    return tuple((topic, vocabulary.topics[topic].label) for topic in first)


def unlocked(entry: Entry, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """(id, label) of what it opens the way to."""
    named = {match.topic for match in entry.topics}
    opened = [topic for topic in after(_taught(entry, vocabulary), vocabulary) if topic not in named]
    return tuple((topic, vocabulary.topics[topic].label) for topic in opened[:MOST_UNLOCKED])


def reading_list(site: Site, entry: Entry) -> tuple[Reading, ...]:
    """Books on the narrowest of the surest topics, in turn: the first of each, then the second of each."""
    taught = _taught(entry, site.vocabulary)
    above = {broader for topic in taught for broader in site.vocabulary.ancestors(topic)}
    topics = [topic for topic in taught if topic not in above][:MOST_TOPICS_READ]
    found = [(topic, _books(site, topic, entry)) for topic in topics]
    chosen: dict[int, str] = {}
    for place in range(MOST_READ):
        for topic, numbers in found:
            if place < len(numbers) and len(chosen) < MOST_READ:
                chosen.setdefault(numbers[place], topic)
    books = site.store.entries(list(chosen))
    return tuple(
        Reading(card=card, topic=site.vocabulary.topics[chosen[book.id]].label)
        for book, card in zip(books, cards(books, site.vocabulary), strict=True)
    )


def _books(site: Site, topic: str, beside: Entry) -> Sequence[int]:
    """What a search finds first among books that teach the topic, in the language of the resource where it is told."""
    asked = Query(page_size=MOST_READ + 1, counted=False).choose("topic", (topic,)).choose("kind", (Kind.BOOK,))
    if language := (beside.resource.language or "").partition("-")[0]:
        asked = asked.choose("language", (language,))
    hits = site.index.search(msgspec.structs.replace(asked, words=site.vocabulary.topics[topic].label, literal=True))
    return [number for number in hits.ids if number != beside.id]
