"""freeCodeCamp: its built data, its repository where these are gone, and the generations of block files."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.model import Kind
from crawlers.sources.freecodecamp import FreeCodeCamp, _Block, newest_editions
from tests.crawlers.harvest import harvest, serve_json, told
from tests.crawlers.local_web import LocalWeb, Reply

INDEX = "/curriculum-data/v2/available-superblocks.json"
BLOCK = {
    "intro": ["First.", "Second."],
    "meta": {
        "name": "Queues",
        "dashedName": "queues",
        "time": "5 hours",
        "helpCategory": "Backend-Development",
        "challengeOrder": [{"id": "1", "title": "Meet the queue"}, ["2", "Empty it"], {"id": "3", "title": "Step 3"}],
    },
}


def superblock(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"intro": ["In this certification you learn."], "blocks": list(blocks), **more}


def source(web: LocalWeb, **settings: object) -> FreeCodeCamp:
    return FreeCodeCamp({"base_url": web.url("/"), "repository_url": web.url("/raw/"), **settings})


def test_superblocks_and_blocks(web: LocalWeb) -> None:
    stages = {
        "core": [{"dashedName": "back-end", "public": True, "title": "Back End Certification"}],
        "spanish": [
            {"dashedName": "a1-spanish", "public": True, "title": "A1 Spanish"},
            {"dashedName": "secret", "public": False, "title": "Secret"},
        ],
    }
    coming = {"intro": [], "meta": {"name": "Soon", "dashedName": "soon", "isUpcomingChange": True}}
    serve_json(
        web,
        {
            INDEX: {"superblocks": stages},
            "/curriculum-data/v2/back-end.json": {"back-end": superblock(BLOCK, coming)},
            "/curriculum-data/v2/a1-spanish.json": {
                "a1-spanish": {
                    "intro": ["Hola."],
                    "chapters": [
                        {
                            "dashedName": "c",
                            "modules": [
                                {"dashedName": "m", "blocks": [{"meta": {"name": "Saludos", "dashedName": "saludos"}}]},
                                {"dashedName": "n", "comingSoon": True, "blocks": [BLOCK]},
                            ],
                        }
                    ],
                }
            },
        },
    )
    found, report = harvest(source(web))
    assert [(one.key, one.resource.kind) for one in found] == [
        ("back-end", Kind.CERTIFICATION),
        ("back-end/queues", Kind.MODULE),
        ("a1-spanish", Kind.PROGRAM),
        ("a1-spanish/saludos", Kind.MODULE),
    ]
    assert found[0].resource.syllabus == ("Queues",)
    module = told(found[1])
    assert module["duration_text"] == "5 hours"
    assert (module["hours_min"], module["is_free"], module["licence"]) == (5.0, True, "CC BY-SA 4.0")
    assert module["subjects"] == ("Backend Development",)
    assert module["syllabus"] == ("Meet the queue", "Empty it")
    assert module["description"] == "First. Second."
    assert found[2].resource.subjects == ("Spanish",)
    assert report.problems == ()


def test_only_the_newest_edition_is_current() -> None:
    names = ["x", "x-22", "y-22", "y", "z-v9", "z-v10", "w"]
    found = [one["dashedName"] for one in newest_editions([{"dashedName": name} for name in names])]
    assert found == ["x-22", "y-22", "z-v10", "w"]


def test_a_flat_index_of_the_older_form(web: LocalWeb) -> None:
    serve_json(
        web,
        {
            INDEX.replace("v2", "v1"): {"superblocks": [{"dashedName": "x", "public": True, "title": "X"}]},
            "/curriculum-data/v1/x.json": {"x": superblock(BLOCK)},
        },
    )
    found, _ = harvest(source(web, modules=False))
    assert [one.resource.title for one in found] == ["X"]


def test_a_missing_superblock_is_skipped(web: LocalWeb) -> None:
    listed = [{"dashedName": name, "public": True, "title": name} for name in ("gone", "broken", "there")]
    serve_json(
        web,
        {
            INDEX: {"superblocks": {"core": listed}},
            "/curriculum-data/v2/broken.json": Reply("<html>"),
            "/curriculum-data/v2/there.json": {"there": superblock(BLOCK)},
        },
    )
    found, report = harvest(source(web, modules=False))
    assert [one.key for one in found] == ["there"]
    assert report.skipped == 2
    assert not report.complete


@pytest.mark.shared
def test_the_repository_in_place_of_withdrawn_data(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/freecodecamp"
    pages: dict[str, Any] = {
        "/raw/curriculum/structure/curriculum.json": json.loads((folder / "structure/curriculum.json").read_text()),
        "/raw/client/i18n/locales/english/intro.json": json.loads((folder / "intro_english_2023.json").read_text()),
    }
    for path in (folder / "structure/superblocks").glob("*.json"):
        pages[f"/raw/curriculum/structure/superblocks/{path.name}"] = json.loads(path.read_text())
    serve_json(web, pages)
    found, report = harvest(source(web))
    by_key = {one.key: one.resource for one in found}
    assert by_key["back-end-development-and-apis"].syllabus[:2] == (
        "Managing Packages with NPM",
        "Basic Node and Express",
    )
    assert by_key["back-end-development-and-apis/mongodb-and-mongoose"].kind is Kind.MODULE
    assert any("the repository is read" in problem for problem in report.problems)


@pytest.mark.shared
def test_the_generations_of_block_files(shared: Path) -> None:
    folder = shared / "fixtures/freecodecamp"
    current = _Block(json.loads((folder / "structure/blocks/basic-node-and-express.json").read_text()))
    of_2024 = _Block(json.loads((folder / "meta_2024/basic-node-and-express.json").read_text()))
    of_2018 = _Block(json.loads((folder / "legacy_2018/apis-and-microservices-projects.json").read_text()))
    assert current.title == of_2024.title == "Basic Node and Express"
    assert current.steps == of_2024.steps
    assert (current.time, of_2024.time, of_2018.time) == (None, "5 hours", "150 hours")
    assert of_2018.title
    assert len(of_2018.steps) > 2
