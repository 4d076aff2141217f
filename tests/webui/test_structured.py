"""The linked data of every sort of page, as a parser that is not ours reads it: known types, known properties."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from rdflib import RDF, SDO, Graph, URIRef
from rdflib.term import Node

from catalog.vocabulary import Vocabulary
from tests.webui.conftest import Soup
from tests.webui.test_resource_page import Entries

SCHEMA = str(SDO)
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib says it of itself
LATER_THAN_RDFLIB = {"syllabusSections", "Syllabus"}  # schema.org has them, rdflib's copy of it does not yet


def graphs(soup: Soup, path: str) -> Iterator[Graph]:
    """Each piece of linked data of a page; the context is written out, since nothing is fetched in a test."""
    for found in soup(path).select('script[type="application/ld+json"]'):
        told = json.loads(found.get_text())
        assert told["@context"] == "https://schema.org"
        told["@context"] = {"@vocab": SCHEMA, "url": {"@type": "@id"}, "sameAs": {"@type": "@id"}}
        yield Graph().parse(data=json.dumps(told), format="json-ld")


def one(soup: Soup, path: str, kind: str) -> tuple[Graph, Node]:
    """The graph that tells of a thing of this kind, and the thing."""
    for graph in graphs(soup, path):
        for subject in graph.subjects(RDF.type, URIRef(SCHEMA + kind)):
            return graph, subject
    raise AssertionError(f"{path} tells of no {kind}")


@pytest.fixture
def paths(entries: Entries) -> list[str]:
    shown = [f"/resources/{entry.id}" for entry in entries.values() if not entry.retired]
    return [*shown, "/roles/back-end-engineer", "/roles/data-scientist", "/topics/python", "/topics/databases"]


def test_schema_org_knows_every_word(soup: Soup, paths: list[str]) -> None:
    told = 0
    for path in paths:
        for graph in graphs(soup, path):
            words = list(graph.objects(None, RDF.type))
            words += [name for name in graph.predicates() if name != RDF.type]
            for word in map(str, words):
                assert word.startswith(SCHEMA), (path, word)
                name = word.removeprefix(SCHEMA)
                assert name in SDO or name in LATER_THAN_RDFLIB, (path, name)
            told += len(graph)
    assert told > 300


def test_addresses_are_whole(soup: Soup, paths: list[str]) -> None:
    for path in paths:
        for graph in graphs(soup, path):
            for address in (*graph.objects(None, SDO.url), *graph.objects(None, SDO.sameAs)):
                assert urlsplit(str(address)).scheme in {"http", "https", "javascript"}, path


def test_a_career_is_an_occupation(soup: Soup, vocabulary: Vocabulary) -> None:
    role = vocabulary.roles["back-end-engineer"]
    graph, career = one(soup, "/roles/back-end-engineer", "Occupation")
    assert str(career) == "https://lodestar.example/roles/back-end-engineer"
    assert str(graph.value(career, SDO.name)) == role.label
    skills = {str(graph.value(skill, SDO.termCode)) for skill in graph.objects(career, SDO.skills)}
    assert skills == {asked.topic for asked in role.topics}
    category = graph.value(career, SDO.occupationalCategory)
    assert category is not None
    assert str(graph.value(category, SDO.codeValue)) == "15-1252.00"


def test_a_topic_is_a_term_of_a_set(soup: Soup, vocabulary: Vocabulary) -> None:
    graph, term = one(soup, "/topics/python", "DefinedTerm")
    assert str(graph.value(term, SDO.description)) == vocabulary.topics["python"].definition
    assert str(graph.value(term, SDO.inDefinedTermSet)) == "https://lodestar.example/topics"


@pytest.mark.parametrize("path", ["/topics/python", "/roles/back-end-engineer"])
def test_what_is_shown_first_is_a_list_in_that_order(soup: Soup, path: str) -> None:
    graph, whole = one(soup, path, "ItemList")
    places = sorted(
        (int(str(graph.value(place, SDO.position))), str(graph.value(place, SDO.url)))
        for place in graph.objects(whole, SDO.itemListElement)
    )
    assert [place for place, _ in places] == list(range(1, len(places) + 1))
    shown = [f"https://lodestar.example{found['href']}" for found in soup(path).select(".card .name a")]
    assert [url for _, url in places] == shown


def test_courses_and_books_are_what_they_are(soup: Soup, entries: Entries) -> None:
    graph, course = one(soup, f"/resources/{entries['Django for Everybody'].id}", "Course")
    assert str(graph.value(course, SDO.name)) == "Django for Everybody"
    book_graph, book = one(soup, f"/resources/{entries['Fluent Python'].id}", "Book")
    assert str(book_graph.value(book, SDO.isbn)) == "9781492056355"
