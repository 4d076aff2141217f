"""Answers in JSON: read with clear errors, walked without trust, paged to an end."""

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from catalog.errors import FetchError, SourceError
from crawlers.answer import Answer
from crawlers.fetch import Fetch
from crawlers.source import Report

MOST_PAGES = 10_000
_SHOWN = 60  # characters of an answer that is not what it should be


class Page(NamedTuple):
    """What one answer of a list holds, and the address of the next, where there is one."""

    elements: Iterable[Any]
    following: str | None = None


def json_of(answer: Answer) -> Any:
    """The value of an answer; SourceError where it holds no JSON. Raw line breaks in strings are read."""
    text = answer.text.lstrip("\ufeff")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        what = "a page of HTML" if text.lstrip().startswith("<") else f"{text[:_SHOWN]!r}"
        raise SourceError(f"{answer.url} answers {what} where JSON is expected: {str(error)[:100]}") from error


def paged(
    fetch: Fetch, first: str, read: Callable[[Any, str], Page], report: Report, *, most: int = MOST_PAGES
) -> Iterator[Any]:
    """Every element of a list that comes in pages; ``read`` takes a page's value and its address.

    An error on the first page is raised. A later one, a circle, or a page that comes again and again under other
    addresses ends the reading, and the report says that it was cut short.
    """
    asked: set[str] = set()
    seen: set[bytes] = set()
    url: str | None = first
    while url is not None:
        if url in asked or len(asked) >= most:
            report.cut_short(url, "the pages go round in a circle" if url in asked else f"more than {most:,} pages")
            return
        asked.add(url)
        try:
            answer = fetch.get(url, accept="application/json")
            page = read(json_of(answer), url)
        except (FetchError, SourceError) as error:
            if len(asked) == 1:
                raise
            report.cut_short(url, str(error))
            return
        elements = list(page.elements)
        digest = blake2b(answer.body, digest_size=16).digest()
        if elements and digest in seen:
            report.cut_short(url, "the same page came again under another address")
            return
        seen.add(digest)
        yield from elements
        url = page.following


def dig(value: Any, *path: str | int) -> Any:
    """What lies at a path of keys and places; None where anything on the way is missing or of another shape."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def dicts(value: Any) -> list[dict[str, Any]]:
    """The records of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def records(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The records among values that come one by one."""
    return (one for one in values if isinstance(one, dict))


def strings(value: Any) -> list[str]:
    """The texts of a list, or the one text itself."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
