"""Names of linked data made plain: prefixes, addresses and aliases of contexts become the words of schema.org."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Node = dict[str, Any]

_VOCABULARY = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:|sdo:)")
_SCHEMA_ORG = re.compile(r"https?://(?:www\.)?schema\.org[/#]*")
_CONTAINERS = ("@list", "@set")
_DEEPEST = 200  # levels of nesting; what is deeper is no description of a course


class Names(NamedTuple):
    """What a context says of names: short forms of schema.org's address, and words that stand for others."""

    prefixes: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = MappingProxyType({})

    def plain(self, name: str) -> str:
        known = self.aliases.get(name)
        if known is not None:
            return known
        prefix, colon, rest = name.partition(":")
        return rest if colon and prefix in self.prefixes else plain_name(name)


def plain_name(name: str) -> str:
    """A type or property without the vocabulary's address or prefix: "http://schema.org/Course" → "Course"."""
    return _VOCABULARY.sub("", name)


def name_of(node: Mapping[str, Any]) -> str | None:
    """The ``@id`` of a node, also under the alias that many contexts give it."""
    name = node.get("@id", node.get("id"))
    return name.strip() or None if isinstance(name, str) else None


def plain_nodes(value: Any) -> Any:
    """The value with plain names for properties and types at every depth, and with lists and literals unpacked.

    RecursionError where it is nested too deep to be meant.
    """
    return _plain(value, Names(), 0)


def _plain(value: Any, names: Names, depth: int) -> Any:
    if depth > _DEEPEST:
        raise RecursionError("nested too deep")
    if isinstance(value, list):
        return [_plain(one, names, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    if "@context" in value:
        names = _with_context(names, value["@context"])
    for container in _CONTAINERS:
        if isinstance(value.get(container), list):
            return _plain(value[container], names, depth + 1)
    if "@value" in value and "@language" not in value:
        return _plain(value["@value"], names, depth + 1)
    return _plain_node(value, names, depth)


def _plain_node(value: dict[str, Any], names: Names, depth: int) -> Node:
    node: Node = {}
    for key, told in value.items():
        name = names.plain(key)
        if name == "@context":
            node[name] = told
        elif name in {"@type", "type", "additionalType"}:
            node.setdefault(name, _plain_types(told, names))
        else:
            node.setdefault(name, _plain(told, names, depth + 1))
    return node


def _plain_types(told: Any, names: Names) -> Any:
    if isinstance(told, str):
        return names.plain(told.strip())
    if isinstance(told, list):
        return [names.plain(one.strip()) if isinstance(one, str) else one for one in told]
    return told


def _with_context(names: Names, context: Any) -> Names:
    """The names with what one more context says; addresses of contexts elsewhere are not fetched."""
    meanings = dict(_meanings(context))
    prefixes = names.prefixes | {word for word, address in meanings.items() if _SCHEMA_ORG.fullmatch(address)}
    known = Names(prefixes)
    aliases = {word: known.plain(address) for word, address in meanings.items() if word not in prefixes}
    # A word that stands for what is not of schema.org keeps its own name, so that it is taken for nothing else.
    ours = {word: name for word, name in aliases.items() if ":" not in name}
    return Names(prefixes, {**names.aliases, **ours}) if prefixes or ours else names


def _meanings(context: Any) -> Iterator[tuple[str, str]]:
    for part in context if isinstance(context, list) else [context]:
        for word, meaning in part.items() if isinstance(part, dict) else ():
            address = meaning.get("@id") if isinstance(meaning, dict) else meaning
            if isinstance(address, str) and not word.startswith("@"):
                yield word, address
