"""What a learning resource teaches and which roles it serves, concluded from its words, with the words as evidence."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from catalog.asides import REACH, is_aside, is_denied
from catalog.clean import level_in_title
from catalog.confidence import Weighing, lines
from catalog.guidance.coverage import covering, level_factor
from catalog.model import Kind, LearningResource, RoleFit, TopicMatch
from catalog.phrases import Hit, Phrase, Reader, Reading
from catalog.vocabulary import LEVELS, Role, RoleTopic, Vocabulary

MOST_TOPICS = 12
LONGEST_NAME = 80  # characters; no name in the vocabulary is longer
_LEVELS = frozenset(LEVELS)  # as subjects, they say of no field that it is not computing
ENOUGH = 3  # names of a topic, after which none is an aside
ENOUGH_PROOF = 1.0  # one phrase that tells of computing, two where they stand in a description

FULL_FIT = 9.0  # covered weight of a full fit: three must topics
FULL_ATTENTION = 6.0  # confident topics beyond which a resource spreads itself thin
LEAST_FIT = 0.22
LEAST_SHARE = 0.45  # of the best fit: who serves one role fully does not serve every role a little
SURE = 0.85  # a topic that is less sure counts less than its confidence
NAMED_IN_TITLE, NAMED_IN_TAGS = 0.9, 0.6  # fit of a resource that names the role itself


class Mention(NamedTuple):
    """A topic's name in a text, and where it stands."""

    start: int
    end: int
    topic: str


class Classifier:
    """Finds the vocabulary's topics and roles in resources; built once, then only read."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ancestors = {topic: frozenset(vocabulary.ancestors(topic)) for topic in vocabulary.topics}
        self._lines = lines(vocabulary)
        self._coverage = _coverage(vocabulary)
        self._reader = Reader(_phrases(vocabulary, self._ancestors))
        self._role_reader = Reader(_role_phrases(vocabulary.roles.values()))

    def topics(self, resource: LearningResource) -> tuple[TopicMatch, ...]:
        """The topics the resource teaches, most confident first, at most twelve.

        A sure name counts where it stands: in the title 0.9, in a subject or a skill 0.85, in the syllabus 0.7, in the
        description 0.4 to 0.75 by how often it stands there and beside what; each further place adds 0.04, at most
        four. What is said in passing ("no Python needed") does not count; a skill of which the rest says nothing counts
        0.45 (`catalog/confidence.py`). An ambiguous name costs 0.05 and counts only when
        it is a whole subject or skill, or when a cue of its topic or the rest of the resource proves that it is about
        computing. In a book such proof is needed for the description too, because novels mention artificial
        intelligence, and whole subjects count only if all of them tell of computing, because Java is an island.
        """
        texts, fields = _texts(resource)
        reading = self._reader.read(texts, fields, book=resource.kind is Kind.BOOK)
        if reading is None:
            return ()
        believed = _Proof(reading).believed(_standing(reading, self._ancestors))
        weighing = Weighing(reading, believed, self._lines)
        matches = [match for topic in believed if (match := weighing.match(topic))]
        return tuple(sorted(matches, key=lambda match: (-match.confidence, match.topic))[:MOST_TOPICS])

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every believed name of a topic in a plain text that is about work with computers, in the order it stands.

        What must be known already is what such a text tells of, so nothing is taken for an aside.
        """
        reading = self._reader.read([text], ["description"])
        if reading is None:
            return ()
        believed = _Proof(reading, taught=False).believed(_standing(reading, self._ancestors))
        found = [Mention(hit.start, hit.end, topic) for topic, hits in believed.items() for hit in hits]
        return tuple(sorted(found, key=lambda mention: (mention.start, -mention.end)))

    def named_roles(self, text: str) -> frozenset[str]:
        """The roles that a plain text names."""
        reading = self._role_reader.read([text], ["description"])
        return frozenset(role for hit in reading.hits for role in hit.phrase.roles) if reading else frozenset()

    def roles(self, resource: LearningResource, topics: Iterable[TopicMatch]) -> tuple[RoleFit, ...]:
        """The roles the resource serves, best fit first.

        fit = min(1, Σ weight · sureness · level · attention / 9) over the role's topics that the resource covers.
        A match covers the topic itself or, where the role does not ask for it, the weightiest topic above it that the
        role asks for (Django covers server-side frameworks). Nine is the weight of three must topics: what teaches
        three of them serves the role fully. sureness is the confidence, and its square over 0.85 below that, so that
        many asides do not add up to a role. level takes off 0.05 for each step between the level offered, by the
        source or else by the title, and the level the role wants. attention is min(1, 6 / Σ confidence) over all
        matches: what teaches a dozen things teaches less of each. A resource whose title names the role fits at least
        0.9, whose subjects, skills or own words for
        its learners name it at least 0.6. Fits below 0.22 are left out: one must topic in a title or a
        subject is enough to serve a role, one should topic of the usual weight is not; so are fits below 0.45 of the
        best one.
        """
        matches = tuple(topics)
        attention = min(1.0, FULL_ATTENTION / max(sum(match.confidence for match in matches), 1.0))
        level = resource.level or (level_in_title(resource.title) if matches else None)
        fits = self._named_roles(resource)
        for role, covered in self._covered(matches).items():
            weight = sum(asked.weight * sureness * level_factor(level, asked) for sureness, asked in covered.values())
            fits[role] = max(fits.get(role, 0.0), min(1.0, weight * attention / FULL_FIT))
        least = max(LEAST_FIT, LEAST_SHARE * max(fits.values(), default=0.0))
        kept = [RoleFit(role=role, fit=round(fit, 2)) for role, fit in fits.items() if fit >= least]
        return tuple(sorted(kept, key=lambda fit: (-fit.fit, fit.role)))

    def _covered(self, matches: Iterable[TopicMatch]) -> dict[str, dict[str, tuple[float, RoleTopic]]]:
        """For each role the topics of it that are covered, each with the surest cover."""
        covered: dict[str, dict[str, tuple[float, RoleTopic]]] = defaultdict(dict)
        for match in matches:
            sureness = match.confidence * min(1.0, match.confidence / SURE)
            for role, asked in self._coverage.get(match.topic, ()):
                best = covered[role].get(asked.topic)
                if best is None or best[0] < sureness:
                    covered[role][asked.topic] = sureness, asked
        return covered

    def _named_roles(self, resource: LearningResource) -> dict[str, float]:
        texts = [resource.title, *resource.subjects, *resource.skills, *resource.roles]
        reading = self._role_reader.read(texts, ["title"] + ["subjects"] * (len(texts) - 1))
        named: dict[str, float] = {}
        for hit in reading.hits if reading else ():
            fit = NAMED_IN_TITLE if reading and reading.field(hit) == "title" else NAMED_IN_TAGS
            for role in hit.phrase.roles:
                named[role] = max(named.get(role, 0.0), fit)
        return named


class _Proof:
    """Decides which names in a reading may be believed."""

    def __init__(self, reading: Reading, *, taught: bool = True) -> None:
        self._reading = reading
        self._taught = taught  # whether what is said in passing does not count
        self._tags_count = not reading.book or reading.all_tags_tell_of_computing()
        self._silent = [hit for hit in reading.hits if hit.phrase.silent and reading.is_tag(hit)]
        self._told = self._computing_told()
        self._cues: dict[str, set[str]] = defaultdict(set)
        for hit in reading.hits:
            for topic in hit.phrase.cue_of:
                self._cues[topic].add(hit.phrase.text)
        self._denied = {
            topic
            for hit in reading.hits
            if hit.phrase.denies and reading.field(hit) == "title"
            for topic in hit.phrase.denies
        }
        self._fiction = {reading.field(hit) for hit in reading.hits if hit.phrase.fiction}

    def believed(self, hits: Iterable[Hit]) -> dict[str, list[Hit]]:
        """The believed hits of each topic; none at all where a subject says fiction.

        A source's term means what `source_terms.toml` says, and not what words of it name.
        """
        kept: dict[str, list[Hit]] = defaultdict(list)
        if "subjects" in self._fiction:
            return {}
        terms = [hit for hit in self._reading.hits if hit.phrase.tag_topic and self._is_believed_tag(hit)]
        for hit in hits:
            topic = hit.phrase.topic
            if not topic or any(hit.is_part_of(term) for term in terms) or self._is_silenced(hit):
                continue
            if not self._believes(hit, topic):
                continue
            if len(kept[topic]) >= ENOUGH or not self._said_in_passing(hit):
                kept[topic].append(hit)
        for term in terms:
            if term.phrase.tag_topic and not term.phrase.topic:
                kept[term.phrase.tag_topic].append(term)
        return {topic: found for topic, found in kept.items() if found}

    def _believes(self, hit: Hit, topic: str) -> bool:
        field, book = self._reading.field(hit), self._reading.book
        if hit.phrase.is_sure(book=book):
            if field == "description":
                telling = hit.phrase.computing and not book and topic not in self._denied
                return telling or self._proved(topic)
            return field == "title" or "title" not in self._fiction
        if self._is_believed_tag(hit):
            return True
        cued = self._cues.get(topic, set()) - {hit.phrase.text}
        if "title" in self._fiction or not (cued or (hit.phrase.computing and self._proved(topic))):
            return False
        return field not in {"syllabus", "description"} or self._reading.is_written_as_name(hit)

    def _said_in_passing(self, hit: Hit) -> bool:
        field = self._reading.field(hit)
        if not self._taught:
            return False
        if field == "description":
            return is_aside(*self._reading.around(hit, REACH))
        return field == "title" and is_denied(self._reading.around(hit, REACH)[0])

    def _proved(self, topic: str) -> bool:
        """Whether the rest of the resource, without the topic's own names, tells of computing."""
        return sum(weight for (other, _), weight in self._told.items() if other != topic) >= ENOUGH_PROOF

    def _is_silenced(self, hit: Hit) -> bool:
        """Whether it stands in a term of which `source_terms.toml` says that no topic is meant."""
        return any(hit == term or hit.is_part_of(term) for term in self._silent)

    def _is_believed_tag(self, hit: Hit) -> bool:
        return self._tags_count and self._reading.is_tag(hit)

    def _computing_told(self) -> dict[tuple[str | None, str], float]:
        """Each distinct phrase that tells of computing: worth 1, in a description, where words are many, a half."""
        told: dict[tuple[str | None, str], float] = {}
        for hit in self._reading.hits:
            phrase = hit.phrase
            if self._is_silenced(hit):
                continue
            if phrase.computing and (phrase.is_sure(book=self._reading.book) or self._is_believed_tag(hit)):
                worth = 0.5 if self._reading.field(hit) == "description" else 1.0
                key = (phrase.topic, phrase.text)
                told[key] = max(told.get(key, 0.0), worth)
        return told


def _standing(reading: Reading, ancestors: Mapping[str, frozenset[str]]) -> Iterator[Hit]:
    """The names that no longer phrase around them takes away.

    A longer phrase takes away a name of its own topic, a name it denies, and one that is not sure ("react" in "react
    native") unless it is broader. Sure names stay: "Python Flask" tells of Python too.
    """
    names = [hit for hit in reading.hits if hit.phrase.topic or hit.phrase.denies]
    for hit in names:
        topic, sure = hit.phrase.topic, hit.phrase.is_sure(book=reading.book)
        if topic and not any(
            topic == other.topic
            or topic in other.denies
            or not (sure or other.topic is None or topic in ancestors[other.topic])
            for other in _around(hit, names)
        ):
            yield hit


def _around(hit: Hit, names: Sequence[Hit]) -> Iterator[Phrase]:
    """The longer phrases that hold the hit; ``names`` are in the order of their ends, and no name is very long."""
    for place in range(bisect_left(names, hit.end, key=lambda name: name.end), len(names)):
        other = names[place]
        if other.end - hit.start > LONGEST_NAME:
            return
        if other.start <= hit.start and len(other.phrase.text) > len(hit.phrase.text):
            yield other.phrase


def _texts(resource: LearningResource) -> tuple[list[str], list[str]]:
    """The texts that tell what a resource teaches, and the field each one stands in."""
    texts, fields = [resource.title], ["title"]
    subjects = [subject for subject in resource.subjects if subject.casefold() not in _LEVELS]
    for field, told in (("subjects", subjects), ("skills", resource.skills), ("syllabus", resource.syllabus)):
        texts.extend(told)
        fields.extend([field] * len(told))
    if resource.description:
        texts.append(resource.description)
        fields.append("description")
    return texts, fields


def _phrases(vocabulary: Vocabulary, ancestors: Mapping[str, frozenset[str]]) -> Iterator[Phrase]:
    """All phrases of the vocabulary; derived ones last, so that a written one wins."""
    outside = set(vocabulary.not_computing)
    derived: list[Phrase] = []
    for topic in vocabulary.topics.values():
        computing = not outside & (ancestors[topic.id] | {topic.id})
        for certainty, names in enumerate((topic.sure_names, topic.unsure_in_books, topic.ambiguous)):
            for name in names:
                yield Phrase(text=name, topic=topic.id, certainty=certainty, computing=computing)
        derived.extend(Phrase(text=name, topic=topic.id, computing=computing) for name in topic.other_numbers)
        yield from (Phrase(text=text, cue_of=frozenset({topic.id})) for text in topic.cues)
        yield from (Phrase(text=text, denies=frozenset({topic.id})) for text in topic.not_in)
    yield from (Phrase(text=text, computing=True) for text in vocabulary.computing_cues)
    yield from (Phrase(text=text, fiction=True) for text in vocabulary.fiction_cues)
    for term, meant in vocabulary.source_terms.items():
        yield Phrase(text=term, tag_topic=meant or None, silent=not meant)
    yield from derived


def _role_phrases(roles: Iterable[Role]) -> Iterator[Phrase]:
    for role in roles:
        for name in (role.label, *role.aliases):
            yield Phrase(text=name, roles=frozenset({role.id}))
            yield Phrase(text=name + "s", roles=frozenset({role.id}))


def _coverage(vocabulary: Vocabulary) -> dict[str, tuple[tuple[str, RoleTopic], ...]]:
    """For each topic the roles it serves, with what it covers of each."""
    serves: dict[str, list[tuple[str, RoleTopic]]] = defaultdict(list)
    for role in vocabulary.roles.values():
        for topic, asked in covering(role, vocabulary).items():
            serves[topic].append((role.id, asked))
    return {topic: tuple(served) for topic, served in serves.items()}
