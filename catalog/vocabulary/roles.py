"""Roles read from ``roles/*.toml``, one file a role, and checked against the topics and each other."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from catalog.errors import VocabularyError
from catalog.vocabulary.concepts import LEVELS, NEEDS, Guide, Neighbour, OneOf, Passage, Role, RoleTopic, Topic
from catalog.vocabulary.toml_file import SLUG, TomlFile, TomlTable, plain

PASSAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(  # table → what it may hold beside title and text
    {
        "sections": ("topics",),
        "tools": ("topics",),
        "education": (),
        "growth": (),
        "projects": ("topics", "level"),
        "links": ("url",),
    }
)
TEXTS = ("label", "summary", "work")
LISTS = ("aliases", "duties", "challenges", "good", "hard", "questions")
KEYS = (*TEXTS, *LISTS, *PASSAGES, *NEEDS, "same_as", "one_of", "neighbours")


def read_roles(folder: Path, topics: Mapping[str, Topic], other: Path | None = None) -> dict[str, Role]:
    """The roles by id, which is the name of the file; ``other`` is one more file. Raises VocabularyError."""
    paths = {path.stem: path for path in (*sorted(folder.glob("*.toml")), *([other] if other else []))}
    sources = {slug: TomlFile(path) for slug, path in paths.items()}
    if not sources:
        raise VocabularyError(f"{folder}: holds no role (*.toml); at least one is needed")
    roles = {slug: _role(source, topics) for slug, source in sources.items()}
    owners: dict[str, str] = {}
    for slug, role in roles.items():
        for name in (role.label, *role.aliases):
            owner = owners.setdefault(plain(name), slug)
            if owner != slug:
                raise sources[slug].table("").wrong(name, f"the name {name!r} already belongs to role {owner!r}")
        for table, neighbour in zip(sources[slug].tables("neighbours"), role.neighbours, strict=True):
            table.know("role", "role", [neighbour.role], roles.keys() - {slug})
    return roles


def _role(source: TomlFile, topics: Mapping[str, Topic]) -> Role:
    slug, top = source.path.stem, source.table("")
    if not SLUG.fullmatch(slug):
        raise VocabularyError(f"{source.path}: a role file is named in lower-case letters and digits joined by hyphens")
    top.know_keys(KEYS)
    asked = tuple(one for need in NEEDS for one in _asked(source.table(need), topics))
    if not any(one.need == "must" for one in asked):
        raise VocabularyError(f"{source.path}: a role needs at least one topic under [must]")
    for number, one in enumerate(asked):
        if one.topic in {other.topic for other in asked[:number]}:
            raise source.table(one.need).wrong(one.topic, f"the topic {one.topic!r} is asked for twice")
    return Role(
        id=slug,
        label=top.text("label"),
        summary=top.text("summary"),
        aliases=top.texts("aliases"),
        duties=top.texts("duties"),
        same_as=top.same_as(),
        topics=asked,
        one_of=tuple(_one_of(source, {one.topic for one in asked})),
        neighbours=tuple(_neighbour(table) for table in source.tables("neighbours")),
        guide=_guide(source, topics),
    )


def _one_of(source: TomlFile, asked: Collection[str]) -> Iterator[OneOf]:
    """Alternatives: at least two choices, of topics that the role asks for, each in one place only."""
    placed: set[str] = set()
    for table in source.tables("one_of"):
        table.know_keys(("label", "choices"))
        choices = table.lists("choices")
        if len(choices) < 2:
            raise table.wrong("choices", "alternatives need at least two choices")
        for topic in (topic for choice in choices for topic in choice):
            if topic not in asked:
                raise table.wrong(topic, f"choices names {topic!r}, which the role does not ask for")
            if topic in placed:
                raise table.wrong(topic, f"the topic {topic!r} stands in two choices")
            placed.add(topic)
        yield OneOf(label=table.text("label"), choices=choices)


def _guide(source: TomlFile, topics: Mapping[str, Topic]) -> Guide:
    top = source.table("")

    def passages(name: str) -> tuple[Passage, ...]:
        return tuple(_passage(table, PASSAGES[name], topics) for table in source.tables(name))

    return Guide(
        work=top.text("work") if "work" in top.values else "",
        sections=passages("sections"),
        tools=passages("tools"),
        education=passages("education"),
        growth=passages("growth"),
        projects=passages("projects"),
        links=passages("links"),
        challenges=top.texts("challenges"),
        good=top.texts("good"),
        hard=top.texts("hard"),
        questions=top.texts("questions"),
    )


def _passage(table: TomlTable, more: Iterable[str], topics: Mapping[str, Topic]) -> Passage:
    table.know_keys(("title", "text", *more))
    named, level, url = table.texts("topics"), table.values.get("level"), table.values.get("url")
    table.know("topic", "topics", named, topics)
    if level is not None and level not in LEVELS:
        raise table.wrong("level", f"level must be one of {LEVELS}, not {level!r}")
    if "url" in more and urlsplit(str(url)).scheme != "https":
        raise table.wrong("url", f"url must be an https address, not {url!r}")
    return Passage(
        title=table.text("title"),
        text=table.text("text"),
        topics=named,
        level=str(level) if level else None,
        url=str(url) if url else None,
    )


def _neighbour(table: TomlTable) -> Neighbour:
    table.know_keys(("role", "text"))
    return Neighbour(role=table.text("role"), text=table.text("text"))


def _asked(table: TomlTable, topics: Mapping[str, Topic]) -> Iterator[RoleTopic]:
    table.know("topic", table.name, table.values, topics)
    for topic, wish in table.values.items():
        details = wish if isinstance(wish, dict) else {"level": wish}
        table.know_keys(("level", "weight"), details)
        level, weight = details.get("level"), details.get("weight", NEEDS[table.name])
        if level not in LEVELS:
            raise table.wrong(topic, f"the level of {topic!r} must be one of {LEVELS}, not {level!r}")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
            raise table.wrong(topic, f"the weight of {topic!r} must be a number above 0, not {weight!r}")
        yield RoleTopic(topic=topic, need=table.name, weight=float(weight), level=level)
