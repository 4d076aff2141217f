"""Topics read from ``topics.toml`` and checked: known names only, a tree without circles, no name claimed twice."""

from collections.abc import Callable, Iterable, Mapping

from catalog.vocabulary.concepts import Topic
from catalog.vocabulary.toml_file import SLUG, TomlFile, plain

DEEPEST = 4  # levels of the tree of topics, the root counted
TOP_KEYS = ("computing_cues", "fiction_cues", "not_computing")
LISTS = ("broader", "aliases", "ambiguous", "unsure_in_books", "cues", "not_in", "related", "prerequisites")
KEYS = ("label", "definition", "same_as", *LISTS)


def read_topics(source: TomlFile) -> tuple[dict[str, Topic], dict[str, tuple[str, ...]]]:
    """The topics by id, and the lists of phrases at the top of the file. Raises VocabularyError."""
    topics = {slug: _topic(source, slug) for slug, value in source.content.items() if isinstance(value, dict)}
    top = source.table("")
    cues = {key: top.texts(key) for key in TOP_KEYS}
    top.know_keys(TOP_KEYS, set(source.content) - set(topics))
    top.know("topic", "not_computing", cues["not_computing"], topics)
    for topic in topics.values():
        for key in ("broader", "related", "prerequisites"):
            source.table(topic.id).know("topic", key, getattr(topic, key), topics)
    _check_depth(source, topics)
    _check_circles(source, topics, "prerequisites", lambda slug: topics[slug].prerequisites)
    _check_orphans(source, topics)
    _check_names(source, topics.values())
    return topics, cues


def _topic(source: TomlFile, slug: str) -> Topic:
    table = source.table(slug)
    if not SLUG.fullmatch(slug):
        raise table.wrong(slug, "a topic id is lower-case letters and digits joined by hyphens")
    table.know_keys(KEYS)
    return Topic(
        id=slug,
        label=table.text("label"),
        definition=table.text("definition"),
        same_as=table.same_as(),
        **{key: table.texts(key) for key in LISTS},
    )


def _check_circles(
    source: TomlFile, topics: Mapping[str, Topic], key: str, arrows: Callable[[str], Iterable[str]]
) -> dict[str, int]:
    """The longest way from each topic along the arrows, counted in topics; a circle raises."""
    lengths: dict[str, int] = {}

    def length(slug: str, path: tuple[str, ...]) -> int:
        if slug in path:
            circle = " → ".join((*path[path.index(slug) :], slug))
            raise source.table(slug).wrong(key, f"{key} runs in a circle: {circle}")
        if slug not in lengths:
            lengths[slug] = 1 + max((length(other, (*path, slug)) for other in arrows(slug)), default=0)
        return lengths[slug]

    for slug in topics:
        length(slug, ())
    return lengths


def _check_depth(source: TomlFile, topics: Mapping[str, Topic]) -> None:
    for slug, depth in _check_circles(source, topics, "broader", lambda slug: topics[slug].broader).items():
        if depth > DEEPEST:
            raise source.table(slug).wrong("broader", f"stands {depth} levels deep; the tree has at most {DEEPEST}")


def _check_orphans(source: TomlFile, topics: Mapping[str, Topic]) -> None:
    parents = {above for topic in topics.values() for above in topic.broader}
    for topic in topics.values():
        if not topic.broader and topic.id not in parents and len(topics) > 1:
            message = "stands alone: it has nothing above it and nothing below it; name what it belongs to in broader"
            raise source.table(topic.id).wrong("broader", message)


def _check_names(source: TomlFile, topics: Iterable[Topic]) -> None:
    owners: dict[str, str] = {}
    for topic in topics:
        for name in (*topic.sure_names, *topic.ambiguous, *topic.unsure_in_books):
            owner = owners.setdefault(plain(name), topic.id)
            if owner != topic.id:
                raise source.table(topic.id).wrong(name, f"the name {name!r} is already claimed by topic {owner!r}")
