"""What is concluded from words, and above all what is not."""

import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.classify import LEAST_FIT, LONGEST_NAME, MOST_TOPICS, Classifier
from catalog.confidence import MOST_EVIDENCE
from catalog.model import Evidence, Kind, LearningResource, Level, TopicMatch
from catalog.vocabulary import Vocabulary, load_vocabulary

VOCABULARY = load_vocabulary()
CLASSIFIER = Classifier(VOCABULARY)


def course(title: str, *subjects: str, skills: tuple[str, ...] = (), about: str | None = None) -> LearningResource:
    return LearningResource(kind=Kind.COURSE, title=title, subjects=subjects, skills=skills, description=about)


def book(title: str, *subjects: str, about: str | None = None) -> LearningResource:
    return LearningResource(kind=Kind.BOOK, title=title, subjects=subjects, description=about)


def ids(resource: LearningResource) -> set[str]:
    return {match.topic for match in CLASSIFIER.topics(resource)}


def fits(resource: LearningResource) -> dict[str, float]:
    return {fit.role: fit.fit for fit in CLASSIFIER.roles(resource, CLASSIFIER.topics(resource))}


GENERAL_BOOKS = [
    book("The Python"),
    book("Java: a traveller's tale"),
    book("Reformist Muslims in a Yogyakarta Village", "Islam", "Java", "Religion"),
    book("Go, Dog. Go!", "Juvenile fiction"),
    book("Kafka on the Shore"),
    book("The Portable Kafka"),
    book("Rust Never Sleeps"),
    book("Rest in Peace"),
    book("Power Through Repose", "Mental health", "Rest"),
    book("Oracle Night"),
    book("Ruby"),
    book("Rails"),
    book("Spring Snow"),
    book("How Spring Came in New England", "Spring", "New England -- Climate"),
    book("The Art of Communication"),
    book("Rabbit Redux"),
    book("Django: the life and music of a gypsy legend"),
    book("Cassandra"),
    book("The Phoenix and the Flame", "Fantasy fiction"),
    book("Swift as Desire"),
    book("Point Of Impact (Bob Lee Swagger #1)"),
    book("Sophocles II: Ajax/Women of Trachis"),
    book("Orient Express"),
    book("The Chef's Table", "Cooking"),
    book("Vitamin C and the Common Cold"),
    book("String Quartet No. 14 in C-sharp minor", "Music"),
    book("Docker", about="A docker in Liverpool in 1912 meets a girl."),
    book("Robot Dreams", "Science fiction", about="Artificial intelligence has taken over the software of the city."),
    book("A Quiet Year", about="She writes about artificial intelligence, and about love."),
    book("Italian Cooking: a History", "Cooking", "History", about="Recipes for every season, from an island kitchen."),
    book("A Field Guide to Pythons", "Snakes", about="How to keep a python and other snakes at home."),
    book("Java: Crossroads of an Island", "History", about="Volcanoes, temples and coffee on Java and Bali."),
    book("Shell: the story of an oil company", "Business"),
    book("The Go Player's Almanac", "Board games"),
    book("Vitamin R", about="R is for recovery."),
    book("Express Yourself", "Self-help"),
    book("Pandas of Sichuan", "Nature", about="A year with the giant pandas and those who guard them."),
    book("The Silver Flask", about="A flask passes from hand to hand in a Highland regiment."),
    book("Rust: the longest war", "Metals", about="Corrosion, bridges and those who paint them."),
    course("Django Unchained: the music of a film", "Film & Theatre", about="How the score of Django was made."),
    course("Spring Watercolours", "Painting", about="Express the colours of spring with a swift brush."),
    course("Go further with your guitar", "Music", about="Swing, ruby strings and the key of C."),
    course("Swift: Gulliver's Travels", "Literature", about="Jonathan Swift and his time."),
    course("The Oracle at Delphi", "History", about="What the oracle said, and to whom."),
    course("Seashells of the Pacific", "Biology", about="Find each shell and name it."),
    book("Agaves: Living Sculptures for Landscapes and Containers", "Crafts, Hobbies & Home"),
]

TEACHES = [
    (course("Go", "Go"), {"go"}),
    (course("Learn Golang"), {"go"}),
    (course("Go: building REST APIs"), {"go", "rest-apis"}),
    (course("C for engineers", skills=("C",)), {"c"}),
    (course("C++ und C#: ein Vergleich"), {"cpp", "csharp"}),
    (course("R for software developers"), {"r"}),
    (course("Python for Everybody"), {"python"}),
    (course("Initiation à Python"), {"python"}),
    (course("Python教程"), {"python"}),
    (course("Pythön"), {"python"}),
    (book("Python in a Nutshell", "Computers & Technology"), {"python"}),
    (book("Programming Rust", "Rust"), {"rust"}),
    (book("Kafka: the definitive guide", about="Stream events between microservices with Apache Kafka."), {"kafka"}),
    (course("JavaScript basics"), {"javascript"}),
    (course("Node.js and Express"), {"nodejs", "express"}),
    (course("NodeJS"), {"nodejs"}),
    (course(".NET microservices"), {"dotnet", "microservices"}),
    (course("ASP.NET Core in practice"), {"aspnet-core"}),
    (course("React Native"), {"react-native"}),
    (course("Spring Boot"), {"spring-boot"}),
    (course("Spring Data with Java"), {"spring", "java"}),
    (course("CI/CD with Jenkins"), {"ci-cd"}),
    (course("CI-CD"), {"ci-cd"}),
    (course("Back End developer course"), {"back-end-development"}),
    (course("back-end development"), {"back-end-development"}),
    (course("SQL Server administration"), {"sql-server"}),
    (course("Python Flask"), {"python", "flask"}),
    (course("Machine Learning"), {"machine-learning"}),
    (course("Relational database"), {"relational-databases"}),
    (course("Design pattern catalogue"), {"design-patterns"}),
    (course("Docker's secrets"), {"docker"}),
    (course("HTML/CSS"), {"html", "css"}),
    (course("REST with Flask", about="Write a web application in Python."), {"rest-apis", "flask", "python"}),
    (course("Data structures & algorithms"), {"data-structures"}),
    (course("TCP/IP"), {"tcp-ip"}),
    (course("Leading people", skills=("Communication Skills",)), {"technical-communication"}),
    (course("Pandas for data analysis", about="Series, frames and NumPy in Python."), {"data-analysis", "python"}),
    (course("Flask: a small web framework", about="Write back ends in Python."), {"flask", "python"}),
    (course("Oracle administration", "Databases", about="Back up an Oracle database with SQL."), {"oracle-database"}),
    (course("Ruby on Rails"), {"ruby-on-rails"}),
    (course("Shell scripting", about="Write Bash scripts on Linux."), {"bash"}),
    (course("Swift for iOS developers"), {"swift"}),
    (course("Rust for programmers", about="Ownership, borrowing and the borrow checker."), {"rust"}),
    (course("Express in practice", "Node.js", about="Routes and middleware for web applications."), {"express"}),
    (course("C from the ground up", "Programming", about="Pointers, arrays and the compiler."), {"c"}),
    (course("RESTful web services on Amazon Web Services"), {"apis", "aws"}),
    (course("Machine learning", "Data Analysis & Statistics"), {"data-analysis"}),
    (course("Django in a weekend", about="Models, views and templates of a web application in Python."), {"django"}),
]

DOES_NOT_TEACH = [
    (course("JavaScript basics"), "java"),
    (course("React Native"), "react"),
    (course("Apache Spark with Java"), "apache-http-server"),
    (course("Linear programming in MATLAB"), "programming"),
    (course("Clean code", about="Go beyond the basics of software"), "go"),
    (course("Clean code", about="Go and ask the developers. Go is a verb."), "go"),
    (course("Clean code", about="We express ideas with the rest of the software team."), "express"),
    (course("Clean code", about="We express ideas with the rest of the software team."), "rest-apis"),
    (course("Java Virtual Machine internals"), "virtualisation"),
    (course("Angular momentum", "Physics"), "angular"),
    (course("Business networking", "Computer Science"), "networking"),
    (course("R&D for software companies"), "r"),
    (course("Programmation: c'est facile", "Software"), "c"),
    (course("Objective-C"), "c"),
    (course("Growth hacking", "Software"), "penetration-testing"),
    (course("Amazon Web Services (AWS) for beginners"), "apis"),
    (course("Web app development with Python"), "mobile-development"),
    (course("React from the start", "Mobile and Web Development"), "mobile-development"),
    (course("Relational databases", "Data Analysis & Statistics"), "statistics"),
    (course("Non-relational databases"), "relational-databases"),
    (course("Robot Operating System"), "operating-systems"),
    (course("GitHub Copilot in practice"), "github"),
    (course("Keeping SQL injection out"), "sql"),
]


@pytest.mark.parametrize("resource", GENERAL_BOOKS, ids=lambda resource: resource.title)
def test_general_books_teach_no_computing(resource: LearningResource) -> None:
    assert CLASSIFIER.topics(resource) == ()
    assert CLASSIFIER.roles(resource, ()) == ()


@pytest.mark.parametrize(("resource", "topics"), TEACHES, ids=lambda value: getattr(value, "title", ""))
def test_finds_what_is_taught(resource: LearningResource, topics: set[str]) -> None:
    assert ids(resource) >= topics


@pytest.mark.parametrize(("resource", "topic"), DOES_NOT_TEACH, ids=lambda value: getattr(value, "title", value))
def test_is_not_misled(resource: LearningResource, topic: str) -> None:
    assert topic not in ids(resource)


def test_a_level_among_the_subjects_of_a_book_tells_nothing_against_it() -> None:
    assert "python" in ids(book("Python Notes for Professionals", "Python", "Advanced"))
    assert "python" not in ids(book("Python", "Python", "Reptiles"))


def test_no_phrase_reaches_from_one_subject_into_the_next() -> None:
    assert "machine-learning" not in ids(course("Studies", "machine", "learning"))


def test_confidence_follows_the_place_and_grows_with_agreement() -> None:
    def sure_of_postgres(resource: LearningResource) -> float:
        return {match.topic: match.confidence for match in CLASSIFIER.topics(resource)}["postgresql"]

    in_title = sure_of_postgres(course("PostgreSQL"))
    in_subject = sure_of_postgres(course("A course", "PostgreSQL"))
    in_description = sure_of_postgres(course("A course", about="It uses PostgreSQL."))
    assert in_title == 0.9 > in_subject == 0.85 > in_description == 0.5
    assert in_title < sure_of_postgres(course("PostgreSQL", "PostgreSQL")) < 1
    assert sure_of_postgres(course("A course", about="Postgres here, Postgres there")) > in_description


def test_evidence_keeps_the_words_of_the_text() -> None:
    found = {match.topic: match for match in CLASSIFIER.topics(course("Relational DATABASES: the course"))}
    assert found["relational-databases"].evidence == (Evidence(field="title", phrase="Relational DATABASES"),)


class TestRoles:
    @pytest.mark.parametrize("title", ["Django", "PostgreSQL", "Designing a REST API", "Node.js", "Spring Boot"])
    def test_back_end_course_serves_the_back_end_engineer(self, title: str) -> None:
        assert fits(course(title, "Software Development"))["back-end-engineer"] >= LEAST_FIT

    @pytest.mark.parametrize("title", ["HTML and CSS", "Statistics", "Figma for beginners", "Photoshop", "Unity 3D"])
    def test_others_do_not(self, title: str) -> None:
        assert "back-end-engineer" not in fits(course(title, "Web Design"))

    def test_a_page_course_serves_the_front_end(self) -> None:
        assert next(iter(fits(course("HTML and CSS")))) == "front-end-developer"

    def test_several_must_topics_are_a_full_fit(self) -> None:
        assert fits(course("Back-end development: REST APIs, SQL and HTTP with Django"))["back-end-engineer"] == 1.0

    @pytest.mark.parametrize(
        "title", ["Becoming a Site Reliability Engineer", "From zero to SRE", "For site-reliability engineers"]
    )
    def test_a_title_that_names_the_role(self, title: str) -> None:
        assert fits(course(title))["site-reliability-engineer"] >= 0.9

    def test_the_level_wanted_fits_best(self) -> None:
        topics = (TopicMatch(topic="ci-cd", confidence=0.9),)

        def fit(level: Level) -> float:
            offered = LearningResource(kind=Kind.COURSE, title="Pipelines", level=level)
            return {one.role: one.fit for one in CLASSIFIER.roles(offered, topics)}["devops-engineer"]

        assert fit(Level.ADVANCED) > fit(Level.INTERMEDIATE) > fit(Level.BEGINNER)

    def test_teaching_everything_teaches_less_of_each(self) -> None:
        few = tuple(TopicMatch(topic=topic, confidence=0.9) for topic in ("http", "sql"))
        many = few + tuple(TopicMatch(topic=f"other-{n}", confidence=0.9) for n in range(10))
        resource = course("A course")
        focused = {one.role: one.fit for one in CLASSIFIER.roles(resource, few)}["back-end-engineer"]
        spread = {one.role: one.fit for one in CLASSIFIER.roles(resource, many)}["back-end-engineer"]
        assert spread < focused

    @pytest.mark.parametrize("role", VOCABULARY.roles.values(), ids=lambda role: role.id)
    def test_each_role_is_best_served_by_its_own_must_topics(self, role) -> None:  # type: ignore[no-untyped-def]
        topics = tuple(TopicMatch(topic=one.topic, confidence=0.9) for one in role.topics if one.need == "must")
        found = CLASSIFIER.roles(course("A course"), topics)
        best = {fit.role for fit in found if fit.fit == found[0].fit}
        assert role.id in best


def test_a_new_topic_is_found_without_other_changes() -> None:
    zig = dataclasses.replace(
        VOCABULARY.topics["rust"], id="zig", label="Zig", aliases=("ziglang",), ambiguous=("zig",)
    )
    larger = Vocabulary(topics={**VOCABULARY.topics, "zig": zig}, roles=VOCABULARY.roles)
    assert {match.topic for match in Classifier(larger).topics(course("Ziglang"))} == {"zig"}


def test_a_very_long_description_takes_no_quadratic_time() -> None:
    long = course("Everything", about="Java and Spring Boot, React Native, then Go. " * 5_000)
    started = time.process_time()
    CLASSIFIER.topics(long)
    assert time.process_time() - started < 5


def test_no_name_is_longer_than_the_search_for_longer_names_looks() -> None:
    assert all(
        len(name) <= LONGEST_NAME for topic in VOCABULARY.topics.values() for name in (*topic.aliases, *topic.not_in)
    )


NAMES = sorted(
    {name for topic in VOCABULARY.topics.values() for name in (topic.label, *topic.aliases, *topic.ambiguous)}
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=5)), max_size=8).map(" ".join),
)
RESOURCES = st.builds(
    LearningResource,
    kind=st.sampled_from(Kind),
    title=TEXTS,
    description=st.none() | TEXTS,
    subjects=st.lists(TEXTS, max_size=3).map(tuple),
    skills=st.lists(TEXTS, max_size=3).map(tuple),
    syllabus=st.lists(TEXTS, max_size=3).map(tuple),
    level=st.none() | st.sampled_from(Level),
)


@given(RESOURCES)
@settings(max_examples=300, deadline=None)
def test_whatever_the_text_the_conclusion_is_sound(resource: LearningResource) -> None:
    topics = CLASSIFIER.topics(resource)
    roles = CLASSIFIER.roles(resource, topics)
    assert topics == CLASSIFIER.topics(resource)
    assert len(topics) <= MOST_TOPICS
    assert list(topics) == sorted(topics, key=lambda match: (-match.confidence, match.topic))
    assert list(roles) == sorted(roles, key=lambda fit: (-fit.fit, fit.role))
    assert all(LEAST_FIT <= fit.fit <= 1 for fit in roles)
    for match in topics:
        assert 0 < match.confidence < 1
        assert 1 <= len(match.evidence) <= MOST_EVIDENCE
        for evidence in match.evidence:
            told = getattr(resource, evidence.field)
            assert any(evidence.phrase in text for text in ([told] if isinstance(told, str) else told))
