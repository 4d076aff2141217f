"""Which of our kinds a node of schema.org is: by its types, else by properties that only one type has."""

from collections.abc import Iterator

from catalog.model import Kind
from crawlers.readers.json_ld import Graph, Node, plain_name, types
from crawlers.readers.schema_org_values import each, words

# The first that fits: a node may be a Course and a Product, or a LearningResource and a VideoObject.
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("course", Kind.COURSE),
    ("educationaloccupationalprogram", Kind.PROGRAM),
    ("book", Kind.BOOK),
    ("audiobook", Kind.BOOK),
    ("podcastseries", Kind.PODCAST),
    ("podcastepisode", Kind.EPISODE),
    ("educationaloccupationalcredential", Kind.CERTIFICATION),
    ("courseinstance", Kind.COURSE),
    ("videoobject", Kind.VIDEO),
    ("learningresource", Kind.TUTORIAL),
    ("trainingmaterial", Kind.TUTORIAL),
)
_KINDS_BY_WORD: dict[str, Kind] = {kind.value: kind for kind in Kind} | {
    "textbook": Kind.BOOK,
    "ebook": Kind.BOOK,
    "e-book": Kind.BOOK,
    "learning path": Kind.PROGRAM,
    "online course": Kind.COURSE,
    "mooc": Kind.COURSE,
}
# Types that say nothing of the kind, so that another property may.
_VAGUE = frozenset({"product", "creativework", "webpage", "article", "techarticle", "thing", "digitaldocument"})


def kind_of(node: Node, default: Kind | None = None) -> Kind | None:
    """The kind that the node says it is; None where it is no learning resource."""
    stated = {one.lower() for one in types(node)}
    found = _by_types(stated)
    if found is None and stated & _VAGUE:
        found = _by_types(set(_additional(node))) or _by_properties(node)
    if found is not Kind.TUTORIAL:
        return found
    named = (_KINDS_BY_WORD[word] for word in _type_words(node) if word in _KINDS_BY_WORD)
    return next(named, default or Kind.TUTORIAL)


def _by_types(names: set[str]) -> Kind | None:
    return next((kind for name, kind in _KINDS if name in names), None)


def _additional(node: Node) -> Iterator[str]:
    for one in each(node.get("additionalType")):
        stated = one.get("@id", one.get("id")) if isinstance(one, dict) else one
        if isinstance(stated, str):
            yield plain_name(stated.strip()).rstrip("/").lower()


def _by_properties(node: Node) -> Kind | None:
    """Only courses have instances and codes, only material for learning has a type of it."""
    if node.get("hasCourseInstance") or node.get("courseCode"):
        return Kind.COURSE
    return Kind.TUTORIAL if node.get("learningResourceType") else None


def _type_words(node: Node) -> Iterator[str]:
    """The words of learningResourceType; of an address also its last part, which is the same in every language."""
    for one in each(node.get("learningResourceType")):
        address = one.get("@id", one.get("id")) if isinstance(one, dict) else one
        tail = address.rstrip("/").rpartition("/")[2].replace("_", " ") if isinstance(address, str) else ""
        yield from (word.strip().lower() for word in (*words(Graph([]), one), tail))
