from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from catalog.errors import BadQuery
from indexer.fields import FACETS
from indexer.query import MAX_SIGNS, Query, ordered
from webui import links

texts = st.text(st.characters(codec="utf-8"), max_size=30)
args = st.lists(
    st.tuples(
        st.sampled_from(["q", "sort", "page", "literal", "utm_source", *(facet.name for facet in FACETS)]), texts
    ),
    max_size=8,
)
plain = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
queries = st.builds(
    lambda words, choices, sort, page, literal: Query(
        words=" ".join(words), choices=ordered(choices), sort=sort, page=page, literal=literal
    ),
    words=st.lists(plain, max_size=5),
    choices=st.dictionaries(
        st.sampled_from([facet.name for facet in FACETS]),
        st.lists(plain, min_size=1, max_size=3).map(tuple),
        max_size=4,
    ),
    sort=st.sampled_from(links.SORT_NAMES),
    page=st.integers(1, 5000),
    literal=st.booleans(),
)


def parsed(url: str) -> Query:
    return links.query_from_args(MultiDict(parse_qsl(urlsplit(url).query)), 20)


@given(query=queries)
def test_a_query_survives_its_address(app: Flask, query: Query) -> None:
    with app.test_request_context():
        assert parsed(links.url_for_query(query)) == query


@given(args=args)
def test_any_address_is_refused_or_has_one_canonical_form(app: Flask, args: list[tuple[str, str]]) -> None:
    try:
        query = links.query_from_args(MultiDict(args), 20)
    except BadQuery:
        return
    with app.test_request_context():
        assert parsed(links.url_for_query(query)) == query


@pytest.mark.parametrize(
    "args",
    [
        {"sort": "price"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "two"},
        {"page": "٣"},
        {"page": "9" * 30},
        {"kind": "x" * 201},
        {"topic": [str(number) for number in range(61)]},
    ],
)
def test_what_cannot_be_meant_is_refused(args: dict[str, str | list[str]]) -> None:
    with pytest.raises(BadQuery):
        links.query_from_args(MultiDict(args), 20)


def test_unknown_parameters_and_empty_ones_are_ignored() -> None:
    args = MultiDict(
        [("q", "  rest \x00 api "), ("kind", ""), ("sort", ""), ("page", ""), ("utm_source", "x"), ("colour", "red")]
    )
    assert links.query_from_args(args, 20) == Query(words="rest api")


def test_words_beyond_the_limit_are_cut_and_it_is_known() -> None:
    args = MultiDict({"q": "word " * 100})
    assert len(links.query_from_args(args, 20).words) <= MAX_SIGNS
    assert links.words_were_cut(args)
    assert not links.words_were_cut(MultiDict({"q": "word"}))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("C++ & C#: Über alles!", "c-c-uber-alles"),
        ("数据库系统", ""),
        ("word " * 40, "-".join(["word"] * 12)),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_title_in_an_address(title: str, slug: str) -> None:
    assert links.slug(title) == slug


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org"]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert not links.is_web_address(url)
