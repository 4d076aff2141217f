from unicodedata import combining

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.highlight import marked, snippet
from indexer.query import Marks
from indexer.text import fold, in_order, terms

words = st.sampled_from(["node.js", "C++", "Testing", "café", "数据库", "back-end", " ", ", ", "\n", "a", "<b>", "ﬁ"])
texts = st.lists(words, max_size=40).map(" ".join) | st.text(max_size=200)


def of(words: str) -> Marks:
    return Marks(terms=frozenset(terms(words)))


@given(text=texts, asked=texts)
def test_the_pieces_are_the_text(text: str, asked: str) -> None:
    assert "".join(piece for piece, _ in marked(text, of(asked))) == text


@given(text=texts)
def test_every_word_of_a_text_finds_itself(text: str) -> None:
    assume("".join(map(fold, text)) == fold(text))  # signs that only together make one are marked less exactly
    pieces = marked(text, of(text))
    assert not any(terms(piece) for piece, hit in pieces if not hit)


@pytest.mark.parametrize(
    ("text", "asked", "hits"),
    [
        ("Tested and testing: a test.", "tests", ["Tested", "testing", "test"]),
        ("Learn C++, not C.", "c++", ["C++"]),
        ("Back-end with Node.js", "nodejs", ["Node.js"]),
        ("Café society", "cafe", ["Café"]),
        ("Bases de datos y una base", "base datos", ["Bases", "datos", "base"]),
        ("Datenbanken für alle", "datenbank", ["Datenbanken"]),
        ("Разработки и базы", "разработка", ["Разработки"]),
        ("从零开始学习数据库系统", "数据库", ["数据库"]),
        ("Python入门教程", "入门", ["入门"]),
        ("一本好书", "书", ["书"]),
        ("데이터베이스를 배우자", "데이터베이스", ["데이터베이스"]),
        ("<b>python</b>", "python b", ["b", "python", "b"]),
        ("Nothing here", "python", []),
        ("", "python", []),
    ],
)
def test_words_are_marked_as_they_stand(text: str, asked: str, hits: list[str]) -> None:
    assert [piece for piece, hit in marked(text, of(asked)) if hit] == hits


@pytest.mark.parametrize(
    ("text", "phrase", "hits"),
    [
        ("Data structures: the structure of data", "data structures", ["Data structures"]),
        ("Data structure, data-structures and structures", "data structures", ["Data structure", "data-structures"]),
        ("The art of SQL is an art. SQL!", "art of sql", ["art of SQL"]),
        ("Learn Node.js fast, node and js", "learn node js", ["Learn Node.js"]),
        ("从零开始学习数据库系统 数据 库", "数据库系统", ["数据库系统"]),
        ("go go go", "go go", ["go go go"]),
        ("Nothing here", "not here", []),
    ],
)
def test_phrases_are_marked_only_where_their_words_follow_one_another(text: str, phrase: str, hits: list[str]) -> None:
    marks = Marks(phrases=frozenset({tuple(in_order(phrase))}))
    assert [piece for piece, hit in marked(text, marks) if hit] == hits


def test_names_of_a_topic_are_marked_as_they_stand() -> None:
    pieces = marked(
        "ReactJS and React.js: no ReactJSX",
        Marks(terms=frozenset({"react"}), names=frozenset({"ReactJS", "React.js", "C++ (a"})),
    )
    assert [piece for piece, hit in pieces if hit] == ["ReactJS", "React.js"]
    text = "filler " * 100 + "MySQL " + "filler " * 100
    assert ("MySQL", True) in snippet(text, Marks(names=frozenset({"MySQL"})))


@pytest.mark.parametrize("words", ["数据结构与算法", "เรียนเขียนโปรแกรม"])
def test_text_without_blanks_is_cut_between_signs(words: str) -> None:
    pieces = snippet(words * 60 + "python" + words * 60, of("python"), length=100)
    assert ("python", True) in pieces
    inner = "".join(piece for piece, _ in pieces).strip("… ")
    assert not combining(inner[0])
    assert len(inner) <= 100


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("A short  text.", Marks()) == [("A short text.", False)]


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    text = "filler " * 100 + "replication " + "filler " * 100
    pieces = snippet(text, of("replication"), length=120)
    assert pieces[0] == ("… ", False)
    assert ("replication", True) in pieces
    assert pieces[-1] == (" …", False)
    assert len("".join(piece for piece, _ in pieces)) <= 130


@given(text=st.text(min_size=0, max_size=2000), asked=texts)
def test_a_snippet_is_never_much_longer_than_asked_for(text: str, asked: str) -> None:
    assert len("".join(piece for piece, _ in snippet(text, of(asked), length=240))) <= 244
