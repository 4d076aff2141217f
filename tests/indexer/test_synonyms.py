"""The editors' file of words that mean the same, and what an edited one changes."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import catalog
from catalog.classify import Classifier
from catalog.errors import ConfigError
from catalog.model import Entry, Kind, LearningResource
from catalog.vocabulary import load_vocabulary
from catalog.vocabulary.verbs import vocabulary as vocabulary_verbs
from indexer.engine import open_index
from indexer.names import names_of
from indexer.preview import Change, changes
from indexer.query import Explanation, Hits, IndexStatus, Query, Suggestion
from indexer.synonyms import Span, Synonyms, load_synonyms, parsed
from indexer.text import alternatives, telling
from indexer.verbs import verbs

WRITTEN = """
same = [["web log", "blog", "weblog journal"]]
means = [["db", "database"], ["web", "internet"]]
"""


@dataclass
class Answers:
    """An index that answers each query with these ids."""

    ids: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def search(self, query: Query) -> Hits:
        ids = self.ids.get(query.words, ())
        return Hits(ids=ids, scores=(1.0,) * len(ids), total=len(ids), complete=len(ids), facets={})

    def suggest(self, prefix: str, limit: int = 8) -> list[Suggestion]:
        raise NotImplementedError

    def similar(self, entry_id: int, limit: int = 6) -> list[int]:
        raise NotImplementedError

    def explain(self, query: Query, entry_id: int) -> Explanation:
        raise NotImplementedError

    def status(self) -> IndexStatus:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("blog", (("web", "log"), ("weblog", "journal"))),
        ("Blogs", (("web", "log"), ("weblog", "journal"))),
        ("db", (("database",),)),
        ("database", ()),
        ("quux", ()),
        ("", ()),
    ],
)
def test_synonyms_are_told_by_any_form_of_the_words(words: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert parsed(WRITTEN).of(telling(words)) == expected


def test_the_longest_is_taken_first() -> None:
    found = list(parsed(WRITTEN).expansions(telling("my web log web db")))
    assert [(span.start, span.end) for span in found] == [(0, 2), (2, 3), (3, 4)]
    assert found[2] == Span(3, 4, (("database",),))
    assert list(Synonyms().expansions(["web"])) == []


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ('same = [["alone"]]', "two or more"),
        ('same = [["one", "--"]]', "two or more"),
        ('same = [["cat", "Cats"]]', "forms of one word"),
        ('same = [["a b", "c"], ["c", "d"]]', "stands in a line before"),
        ('means = [["x", "y"], ["x", "z"]]', "stands in a line before"),
        ('same = [["x", "y"]]\nmeans = [["x", "z"]]', "stands in a line before"),
        ('means = [["cats", "dogs"], ["dog", "cat"]]', "turns round"),
        ('means = "x"', "Expected `array`"),
        ('other = [["x", "y"]]', "unknown field"),
        ("same = [", "Invalid value|Unclosed array"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path: Path, written: str, why: str) -> None:
    (tmp_path / "synonyms.toml").write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"(?s)synonyms\.toml: .*({why})"):
        load_synonyms(tmp_path / "synonyms.toml")


def test_the_file_that_comes_with_the_product_is_sound() -> None:
    synonyms = load_synonyms()
    assert len(list(synonyms)) >= 300
    assert all(synonyms.of(row) == others for row, others in synonyms)


def test_what_the_vocabulary_says_is_not_repeated() -> None:
    """Two names of a topic, one of them its label, find the same already."""
    vocabulary = load_vocabulary()
    topics = {tuple(map(alternatives, name)): topic for name, topic in names_of(vocabulary, Synonyms()).topics.items()}
    labels = {tuple(map(alternatives, telling(topic.label))) for topic in vocabulary.topics.values()}
    repeated = []
    for row, others in load_synonyms():
        keys = [tuple(map(alternatives, runs)) for runs in (row, *others)]
        if len({topics.get(key) for key in keys}) == 1 and topics.get(keys[0]) and not labels.isdisjoint(keys):
            repeated.append(row)
    assert repeated == []


def test_changes_are_told_of_the_queries_that_change() -> None:
    before, after = Answers({"a": (1, 2), "b": (5,)}), Answers({"a": (2, 3, 4), "b": (5,)})
    assert list(changes(["a", "b", "c"], before, after)) == [
        Change(words="a", before=2, after=3, comes=(3, 4), leaves=(1,))
    ]


def test_an_edited_file_can_be_listed_and_previewed(tmp_path: Path) -> None:
    edited = tmp_path / "edited.toml"
    edited.write_text(WRITTEN, encoding="utf-8")
    group = next(verb for verb in verbs if verb.name == "synonyms")
    listed = CliRunner().invoke(group, ["list", str(edited)])
    assert "db  →  database" in listed.output
    settings = indexed(tmp_path, "Database design", "A blog", "Weblog journals")
    shown = CliRunner().invoke(group, ["preview", str(edited), "blog", "design"], obj=settings)
    assert shown.output.splitlines()[0] == "blog: 1 → 2", shown.output
    assert shown.output.splitlines()[-1] == "1 of 2 queries change"


def test_an_edited_vocabulary_shows_which_queries_it_changes(tmp_path: Path) -> None:
    home = Path(catalog.__file__).parent
    text = (home / "topics.toml").read_text(encoding="utf-8")
    edited = tmp_path / "topics.toml"
    edited.write_text(text.replace('label = "Apache Kafka"', 'label = "Quorvexil"'), encoding="utf-8")
    course = LearningResource(kind=Kind.COURSE, title="Event streams", subjects=("Apache Kafka",))
    settings = indexed(tmp_path, "Database design", more=course)
    shown = CliRunner().invoke(vocabulary_verbs, ["queries", str(edited), "quorvexil", "design"], obj=settings)
    assert shown.output.splitlines()[0] == "quorvexil: 0 → 1", shown.output
    assert shown.output.splitlines()[-1] == "1 of 2 queries change"


def indexed(folder: Path, *titles: str, more: LearningResource | None = None) -> SimpleNamespace:
    """The settings of a published index of these resources."""
    told = [*(LearningResource(kind=Kind.COURSE, title=title) for title in titles), *([more] if more else [])]
    classifier = Classifier(load_vocabulary())
    entries = [Entry(id=at, resource=one, topics=classifier.topics(one)) for at, one in enumerate(told, 1)]
    url = f"whoosh:{folder / 'index'}"
    writer = open_index(url, load_vocabulary()).writer()
    writer.publish(writer.build(entries, 1))
    return SimpleNamespace(
        record=SimpleNamespace(url=f"sqlite:///{folder / 'record.db'}"), index=SimpleNamespace(url=url)
    )
