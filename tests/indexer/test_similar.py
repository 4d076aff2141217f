"""What is near to an entry: shared topics and words with reasons, and no list of versions of one course."""

from pathlib import Path

from catalog.model import Entry, Kind, LearningResource, Level, RoleFit, TopicMatch
from catalog.vocabulary import load_vocabulary
from indexer.engine import SearchIndex, open_index
from indexer.query import Similar


def entry(number: int, title: str, *topics: str, provider: str = "Ada's", level: Level | None = None) -> Entry:
    return Entry(
        id=number,
        resource=LearningResource(kind=Kind.COURSE, title=title, provider=provider, level=level),
        topics=tuple(TopicMatch(topic=topic, confidence=0.9) for topic in topics),
        roles=(RoleFit(role="back-end-engineer", fit=0.8),) if topics else (),
    )


def index_of(place: Path, entries: list[Entry]) -> SearchIndex:
    engine = open_index(f"whoosh:{place}", load_vocabulary())
    writer = engine.writer()
    writer.publish(writer.build(entries[:-1], 1))
    writer.apply(entries[-1:], [], 2)
    return engine.reader()


FILLING = [entry(number, f"Filling {number}", "python") for number in range(100, 140)]


def ids(found: list[Similar]) -> list[int]:
    return [one.entry_id for one in found]


def test_rare_topics_bring_nearer_than_frequent_ones(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, [*FILLING, entry(1, "x", "python", "kafka"), entry(2, "y", "python"), entry(3, "z", "kafka")]
    )
    assert ids(index.similar(1, 60))[0] == 3
    assert 2 in ids(index.similar(1, 60))


def test_the_reasons_are_what_both_have(tmp_path: Path) -> None:
    one = entry(1, "Kafka Streams by Hand", "kafka", "java", level=Level.BEGINNER)
    other = entry(2, "Streams in Kafka", "kafka", level=Level.BEGINNER)
    (found,) = index_of(tmp_path, [one, entry(3, "Cooking"), other]).similar(1, title=one.resource.title)
    reasons = dict(found.reasons)
    assert "kafka" in reasons["topic"]
    assert "java" not in reasons["topic"]
    assert reasons["title"] == ("kafka", "streams")
    assert (reasons["role"], reasons["level"]) == (("back-end-engineer",), ("beginner",))


def test_words_of_the_title_decide_between_equal_topics_and_do_without(tmp_path: Path) -> None:
    entries = [
        *FILLING,
        entry(1, "Consensus with Raft", "python"),
        entry(2, "Raft Consensus"),
        entry(3, "Raft", "python"),
    ]
    index = index_of(tmp_path, entries)
    assert ids(index.similar(1, 3, title="Consensus with Raft"))[0] == 3
    assert ids(index.similar(2, 3, title="Raft Consensus")) == [1]
    assert index.similar(2, 3) == []


def test_versions_of_one_course_stand_for_one(tmp_path: Path) -> None:
    versions = [entry(number, "Kafka Deep Dive", "kafka") for number in range(1, 9)]
    others = [entry(20, "Kafka Basics", "kafka", "java"), entry(21, "Kafka Deep Dive Two", "kafka")]
    found = ids(index_of(tmp_path, [*versions, *others]).similar(1, 6, title="Kafka Deep Dive"))
    assert len([one for one in found if one < 9]) == 1
    assert {20, 21} <= set(found)
