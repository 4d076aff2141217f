"""Phrases are found as whole words, and where they stand is told exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.phrases import Phrase, Reader

NAMES = ("c", "c++", "c#", ".net", "node.js", "ci/cd", "back-end", "java", "café")
READER = Reader(Phrase(text=name, topic=name) for name in NAMES)


def found(*texts: str) -> list[tuple[str, str]]:
    reading = READER.read(texts, ["title"] * len(texts))
    return [(hit.phrase.topic or "", reading.words(hit)) for hit in reading.hits] if reading else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Learn C, C++ and C#.", [("c", "C"), ("c++", "C++"), ("c#", "C#")]),
        (".NET on the internet", [(".net", ".NET")]),
        ("the net", []),
        ("Node.js / NODE JS / nodejs", [("node.js", "Node.js"), ("node.js", "NODE JS")]),
        ("CI-CD, ci cd", [("ci/cd", "CI-CD"), ("ci/cd", "ci cd")]),
        ("Back end", [("back-end", "Back end")]),
        ("JavaScript", []),
        ("Java's, 'Java' and “Java”", [("java", "Java")] * 3),
        ("c'est la vie", []),
        ("CAFE", [("café", "CAFE")]),
        ("学Java吧", [("java", "Java")]),
    ],
)
def test_finds_whole_words_in_every_spelling(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_no_phrase_reaches_across_fields() -> None:
    assert found("back", "end") == []
    assert found("Java", "back end") == [("java", "Java"), ("back-end", "back end")]


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(READER.fold(text)) == len(text)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4), st.sampled_from(NAMES))
def test_a_hit_names_the_field_it_stands_in(texts: list[str], name: str) -> None:
    reading = READER.read([*texts, name], [str(n) for n in range(len(texts) + 1)])
    assert reading
    hit = reading.hits[-1]
    assert reading.words(hit) == name
    assert reading.field(hit) == str(len(texts))
