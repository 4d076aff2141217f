"""How RDFa names things: vocabularies, prefixes, short forms and addresses."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from crawlers.readers.page_tree import Element, absolute

# The prefixes of the standard's initial context that descriptions of learning material use.
_PREFIXES = MappingProxyType(
    {
        "schema": "http://schema.org/",
        "sdo": "http://schema.org/",
        "dc": "http://purl.org/dc/terms/",
        "dcterms": "http://purl.org/dc/terms/",
        "dc11": "http://purl.org/dc/elements/1.1/",
        "cc": "http://creativecommons.org/ns#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "og": "http://ogp.me/ns#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
_PAIR = re.compile(r"([^\s:]+):\s+(\S+)")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What short names mean at one place of the page."""

    base: str
    vocabulary: str | None = None
    prefixes: Mapping[str, str] = field(default_factory=lambda: _PREFIXES)

    def inside(self, element: Element) -> "Scope":
        """What they mean inside of an element, which may state a vocabulary and prefixes."""
        stated = dict(_stated_prefixes(element))
        vocabulary = element.get("vocab")
        if not stated and vocabulary is None:
            return self
        scope = replace(self, prefixes={**self.prefixes, **stated}) if stated else self
        if vocabulary is not None:
            scope = replace(scope, vocabulary=absolute(self.base, vocabulary) if vocabulary.strip() else None)
        return scope

    def names(self, words: str | None) -> list[str]:
        """Types and properties in full; words that mean nothing here are left out."""
        return [name for word in (words or "").split() if (name := self._name(word)) is not None]

    def _name(self, word: str) -> str | None:
        prefix, colon, rest = word.partition(":")
        if not colon:
            return f"{self.vocabulary}{word}" if self.vocabulary else None
        if not rest.startswith("//") and prefix.lower() in self.prefixes:
            return self.prefixes[prefix.lower()] + rest
        return word if prefix != "_" else None

    def thing(self, word: str) -> str | None:
        """The name of a thing: an address, also relative or short; "_:a" is a thing without an address."""
        word = word.strip()
        if word.startswith("[") and word.endswith("]"):
            word = word[1:-1].strip()
            if not word:
                return None
        prefix, colon, rest = word.partition(":")
        if prefix == "_":
            return word
        if colon and not rest.startswith("//") and prefix.lower() in self.prefixes:
            return self.prefixes[prefix.lower()] + rest
        return absolute(self.base, word)


def _stated_prefixes(element: Element) -> Iterator[tuple[str, str]]:
    for name, address in element.attrib.items():
        if str(name).startswith("xmlns:"):
            yield str(name)[6:].lower(), str(address).strip()
    for prefix, address in _PAIR.findall(element.get("prefix") or ""):
        if prefix != "_":
            yield prefix.lower(), address
