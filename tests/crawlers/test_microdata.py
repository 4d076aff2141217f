import json
from pathlib import Path
from typing import Any

import pytest

from crawlers.readers.linked_names import plain_name
from crawlers.readers.microdata import microdata
from crawlers.readers.page_tree import absolute, base_of, one_line, tree_of

U = "https://s.org/a/page"
EXAMPLE = "http://www.example.com/microdata/index.html"


def nodes(html: str, url: str = U) -> list[dict[str, Any]]:
    root = tree_of(html)
    assert root is not None
    found, complete = microdata(root, base_of(root, url))
    assert complete
    return found


def course(inner: str) -> dict[str, Any]:
    (found,) = nodes(f'<div itemscope itemtype="https://schema.org/Course">{inner}</div>')
    assert found.pop("@type") == ["Course"]
    return found


@pytest.mark.parametrize(
    ("html", "value"),
    [
        ("<b itemprop=p> two\n  words </b>", "two words"),
        ("<p itemprop=p>one<br>two<script>no</script><!-- no --> <i>th</i>ree</p>", "one two three"),
        ('<meta itemprop=p content=" x ">', "x"),
        ('<span itemprop=p content="PT1H">an hour</span>', "PT1H"),
        ('<a itemprop=p href=" ../x ">go</a>', "https://s.org/x"),
        ('<img itemprop=p src="i.png">', "https://s.org/a/i.png"),
        ('<object itemprop=p data="o"></object>', "https://s.org/a/o"),
        ('<meter itemprop=p value="4">good</meter>', "4"),
        ('<data itemprop=p value="9">nine</data>', "9"),
        ("<data itemprop=p>nine</data>", "nine"),
        ('<time itemprop=p datetime="2024-05-01">May</time>', "2024-05-01"),
        ("<time itemprop=p>2024-05-01</time>", "2024-05-01"),
        ('<link itemprop=p href="https://schema.org/InStock">', "https://schema.org/InStock"),
        ("<i itemprop=p>1</i><i itemprop=p>2</i>", ["1", "2"]),
    ],
)
def test_values(html: str, value: object) -> None:
    assert course(html) == {"p": value}


def test_what_says_nothing_is_missing() -> None:
    assert course('<meta itemprop=a><b itemprop=b> </b><img itemprop=c><a itemprop=d href="">x</a>') == {}


def test_names_may_be_several_and_addresses() -> None:
    assert course('<b itemprop="name https://schema.org/headline">x</b>') == {"name": "x", "headline": "x"}


def test_nodes_within_nodes() -> None:
    html = '<p itemprop=provider itemscope itemtype="http://schema.org/Organization"><b itemprop=name>Acme</b></p>'
    assert course(f"{html}<b itemprop=name>Go</b>") == {
        "provider": {"@type": ["Organization"], "name": "Acme"},
        "name": "Go",
    }


def test_properties_elsewhere_are_borrowed() -> None:
    html = """
        <p id=more>more: <b itemprop=name>Go</b></p>
        <div itemscope itemid="#go" itemref="more by nobody"></div>
        <p id=by itemprop=provider itemscope><b itemprop=name>Acme</b></p>
    """
    assert nodes(html) == [{"@type": [], "@id": f"{U}#go", "name": "Go", "provider": {"@type": [], "name": "Acme"}}], (
        "and what is borrowed is no node of its own"
    )


def test_a_property_of_nobody_is_a_node() -> None:
    assert nodes("<p itemprop=lost itemscope><b itemprop=name>Go</b></p>") == [{"@type": [], "name": "Go"}]


def test_a_node_inside_of_itself_ends() -> None:
    assert nodes("<div itemscope id=a itemref=b><p id=b itemprop=x itemscope itemref=a>y</p></div>") != []


def test_the_base_of_the_page_counts() -> None:
    html = '<base href="https://cdn.org/b/"><div itemscope><a itemprop=url href="x">x</a></div>'
    assert nodes(html) == [{"@type": [], "url": "https://cdn.org/b/x"}]


def test_names_of_attributes_in_any_case() -> None:
    assert nodes('<div itemScope="" itemType="https://schema.org/Book"><b itemProp="name">x</b></div>') == [
        {"@type": ["Book"], "name": "x"}
    ]


def as_ours(value: Any) -> Any:
    """The shape of another library in ours."""
    if isinstance(value, list):
        return [as_ours(one) for one in value] if len(value) != 1 else as_ours(value[0])
    if isinstance(value, str):
        is_address = value.startswith("/") or value.endswith((".jpg", ".jpeg"))
        return absolute(EXAMPLE, value) if is_address else one_line(value)
    stated = value.get("type", [])
    listed = [stated] if isinstance(stated, str) else stated
    told = {plain_name(name): as_ours(one) for name, one in value.get("properties", {}).items()}
    return {"@type": [plain_name(one) for one in listed], **told}


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "w3c/microdata.4.2.data",
        "w3c/microdata.4.2.strings",
        "w3c/microdata.5.2",
        "w3c/microdata.5.5",
        "w3c/microdata.object",
        "schema.org/Event.003",
        "schema.org/Event.008",
        "schema.org/LocalBusiness.003",
        "schema.org/product-ref",
    ],
)
def test_recorded_pages_are_read_as_another_library_reads_them(shared: Path, name: str) -> None:
    folder = shared / "fixtures/jsonld_microdata_rdfa/extruct"
    expected = json.loads((folder / f"{name}.json").read_text())
    found = nodes((folder / f"{name}.html").read_text(), EXAMPLE)
    assert found == [as_ours(one) for one in expected]
