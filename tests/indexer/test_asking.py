"""The parts of a query: words, and the topics that they name."""

import pytest

from catalog.vocabulary import load_vocabulary
from indexer.asking import LONGEST_NAME, needed, partly, split, topic_names, understood

NAMES = topic_names(load_vocabulary())


def told(words: str) -> list[tuple[int, str | None]]:
    """(number of words, topic) of each part."""
    return [(len(part.words), part.topic) for part in understood(words, NAMES).parts]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", []),
        ("quux", [(1, None)]),
        ("Python", [(1, "python")]),
        ("golang", [(1, "go")]),
        ("machine learning", [(2, "machine-learning")]),
        ("machine learning in Python", [(2, "machine-learning"), (1, "python")]),
        ("learning machine", [(1, None), (1, None)]),
        ("python python", [(1, "python")]),
        ("C++", [(1, "cpp")]),
    ],
)
def test_the_longest_name_of_a_topic_is_one_part(words: str, expected: list[tuple[int, str | None]]) -> None:
    assert told(words) == expected


def test_stop_words_count_only_where_nothing_else_is_said() -> None:
    assert told("the quux") == told("quux")
    assert len(told("how to")) == 2


def test_every_name_of_every_topic_finds_a_topic() -> None:
    vocabulary = load_vocabulary()
    for topic in vocabulary.topics.values():
        assert any(part.topic is not None for part in understood(topic.label, NAMES).parts), topic.label


def test_no_name_is_too_long_to_be_found() -> None:
    assert max(map(len, NAMES)) <= LONGEST_NAME


def test_half_of_the_parts_will_do_and_less_of_them_counts_for_less() -> None:
    assert [needed(count) for count in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3]
    assert partly(1, 3) < partly(2, 3) < 1.0


@pytest.mark.parametrize(
    ("words", "wanted", "unwanted"),
    [
        ("go -game", "go", ["game"]),
        ("-java", "", ["java"]),
        ("python \u2013 a course", "python \u2013 a course", []),
        ("back-end ci/cd", "back-end ci/cd", []),
        ("java -c++ -node.js", "java", ["c++", "node.js"]),
        ("a -- b -", "a -- b -", []),
    ],
)
def test_a_dash_right_before_a_word_leaves_it_out(words: str, wanted: str, unwanted: list[str]) -> None:
    assert split(words) == (wanted, unwanted)
    assert len(understood(words, NAMES).without) == len(unwanted)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("author:knuth", ["author"]),
        ('by:"donald knuth" art', ["author", None]),
        ("Title:go rust", ["title", None]),
        ("isbn:978-0-13-468599-1", ["isbn"]),
        ("http://example.org", [None, None]),
        ("author:", [None]),
        ('author:""', [None]),
        ("nonsense:go", [None, None]),
        ('title:"go', ["title"]),
    ],
)
def test_a_field_is_named_before_a_colon(words: str, fields: list[str | None]) -> None:
    assert [part.field for part in understood(words, NAMES).parts] == fields


def test_what_is_left_out_may_name_a_field() -> None:
    asked = understood('go -author:"rob pike"', NAMES)
    assert [part.field for part in asked.without] == ["author"]
    assert [part.topic for part in asked.parts] == ["go"]
