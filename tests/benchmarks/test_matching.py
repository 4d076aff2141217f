"""What counts as found, wrong and missed when topics are held against the skills of platforms."""

from benchmarks.matching import Found, Judgement, Matching, topics_of_skills
from catalog.model import Kind, LearningResource
from catalog.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SURE, UNSURE = Found(0.9, "title", own=True), Found(0.5, "description", own=True)
JUDGEMENT = Judgement(
    name="agreed",
    pool=frozenset({"a", "b"}),
    right=frozenset({("a", "sql"), ("b", "python")}),
    disputed=frozenset({("a", "python")}),
)


def test_disputed_pairs_and_other_courses_count_neither_way() -> None:
    found = {("a", "sql"): SURE, ("a", "python"): SURE, ("b", "sql"): UNSURE, ("c", "sql"): SURE}
    assert JUDGEMENT.sides(found) == ({("a", "sql")}, {("b", "sql")}, {("b", "python")})
    assert JUDGEMENT.sides(found, least=0.6) == ({("a", "sql")}, set(), {("b", "python")})


def test_a_broader_topic_found_by_a_narrower_one_can_be_right_and_not_wrong() -> None:
    by_the_way = Found(0.9, "title", own=False)
    assert JUDGEMENT.sides({("a", "sql"): by_the_way, ("b", "sql"): by_the_way})[:2] == ({("a", "sql")}, set())


def test_a_skill_is_a_topic_by_its_label_and_else_a_part_of_one() -> None:
    meant, wider = topics_of_skills(["Python", "Data Modeling", "golang", "Basket weaving"], VOCABULARY)
    assert (meant, wider) == ({"Python": "python", "Data Modeling": "data-modelling"}, {"golang": "go"})


def test_what_is_found_counts_for_judged_topics_above_it_too() -> None:
    matching = Matching(VOCABULARY, {"Databases": "databases", "MySQL": "mysql"}, {})
    courses = {
        "a": LearningResource(kind=Kind.COURSE, title="MySQL"),
        "b": LearningResource(kind=Kind.COURSE, title="SQLite"),
    }
    found = matching.found(courses)
    assert {pair: one.own for pair, one in found.items()} == {
        ("a", "mysql"): True,
        ("a", "databases"): False,
        ("b", "databases"): True,
    }


def test_what_one_source_tells_is_disputed_and_so_is_what_a_narrower_skill_implies() -> None:
    matching = Matching(VOCABULARY, {"Databases": "databases", "MySQL": "mysql", "SQL": "sql"}, {})
    courses = {"c.example.org/1": LearningResource(kind=Kind.COURSE, title="MySQL")}
    url = ["https://c.example.org/1"]
    skills = [
        {"query": "MySQL", "relevant": url, "agreed": url},
        {"query": "SQL", "relevant": url, "agreed": []},
        {"query": "Databases", "relevant": [], "agreed": []},
    ]
    agreed = matching.agreed(skills, courses)
    assert {topic for _, topic in agreed.right} == {"mysql"}
    assert {topic for _, topic in agreed.disputed} == {"sql", "databases"}
