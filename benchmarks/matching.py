"""How well topics are found: courses that platforms tagged with skills, every tag withheld.

Read are title and description alone. A judged skill stands for the topic of that name. What is found of a topic is
found of the topics above it too, but only of the nearest judged one can it be wrong: who tags a course with deep
learning does not care to add computer science. Two yardsticks:

- *agreed*: courses to which two sources or more put the same skill. A pair of course and topic that two sources tell
  is right, one that no source tells is wrong. What one source alone tells, or a narrower skill implies, counts neither
  way.
- *all*: every tagged course, every tag believed, every missing tag believed to be missing for a reason.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import records
from benchmarks.relevance import FOLDER, TAGGED
from benchmarks.report import Report, Row, arguments
from catalog import clean
from catalog.classify import Classifier
from catalog.errors import ListingError
from catalog.merge import by_trust, merge
from catalog.model import LearningResource, Listing
from catalog.phrases import Phrase, Reader
from catalog.vocabulary import Topic, Vocabulary, load_vocabulary
from catalog.vocabulary.toml_file import plain
from crawlers.readers.neutral_record import listing

THRESHOLDS = (0.0, 0.5, 0.55, 0.6, 0.7, 0.8, 0.9)
WANTED_PRECISION, WANTED_RECALL, WANTED_SPEED = 0.80, 0.60, 5000

Courses = Mapping[str, LearningResource]  # by address
Skills = Sequence[Mapping[str, Any]]
Pair = tuple[str, str]  # a course, a topic

SPELT: Mapping[str, str] = {  # skills that are a topic's label in other words
    "Bash": "Bash and shell",
    "Data Modeling": "Data modelling",
    "Data Visualization": "Data visualisation",
    "Ethical Hacking": "Ethical hacking and penetration testing",
    "Front-End Web Development": "Front-end development",
    "Google Cloud Platform": "Google Cloud",
    "JSON": "JSON and serialization",
    "Virtualization": "Virtualisation",
}


class Found(NamedTuple):
    """How surely a topic was found in a course, where its best evidence stands, and whether it can be wrong."""

    confidence: float
    field: str
    own: bool


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What was judged of the courses of a pool: who teaches what, and where the judges differ."""

    name: str
    pool: frozenset[str]
    right: frozenset[Pair]
    disputed: frozenset[Pair] = frozenset()

    def of_pool(self) -> "Judgement":
        """The same without what was said of other courses."""
        right, disputed = (frozenset(p for p in pairs if p[0] in self.pool) for pairs in (self.right, self.disputed))
        return replace(self, right=right, disputed=disputed)

    def sides(self, found: Mapping[Pair, Found], least: float = 0.0) -> tuple[set[Pair], set[Pair], set[Pair]]:
        """Pairs found and right, found and wrong, right and not found, of those found with the least confidence."""
        within = {pair for pair, one in found.items() if pair[0] in self.pool and one.confidence >= least}
        wrong = {pair for pair in within - self.right - self.disputed if found[pair].own}
        return within & self.right, wrong, set(self.right) - within


def main() -> None:
    """Precision and recall of topics against the skills that platforms put to their courses."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--data", type=Path, metavar="FOLDER", default=records.FOLDER, help=" and ".join(records.NAMES))
    parser.add_argument("--judged", type=Path, metavar="FOLDER", default=FOLDER, help="skills.jsonl")
    parser.add_argument("--examples", type=int, metavar="N", default=0, help="tell N wrong and N missed pairs a topic")
    asked = parser.parse_args()
    paths = records.files(asked.data)
    if not paths or not (asked.judged / "skills.jsonl").is_file():
        print(f"skipped: {asked.data} or {asked.judged} does not hold what was judged; see --help")
        return
    vocabulary = load_vocabulary()
    skills = [json.loads(line) for line in (asked.judged / "skills.jsonl").read_text(encoding="utf-8").splitlines()]
    topics, wider = topics_of_skills([row["query"] for row in skills], vocabulary)
    courses = tagged_courses(paths)
    matching = Matching(vocabulary, topics, wider)
    found = matching.found(courses)
    report = Report("Matching, tags withheld")
    report.add(
        "topics and roles", [_sizes(skills, topics, wider, speed(paths, vocabulary))], *_notes(skills, topics, wider)
    )
    agreed = matching.agreed(skills, courses)
    wanted = f"held against this: precision {WANTED_PRECISION:.2f} at recall {WANTED_RECALL:.2f}"
    _add_micro(report, agreed, found, wanted)
    strict = replace(agreed, name="agreed, what one source alone tells taken as wrong", disputed=frozenset())
    _add_micro(report, strict, found, "the same courses")
    _add_micro(report, matching.everything(skills, courses), found, "tags are incomplete: a lower bound")
    report.add("agreed, by the place of the best evidence", list(_by_field(agreed, found)))
    note = "named: share of the judged pairs whose course holds a name of the topic at all"
    report.add("agreed, by topic", list(_by_topic(agreed, found, matching.named(courses))), note)
    report.save(asked.json)
    for line in _examples(agreed, found, courses, asked.examples):
        print(line)


def topics_of_skills(skills: Iterable[str], vocabulary: Vocabulary) -> tuple[dict[str, str], dict[str, str]]:
    """The topic that each skill means; and the wider topic of skills that are only one of its names (Flink)."""
    labels = {plain(topic.label): topic.id for topic in vocabulary.topics.values()}
    names = {plain(name): topic.id for topic in vocabulary.topics.values() for name in _names(topic)}
    meant, wider = {}, {}
    for skill in skills:
        name = plain(SPELT.get(skill, skill))
        if name in labels:
            meant[skill] = labels[name]
        elif name in names:
            wider[skill] = names[name]
    return meant, wider


def _names(topic: Topic) -> tuple[str, ...]:
    return (*topic.sure_names, *topic.unsure_in_books, *topic.ambiguous)


def speed(paths: Sequence[Path], vocabulary: Vocabulary) -> float:
    """Entries a second of processor time for all topics and roles, over every fifteenth record with all it tells."""
    resources = []
    for record in islice(records.told(*paths), 0, None, 15):
        with suppress(ListingError):
            resources.append(listing(record, "unknown").resource)
    classifier, started = Classifier(vocabulary), time.process_time()
    for resource in resources:
        classifier.roles(resource, classifier.topics(resource))
    return len(resources) / (time.process_time() - started)


def tagged_courses(paths: Sequence[Path]) -> Courses:
    """Title and description of every course that a source tagged, as told by all that list its address."""
    tagged = {_address(record.get("url")) for record in records.told(*paths) if _is_tagged(record)} - {""}
    told: dict[str, list[Listing]] = defaultdict(list)
    for record in records.told(*paths):
        if (address := _address(record.get("url"))) in tagged:
            with suppress(ListingError):
                told[address].append(listing(record, "unknown"))
    return {address: _bare(merge(by_trust(listings))[0]) for address, listings in told.items()}


class Matching:
    """Courses classified, and what was judged of them, both closed over the topics above."""

    def __init__(self, vocabulary: Vocabulary, topics: Mapping[str, str], wider: Mapping[str, str]) -> None:
        self._judged = judged = frozenset(topics.values())
        self._classifier = Classifier(vocabulary)
        self._vocabulary = vocabulary
        self._of_skill = {**topics, **wider}
        self._above = {topic: judged & {topic, *vocabulary.ancestors(topic)} for topic in vocabulary.topics}
        self._nearest = {
            topic: above - {far for near in above for far in self._above[near] - {near}}
            for topic, above in self._above.items()
        }

    def found(self, courses: Courses) -> dict[Pair, Found]:
        """Each pair found with its surest finding."""
        found: dict[Pair, Found] = {}
        for address, course in courses.items():
            for match in reversed(self._classifier.topics(course)):  # the surest last, so that it stays
                for topic in self._above[match.topic]:
                    own = topic in self._nearest[match.topic] or (
                        (address, topic) in found and found[address, topic].own
                    )
                    found[address, topic] = Found(match.confidence, match.evidence[0].field, own)
        return found

    def agreed(self, skills: Skills, courses: Courses) -> Judgement:
        right = self._told(skills, "agreed", courses)
        disputed = self._with_above(self._told(skills, "relevant", courses)) - right
        pool = {address for row in skills for url in row["agreed"] if (address := _address(url)) in courses}
        return Judgement(name="agreed", pool=frozenset(pool), right=right, disputed=disputed).of_pool()

    def everything(self, skills: Skills, courses: Courses) -> Judgement:
        right = self._told(skills, "relevant", courses)
        return Judgement(name="all", pool=frozenset(courses), right=right, disputed=self._with_above(right) - right)

    def named(self, courses: Courses) -> set[Pair]:
        """The pairs whose course holds any name of the topic or of one below it, sure or not."""
        reader = Reader(
            Phrase(text=name, topic=topic.id) for topic in self._vocabulary.topics.values() for name in _names(topic)
        )
        pairs: set[Pair] = set()
        for address, course in courses.items():
            reading = reader.read([course.title, course.description or ""], ["title", "description"])
            for hit in reading.hits if reading else ():
                pairs |= self._with_above([(address, str(hit.phrase.topic))])
        return pairs

    def _told(self, skills: Skills, which: str, courses: Courses) -> frozenset[Pair]:
        return frozenset(
            (address, self._of_skill[row["query"]])
            for row in skills
            if self._of_skill.get(row["query"]) in self._judged
            for url in row[which]
            if (address := _address(url)) in courses
        )

    def _with_above(self, pairs: Iterable[Pair]) -> frozenset[Pair]:
        return frozenset((address, above) for address, topic in pairs for above in self._above[topic])


def _address(url: object) -> str:
    address = clean.canonical_url(url) if isinstance(url, str) else None
    return clean.url_key(address) if address else ""


def _is_tagged(record: Mapping[str, Any]) -> bool:
    return bool(record.get("skills") or (record["source"] in TAGGED and record.get("subjects")))


def _bare(resource: LearningResource) -> LearningResource:
    return LearningResource(
        kind=resource.kind, title=resource.title, description=resource.description, language=resource.language
    )


def _sizes(skills: Skills, topics: Collection[str], wider: Collection[str], speed: float) -> Row:
    return {
        "skills judged": len(skills),
        "that are a topic": len(topics),
        "part of one": len(wider),
        "entries/s": speed,
    }


def _notes(skills: Skills, topics: Collection[str], wider: Mapping[str, str]) -> Iterator[str]:
    yield f"wanted: {WANTED_SPEED:,} entries/s"
    yield f"part of a wider topic, which is judged only if another skill means it: {', '.join(sorted(wider))}"
    yield f"no topic: {', '.join(sorted({row['query'] for row in skills}.difference(topics, wider)))}"


def _add_micro(report: Report, judged: Judgement, found: Mapping[Pair, Found], note: str) -> None:
    title = f"{judged.name}: {len(judged.pool):,} courses, {len(judged.right):,} pairs"
    report.add(title, [_micro(judged, found, least) for least in THRESHOLDS], note)


def _micro(judged: Judgement, found: Mapping[Pair, Found], least: float) -> Row:
    right, wrong, missed = judged.sides(found, least)
    return {"confidence ≥": least, **_measures(len(right), len(wrong), len(missed))}


def _measures(right: int, wrong: int, missed: int) -> dict[str, float | int | None]:
    precision = right / (right + wrong) if right + wrong else None
    recall = right / (right + missed) if right + missed else None
    f1 = 2 * right / (2 * right + wrong + missed) if right else 0.0
    return {"right": right, "wrong": wrong, "missed": missed, "precision": precision, "recall": recall, "F1": f1}


def _by_field(judged: Judgement, found: Mapping[Pair, Found]) -> Iterator[Row]:
    for field in ("title", "description"):
        right, wrong, _ = judged.sides({pair: one for pair, one in found.items() if one.field == field})
        measures = _measures(len(right), len(wrong), 0)
        yield {"evidence in the": field, "right": len(right), "wrong": len(wrong), "precision": measures["precision"]}


def _by_topic(judged: Judgement, found: Mapping[Pair, Found], named: Collection[Pair]) -> Iterator[Row]:
    sides = judged.sides(found)
    right, wrong, missed = (Counter(topic for _, topic in side) for side in sides)
    judged_of = Counter(topic for _, topic in judged.right)
    named_of = Counter(pair[1] for pair in judged.right if pair in named)
    for topic in sorted(judged_of | wrong, key=lambda topic: (-judged_of[topic], topic)):
        share = named_of[topic] / judged_of[topic] if judged_of[topic] else None
        yield {"topic": topic, "named": share, **_measures(right[topic], wrong[topic], missed[topic])}


def _examples(judged: Judgement, found: Mapping[Pair, Found], courses: Courses, most: int) -> Iterator[str]:
    _, wrong, missed = judged.sides(found)
    for what, pairs in (("wrong", wrong), ("missed", missed)):
        told: Counter[str] = Counter()
        for address, topic in sorted(pairs, key=lambda pair: (pair[1], pair[0])):
            told[topic] += 1
            if told[topic] <= most:
                yield f"{what} {topic}: {courses[address].title} <{address}> {found.get((address, topic), '')}"


if __name__ == "__main__":
    main()
