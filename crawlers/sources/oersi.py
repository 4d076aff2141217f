"""OERSI and other search servers of open educational resources whose records follow the AMB profile of LRMI."""

import json
from collections.abc import Iterator
from typing import Any

from catalog.errors import FetchError, SourceError
from catalog.model import Kind, Listing
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.readers.json_answers import dicts, dig, json_of
from crawlers.readers.json_ld import Graph
from crawlers.readers.schema_org import resources
from crawlers.settings import Settings
from crawlers.source import Report, Source

BASE = "https://oersi.org/resources/api/search/oer_data/"
PAGE = 200
MOST_PAGES = 1_000
_LISTS = (
    *("type", "keywords", "about", "creator", "publisher", "inLanguage"),
    *("learningResourceType", "teaches", "assesses", "caption"),
)
SUBJECT = "https://w3id.org/kim/hochschulfaechersystematik/n71"  # computer science


class Oersi(Source):
    """An Elasticsearch index, asked page by page with ``search_after``, in the order of the records' ids."""

    id = "oersi"
    name = "OERSI"
    homepage = "https://oersi.org/"
    kinds = tuple(Kind)
    pause_seconds = 2.0

    def configure(self, settings: Settings) -> None:
        base = settings.text("base_url", BASE)
        self._url = base.rstrip("/") + "/_search"
        self._subjects = settings.texts("subjects", (SUBJECT,))
        self._languages = settings.texts("languages")
        self._words = settings.optional_text("query")

    def listings(self, fetch: Fetch, report: Report) -> Iterator[Listing]:
        for record in self._records(fetch, report):
            yield from self._of_record(record, report)

    def _records(self, fetch: Fetch, report: Report) -> Iterator[dict[str, Any]]:
        after: Any = None
        for number in range(MOST_PAGES):
            try:
                hits = _hits(fetch.post(self._url, self._question(after), accept="application/json"))
            except (FetchError, SourceError) as error:
                if number == 0:
                    raise
                report.cut_short(self._url, str(error))
                return
            yield from (hit["_source"] for hit in hits if isinstance(hit.get("_source"), dict))
            following = hits[-1].get("sort") if hits else None
            if following is None or len(hits) < PAGE:
                return
            if following == after:
                report.cut_short(self._url, "the same page came again")
                return
            after = following
        report.cut_short(self._url, f"more than {MOST_PAGES:,} pages")

    def _question(self, after: Any) -> bytes:
        required: list[dict[str, Any]] = []
        if self._subjects:
            required.append({"terms": {"about.id": list(self._subjects)}})
        if self._languages:
            required.append({"terms": {"inLanguage": list(self._languages)}})
        query: dict[str, Any] = {"bool": {"filter": required}}
        if self._words:
            query["bool"]["must"] = [{"simple_query_string": {"query": self._words, "default_operator": "and"}}]
        asked = {"size": PAGE, "sort": [{"id": "asc"}], "query": query, **({"search_after": after} if after else {})}
        return json.dumps(asked).encode()

    def _of_record(self, record: dict[str, Any], report: Report) -> Iterator[Listing]:
        key = record.get("id") or record.get("@id")
        if not isinstance(key, str) or not key.strip():
            report.skip(str(record.get("name"))[:80], "the record has no id")
            return
        for oddity in _oddities(record):
            report.note(key, oddity)
        found = resources(Graph([record]), key, note=report.note)
        if not found:
            report.skip(key, f"no learning resource: {_lack(record)}")
        for resource in found[:1]:
            yield Listing(source=self.id, key=key, resource=resource)


def _oddities(record: dict[str, Any]) -> Iterator[str]:
    """What the profile does not allow, and is read all the same."""
    if "@context" not in record:
        yield "no @context; read as schema.org"
    for name in _LISTS:
        if name in record and not isinstance(record[name], list):
            yield f"{name} is no list; read as one"
    if isinstance(record.get("license"), str):
        yield "license is a text; read as its address"
    if not isinstance(record.get("isAccessibleForFree", True), bool):
        yield "isAccessibleForFree is no boolean; read as one where it can be"


def _lack(record: dict[str, Any]) -> str:
    if not record.get("name"):
        return "it has no name"
    return f"its type is {record.get('type') or record.get('@type')!r}"


def _hits(answer: Answer) -> list[dict[str, Any]]:
    """The hits of one answer; SourceError where the server answers with an error, or something else."""
    told = json_of(answer)
    if dig(told, "error") is not None:
        reason = dig(told, "error", "reason") or dig(told, "error", "root_cause", 0, "reason") or told["error"]
        raise SourceError(f"{answer.url} answers an error: {str(reason)[:200]}")
    hits = dig(told, "hits", "hits")
    if not isinstance(hits, list):
        raise SourceError(f"{answer.url} answers no list of hits")
    return dicts(hits)
