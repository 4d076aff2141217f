import json
from pathlib import Path

import pytest

from crawlers.readers.json_ld import Graph, json_ld, read_script, types

U = "https://s.org/page"


def page(*scripts: str) -> str:
    return (
        "<html><head>"
        + "".join(f'<script type="application/ld+json">{one}</script>' for one in scripts)
        + "</head></html>"
    )


def graph(html: str) -> tuple[Graph, list[str]]:
    notes: list[str] = []
    return json_ld(html, U, lambda _where, reason: notes.append(reason)), notes


def test_several_scripts_lists_and_graphs_are_laid_flat() -> None:
    found, notes = graph(
        page(
            '{"@type": "A"}',
            '[{"@type": "B"}, [{"@type": "C"}]]',
            '{"@context": "https://schema.org", "@graph": [{"@type": "D"}, {"@type": "E"}]}',
            '{"name": "no type"}',
            "",
        )
    )
    assert [sorted(types(node)) for node in found.nodes] == [["A"], ["B"], ["C"], ["D"], ["E"]]
    assert notes == []


def test_types_come_in_many_writings() -> None:
    assert types({"@type": ["http://schema.org/Course", "schema:Product", "https://schema.org/Book"]}) == {
        "Course",
        "Product",
        "Book",
    }
    assert types({"@type": 3}) == types("Course") == frozenset()


def test_properties_with_a_prefix_are_plain() -> None:
    found, _ = graph(page('{"@type": "schema:Course", "schema:name": "X", "http://schema.org/url": "/x"}'))
    assert found.nodes[0]["name"] == "X"
    assert found.nodes[0]["url"] == "/x"


@pytest.mark.parametrize(
    "context",
    [
        {"s": "https://schema.org/"},
        {"s": {"@id": "http://schema.org/", "@prefix": True}, "dct": "http://purl.org/dc/terms/"},
        ["https://schema.org", {"s": "http://schema.org"}],
        [{"@language": "de"}, None, 3, {"s": "https://schema.org/#"}],
    ],
)
def test_prefixes_of_contexts_at_every_depth(context: object) -> None:
    node = {"@context": context, "@type": "s:Course", "s:provider": [{"@type": "s:Organization", "s:name": "Acme"}]}
    found, _ = graph(page(json.dumps(node)))
    assert types(found.nodes[0]) == {"Course"}
    assert found.nodes[0]["provider"] == [{"@type": "Organization", "name": "Acme"}]


def test_aliases_of_contexts() -> None:
    context = {"id": "@id", "type": "@type", "titel": "schema:name", "kurs": {"@id": "http://schema.org/Course"}}
    found, _ = graph(page(json.dumps({"@context": context, "id": "#go", "type": "kurs", "titel": "Go"})))
    assert types(found.nodes[0]) == {"Course"}
    assert (found.nodes[0]["@id"], found.nodes[0]["name"]) == ("#go", "Go")


def test_expanded_values_are_unpacked() -> None:
    node = {
        "@type": ["http://schema.org/Course"],
        "http://schema.org/price": [{"@value": 3}],
        "http://schema.org/about": {"@list": [{"@value": "Go", "@language": "en"}]},
    }
    found, _ = graph(page(json.dumps(node)))
    assert (found.nodes[0]["price"], found.nodes[0]["about"]) == ([3], [{"@value": "Go", "@language": "en"}])


def test_a_reference_leads_into_the_graph() -> None:
    found, _ = graph(page('{"@graph": [{"@id": "#ann", "@type": "Person", "name": "Ann"}, {"@type": "Course"}]}'))
    assert found.meant({"@id": "#ann"})["name"] == "Ann"
    assert found.meant({"@id": "#bob"}) == {"@id": "#bob"}
    assert found.meant("text") == "text"


def test_the_canonical_link() -> None:
    assert graph('<link rel="canonical" href="https://s.org/x">')[0].canonical == "https://s.org/x"


@pytest.mark.parametrize(
    "script",
    [
        '// a comment\n{"a": "// kept", "b": "<!-- kept -->"}',
        '/* a\n comment */ {"a": "// kept", "b": "<!-- kept -->"}',
        '<!-- a comment -->\n{"a": "// kept", "b": "<!-- kept -->"}',
        '<!--\n{"a": "// kept", "b": "<!-- kept -->"}\n-->',
        '//<![CDATA[\n{"a": "// kept", "b": "<!-- kept -->"}\n//]]>',
        '<![CDATA[{"a": "// kept", "b": "<!-- kept -->"}]]>',
        '{"a": "// kept", "b": "<!-- kept -->",}',
        '{"a": "// kept", "b": "<!-- kept -->", \n }',
        '\x00{"a": \x01"// kept", "b": "<!-- kept -->"}',
        '{"a": "// kept", "b": "<!-- kept -->"}; more text',
        '\ufeff{"a": "// kept", "b": "<!-- kept -->"}',
    ],
)
def test_scripts_are_mended_within_limits(script: str) -> None:
    if script.startswith("<!--\n{"):
        script = script.replace("<!-- kept -->", "kept")
        assert read_script(script)[0] == {"a": "// kept", "b": "kept"}
    else:
        assert read_script(script) == ({"a": "// kept", "b": "<!-- kept -->"}, True)


def test_raw_line_breaks_in_strings_are_read() -> None:
    assert read_script('{"a": "one\ntwo\tthree"}') == ({"a": "one\ntwo\tthree"}, True)


@pytest.mark.parametrize(
    "script", ['{"a": "one" "b": 2}', '{"title": "the "best" course"}', "{", "null x {", "[" * 100_000, "not json"]
)
def test_what_cannot_be_mended_is_left_out_and_told(script: str) -> None:
    found, notes = graph(page(script, '{"@type": "Course"}'))
    assert [sorted(types(node)) for node in found.nodes] == [["Course"]]
    assert len(notes) == 1


def test_no_page_is_no_graph() -> None:
    assert graph("")[0].nodes == []
    assert graph("\x00\x01")[0].nodes == []
    assert graph('{"json": "instead of a page"}')[0].nodes == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "name", ["custom.invalid/AllocateAction.001", "schema.org.invalid/JoinAction.001", "custom.invalid/JoinAction.001"]
)
def test_broken_scripts_of_others(shared: Path, name: str) -> None:
    folder = shared / "fixtures/jsonld_microdata_rdfa/extruct"
    found, _ = graph((folder / f"{name}.html").read_text())
    expected = json.loads((folder / f"{name}.jsonld").read_text())
    assert found.nodes == (expected if isinstance(expected, list) else [expected])


@pytest.mark.shared
def test_pages_of_edx_hold_three_scripts(shared: Path) -> None:
    for path in (shared / "fixtures/edx/pages").glob("course_*.html"):
        found, notes = graph(path.read_text())
        assert [min(types(node)) for node in found.nodes] == ["Organization", "WebSite", "Course"]
        assert notes == []
