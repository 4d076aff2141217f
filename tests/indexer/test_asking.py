"""The parts of a query: words, and the topics that they name."""

import pytest

from catalog.vocabulary import load_vocabulary
from indexer import syntax
from indexer.asking import MOST, Asked, Part, asked, enough, partly, understood
from indexer.names import LONGEST_NAME, names_of
from indexer.query import Query
from indexer.synonyms import load_synonyms

NAMES = names_of(load_vocabulary(), load_synonyms())


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


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("domain driven design", "domain-driven-design"),
        ("docker-compose", "docker-compose"),
        ("spring-boot", "spring-boot"),
        ("test driven development", "test-driven-development"),
        ("azure", "azure"),
        ("security", "security"),
        ("linux", "linux"),
    ],
)
def test_topics_are_known_by_all_names_with_joints_and_without(words: str, topic: str) -> None:
    assert understood(words, NAMES).topics == {topic}


@pytest.mark.parametrize(
    ("words", "demands", "wishes"),
    [
        ("free quux course", 1, [("cost", "free"), ("kind", "course")]),
        ("best quux", 1, [None]),
        ("mejor libro quux gratis", 2, [("kind", "book"), ("cost", "free")]),
        ("free book", 2, []),
        ("quux book role:back-end-engineer", 2, [("kind", "book")]),
        ('quux "free book"', 2, []),
        ("crash course", 1, [("kind", "course")]),
    ],
)
def test_what_only_wishes_is_no_demand(words: str, demands: int, wishes: list[tuple[str, str] | None]) -> None:
    asked = understood(words, NAMES)
    assert len(asked.demands) == demands
    assert [part.wished for part in asked.wishes] == wishes


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("python", ()),
        ("system design", ()),
        ("the go programming language", ("go", "programming", "language")),
        ("test driven development", ("test", "driven", "development")),
    ],
)
def test_the_bare_name_of_a_topic_is_no_title_but_a_long_one_is(words: str, title: tuple[str, ...]) -> None:
    assert understood(words, NAMES).title == title


def test_a_short_name_is_answered_by_the_label_too() -> None:
    (part,) = understood("k8s", NAMES).parts
    assert {term for word in part.words for way in word for term in way.terms} == {"k8s", "kubernet"}
    (part,) = understood("kubernetes", NAMES).parts
    assert len(part.words[0]) == 1


def test_a_choice_without_words_wishes_for_what_is_called_so() -> None:
    choices = Query().choose("topic", ("python",)).choose("level", ("beginner",))
    assert [(part.topic, part.terms) for part in asked(choices, NAMES).wishes] == [("python", ["python"])]
    assert asked(Query(words="go").choose("topic", ("python",)), NAMES) == understood("go", NAMES)
    assert asked(Query().choose("topic", ("python", "go")), NAMES) == Asked()


def test_stop_words_count_only_where_nothing_else_is_said() -> None:
    assert told("the quux") == told("quux")
    assert len(told("how to")) == 2


def test_every_name_of_every_topic_finds_a_topic() -> None:
    vocabulary = load_vocabulary()
    for topic in vocabulary.topics.values():
        assert any(part.topic is not None for part in understood(topic.label, NAMES).parts), topic.label


def test_no_name_is_too_long_to_be_found() -> None:
    assert max(map(len, NAMES.topics)) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a1", (1,)),
        ("a1 b1", (2, 1)),
        ("a1 b1 c1", (3, 2, 1)),
        ("a1 b1 c1 d1 e1", (5, 3, 1)),
        ("a1 b1 c1 d1 e1 f1 g1 h1 by:knuth", (9, 5, 3)),
        ("a1 year:2020..", (2,)),
        ("a1 b1 c1 by:knuth", (4, 3, 2)),
        ("-a1", (0,)),
    ],
)
def test_half_or_a_quarter_of_the_words_will_do_and_all_that_is_needed(words: str, expected: tuple[int, ...]) -> None:
    assert enough(understood(words, NAMES).demands) == expected


def test_less_of_the_demands_counts_for_less() -> None:
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
    signs = syntax.signs(words)
    assert " ".join(sign.written for sign in signs if not sign.unwanted) == wanted
    assert [sign.told for sign in signs if sign.unwanted] == unwanted
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
        ('title:"go"', ["title"]),
    ],
)
def test_a_field_is_named_before_a_colon(words: str, fields: list[str | None]) -> None:
    assert [part.field for part in understood(words, NAMES).parts] == fields


def test_what_is_left_out_may_name_a_field() -> None:
    asked = understood('go -author:"rob pike"', NAMES)
    assert [part.field for part in asked.without] == ["author"]
    assert [part.topic for part in asked.parts] == ["go"]


def one(words: str) -> Part:
    (part,) = understood(words, NAMES).parts
    return part


def test_quotes_ask_for_words_in_order() -> None:
    assert one('"Design of Data"').phrase == ("design", "of", "data")
    assert one("\u201crest api\u201d").phrase == ("rest", "api")
    assert one('title:"node.js design"').phrase == ("node", "js", "design")
    assert one('"node.js"').phrase == ("node", "js")
    assert one('"python"').needed
    assert one('"python"').topic is None
    assert not one('"python').needed, "a quotation that does not end is none"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("python OR java", [2]),
        ("python | java | go sql", [3, 1]),
        ("OR python OR", [1]),
        ("python or java", [1, 1]),
        ("machine learning OR data science", [2]),
        ("OR", [1]),
        ("python OR -java", [1]),
    ],
)
def test_any_of_the_parts_joined_by_or_will_do(words: str, expected: list[int]) -> None:
    assert [len(demand) for demand in understood(words, NAMES).demands] == expected


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("topic:python", ("topic", "python")),
        ('topic:"machine learning"', ("topic", "machine-learning")),
        ("topic:machine-learning", ("topic", "machine-learning")),
        ('role:"Back-End Engineer"', ("role", "back-end-engineer")),
        ("LEVEL:Beginner", ("level", "beginner")),
        ("kind:book", ("kind", "book")),
        ("cost:free", ("cost", "free")),
        ("language:es", ("language", "es")),
        ("level:wizard", None),
    ],
)
def test_a_facet_is_named_before_a_colon(words: str, choice: tuple[str, str] | None) -> None:
    assert understood(words, NAMES).parts[0].choice == choice


@pytest.mark.parametrize(
    ("words", "dates"),
    [
        ("year:2020", (20_200_000, 20_209_999)),
        ("year:2020..", (20_200_000, 99_999_999)),
        ("year:..2020", (10_000, 20_209_999)),
        ("year:2018..2020", (20_180_000, 20_209_999)),
        ("year:0000", (10_000, 9_999)),
        ("year:²²²²", None),
        ("year:soon", None),
        ("year:..", None),
    ],
)
def test_years_are_from_one_to_another(words: str, dates: tuple[int, int] | None) -> None:
    (part, *_) = understood(words, NAMES).parts
    assert part.dates == dates


def test_more_demands_than_are_looked_for_are_cut_and_said_to_be() -> None:
    asked = understood(" ".join(f"word{number}" for number in range(MOST + 1)), NAMES)
    assert (len(asked.demands), asked.cut) == (MOST, True)
    assert not understood("a b", NAMES).cut


def test_a_sign_is_taken_away_with_the_or_that_joined_it() -> None:
    assert syntax.without("python OR java sql", 0) == "java sql"
    assert syntax.without("python OR java sql", 2) == "python sql"
    assert syntax.without('go -"a b" title:x', 1) == "go title:x"


@pytest.mark.parametrize("words", ["web framework", "backend framework", "design pattern", "Design Patterns"])
def test_a_topic_is_named_in_singular_and_plural(words: str) -> None:
    assert len(understood(words, NAMES).demands) == 1
    assert understood(words, NAMES).topics


@pytest.mark.parametrize("words", ["operation", "essential", "audits"])
def test_what_is_left_of_a_name_without_its_stop_words_names_nothing(words: str) -> None:
    assert not understood(words, NAMES).topics  # the plural of "IT audit" is not "audits"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("Release It", ("release",)),
        ("Release It!: Design and Deploy", ("release",)),
        ("clean code", ()),
        ("python", ()),
        ("machine learning", ()),
        ("python -java", ()),
    ],
)
def test_words_may_be_a_title_but_not_the_bare_name_of_a_topic(words: str, title: tuple[str, ...]) -> None:
    assert understood(words, NAMES).title == title
