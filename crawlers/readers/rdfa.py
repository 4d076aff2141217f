"""RDFa of a page (RDFa Core 1.1 in HTML, without lists and markup literals), as nodes."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from lxml import etree

from crawlers.readers.linked_names import Node, plain_name
from crawlers.readers.page_tree import Element, Steps, TooMuch, text_of
from crawlers.readers.rdfa_names import Scope

_MOST_NESTED = 5_000
_DEEPEST = 50  # levels of nodes within nodes
_FIGURES = frozenset({"data", "meter"})
_MARKS = ("typeof", "property", "rel", "rev", "about", "resource", "vocab", "prefix")
_TYPED = etree.XPath("boolean(//*[@typeof or @vocab])")
# By a vocabulary, a prefix of the page's own, or the one that every page knows.
_OF_SCHEMA_ORG = etree.XPath(
    "boolean(//@*[contains(., 'schema.org') and not(name() = 'itemtype' or name() = 'href' or name() = 'src')]"
    " | //@typeof[starts-with(., 'schema:') or contains(., ' schema:') or starts-with(., 'sdo:')])"
)


class Pending(NamedTuple):
    """A relation whose other end is further inside."""

    subject: str
    name: str
    forward: bool


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an element inherits: names, who is spoken of, and which relations wait for their other end."""

    scope: Scope
    subject: str
    thing: str
    pending: tuple[Pending, ...] = ()


class Statement(NamedTuple):
    """Who, which property, and the value: a literal, or the name of a thing."""

    subject: str
    name: str
    value: Any
    is_thing: bool = False


def has_rdfa(root: Element) -> bool:
    """Whether the page means RDFa of schema.org, which is more than the meta tags of Open Graph."""
    typed = root.get("vocab") or root.get("typeof") or _TYPED(root)
    return bool(typed) and bool(_OF_SCHEMA_ORG(root))


def rdfa(root: Element, base: str) -> tuple[list[Node], bool]:
    """The nodes nobody else holds, with those they hold inside, and whether they are all of the page."""
    reader = _Reader(base)
    try:
        reader.read(root)
    except TooMuch:
        return _nested(reader.statements), False
    return _nested(reader.statements), True


class _Reader:
    """One page: its statements in the order of their elements."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._steps = Steps()
        self._blank = itertools.count()
        self.statements: list[Statement] = []

    def read(self, root: Element) -> None:
        waiting = [(root, Context(scope=Scope(base=self._base), subject=self._base, thing=self._base))]
        while waiting:
            element, context = waiting.pop()
            self._steps.take()
            inner = self._inside(element, context) if _is_marked(element) else context
            waiting.extend((child, inner) for child in reversed(element))

    def _new(self) -> str:
        return f"_:rdfa{next(self._blank)}"

    def _inside(self, element: Element, context: Context) -> Context:
        """Tells what one element says; the context of its children."""
        scope = context.scope.inside(element)
        element_at = _Place(element, scope, is_root=element.getparent() is None)
        if element_at.forward or element_at.backward:
            return self._relation(element_at, context)
        return self._property(element_at, context)

    def _property(self, at: "_Place", context: Context) -> Context:
        """An element without rel and rev: a property, a thing, or both (the standard's 7.5, step 5)."""
        plain = bool(at.properties) and at.get("content") is None and at.get("datatype") is None
        if plain:
            subject = at.about or (self._base if at.is_root else context.thing)
            typed = (at.about or (self._base if at.is_root else at.target or self._new())) if at.types else None
            thing = typed or subject
        else:
            subject = at.about or at.own_target or (self._base if at.is_root else None) or ""
            if not subject:
                subject = self._new() if at.types and at.tag not in {"head", "body"} else context.thing
            typed = subject if at.types else None
            thing = subject
        self._tell_types(typed, at)
        self._tell_properties(subject, at, typed if plain else None)
        if not at.says_something:
            return replace(context, scope=at.scope)
        self._complete(context, subject)
        return Context(scope=at.scope, subject=subject, thing=thing)

    def _relation(self, at: "_Place", context: Context) -> Context:
        """An element with rel or rev (step 6), which may wait for things further inside (step 10)."""
        subject = at.about or (self._base if at.is_root else context.thing)
        thing = at.target or (self._new() if at.types and not at.about else None)
        self._tell_types(at.about or thing if at.types else None, at)
        pending: tuple[Pending, ...] = ()
        relations = [Pending(subject, name, True) for name in at.forward]
        relations += [Pending(subject, name, False) for name in at.backward]
        if thing is not None:
            for one in relations:
                self._relate(one, thing)
        else:
            pending, thing = tuple(relations), self._new()
        self._tell_properties(subject, at, None)
        self._complete(context, subject)
        return Context(scope=at.scope, subject=subject, thing=thing, pending=pending)

    def _complete(self, context: Context, thing: str) -> None:
        for one in context.pending:
            self._relate(one, thing)

    def _relate(self, one: Pending, thing: str) -> None:
        subject, value = (one.subject, thing) if one.forward else (thing, one.subject)
        self.statements.append(Statement(subject, one.name, value, True))

    def _tell_types(self, thing: str | None, at: "_Place") -> None:
        if thing is not None:
            self.statements.extend(Statement(thing, "@type", name) for name in at.types)

    def _tell_properties(self, subject: str, at: "_Place", typed: str | None) -> None:
        if not at.properties:
            return
        value, is_thing = self._value(at, typed)
        if value not in (None, ""):
            self.statements.extend(Statement(subject, name, value, is_thing) for name in at.properties)

    def _value(self, at: "_Place", typed: str | None) -> tuple[Any, bool]:
        """The value of a property (step 11)."""
        for stated in (at.get("content"), at.get("datetime"), at.get("value") if at.tag in _FIGURES else None):
            if stated is not None:
                return at.with_language(stated.strip()), False
        if at.get("datatype") is None and not at.forward and not at.backward and at.target is not None and not typed:
            return at.target, True
        if typed is not None and not at.about:
            return typed, True
        return at.with_language(text_of(at.element, self._steps)), False


class _Place:
    """One element with its attributes read in its scope."""

    def __init__(self, element: Element, scope: Scope, *, is_root: bool) -> None:
        self.element, self.scope, self.is_root = element, scope, is_root
        self.tag = element.tag
        self.get = element.get
        self.types = scope.names(element.get("typeof"))
        self.properties = scope.names(element.get("property"))
        self.forward = self._relations("rel")
        self.backward = self._relations("rev")
        about = element.get("about")
        self.about = scope.thing(about) if about is not None else None
        stated = next((element.get(one) for one in ("resource", "href", "src") if element.get(one) is not None), None)
        self.target = scope.thing(stated) if stated is not None else None

    @property
    def own_target(self) -> str | None:
        """The target, where it can be what is spoken of. A link around or beside a text is only a link to most authors,
        although the standard takes it for more.
        """
        return self.target if self.types or self.element.get("resource") is not None else None

    @property
    def says_something(self) -> bool:
        return bool(self.types or self.properties or self.about or self.element.get("resource") is not None)

    def _relations(self, attribute: str) -> list[str]:
        """Words such as "nofollow" are no relations of ours beside a property (the rule of HTML)."""
        words = (self.element.get(attribute) or "").split()
        beside = self.element.get("property") is not None
        return self.scope.names(" ".join(one for one in words if not beside or ":" in one))

    def with_language(self, words: str) -> Any:
        """The text, with its language where the element itself states one, as translations side by side do."""
        language = self.get("lang") or self.get("xml:lang")
        return {"@value": words, "@language": language} if language and words else words


def _is_marked(element: Element) -> bool:
    attributes = element.attrib
    return any(mark in attributes for mark in _MARKS) or any(str(one).startswith("xmlns:") for one in attributes)


def _nested(statements: list[Statement]) -> list[Node]:
    """The statements as nodes: each thing inside of what first speaks of it, those that nobody holds at the top."""
    told: dict[str, list[Statement]] = {}
    for one in statements:
        told.setdefault(one.subject, []).append(one)
    held = {one.value for one in statements if one.is_thing and one.value != one.subject}
    nesting = _Nesting(told)
    tops = [name for name in told if name not in held]
    nodes = [nesting.node(name, ()) for name in tops]
    # Things that hold each other in a circle have no top: the first of them is as good as any.
    nodes += [nesting.node(name, ()) for name in told if name not in nesting.used]
    return nodes


class _Nesting:
    """Builds nodes within nodes, within limits."""

    def __init__(self, told: dict[str, list[Statement]]) -> None:
        self._told = told
        self._left = _MOST_NESTED
        self.used: set[str] = set()

    def node(self, name: str, within: tuple[str, ...]) -> Node:
        self.used.add(name)
        self._left -= 1
        node: dict[str, Any] = {} if name.startswith("_:") else {"@id": name}
        for key, value in self._values(name, (*within, name)):
            node[key] = value if key not in node else [*_listed(node[key]), value]
        return node

    def _values(self, name: str, within: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for one in self._told.get(name, ()):
            value = plain_name(one.value) if one.name == "@type" else one.value
            if one.is_thing and one.value in self._told:
                nestable = one.value not in within and len(within) < _DEEPEST and self._left > 0
                value = self.node(one.value, within) if nestable else {"@id": one.value}
            elif one.is_thing and one.value.startswith("_:"):
                continue  # a thing of which nothing is said
            yield plain_name(one.name), value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
