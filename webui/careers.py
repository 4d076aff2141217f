"""What a career page is made of: how much there is for each topic at each level, the best few, and why each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from msgspec.structs import replace

from catalog.clean import may_be_in
from catalog.guidance.candidates import candidate, only_continues, only_examines
from catalog.guidance.coverage import spared
from catalog.guidance.offers import Standpoint
from catalog.guidance.worth import Worth
from catalog.model import Entry, Kind, Level
from catalog.vocabulary import NEEDS, Role, RoleTopic, Vocabulary
from indexer.query import NOT_STATED, Query
from webui import labels
from webui.cards import Card, cards
from webui.links import url_for_entry, url_for_query
from webui.site import Site

LEVELS: Mapping[str, tuple[str, ...]] = {
    "Beginner": ("beginner",),
    "Intermediate": ("intermediate",),
    "Advanced": ("advanced",),
    "Any or not stated": ("all", NOT_STATED),
}
BOOKS = (Kind.BOOK,)
LISTENING = (Kind.PODCAST, Kind.EPISODE)
COURSES = tuple(kind for kind in Kind if kind not in (*BOOKS, *LISTENING))

HERE = "en"  # the language of our pages, and of what is picked for them
READ_HERE = (HERE, NOT_STATED)
CONSIDERED = 12  # of each topic, in the order in which a search finds them
RATED = 100  # of the career as a whole, the best rated
PICKS = 3  # shown for a topic
NEXT = 6  # shown for the career

LEAST_RATING = 3.0  # of five, of what is picked

SHADES = (1, 10, 100, 1000)  # from how many resources a cell of the picture is darker


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How many courses and books teach a topic at one level, each with its search."""

    courses: int
    courses_url: str
    books: int
    books_url: str
    wanted: bool
    shade: int  # 0 for nothing to 4 for a thousand or more


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A resource for a topic, with what speaks for it."""

    url: str
    title: str
    kind: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A topic that a role asks for, the level wanted, and what there is for it."""

    topic: str
    label: str
    level: str
    known: bool
    cells: tuple[Cell, ...]
    picks: tuple[Pick, ...]
    url: str
    total: int
    either: str  # the alternatives that it is one of
    note: str  # what it goes with, or why it is not needed


@dataclass(frozen=True, kw_only=True)
class Next:
    """A resource that adds to what somebody knows, and what it adds."""

    card: Card
    adds: str


@dataclass(frozen=True, kw_only=True)
class Career:
    """A role with what covers it."""

    role: Role
    vocabulary: Vocabulary
    covers: Mapping[str, RoleTopic]

    @cached_property
    def worth(self) -> Worth:
        return Worth(self.role, self.covers, self.vocabulary)

    def label(self, topic: str) -> str:
        return self.vocabulary.topics[topic].label

    def asks_beside(self, topic: str, one: RoleTopic) -> bool:
        """Whether the role asks for the topic itself, and not only as what it was picked for."""
        asked = self.covers.get(topic)
        return asked is not None and asked.topic == topic and asked != one


Counts = Mapping[tuple[str, bool], Mapping[str, int]]  # (level's words, books?) → topic → how many


def counts(site: Site) -> Counts:
    """How many courses and books teach each topic at each level: eight searches for all topics together."""
    return {
        (words, kinds is BOOKS): site.index.search(_query(levels, kinds)).facets.get("topic", {})
        for words, levels in LEVELS.items()
        for kinds in (COURSES, BOOKS)
    }


def _query(levels: tuple[str, ...], kinds: Sequence[str]) -> Query:
    return Query(page_size=1).choose("level", levels).choose("kind", tuple(kinds))


def candidates(site: Site, role: Role, wanted: Iterable[str]) -> dict[str, list[Entry]]:
    """For each topic what a search for it within the career finds first; the record is read once.

    Without descriptions: what is remembered of all careers would be the half of a process's memory.
    """
    chosen = Query(page_size=CONSIDERED, counted=False).choose("role", (role.id,)).choose("language", READ_HERE)
    found = {
        topic: site.index.search(
            replace(chosen.choose("topic", (topic,)), words=site.vocabulary.topics[topic].label, literal=True)
        ).ids
        for topic in wanted
    }
    entries = site.store.entries(sorted(set(chain.from_iterable(found.values()))))
    kept = {entry.id: _without_texts(entry) for entry in entries if _may_be_picked(entry)}
    return {topic: [kept[number] for number in ids if number in kept] for topic, ids in found.items()}


def _without_texts(entry: Entry) -> Entry:
    return replace(entry, resource=replace(entry.resource, description=None, syllabus=()))


def _may_be_picked(entry: Entry) -> bool:
    """Whether an entry is for all to see, may be in the language of our pages, is well spoken of if at all, and begins
    something.
    """
    title, rating = entry.resource.title, entry.resource.rating
    if rating is not None and rating < LEAST_RATING:
        return False
    return not entry.hidden and may_be_in(HERE, title) and not only_examines(title) and not only_continues(title)


def wanted(one: RoleTopic, career: Career, there_is: Counts, found: Sequence[Entry], known: Collection[str]) -> Wanted:
    """One row of the picture."""
    chosen = Query().choose("topic", (one.topic,))
    either, beside = _either(one.topic, career)
    return Wanted(
        topic=one.topic,
        label=career.vocabulary.topics[one.topic].label,
        level=labels.LEVELS[one.level],
        known=one.topic in known,
        cells=tuple(_cell(chosen, one, words, there_is) for words in LEVELS),
        picks=tuple(_pick(entry, one, career) for entry in career.worth.best_of(found, one.topic, PICKS)),
        url=url_for_query(chosen.choose("role", (career.role.id,))),
        total=sum(topics.get(one.topic, 0) for topics in there_is.values()),
        either=either,
        note="not needed beside what you know" if one.topic in spared(career.role, known) else beside,
    )


def _either(topic: str, career: Career) -> tuple[str, str]:
    """The name of the alternatives that a topic is one of, and what it goes with."""
    for group in career.role.one_of:
        for head, *others in group.choices:
            if topic == head or topic in others:
                return group.label, "" if topic == head else f"with {career.label(head)}"
    return "", ""


def in_turn(role: Role) -> Iterable[tuple[str, list[RoleTopic]]]:
    """The topics by need; alternatives together, after the others, where the most needed of them stands."""
    asked = {one.topic: one for one in role.topics}
    apart = asked.keys() - frozenset().union(*(group.topics for group in role.one_of))
    for need in labels.NEEDS:
        some = [one for one in role.topics if one.need == need and one.topic in apart]
        for group in role.one_of:
            together = [asked[topic] for choice in group.choices for topic in choice]
            if need == max((one.need for one in together), key=NEEDS.__getitem__):
                some += together
        yield need, some


def _cell(chosen: Query, one: RoleTopic, words: str, there_is: Counts) -> Cell:
    at_level = chosen.choose("level", LEVELS[words])
    courses, books = (there_is[words, are_books].get(one.topic, 0) for are_books in (False, True))
    return Cell(
        courses=courses,
        courses_url=url_for_query(at_level.choose("kind", COURSES)),
        books=books,
        books_url=url_for_query(at_level.choose("kind", BOOKS)),
        wanted=one.level in LEVELS[words],
        shade=sum(courses + books >= least for least in SHADES),
    )


def _pick(entry: Entry, one: RoleTopic, career: Career) -> Pick:
    return Pick(
        url=url_for_entry(entry.id, entry.resource.title),
        title=entry.resource.title,
        kind=labels.kind(entry.resource.kind),
        reasons=tuple(reasons(entry, one, career)),
    )


def reasons(entry: Entry, one: RoleTopic, career: Career) -> Iterable[str]:
    """What speaks for a resource as a way to learn one topic of a career, in words."""
    resource = entry.resource
    matches = [match for match in entry.topics if career.covers.get(match.topic) == one]
    if any(found.field == "title" for match in matches for found in match.evidence):
        yield "named in its title"
    if resource.level == one.level:
        yield f"{labels.LEVELS[one.level].lower()} level, as wanted"
    elif resource.level:
        yield "for all levels" if resource.level == Level.ALL else f"{labels.LEVELS[resource.level].lower()} level"
    if rating := labels.rating(resource):
        yield f"rated {rating}"
    if length := labels.hours(resource.hours_min, resource.hours_max):
        yield length
    if cost := labels.short_cost(resource):
        yield cost.lower() if cost in labels.COSTS.values() else cost
    if also := [career.label(match.topic) for match in entry.topics if career.asks_beside(match.topic, one)]:
        yield f"also teaches {labels.listed(also[:3])}"


def next_steps(
    site: Site, career: Career, found: Mapping[str, Sequence[Entry]], known: Collection[str]
) -> tuple[Next, ...]:
    """The few resources that together teach most of what is still missing."""
    rated = Query(page_size=RATED, sort="rating", counted=False)
    rated = rated.choose("role", (career.role.id,)).choose("language", READ_HERE)
    pool = {entry.id: entry for entries in found.values() for entry in entries}
    more = [number for number in site.index.search(rated).ids if number not in pool]
    pool |= {entry.id: entry for entry in site.store.entries(more) if _may_be_picked(entry)}
    stand = Standpoint(role=career.role, foundations=site.foundations, know=frozenset(known))
    going = [entry for entry in pool.values() if stand.goes_with(stand.offer(candidate(entry, site.vocabulary, "")))]
    chosen = career.worth.complementary(going, known, NEXT)
    shown = cards(site.store.entries([entry.id for entry, _ in chosen]), site.vocabulary)
    return tuple(
        Next(card=card, adds=labels.listed([career.label(topic) for topic in adds[:4]]))
        for card, (_, adds) in zip(shown, chosen, strict=True)
    )
