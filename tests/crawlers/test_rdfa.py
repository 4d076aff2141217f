import json
from pathlib import Path
from typing import Any

import pytest

from crawlers.readers.linked_names import plain_name
from crawlers.readers.page_tree import tree_of
from crawlers.readers.rdfa import has_rdfa, rdfa

U = "https://s.org/a/page"


def nodes(html: str, url: str = U) -> list[dict[str, Any]]:
    root = tree_of(html)
    assert root is not None
    found, complete = rdfa(root, url)
    assert complete
    return found


@pytest.mark.parametrize(
    "html",
    [
        '<div vocab="https://schema.org/" typeof="Course"><b property="name">Go</b></div>',
        '<div typeof="schema:Course"><b property="schema:name">Go</b></div>',
        '<div prefix="a: b: s: http://schema.org/" typeof="s:Course"><b property="s:name">Go</b></div>',
        '<div xmlns:s="http://schema.org/"><p typeof="s:Course"><b property="s:name">Go</b></p></div>',
        '<div typeof="http://schema.org/Course"><b property="https://schema.org/name">Go</b></div>',
        '<div vocab="https://schema.org/" typeof="Course"><i vocab=""><b property="x schema:name">Go</b></i></div>',
    ],
)
def test_names_in_every_writing(html: str) -> None:
    assert nodes(html) == [{"@type": "Course", "name": "Go"}]


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<b property=p> two\n words </b>", "two words"),
        ('<meta property=p content=" x ">', "x"),
        ('<time property=p datetime="2024-05-01">May</time>', "2024-05-01"),
        ('<data property=p value="9">nine</data>', "9"),
        ('<a property=p href="../x">go</a>', "https://s.org/x"),
        ('<img property=p src="i.png">', "https://s.org/a/i.png"),
        ('<a property=p href="/x" datatype="xsd:string">go</a>', "go"),
        ('<a property=p rel="nofollow" href="/x">go</a>', "https://s.org/x"),
        ('<a rel=p href="/x">go</a>', "https://s.org/x"),
        ("<b property=p lang=de>los</b>", {"@value": "los", "@language": "de"}),
        ("<b property=p>1</b><b property=p>2</b>", ["1", "2"]),
        ('<a href="/elsewhere"><b property=p>Go</b></a>', "Go"),
    ],
)
def test_values(html: str, value: object) -> None:
    (found,) = nodes(f'<div vocab="http://schema.org/" typeof="T">{html}</div>')
    assert found["p"] == value


def test_chains_wait_for_what_is_inside() -> None:
    html = """
        <div vocab="https://schema.org/" resource="#go" typeof="Course">
          <ul rel="hasCourseInstance"><li typeof="CourseInstance"><b property="startDate">2024-05-01</b></li>
          <li typeof="CourseInstance"><b property="startDate">2024-06-01</b></li></ul>
        </div>
    """
    (found,) = nodes(html)
    assert [one["startDate"] for one in found["hasCourseInstance"]] == ["2024-05-01", "2024-06-01"]


def test_relations_backwards() -> None:
    html = """
        <div vocab="https://schema.org/"><p about="#ann" typeof="Person"><b property="name">Ann</b>
        <i rev="author" resource="#go"></i></p><p about="#go" typeof="Course"><b property="name">Go</b></p></div>
    """
    (found,) = nodes(html)
    assert (found["name"], found["author"]["name"]) == ("Go", "Ann")


def test_the_subject_is_inherited() -> None:
    html = '<body vocab="http://purl.org/dc/terms/"><p><b property="title">Go</b></p></body>'
    assert nodes(html) == [{"@id": U, "http://purl.org/dc/terms/title": "Go"}]


def test_things_in_a_circle_end() -> None:
    html = """<div vocab="https://schema.org/"><p about="#a" typeof="Course"><i rel="isPartOf" resource="#b"></i></p>
        <p about="#b" typeof="Course"><i rel="hasPart" resource="#a"></i></p></div>"""
    (found,) = nodes(html)
    assert found["isPartOf"]["hasPart"] == {"@id": f"{U}#a"}


def test_open_graph_is_no_rdfa() -> None:
    for html, expected in (
        ('<meta property="og:title" content="x">', False),
        ('<html vocab=""><p>x', False),
        ('<html vocab="https://schema.org/">', True),
        ('<p typeof="schema:Book">', True),
        ('<p xmlns:s="http://schema.org/" typeof="s:Book">', True),
        ('<p typeof="foaf:Image"><b itemscope itemtype="https://schema.org/Book">', False),
        ('<p vocab="http://purl.org/dc/terms/"><b property="title">', False),
    ):
        root = tree_of(html)
        assert root is not None
        assert has_rdfa(root) is expected, html


def statements(found: Any) -> set[tuple[str, str, str]]:
    """Flat statements of nodes within nodes; things without an address are all named alike."""
    told: set[tuple[str, str, str]] = set()

    def name(node: dict[str, Any]) -> str:
        stated = str(node.get("@id", "_:"))
        return "_:" if stated.startswith("_:") else stated

    def walk(node: dict[str, Any]) -> None:
        for key, value in node.items():
            for one in value if isinstance(value, list) else [value]:
                if key == "@id" or key.endswith("usesVocabulary"):
                    continue
                if isinstance(one, dict) and "@value" in one:
                    told.add((name(node), plain_name(key), " ".join(str(one["@value"]).split())))
                elif isinstance(one, dict):
                    told.add((name(node), plain_name(key), name(one)))
                    walk(one)
                else:
                    told.add((name(node), plain_name(key), plain_name(str(one))))

    for node in found:
        walk(node)
    return told


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "w3crdfa/w3c.rdfalite.example003",
        "w3crdfa/w3c.rdfalite.example005",
        "w3crdfa/w3c.rdfaprimer.example006",
        "w3crdfa/w3c.rdfaprimer.example008",
        "w3crdfa/w3c.rdfaprimer.example010",
        "w3crdfa/w3c.rdfaprimer.example015",
        "wikipedia/xhtml+rdfa",
    ],
)
def test_examples_of_the_standard(shared: Path, name: str) -> None:
    folder = shared / "fixtures/jsonld_microdata_rdfa/extruct"
    expected = json.loads((folder / f"{name}.expanded.json").read_text())
    found = nodes((folder / f"{name}.html").read_text(), "http://www.example.com/index.html")
    assert statements(found) == statements(expected)
