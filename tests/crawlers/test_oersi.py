"""OERSI: pages by search_after, AMB records, and those that the profile does not allow."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import SourceError
from catalog.model import Kind, Listing
from crawlers.source import Report
from crawlers.sources import oersi
from crawlers.sources.oersi import Oersi
from tests.crawlers.local_web import Handler, LocalWeb, Reply, fetcher


def record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://w3id.org/kim/amb/context.jsonld", {"@language": "de"}],
        "id": f"https://oer.org/{number:03}",
        "type": ["LearningResource", "Course"],
        "name": f"Datenbanken {number}",
        "description": "Eine Einführung.",
        "creator": [{"type": "Person", "name": "Ada Beispiel"}],
        "inLanguage": ["de"],
        "keywords": ["SQL", "Normalformen"],
        "license": {"id": "https://creativecommons.org/licenses/by/4.0/"},
        "isAccessibleForFree": True,
        **more,
    }


def search_server(web: LocalWeb, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []

    def answer(handler: Handler) -> None:
        question = json.loads(web.sent[-1])
        asked.append(question)
        after = question.get("search_after", [""])[0]
        found = sorted((one for one in records if one["id"] > after), key=lambda one: one["id"])[: question["size"]]
        hits = [{"_source": one, "sort": [one["id"]]} for one in found]
        handler.reply(Reply(json.dumps({"hits": {"hits": hits}}), content_type="application/json"))

    web.pages["/oer/_search"] = answer
    return asked


def harvest(web: LocalWeb, **settings: object) -> tuple[list[Listing], Report]:
    report = Report()
    with fetcher() as fetch:
        return list(Oersi({"base_url": web.url("/oer/"), **settings}).listings(fetch, report)), report


def test_every_page_is_asked_for_once(web: LocalWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oersi, "PAGE", 10)
    asked = search_server(web, [record(at) for at in range(25)])
    found, report = harvest(web, languages=["de"], query="daten*")
    assert [one.key for one in found] == [f"https://oer.org/{at:03}" for at in range(25)]
    assert [one.get("search_after") for one in asked] == [None, ["https://oer.org/009"], ["https://oer.org/019"]]
    assert {"terms": {"inLanguage": ["de"]}} in asked[0]["query"]["bool"]["filter"]
    assert asked[0]["query"]["bool"]["must"][0]["simple_query_string"]["query"] == "daten*"
    assert report.complete


def test_a_record_is_mapped(web: LocalWeb) -> None:
    search_server(web, [record(1)])
    (found,), report = harvest(web)
    told = found.resource
    assert (told.kind, told.title, told.language, told.is_free) == (Kind.COURSE, "Datenbanken 1", "de", True)
    assert (told.url, told.authors, told.subjects) == (
        "https://oer.org/001",
        ("Ada Beispiel",),
        ("SQL", "Normalformen"),
    )
    assert told.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert report.problems == ()


def test_records_that_tell_of_nothing_are_skipped(web: LocalWeb) -> None:
    search_server(web, [record(1, name=None), record(2, type=["Person"])])
    found, report = harvest(web)
    assert found == []
    assert report.skipped == 2
    problems = " ".join(report.problems)
    assert "it has no name" in problems
    assert "its type is ['Person']" in problems


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"root_cause": [], "reason": "no such index"}, "status": 404}', "no such index"),
        ('{"hits": 3}', "no list of hits"),
        ("<html>", "HTML where JSON is expected"),
    ],
)
def test_what_is_no_answer_is_told(web: LocalWeb, body: str, words: str) -> None:
    web.pages["/oer/_search"] = Reply(body)
    with pytest.raises(SourceError, match=words):
        harvest(web)


def test_a_server_that_repeats_itself_is_left(web: LocalWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oersi, "PAGE", 1)
    hit = {"_source": record(1), "sort": ["same"]}
    web.pages["/oer/_search"] = Reply(json.dumps({"hits": {"hits": [hit]}}))
    _, report = harvest(web)
    assert not report.complete
    assert "the same page came again" in report.problems[-1]


REPAIRED = {
    "captionWithoutArray.json": "caption is no list",
    "isAccessibleForFree.json": "isAccessibleForFree is no boolean",
    "keywordWithoutArray.json": "keywords is no list",
    "license-as-string.json": "license is a text",
    "noContext.json": "no @context",
    "typeWithoutArray.json": "type is no list",
}


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["valid", "invalid"])
def test_recorded_records(shared: Path, web: LocalWeb, kind: str) -> None:
    paths = sorted((shared / "fixtures/oersi_amb" / kind).glob("*.json"))
    assert len(paths) > 15
    for path in paths:
        told = json.loads(path.read_text())
        search_server(web, [told])
        found, report = harvest(web, subjects=[])
        assert [one.key for one in found] == [told["id"]], path
        assert found[0].resource.title == told["name"], path
        assert (REPAIRED.get(path.name, "") in " ".join(report.problems)) is True, path
        if kind == "valid":
            assert report.problems == (), path
