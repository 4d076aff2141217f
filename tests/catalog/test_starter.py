"""The starter catalogue: well formed, without duplicates, and enough for every topic a back-end engineer must know."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from stdnum import isbn

import catalog
from catalog.classify import Classifier
from catalog.model import Kind, LearningResource, Level
from catalog.vocabulary import load_vocabulary

FOLDER = Path(catalog.__file__).parent / "starter"
TEXT_KEYS = {"kind", "title", "url", "description", "provider", "institution", "language", "level", "isbn13", "source"}
LIST_KEYS = {"authors", "subjects"}
OTHER_KEYS = {"duration_hours", "is_free", "pages", "published"}
NEEDED = {"kind", "title", "description", "language", "level", "subjects", "source"}
KINDS = {"course", "program", "book", "tutorial", "podcast"}
TRACKING = re.compile(r"utm_.*|ref|ref_.*|referral.*|fbclid|gclid|wt\.mc_id|a_aid|a_bid|affiliate.*", re.IGNORECASE)
AGGREGATORS = ("classcentral.com", "class-central.com", "goodreads.com", "amazon.com")
BACK_END = "back-end-engineer"

Raw = dict[str, Any]


@cache
def _records() -> tuple[tuple[str, Raw], ...]:
    """Every record, with the file and line it stands in."""
    found = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            found.append((f"{path.name}:{number}", json.loads(line)))
    return tuple(found)


@cache
def _topics() -> dict[str, frozenset[str]]:
    """The topics found in each record."""
    classifier = Classifier(load_vocabulary())
    return {
        place: frozenset(match.topic for match in classifier.topics(_resource(record))) for place, record in _records()
    }


def _resource(record: Raw) -> LearningResource:
    return LearningResource(
        kind=Kind(record["kind"]),
        title=record["title"],
        description=record["description"],
        subjects=tuple(record["subjects"]),
    )


def _plain(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title.casefold())
    return " ".join(re.findall(r"[\w+#]+", "".join(mark for mark in letters if not unicodedata.combining(mark))))


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}".lower()


def _twice(keys: list[Any]) -> list[Any]:
    return [key for key, count in Counter(keys).items() if count > 1]


def _bad(wrong: dict[str, object]) -> str:
    return "\n".join(f"{place}: {what}" for place, what in wrong.items())


def test_records_have_only_known_keys_of_the_right_type() -> None:
    wrong: dict[str, object] = {}
    for place, record in _records():
        unknown = record.keys() - TEXT_KEYS - LIST_KEYS - OTHER_KEYS
        missing = NEEDED - record.keys()
        texts = [key for key in TEXT_KEYS & record.keys() if not isinstance(record[key], str) or not record[key]]
        lists = [
            key
            for key in LIST_KEYS & record.keys()
            if not record[key] or not all(isinstance(text, str) and text == text.strip() != "" for text in record[key])
        ]
        if unknown or missing or texts or lists:
            wrong[place] = (unknown, missing, texts, lists)
    assert not wrong, _bad(wrong)


def test_files_are_sorted_by_title_and_hold_one_kind() -> None:
    for path in sorted(FOLDER.glob("*.jsonl")):
        records = [record for place, record in _records() if place.startswith(f"{path.name}:")]
        titles = [record["title"].casefold() for record in records]
        assert titles == sorted(titles), path.name
        assert {f"{record['kind']}s" for record in records} == {path.stem}


def test_text_is_utf_8_and_not_escaped() -> None:
    for path in sorted(FOLDER.glob("*.jsonl")):
        text = path.read_text("utf-8")
        assert not re.search(r"\\u[0-9a-f]{4}", text), path.name
        assert "�" not in text, path.name


def test_titles_are_trimmed() -> None:
    wrong = {
        place: record["title"]
        for place, record in _records()
        if record["title"] != " ".join(record["title"].split()) or not record["title"]
    }
    assert not wrong, _bad(wrong)


def test_kinds_levels_and_languages_are_known() -> None:
    levels = {level.value for level in Level}
    wrong = {
        place: (record["kind"], record["level"], record["language"], record["source"])
        for place, record in _records()
        if record["kind"] not in KINDS
        or record["level"] not in levels
        or not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", record["language"])
        or record["source"] != "starter"
    }
    assert not wrong, _bad(wrong)


def test_isbns_are_right_and_only_on_books() -> None:
    wrong = {
        place: record["isbn13"]
        for place, record in _records()
        if "isbn13" in record
        and (
            record["kind"] != "book"
            or not re.fullmatch(r"97[89]\d{10}", record["isbn13"])
            or not isbn.is_valid(record["isbn13"])
        )
    }
    assert not wrong, _bad(wrong)


def test_every_record_can_be_found_again() -> None:
    wrong = {place: record["title"] for place, record in _records() if "url" not in record and "isbn13" not in record}
    assert not wrong, _bad(wrong)


def test_addresses_are_absolute_and_clean() -> None:
    wrong = {}
    for place, record in _records():
        url = record.get("url")
        if url is None:
            continue
        parts = urlsplit(url)
        host = parts.hostname or ""
        if (
            parts.scheme not in {"http", "https"}
            or "." not in host
            or re.search(r"\s", url)
            or any(TRACKING.fullmatch(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True))
            or host.removeprefix("www.") in AGGREGATORS
        ):
            wrong[place] = url
    assert not wrong, _bad(wrong)


def test_numbers_and_dates_are_plausible() -> None:
    wrong = {}
    for place, record in _records():
        hours, pages = record.get("duration_hours", 1), record.get("pages", 1)
        published = str(record.get("published", "2000"))
        if (
            not 0 < hours < 1000
            or not 0 < pages < 4000
            or record.get("is_free") not in {None, True, False}
            or not re.fullmatch(r"(19|20)\d\d(-[01]\d(-[0-3]\d)?)?", published)
        ):
            wrong[place] = (hours, pages, published)
    assert not wrong, _bad(wrong)


@pytest.mark.parametrize("key", ["url", "isbn13", "title", "description"])
def test_nothing_is_listed_twice(key: str) -> None:
    values: list[Any] = []
    for _, record in _records():
        if key == "title":
            values.append((record["kind"], _plain(record["title"])))
        elif key in record:
            values.append(_address(record[key]) if key == "url" else record[key])
    assert not _twice(values)


def test_descriptions_have_a_fair_length() -> None:
    wrong = {
        place: len(record["description"])
        for place, record in _records()
        if not 40 <= len(record["description"]) <= 400 or record["description"] != record["description"].strip()
    }
    assert not wrong, _bad(wrong)


def test_subjects_are_few_and_different() -> None:
    wrong = {
        place: record["subjects"]
        for place, record in _records()
        if not 1 <= len(record["subjects"]) <= 5 or _twice(record["subjects"])
    }
    assert not wrong, _bad(wrong)


def test_the_catalogue_is_large_and_holds_every_kind_and_level() -> None:
    assert len(_records()) >= 400
    assert {record["kind"] for _, record in _records()} == KINDS
    assert {record["level"] for _, record in _records()} == {level.value for level in Level}


@pytest.mark.parametrize(
    "name", ["freeCodeCamp", "Codecademy", "SQLBolt", "The Backend Engineering Show with Hussein Nasser"]
)
def test_the_resources_everyone_asks_for_are_there(name: str) -> None:
    assert any(name in (record["title"], record.get("provider")) for _, record in _records())


def test_every_record_teaches_a_topic() -> None:
    titles = {place: record["title"] for place, record in _records()}
    wrong: dict[str, object] = {place: titles[place] for place, topics in _topics().items() if not topics}
    assert not wrong, _bad(wrong)


def test_every_topic_a_back_end_engineer_must_know_has_a_resource() -> None:
    vocabulary = load_vocabulary()
    taught: set[str] = set()
    for topics in _topics().values():
        taught |= topics
        for topic in topics:
            taught |= set(vocabulary.ancestors(topic))
    must = {asked.topic for asked in vocabulary.roles[BACK_END].topics if asked.need == "must"}
    assert must
    assert not must - taught
