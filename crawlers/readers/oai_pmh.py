"""Answers of OAI-PMH 2.0 repositories: records in Dublin Core, the token for the next page, or an error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from catalog.errors import SourceError
from crawlers.answer import Answer
from crawlers.readers.xml_tree import Element, root_start, xml_tree


@dataclass(frozen=True, kw_only=True)
class OaiRecord:
    """One record: its identifier in the repository, and the values of each Dublin Core element, in order."""

    identifier: str
    deleted: bool = False
    elements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def first(self, name: str) -> str | None:
        return next(iter(self.elements.get(name, ())), None)


@dataclass(frozen=True, kw_only=True)
class OaiPage:
    """One answer: ``token`` asks for the next page, ``error`` is the repository's code and words, ``mended`` what was
    wrong with the XML."""

    records: tuple[OaiRecord, ...] = ()
    token: str | None = None
    error: tuple[str, str] | None = None
    mended: str | None = None


def read_oai(answer: Answer) -> OaiPage:
    """What an answer says; SourceError where it is no answer of OAI-PMH. Broken XML is read as far as it goes."""
    text = answer.text
    root, wrong, _ = xml_tree(text, answer.url, root_start(text))
    if _name(root) != "oai-pmh":
        raise SourceError(f"{answer.url} answers no OAI-PMH, but {_name(root)}")
    fault = next(_named(root, "error"), None)
    token = next(_named(root, "resumptiontoken"), None)
    return OaiPage(
        records=tuple(record for one in _named(root, "record") if (record := _record(one)) is not None),
        token=_text(token) or None if token is not None else None,
        error=(fault.get("code", ""), _text(fault)) if fault is not None else None,
        mended=wrong[:200] if wrong else None,
    )


def _record(record: Element) -> OaiRecord | None:
    header = next(_named(record, "header"), None)
    identifier = _text(next(_named(header, "identifier"), None)) if header is not None else ""
    if header is None or not identifier:
        return None
    elements: dict[str, list[str]] = {}
    for metadata in _named(record, "metadata"):
        for element in metadata.iter():
            if isinstance(element.tag, str) and not len(element) and (text := _text(element)):
                elements.setdefault(_name(element), []).append(text)
    return OaiRecord(
        identifier=identifier,
        deleted=header.get("status") == "deleted",
        elements={name: tuple(dict.fromkeys(texts)) for name, texts in elements.items()},
    )


def _named(element: Element, name: str) -> Iterator[Element]:
    """Elements by local name, whatever their namespace: repositories write it in several ways."""
    return (one for one in element.iter() if _name(one) == name)


def _name(element: Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _text(element: Element | None) -> str:
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
