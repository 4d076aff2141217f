"""URL ↔ Query: every state of a search is an address, parsed once here and built from the same value."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec
from flask import url_for
from werkzeug.datastructures import MultiDict

from catalog.errors import BadQuery
from indexer.fields import FACETS, SORTS
from indexer.query import MAX_SIGNS, RELEVANCE, Query, ordered

SORT_NAMES = (RELEVANCE, *(field.name for field in SORTS))
MAX_CHOICES = 60  # values chosen in all facets together
MAX_VALUE = 200  # signs of one chosen value
LAST_PAGE = 100_000

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


Args = MultiDict[str, str]  # what a request says after the question mark


def query_from_args(args: Args, page_size: int) -> Query:
    """The query that an address asks for; parameters we do not know are ignored.

    Raises `BadQuery` for an unknown sort, a page that is no number from 1, and more choices than anybody makes.
    """
    choices = {facet.name: tuple(_values(args.getlist(facet.name))) for facet in FACETS}
    if sum(map(len, choices.values())) > MAX_CHOICES:
        raise BadQuery(f"more than {MAX_CHOICES} choices at once; remove some of them")
    return Query(
        words=_plain(args.get("q", ""))[:MAX_SIGNS].strip(),
        choices=ordered(choices),
        sort=_sort(args.get("sort", "")),
        page=_page(args.get("page", "")),
        page_size=page_size,
        literal=args.get("literal") == "1",
    )


def words_were_cut(args: Args) -> bool:
    """Whether the words asked for are more than are read."""
    return len(_plain(args.get("q", ""))) > MAX_SIGNS


def args_for_query(query: Query) -> list[tuple[str, str]]:
    """The parameters of a query in their one order; what is not chosen is left out."""
    args = [("q", query.words)] if query.words else []
    args += [(facet, value) for facet, values in query.choices for value in values]
    if query.sort != RELEVANCE:
        args.append(("sort", query.sort))
    if query.literal:
        args.append(("literal", "1"))
    if query.page > 1:
        args.append(("page", str(query.page)))
    return args


def url_for_query(query: Query) -> str:
    """The one address of a query."""
    args = args_for_query(query)
    return url_for("search.results") + ("?" + urlencode(args) if args else "")


def url_for_choice(facet: str, value: str) -> str:
    """The address of everything that has one value in one facet."""
    return url_for_query(Query().choose(facet, (value,)))


def at_page(query: Query, page: int) -> Query:
    return msgspec.structs.replace(query, page=page)


def slug(title: str) -> str:
    """A title as it may stand in an address; empty for scripts without a Latin form."""
    latin = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = _NOT_SLUG.sub("-", latin).strip("-")
    return words if len(words) <= 60 else words[:61].rpartition("-")[0] or words[:60]


def url_for_entry(entry_id: int, title: str) -> str:
    """The permanent address of an entry, its title behind the id."""
    return url_for("resources.show", entry_id=entry_id, title=slug(title) or None)


def is_web_address(url: str | None) -> bool:
    """Whether a told address may be linked: only http and https lead out of here."""
    return bool(url) and str(url).lower().startswith(("http://", "https://"))


def _plain(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _values(told: Iterable[str]) -> Iterable[str]:
    for value in map(_plain, told):
        if len(value) > MAX_VALUE:
            raise BadQuery(f"a choice of more than {MAX_VALUE} signs is none of ours; remove it from the address")
        if value:
            yield value


def _sort(name: str) -> str:
    if name and name not in SORT_NAMES:
        raise BadQuery(f"there is no order called “{name[:40]}”; known are {', '.join(SORT_NAMES)}")
    return name or RELEVANCE


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= LAST_PAGE):
        raise BadQuery(f"“{text[:40]}” is no page; pages are numbered from 1")
    return int(text)
