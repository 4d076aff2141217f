"""Microsoft Learn: one document, ids resolved where they can be; a withdrawn catalogue is told as such."""

import json
from pathlib import Path

import pytest

from catalog.errors import SourceError, SourceWithdrawn
from catalog.model import Kind, Level
from crawlers.sources.microsoft_learn import MicrosoftLearn
from tests.crawlers.harvest import harvest, told
from tests.crawlers.local_web import LocalWeb, Reply

CATALOGUE = {
    "modules": [
        {
            "uid": "learn.queues",
            "title": "Queues in the cloud",
            "summary": "<p>On <b>queues</b>.</p>",
            "levels": ["beginner", "intermediate"],
            "roles": ["developer", "unknown-role"],
            "products": ["azure-queue"],
            "subjects": ["app-dev"],
            "duration_in_minutes": 62,
            "rating": {"count": 20, "average": 4.84},
            "popularity": 0.9,
            "social_image_url": "https://img.example.org/q.png",
            "locale": "en-us",
            "last_modified": "2024-09-24T00:00:00Z",
            "url": "https://learn.microsoft.com/en-us/training/modules/queues/?WT.mc_id=api_CatalogApi",
            "units": ["learn.queues.1", "not-in-the-answer"],
        },
        {"uid": "learn.untitled"},
    ],
    "units": [{"uid": "learn.queues.1", "title": "Introduction"}],
    "learningPaths": [
        {"uid": "path.msg", "title": "Messaging", "modules": ["learn.queues", "gone"], "locale": "en-us"}
    ],
    "certifications": [
        {"uid": "cert.dev", "title": "Developer", "subtitle": "You build.", "skills": ["Develop compute"]}
    ],
    "roles": [{"id": "developer", "name": "Developer"}],
    "products": [{"id": "azure", "name": "Azure", "children": [{"id": "azure-queue", "name": "Azure Queue Storage"}]}],
    "subjects": [{"id": "app-dev", "name": "Application development"}],
}


def serve(web: LocalWeb, reply: Reply) -> MicrosoftLearn:
    class Api(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return reply if path.startswith("/api/catalog/") else dict.get(self, path, default)

    web.pages = Api()
    return MicrosoftLearn({"base_url": web.url("/api/catalog/")})


def test_ids_become_names_and_roles_and_levels_are_kept(web: LocalWeb) -> None:
    found, report = harvest(serve(web, Reply(json.dumps(CATALOGUE))))
    assert [one.resource.kind for one in found] == [Kind.MODULE, Kind.PROGRAM, Kind.CERTIFICATION]
    module = told(found[0])
    assert module == {
        "kind": Kind.MODULE,
        "title": "Queues in the cloud",
        "url": "https://learn.microsoft.com/en-us/training/modules/queues/",
        "description": "On queues.",
        "provider": "Microsoft Learn",
        "language": "en-us",
        "level": Level.BEGINNER,
        "level_text": "beginner, intermediate",
        "hours_min": 1.0333,
        "hours_max": 1.0333,
        "duration_text": "62 minutes",
        "is_free": True,
        "rating": 4.84,
        "rating_count": 20,
        "subjects": ("Application development", "Azure Queue Storage"),
        "skills": ("Azure Queue Storage",),
        "roles": ("Developer", "unknown role"),
        "syllabus": ("Introduction",),
        "updated": "2024-09-24",
        "image": "https://img.example.org/q.png",
    }
    assert found[1].resource.syllabus == ("Queues in the cloud",)
    assert found[2].resource.skills == ("Develop compute",)
    assert found[2].resource.is_free is None
    assert report.skipped == 1
    assert len([path for path in web.asked if path != "/robots.txt"]) == 1, "one request a run"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_withdrawn_catalogue_is_told_as_such(web: LocalWeb, status: int) -> None:
    with pytest.raises(SourceWithdrawn, match="What is stored stays"):
        harvest(serve(web, Reply(status=status)))


def test_an_error_body_is_told(web: LocalWeb) -> None:
    body = {"error": {"code": "BadRequest", "message": "The locale is wrong"}}
    with pytest.raises(SourceError, match="The locale is wrong"):
        harvest(serve(web, Reply(json.dumps(body))))


@pytest.mark.shared
def test_documented_records(shared: Path, web: LocalWeb) -> None:
    folder = shared / "fixtures/microsoft_learn"
    names = {"modules": "module", "learningPaths": "learning_path", "certifications": "certification", "units": "unit"}
    catalogue = {
        key: [json.loads((folder / f"documented_{name}_record.json").read_text())] for key, name in names.items()
    }
    found, report = harvest(serve(web, Reply(json.dumps(catalogue))))
    module, path, certification = (one.resource for one in found)
    assert (module.rating, module.rating_count, module.duration_text) == (4.84, 2014, "62 minutes")
    assert module.roles == ("administrator", "business analyst", "developer")
    assert (path.kind, path.hours_min, path.level_text) == (Kind.PROGRAM, 7.5, "beginner, intermediate")
    assert certification.url == "https://docs.microsoft.com/en-us/cert-exam-sandbox/cert/"
    assert certification.syllabus == ()
    assert report.problems == ()
