"""Microsoft Learn: modules, paths, courses and certifications of the open catalogue, one document a run."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from catalog import clean
from catalog.errors import Refused, SourceError, SourceWithdrawn, Withdrawn
from catalog.model import Kind, Listing
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import dicts, dig, json_of, strings
from crawlers.readers.neutral_record import told
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://learn.microsoft.com/api/catalog/"
# What each list of the document holds, by our kind. Units and lists of terms are asked for, to name things by.
LISTS: dict[str, str] = {
    "modules": "module",
    "learningPaths": "program",
    "courses": "course",
    "certifications": "certification",
    "mergedCertifications": "certification",
    "appliedSkills": "certification",
    "exams": "certification",
}
TERMS = ("levels", "roles", "products", "subjects")
_FREE = frozenset({"modules", "learningPaths"})

Told = dict[str, Any]


class MicrosoftLearn(Source):
    """The lists refer to each other and to terms by ids; what an id stands for may be missing."""

    id = "microsoft-learn"
    name = "Microsoft Learn"
    homepage = "https://learn.microsoft.com/training/"
    kinds = (Kind.MODULE, Kind.PROGRAM, Kind.COURSE, Kind.CERTIFICATION)
    default_on = True

    def configure(self, settings: Settings) -> None:
        self._base = settings.text("base_url", BASE)
        self._locale = settings.text("locale", "en-us")
        self._lists = settings.choices("lists", tuple(LISTS))

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        catalogue = self._catalogue(fetch)
        terms = {name: _names(catalogue.get(name)) for name in TERMS}
        titles = {
            str(one.get("uid")): one["title"]
            for name in ("modules", "units", "learningPaths")
            for one in dicts(catalogue.get(name))
            if isinstance(one.get("title"), str)
        }
        for name in self._lists:
            rows = (
                (str(one.get("uid") or one.get("title")), _row(one, name, terms, titles))
                for one in dicts(catalogue.get(name))
            )
            yield from told(rows, self.id, report)

    def _catalogue(self, fetch: Fetch) -> Told:
        asked = urlencode({"locale": self._locale, "type": ",".join((*self._lists, "units", *TERMS))}, safe=",")
        url = f"{self._base}{'&' if '?' in self._base else '?'}{asked}"
        try:
            content = json_of(fetch.get(url, accept="application/json"))
        except (Refused, Withdrawn) as error:
            raise SourceWithdrawn(
                f"the open catalogue of Microsoft Learn is not given any more: {error}. What is stored stays; "
                "set sources.microsoft_learn.enabled = false when it is gone for good"
            ) from error
        if not isinstance(content, dict) or not any(isinstance(content.get(name), list) for name in self._lists):
            words = dig(content, "error", "message") or dig(content, "message") or "no lists"
            raise SourceError(f"{url} answers no catalogue: {str(words)[:200]}")
        return content


def _row(one: Told, name: str, terms: dict[str, dict[str, str]], titles: dict[str, str]) -> Told:
    products = _called(one.get("products"), terms["products"])
    minutes = one.get("duration_in_minutes")
    parts = strings(one.get("units")) or strings(one.get("modules")) or _guide(one)
    skills = [*products, *(strings(one.get("skills")) if LISTS[name] == "certification" else ())]
    return {
        "key": one.get("uid"),
        "kind": LISTS[name],
        "title": one.get("title"),
        "url": one.get("url"),
        "description": one.get("summary") or one.get("subtitle"),
        "provider": "Microsoft Learn",
        "language": one.get("locale"),
        "level": ", ".join(_called(one.get("levels"), terms["levels"])),
        "duration_text": f"{minutes} minutes" if isinstance(minutes, int) and minutes > 0 else None,
        "rating": clean.rating(dig(one, "rating", "average")),
        "rating_count": dig(one, "rating", "count"),
        "roles": _called(one.get("roles"), terms["roles"]),
        "subjects": [*_called(one.get("subjects"), terms["subjects"]), *products],
        "skills": skills,
        "syllabus": [titles[part] for part in parts if part in titles],
        "prerequisites": "; ".join(strings(one.get("prerequisites"))),
        "course_code": one.get("course_number") or one.get("exam_number"),
        "updated": one.get("last_modified"),
        "image": one.get("social_image_url") or one.get("icon_url"),
        "is_free": True if name in _FREE else None,
    }


def _names(listed: Any) -> dict[str, str]:
    """Names by id; products have others below them."""
    found: dict[str, str] = {}
    for one in dicts(listed):
        if isinstance(one.get("id"), str) and isinstance(one.get("name"), str):
            found[one["id"]] = one["name"]
        found |= _names(one.get("children"))
    return found


def _called(ids: Any, names: dict[str, str]) -> list[str]:
    """What the ids stand for; an id without a name stands for itself, in words."""
    return [names.get(id_, id_.replace("-", " ")) for id_ in strings(ids)]


def _guide(one: Told) -> list[str]:
    """The parts of the study guide of a certification."""
    return [part["uid"] for part in dicts(one.get("study_guide")) if isinstance(part.get("uid"), str)]
