"""Whatever a site or a file sends, readers answer with what they could read or with an error of ours."""

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from catalog.errors import ListingError, SourceError
from catalog.model import Listing, decoder, encode
from crawlers.readers.json_ld import Graph, json_ld, read_script
from crawlers.readers.markdown_list import read_line
from crawlers.readers.neutral_record import listing
from crawlers.readers.schema_org import resources
from crawlers.readers.sitemaps import read_sitemap
from crawlers.source import Report
from crawlers.sources.dataset import Dataset
from crawlers.sources.free_programming_books import Kind, read_list
from crawlers.web.robots import read_rules
from tests.crawlers.local_web import FakeFetch

ROW_KEYS = """
    kind title url description provider institution authors language level duration_hours duration_text price is_free
    rating rating_count enrolment_count subjects skills isbn13 isbn10 pages published image source syllabus doi
"""
NODE_KEYS = """
    @id @type name url description provider publisher author hasCourseInstance inLanguage educationalLevel
    timeRequired offers aggregateRating about keywords teaches image license isbn workExample datePublished mainEntity
    itemListElement item courseWorkload courseSchedule duration repeatCount price priceCurrency ratingValue bestRating
    interactionStatistic
"""
scalars = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20)
values = some.recursive(
    scalars, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3)
)
words = some.sampled_from(
    ["https://e.org/a", "PT3H", "W10", "4.5", "9780262510875", "en", "2020-01-01", "Course", "#a", "$3", "Free"]
)
names = some.sampled_from(NODE_KEYS.split())
nodes = some.recursive(
    scalars | words, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(names, inner, max_size=6)
)


@given(some.dictionaries(some.sampled_from(ROW_KEYS.split()), values, max_size=8))
def test_rows(row: dict[str, Any]) -> None:
    notes: list[str] = []
    with contextlib.suppress(ListingError):
        found = listing({"kind": "course", "title": "T", **row}, "s", notes.append)
        assert decoder(Listing).decode(encode(found)) == found
        assert found.key


@given(some.lists(some.dictionaries(names, nodes, max_size=8), max_size=3))
def test_nodes(found: list[dict[str, Any]]) -> None:
    typed = [{"@type": "Course", "name": "T", **node} for node in found]
    for resource in resources(Graph(typed), "https://e.org/page"):
        assert resource.title
        assert resource.url


@given(some.text())
def test_scripts(text: str) -> None:
    with contextlib.suppress(ValueError):
        read_script(text)
    json_ld(f'<script type="application/ld+json">{text}</script>', "u", lambda *_: None)
    json_ld(text, "u", lambda *_: None)


@given(nodes, some.text(alphabet=" \n\t", max_size=3))
def test_good_scripts_are_not_mended(value: Any, blank: str) -> None:
    text = blank + json.dumps(value) + blank
    found, mended = read_script(text)
    assert not mended
    assert json.dumps(found) == json.dumps(value)


@given(
    some.binary()
    | some.text().map(lambda text: f"<urlset><url><loc>{text}</loc></url></urlset>".encode("utf-8", "replace"))
)
def test_sitemaps(body: bytes) -> None:
    with contextlib.suppress(SourceError):
        read_sitemap(body, "https://e.org/")


@given(some.binary(max_size=300))
def test_robots(body: bytes) -> None:
    rules = read_rules(body, "lodestar")
    assert isinstance(rules.decide("https://e.org/a?b=c").allowed, bool)
    assert rules.delay >= 0


@given(some.text(alphabet="[]()*-_`\\ ,aB.:#<>&é\n", max_size=60))
def test_markdown(text: str) -> None:
    read_line(f"* [T](https://e.org){text}")
    list(read_list(f"### H\n\n* {text}", "f", Kind.BOOK, "en", Report()))


@settings(max_examples=40, deadline=None)
@given(
    content=some.binary(max_size=400) | some.text(alphabet='{}[]",:\n\r\x00;tile a', max_size=200).map(str.encode),
    csv=some.booleans(),
)
def test_files(tmp_path_factory: Any, content: bytes, csv: bool) -> None:
    path = tmp_path_factory.mktemp("rubbish") / ("f.csv" if csv else "f.jsonl")
    path.write_bytes(content)
    with contextlib.suppress(SourceError):
        list(Dataset({"files": [str(path)]}).listings(FakeFetch({}), Report()))
