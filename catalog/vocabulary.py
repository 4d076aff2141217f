"""The words of the trade: topics (SKOS concepts in a tree) and roles (occupations as weighted topics), read from TOML.

``load_vocabulary`` believes nothing: every name, arrow and level is checked, and each complaint says where it stands.
"""

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

import msgspec

from catalog.errors import VocabularyError

DEEPEST = 4  # levels of the tree of topics, the root counted
NEEDS: Mapping[str, float] = MappingProxyType({"must": 3.0, "should": 2.0, "nice": 1.0})  # need → default weight
LEVELS = ("beginner", "intermediate", "advanced")
AUTHORITIES = ("github", "onet", "esco")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """Something that can be taught: a SKOS concept with its place in the tree and the names it goes by."""

    id: str
    label: str
    definition: str
    broader: tuple[str, ...] = ()  # the first is the main parent
    aliases: tuple[str, ...] = ()  # sure anywhere in a text
    ambiguous: tuple[str, ...] = ()  # ordinary words too: they need proof beside them
    unsure_in_books: tuple[str, ...] = ()  # sure in a course, ambiguous among novels and biographies
    cues: tuple[str, ...] = ()  # words that prove an ambiguous name of this topic
    not_in: tuple[str, ...] = ()  # phrases that hold a name of this topic and mean something else
    related: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    same_as: Mapping[str, str] = field(default_factory=dict)

    @property
    def sure_names(self) -> tuple[str, ...]:
        unsure = {name.casefold() for name in self.ambiguous + self.unsure_in_books}
        return tuple(name for name in (self.label, *self.aliases) if name.casefold() not in unsure)


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleTopic:
    """One topic a role asks for: how urgently (must, should, nice), with what weight, at what level."""

    topic: str
    need: str
    weight: float
    level: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """An occupation (schema.org Occupation) as the topics it asks for."""

    id: str
    label: str
    summary: str
    aliases: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    same_as: Mapping[str, str] = field(default_factory=dict)
    topics: tuple[RoleTopic, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All topics and roles, checked, with the phrases that tell computing texts from others."""

    topics: Mapping[str, Topic]
    roles: Mapping[str, Role]
    computing_cues: tuple[str, ...] = ()  # phrases that prove a text to be about computing
    fiction_cues: tuple[str, ...] = ()  # phrases in a title or subject that prove the opposite
    not_computing: tuple[str, ...] = ()  # topics that, with all below them, prove nothing about computing

    def narrower(self, topic: str) -> tuple[str, ...]:
        """The ids directly below a topic, in alphabetical order."""
        return tuple(sorted(other.id for other in self.topics.values() if topic in other.broader))

    def ancestors(self, topic: str) -> tuple[str, ...]:
        """The ids above a topic, nearest first, each once."""
        found: dict[str, None] = {}
        rising = list(self.topics[topic].broader)
        while rising:
            above = rising.pop(0)
            if above not in found:
                found[above] = None
                rising.extend(self.topics[above].broader)
        return tuple(found)

    def roots(self) -> tuple[str, ...]:
        """The ids of the topics with nothing above them, in alphabetical order."""
        return tuple(sorted(topic.id for topic in self.topics.values() if not topic.broader))

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change whenever the content does, and with nothing else."""
        content = {
            "topics": {slug: asdict(topic) for slug, topic in self.topics.items()},
            "roles": {slug: asdict(role) for slug, role in self.roles.items()},
            "cues": [sorted(self.computing_cues), sorted(self.fiction_cues), sorted(self.not_computing)],
        }
        return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()[:16]


def load_vocabulary(topics_path: Path | None = None, roles_dir: Path | None = None) -> Vocabulary:
    """Read and check the vocabulary; without arguments the one that ships with Lodestar.

    Raises VocabularyError, which names the file and, where it can be found, the line.
    """
    home = Path(__file__).parent
    source = _TomlFile(topics_path or home / "topics.toml")
    topics = {slug: _topic(source, slug) for slug, value in source.content.items() if isinstance(value, dict)}
    cues = {key: _texts(source, (), source.content, key) for key in TOP_KEYS}
    source.know_keys((), set(source.content) - set(topics), TOP_KEYS)
    vocabulary = Vocabulary(
        topics=MappingProxyType(topics),
        roles=MappingProxyType(_roles(roles_dir or home / "roles", topics)),
        computing_cues=cues["computing_cues"],
        fiction_cues=cues["fiction_cues"],
        not_computing=cues["not_computing"],
    )
    source.know_topics((), "not_computing", vocabulary.not_computing, topics)
    for topic in topics.values():
        for key in ("broader", "related", "prerequisites"):
            source.know_topics((topic.id,), key, getattr(topic, key), topics)
    _check_tree(source, topics)
    _check_names(source, topics.values())
    return vocabulary


TOP_KEYS = ("computing_cues", "fiction_cues", "not_computing")
TOPIC_LISTS = (
    "broader",
    "aliases",
    "ambiguous",
    "unsure_in_books",
    "cues",
    "not_in",
    "related",
    "prerequisites",
)
TOPIC_KEYS = ("label", "definition", "same_as", *TOPIC_LISTS)
ROLE_KEYS = ("label", "summary", "aliases", "duties", "same_as", *NEEDS)


class _TomlFile:
    """One file of the vocabulary, which can say on which line something stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.lines = path.read_text(encoding="utf-8").splitlines()
            self.content: dict[str, object] = tomllib.loads("\n".join(self.lines))
        except OSError as problem:
            raise VocabularyError(f"{path}: cannot be read ({problem}); restore the file") from problem
        except ValueError as problem:
            raise VocabularyError(f"{path}: not valid TOML: {problem}") from problem

    def wrong(self, table: tuple[str, ...], word: str, message: str) -> VocabularyError:
        line = self._line(table, word)
        where = f"{self.path}:{line}" if line else str(self.path)
        return VocabularyError(f"{where}: {'.'.join(table) + ': ' if table else ''}{message}")

    def know_keys(self, table: tuple[str, ...], keys: Iterable[str], known: Iterable[str]) -> None:
        for key in sorted(set(keys) - set(known)):
            raise self.wrong(table, key, f"unknown key {key!r}{_nearest(key, known)}")

    def know_topics(self, table: tuple[str, ...], key: str, ids: Iterable[str], topics: Mapping[str, Topic]) -> None:
        for slug in ids:
            if slug not in topics:
                raise self.wrong(table, slug, f"{key} names the unknown topic {slug!r}{_nearest(slug, topics)}")

    def _line(self, table: tuple[str, ...], word: str) -> int | None:
        """The first line of the table that holds the word, else the line of the table's head."""
        heads = [n for n, line in enumerate(self.lines) if table and line.strip() == f"[{'.'.join(table)}]"]
        start = heads[0] if heads else 0
        pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        for number, line in enumerate(self.lines[start:], start + 1):
            if number > start + 1 and line.startswith("["):
                break
            if pattern.search(line):
                return number
        return start + 1 if heads else None


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known)[:12])}"


def _texts(source: _TomlFile, table: tuple[str, ...], values: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = values.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise source.wrong(table, key, f"{key} must be a list of texts, not {value!r}")
    return tuple(value)


def _text(source: _TomlFile, table: tuple[str, ...], values: Mapping[str, object], key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str) or not value.strip():
        raise source.wrong(table, key, f"{key} must be a text, not {value!r}")
    return " ".join(value.split())


def _same_as(source: _TomlFile, table: tuple[str, ...], values: Mapping[str, object]) -> dict[str, str]:
    value = values.get("same_as", {})
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise source.wrong(table, "same_as", f"same_as must be a table of texts, not {value!r}")
    source.know_keys(table, value, AUTHORITIES)
    return dict(value)


def _topic(source: _TomlFile, slug: str) -> Topic:
    table, values = (slug,), source.content[slug]
    assert isinstance(values, dict)  # noqa: S101 - load_vocabulary passes tables only
    if not SLUG.fullmatch(slug):
        raise source.wrong(table, slug, "a topic id is lower-case letters and digits joined by hyphens")
    source.know_keys(table, values, TOPIC_KEYS)
    return Topic(
        id=slug,
        label=_text(source, table, values, "label"),
        definition=_text(source, table, values, "definition"),
        same_as=_same_as(source, table, values),
        **{key: _texts(source, table, values, key) for key in TOPIC_LISTS},
    )


def _check_tree(source: _TomlFile, topics: Mapping[str, Topic]) -> None:
    depths: dict[str, int] = {}

    def depth(slug: str, path: tuple[str, ...]) -> int:
        if slug in path:
            circle = " → ".join((*path[path.index(slug) :], slug))
            raise source.wrong((slug,), "broader", f"broader runs in a circle: {circle}")
        if slug not in depths:
            depths[slug] = 1 + max((depth(above, (*path, slug)) for above in topics[slug].broader), default=0)
        return depths[slug]

    for slug in topics:
        if depth(slug, ()) > DEEPEST:
            raise source.wrong((slug,), "broader", f"stands {depths[slug]} levels deep; the tree has at most {DEEPEST}")


def _check_names(source: _TomlFile, topics: Iterable[Topic]) -> None:
    owners: dict[str, str] = {}
    for topic in topics:
        for name in (*topic.sure_names, *topic.ambiguous, *topic.unsure_in_books):
            owner = owners.setdefault(plain(name), topic.id)
            if owner != topic.id:
                raise source.wrong((topic.id,), name, f"the name {name!r} is already claimed by topic {owner!r}")


def plain(name: str) -> str:
    """A name without case, hyphens, slashes and doubled blanks: names that agree so are one name."""
    return " ".join(re.sub(r"[-/_]", " ", name.casefold()).split())


def _roles(folder: Path, topics: Mapping[str, Topic]) -> dict[str, Role]:
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise VocabularyError(f"{folder}: holds no role (*.toml); at least one is needed")
    roles = [_role(_TomlFile(path), topics) for path in paths]
    owners: dict[str, str] = {}
    for role in roles:
        for name in (role.label, *role.aliases):
            owner = owners.setdefault(plain(name), role.id)
            if owner != role.id:
                raise VocabularyError(f"{folder / role.id}.toml: the name {name!r} already belongs to role {owner!r}")
    return {role.id: role for role in roles}


def _role(source: _TomlFile, topics: Mapping[str, Topic]) -> Role:
    values, slug = source.content, source.path.stem
    if not SLUG.fullmatch(slug):
        raise VocabularyError(f"{source.path}: a role file is named in lower-case letters and digits joined by hyphens")
    source.know_keys((), values, ROLE_KEYS)
    asked = [asked for need in NEEDS for asked in _asked(source, need, topics)]
    if not any(one.need == "must" for one in asked):
        raise VocabularyError(f"{source.path}: a role needs at least one topic under [must]")
    counted: dict[str, int] = defaultdict(int)
    for one in asked:
        counted[one.topic] += 1
        if counted[one.topic] > 1:
            raise source.wrong((one.need,), one.topic, f"the topic {one.topic!r} is asked for twice")
    return Role(
        id=slug,
        label=_text(source, (), values, "label"),
        summary=_text(source, (), values, "summary"),
        aliases=_texts(source, (), values, "aliases"),
        duties=_texts(source, (), values, "duties"),
        same_as=_same_as(source, (), values),
        topics=tuple(asked),
    )


def _asked(source: _TomlFile, need: str, topics: Mapping[str, Topic]) -> Iterable[RoleTopic]:
    table = source.content.get(need, {})
    if not isinstance(table, dict):
        raise source.wrong((), need, f"[{need}] must be a table of topic = level, not {table!r}")
    source.know_topics((need,), need, table, topics)
    for topic, wish in table.items():
        details = wish if isinstance(wish, dict) else {"level": wish}
        source.know_keys((need,), details, ("level", "weight"))
        level, weight = details.get("level"), details.get("weight", NEEDS[need])
        if level not in LEVELS:
            raise source.wrong((need,), topic, f"the level of {topic!r} must be one of {LEVELS}, not {level!r}")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or weight <= 0:
            raise source.wrong((need,), topic, f"the weight of {topic!r} must be a number above 0, not {weight!r}")
        yield RoleTopic(topic=topic, need=need, weight=float(weight), level=level)
