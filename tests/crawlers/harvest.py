"""Reads a source from the web on this machine, with the real client."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from catalog.model import Listing
from crawlers.source import Report, Source
from tests.crawlers.local_web import LocalWeb, Reply, fetcher


def harvest(source: Source) -> tuple[list[Listing], Report]:
    """Everything the source lists, and the report of the reading."""
    report = Report()
    with fetcher() as fetch:
        return list(source.listings(fetch, report)), report


def serve_json(web: LocalWeb, pages: dict[str, Any]) -> None:
    """Values by path, with the query in any order; a reply is given as it is."""

    class ByQuery(dict):  # type: ignore[type-arg]
        def get(self, path: str, default: object = None) -> object:
            return dict.get(self, key_of(path), default)

    web.pages = ByQuery()
    for path, value in pages.items():
        body = (
            value
            if isinstance(value, Reply | list) or callable(value)
            else Reply(json.dumps(value), content_type="application/json")
        )
        web.pages[key_of(path)] = (
            body if not isinstance(value, list) else Reply(json.dumps(value), content_type="application/json")
        )


def key_of(path: str) -> str:
    parts = urlsplit(path)
    return f"{parts.path}?{sorted(parse_qsl(parts.query))}"


def told(listing: Listing) -> dict[str, Any]:
    """What a listing says, without what it does not say."""
    resource = listing.resource
    return {name: value for name in resource.__struct_fields__ if (value := getattr(resource, name)) not in (None, ())}
