"""A resource as it stands in a list: title, who offers it, what is known of it, and why it is there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from catalog.clean import site_name
from catalog.model import Entry
from catalog.vocabulary import Vocabulary
from indexer.highlight import Pieces, marked, snippet
from indexer.query import Marks, Query
from webui import labels
from webui.links import url_for_entry
from webui.versions import gathered

MOST_TOPICS = 5
MOST_AUTHORS = 3


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What was asked for: the query, what of a text answers it, and its topics. It says why each card is there."""

    query: Query = field(default_factory=Query)
    marks: Marks = field(default_factory=Marks)
    topics: frozenset[str] = frozenset()

    @property
    def all_topics(self) -> frozenset[str]:
        return self.topics.union(self.query.chosen("topic"))


NOTHING = Sought()


@dataclass(frozen=True, kw_only=True)
class TopicTag:
    """A topic of a resource; ``matched`` when the query asked for it."""

    id: str
    label: str
    matched: bool


@dataclass(frozen=True, kw_only=True)
class Version:
    """What is likely the same as the resource of a card: another listing, run or edition, and how it differs."""

    url: str
    title: str
    kind: str
    known: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What one result shows."""

    url: str
    title: Pieces
    lang: str | None
    kind: str
    authors: str
    offered_by: str
    facts: tuple[str, ...]
    rating: str | None
    fits: tuple[str, ...]
    topics: tuple[TopicTag, ...]
    snippet: Pieces
    versions: tuple[Version, ...]


def cards(entries: Iterable[Entry], vocabulary: Vocabulary) -> tuple[Card, ...]:
    """Entries as cards."""
    return tuple(_card([entry], vocabulary, NOTHING) for entry in entries)


def gathered_cards(entries: Iterable[Entry], vocabulary: Vocabulary, sought: Sought = NOTHING) -> tuple[Card, ...]:
    """Entries as cards; versions of one title stand on the card of the first of them."""
    return tuple(_card(group, vocabulary, sought) for group in gathered(entries))


def _version(entry: Entry) -> Version:
    resource = entry.resource
    known = (offered_by(entry), people(resource.authors), *_facts(entry), labels.rating(resource))
    return Version(
        url=url_for_entry(entry.id, resource.title),
        title=resource.title,
        kind=labels.kind(resource.kind),
        known=tuple(filter(None, known)),
    )


def _card(versions: Sequence[Entry], vocabulary: Vocabulary, sought: Sought) -> Card:
    entry, *others = versions
    resource, asked = entry.resource, sought.all_topics
    marks = msgspec.structs.replace(sought.marks, names=_names(entry, vocabulary, asked))
    return Card(
        url=url_for_entry(entry.id, resource.title),
        title=marked(resource.title, marks),
        lang=foreign(resource.language),
        kind=labels.kind(resource.kind),
        authors=people(resource.authors),
        offered_by=offered_by(entry),
        facts=_facts(entry),
        rating=labels.rating(resource),
        fits=tuple(_fits(entry, vocabulary, sought.query.chosen("role"))),
        topics=_topic_tags(entry, vocabulary, asked, sought.marks)[:MOST_TOPICS],
        snippet=snippet(resource.description, marks) if resource.description else [],
        versions=tuple(map(_version, others)),
    )


def _names(entry: Entry, vocabulary: Vocabulary, asked: frozenset[str]) -> frozenset[str]:
    """The words by which an entry tells of the topics that were asked for, and of those below them."""
    told = (match for match in entry.topics if not asked.isdisjoint((match.topic, *vocabulary.ancestors(match.topic))))
    return frozenset(found.phrase for match in told for found in match.evidence) if asked else frozenset()


def foreign(language: str | None) -> str | None:
    """The lang attribute of a text that is not in the page's own language."""
    return None if language is None or language.partition("-")[0] == "en" else language


def people(names: Sequence[str]) -> str:
    more = len(names) - MOST_AUTHORS
    return ", ".join(names[:MOST_AUTHORS]) + (f" and {more} more" if more > 0 else "")


def offered_by(entry: Entry) -> str:
    """Institution and platform, each once; where neither is known, the site."""
    resource = entry.resource
    names = dict.fromkeys(name for name in (resource.institution, resource.provider) if name)
    if not names:
        return site_name(resource.url) or ""
    return " · ".join(name for name in names if name not in resource.authors)


def _facts(entry: Entry) -> tuple[str, ...]:
    resource = entry.resource
    known = (
        labels.LEVELS.get(resource.level or ""),
        labels.hours(resource.hours_min, resource.hours_max),
        f"{labels.number(resource.pages)} pages" if resource.pages else None,
        labels.short_cost(resource),
        (resource.published or "")[:4],
        labels.language(resource.language) if resource.language and foreign(resource.language) else None,
    )
    return tuple(fact for fact in known if fact)


def _fits(entry: Entry, vocabulary: Vocabulary, asked: Sequence[str]) -> Iterable[str]:
    """How well the entry serves each role that was asked for."""
    for fit in entry.roles:
        if fit.role in asked and fit.role in vocabulary.roles:
            yield f"{labels.fit(fit.fit).capitalize()} for {vocabulary.roles[fit.role].label}"


def _topic_tags(entry: Entry, vocabulary: Vocabulary, asked: frozenset[str], marks: Marks) -> tuple[TopicTag, ...]:
    """The topics of an entry, those that were asked for first."""
    found = [
        TopicTag(
            id=match.topic,
            label=vocabulary.topics[match.topic].label,
            matched=_asked_for(match.topic, vocabulary, asked, marks),
        )
        for match in sorted(entry.topics, key=lambda match: -match.confidence)
        if match.topic in vocabulary.topics
    ]
    return tuple(sorted(found, key=lambda tag: not tag.matched))


def _asked_for(topic: str, vocabulary: Vocabulary, asked: frozenset[str], marks: Marks) -> bool:
    if topic in asked or not asked.isdisjoint(vocabulary.ancestors(topic)):
        return True
    return any(hit for _, hit in marked(vocabulary.topics[topic].label, marks))
