"""Every engine keeps the contract: held against the brute-force reference on catalogues and questions that
Hypothesis makes.
"""

import pkgutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import indexer
from catalog.errors import BadQuery, IndexMissing
from catalog.model import Entry, Evidence, Kind, LearningResource, Level, RoleFit, TopicMatch
from catalog.vocabulary import load_vocabulary
from indexer.engine import Engine, open_index
from indexer.fields import FACETS, SORTS
from indexer.query import NOT_STATED, RELEVANCE, Query, ordered
from tests.indexer.reference_index import ReferenceIndex

# An engine is found by its file; one that needs a server is tested where its own tests start that server.
EMBEDDED = ["whoosh"]
VOCABULARY = load_vocabulary()
WORDS = [
    "python",
    "sql",
    "rest",
    "api",
    "go",
    "c++",
    "c#",
    "node.js",
    "ci/cd",
    "data",
    "design",
    "learning",
    "back-end",
    "the",
]
ASKED = [
    "quux",
    "machine learning",
    "-sql",
    "title:go",
    "by:ada",
    "-title:c++",
    "OR",
    "OR",
    '"data design"',
    '"rest api"',
]
ASKED += [
    'title:"sql python"',
    '-"go data"',
    "topic:python",
    "level:beginner",
    "-kind:book",
    "year:2020..",
    "year:..2015",
]
IN_TITLE = (Evidence(field="title", phrase="x"),)
TOPICS = ["python", "go", "rest", "django"]
ROLES = ["back-end-engineer", "data-engineer"]

# Engines may keep lengths coarsely, as Whoosh does above ten terms: the texts stay below, so that scores are equal.
texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
resources = st.builds(
    LearningResource,
    kind=st.sampled_from([Kind.BOOK, Kind.COURSE, Kind.PODCAST]),
    title=texts.map(lambda words: words or "untitled"),
    description=st.none() | texts,
    provider=st.none() | st.sampled_from(["Coursera", "edX", "Manning"]),
    authors=st.lists(st.sampled_from(["Ada", "Grace"]), max_size=1).map(tuple),
    language=st.none() | st.sampled_from(["en", "pt-br", "de"]),
    level=st.none() | st.sampled_from(list(Level)),
    is_free=st.none() | st.booleans(),
    rating=st.none() | st.sampled_from([3.5, 4.0, 4.8]),
    rating_count=st.none() | st.sampled_from([3, 1000]),
    hours_min=st.none() | st.sampled_from([1.0, 12.0]),
    subjects=st.lists(st.sampled_from(WORDS), max_size=1).map(tuple),
    published=st.none() | st.sampled_from(["2015", "2020-05", "2020-05-01"]),
)
catalogues = st.lists(
    st.tuples(
        resources,
        st.sets(st.sampled_from(TOPICS), max_size=2),
        st.sets(st.sampled_from(ROLES), max_size=2),
    ),
    max_size=12,
)
choices = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.lists(st.sampled_from(["book", "course", "nothing"]), max_size=2).map(tuple),
        "topic": st.lists(st.sampled_from([*TOPICS, "programming-languages", NOT_STATED]), max_size=2).map(tuple),
        "role": st.lists(st.sampled_from([*ROLES, NOT_STATED]), max_size=2).map(tuple),
        "level": st.lists(st.sampled_from(["beginner", NOT_STATED]), max_size=2).map(tuple),
        "provider": st.lists(st.sampled_from(["Coursera", "edX"]), max_size=1).map(tuple),
        "cost": st.lists(st.sampled_from(["free", "paid", NOT_STATED]), max_size=2).map(tuple),
    },
).map(ordered)
queries = st.builds(
    Query,
    words=st.lists(st.sampled_from([*WORDS, *ASKED]), max_size=4).map(" ".join),
    choices=choices,
    sort=st.sampled_from([RELEVANCE, *(field.name for field in SORTS)]),
    page=st.integers(1, 3),
    page_size=st.sampled_from([1, 5, 20]),
    counted=st.booleans(),
)


@pytest.fixture(params=EMBEDDED)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return open_index(f"{request.param}:{tmp_path / 'index'}", VOCABULARY)


def entries_of(catalogue: list[tuple[LearningResource, set[str], set[str]]]) -> list[Entry]:
    return [
        Entry(
            id=number,
            resource=resource,
            topics=tuple(TopicMatch(topic=topic, confidence=0.9, evidence=IN_TITLE) for topic in sorted(topics)),
            listings=tuple((f"source {at}", None) for at in range(number % 4)),
            roles=tuple(RoleFit(role=role, fit=0.5) for role in sorted(roles)),
        )
        for number, (resource, topics, roles) in enumerate(catalogue, 1)
    ]


def publish(engine: Engine, entries: list[Entry], revision: int = 1) -> None:
    writer = engine.writer()
    writer.publish(writer.build(entries, revision))


def held_against_reference(engine: Engine, entries: list[Entry], asked: list[Query]) -> None:
    index, reference = engine.reader(), ReferenceIndex(entries, VOCABULARY)
    for query in asked:
        found, expected = index.search(query), reference.search(query)
        assert found.ids == expected.ids, query
        assert found.scores == pytest.approx(expected.scores, abs=1e-6)
        assert (found.total, found.complete) == (expected.total, expected.complete)
        assert found.facets == expected.facets, query


def test_every_engine_that_needs_no_server_is_tested() -> None:
    there = [
        name.removesuffix("_engine")
        for _, name, _ in pkgutil.iter_modules(indexer.__path__)
        if name.endswith("_engine")
    ]
    assert sorted(there) == EMBEDDED


slow_but_sure = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@slow_but_sure
@given(catalogue=catalogues, asked=st.lists(queries, min_size=1, max_size=8))
def test_answers_are_those_of_the_reference(engine: Engine, catalogue: list, asked: list[Query]) -> None:
    entries = entries_of(catalogue)
    publish(engine, entries)
    held_against_reference(engine, entries, asked)


@slow_but_sure
@given(
    catalogue=catalogues,
    later=st.lists(st.tuples(st.integers(1, 15), st.none() | resources), max_size=12),
    asked=st.lists(queries, min_size=1, max_size=8),
)
def test_changes_lead_to_the_same_index_as_building_anew(
    engine: Engine,
    catalogue: list,
    later: list[tuple[int, LearningResource | None]],
    asked: list[Query],
) -> None:
    entries = {entry.id: entry for entry in entries_of(catalogue)}
    publish(engine, list(entries.values()))
    writer = engine.writer()
    for revision, (entry_id, resource) in enumerate(later, 2):
        if resource is None:
            entries.pop(entry_id, None)
            writer.apply([], [entry_id], revision)
        else:
            entries[entry_id] = Entry(id=entry_id, resource=resource)
            writer.apply([entries[entry_id]], [], revision)
        assert engine.writer().revision() == revision
    held_against_reference(engine, [entries[at] for at in sorted(entries)], asked)


@slow_but_sure
@given(catalogue=catalogues, query=queries)
def test_each_count_is_what_choosing_that_value_would_give(engine: Engine, catalogue: list, query: Query) -> None:
    publish(engine, entries_of(catalogue))
    index = engine.reader()
    query = msgspec.structs.replace(query, counted=True)
    counts = index.search(query).facets
    for facet in FACETS:
        for value, count in counts[facet.name].items():
            assert index.search(query.choose(facet.name, (value,))).total == count


@slow_but_sure
@given(catalogue=catalogues, query=queries)
def test_pages_neither_repeat_nor_lose(engine: Engine, catalogue: list, query: Query) -> None:
    publish(engine, entries_of(catalogue))
    index = engine.reader()
    whole = index.search(Query(words=query.words, choices=query.choices, sort=query.sort, page_size=100)).ids
    paged = [
        entry_id
        for page in range(1, len(whole) + 2)
        for entry_id in index.search(
            Query(words=query.words, choices=query.choices, sort=query.sort, page=page, page_size=1)
        ).ids
    ]
    assert tuple(paged) == whole


@slow_but_sure
@given(catalogue=catalogues, query=queries)
def test_explanations_sum_to_the_score(engine: Engine, catalogue: list, query: Query) -> None:
    entries = entries_of(catalogue)
    publish(engine, entries)
    index = engine.reader()
    hits = index.search(query)
    for entry_id, score in zip(hits.ids, hits.scores, strict=True):
        told = index.explain(query, entry_id)
        assert told.matches
        assert told.score == pytest.approx(score, abs=1e-6)
        assert sum(part.score for part in told.parts) == pytest.approx(score, abs=1e-6)
    all_hits = index.search(Query(words=query.words, choices=query.choices, page_size=100)).ids
    for entry in entries:
        assert index.explain(query, entry.id).matches == (entry.id in all_hits)


def test_no_words_are_everything(engine: Engine) -> None:
    publish(engine, entries_of([(LearningResource(kind=Kind.BOOK, title="SQL"), set(), set())] * 3))
    assert set(engine.reader().search(Query()).ids) == {1, 2, 3}


def test_no_hits_still_give_counts(engine: Engine) -> None:
    publish(engine, entries_of([(LearningResource(kind=Kind.BOOK, title="SQL"), set(), set())]))
    hits = engine.reader().search(Query(words="sql", choices=(("kind", ("course",)),)))
    assert hits.total == 0
    assert hits.facets["kind"] == {"book": 1}


@pytest.mark.parametrize("query", [Query(sort="beauty"), Query(choices=(("colour", ("red",)),))])
def test_an_unknown_facet_or_sort_is_refused(engine: Engine, query: Query) -> None:
    publish(engine, [])
    with pytest.raises(BadQuery, match="there is no"):
        engine.reader().search(query)


def test_an_index_that_was_never_built_says_so(engine: Engine) -> None:
    with pytest.raises(IndexMissing, match="lodestar reindex"):
        engine.reader().search(Query())


def test_an_empty_index_answers(engine: Engine) -> None:
    publish(engine, [])
    assert engine.reader().search(Query(words="python")).total == 0
    assert engine.reader().suggest("pyt") == []


@pytest.mark.parametrize(
    ("title", "found_by", "not_by"),
    [
        ("Effective C++", ["c++", "C++", "effective"], ["c", "c#"]),
        ("C# in Depth", ["c#", "C#"], ["c", "c++"]),
        ("The C Programming Language", ["c", "C"], ["c++", "c#"]),
        ("Pro .NET Memory Management", [".net", ".NET", "net"], []),
        ("ASP.NET Core in Action", ["asp.net", ".NET", "asp net", "ASP.NET Core"], []),
        ("Node.js Design Patterns", ["node.js", "nodejs", "NodeJS", "node js", "Node"], []),
        ("NodeJS for Beginners", ["node.js", "nodejs"], []),
        ("CI/CD Pipelines", ["ci/cd", "CI/CD", "cicd", "ci cd"], []),
        ("RESTful API Design", ["restful api", "API"], []),
        ("OAuth2 in Action", ["oauth2", "OAuth2"], []),
        ("Objective-C", ["objective-c", "Objective-C"], ["c"]),
        ("Back-end development", ["backend", "back-end", "back end"], []),
        ("JavaScript: The Good Parts", ["javascript"], ["java"]),
        ("Going Postal", ["going"], ["go"]),
        ("Café Programming in Español", ["cafe", "CAFÉ", "espanol"], []),
        ("数据库系统概论", ["数据库", "系统"], []),
        ("データベース入門", ["データベース", "入門"], []),
        ("Teach Yourself Python 3.8", ["python 3", "python 3.8"], []),
    ],
)
def test_names_of_the_field_are_found_as_written(
    engine: Engine, title: str, found_by: list[str], not_by: list[str]
) -> None:
    publish(engine, entries_of([(LearningResource(kind=Kind.BOOK, title=title), set(), set())]))
    index = engine.reader()
    assert [words for words in found_by if not index.search(Query(words=words)).total] == []
    assert [words for words in not_by if index.search(Query(words=words)).total] == []


def test_a_misspelt_word_is_corrected_when_that_leads_to_hits(engine: Engine) -> None:
    publish(engine, entries_of([(LearningResource(kind=Kind.BOOK, title="Kubernetes in Action"), set(), set())]))
    index = engine.reader()
    assert index.search(Query(words="kuberntes")).corrections == ("kubernetes",)
    assert index.search(Query(words="kubenretes")).corrections == ("kubernetes",)
    assert index.search(Query(words="zebra")).corrections == ()
    assert index.suggest("kub")[0].words == "kubernetes"


@pytest.mark.parametrize("words", ["9781449373320", "978-1-449-37332-0", "1449373321", "1-4493-7332-1"])
def test_a_book_is_found_by_its_isbn_in_any_writing(engine: Engine, words: str) -> None:
    book = LearningResource(kind=Kind.BOOK, title="Designing Data-Intensive Applications", isbn="9781449373320")
    publish(engine, entries_of([(book, set(), set()), (LearningResource(kind=Kind.BOOK, title="x"), set(), set())]))
    assert engine.reader().search(Query(words=words)).ids == (1,)


def test_similar_entries_share_topics(engine: Engine) -> None:
    book = LearningResource(kind=Kind.BOOK, title="x")
    publish(
        engine,
        entries_of([(book, {"python"}, set()), (book, {"python"}, set()), (book, {"go"}, set()), (book, set(), set())]),
    )
    index = engine.reader()
    assert index.similar(1)[0].entry_id == 2
    assert index.similar(4) == []
    assert index.similar(99) == []
