"""The search page: results, the choices that narrow them, and ways out when there are none."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import msgspec
from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from catalog.vocabulary import Vocabulary
from indexer import syntax
from indexer.asking import MOST
from indexer.fields import FACETS, SORTS
from indexer.query import MAX_SIGNS, RELEVANCE, Hits, Query
from webui import labels
from webui.cards import Card, Sought, gathered_cards
from webui.facets import Panel, panels
from webui.links import at_page, query_from_args, url_for_query, words_were_cut
from webui.site import Site, here

page = Blueprint("search", __name__)

SORT_LABELS = ((RELEVANCE, "Best match"), *((field.name, field.label) for field in SORTS))
MOST_WORD_CHIPS = 8
MOST_WAYS_OUT = 6
MOST_TRIED = 8  # searches that one page without results may cost
NEIGHBOURS = 2  # pages named on each side of the present one


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A word or choice of the query, and the query without it."""

    facet: str
    label: str
    without: Query

    @property
    def url(self) -> str:
        return url_for_query(self.without)


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """A neighbouring query that does have hits."""

    label: str
    url: str
    total: int


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """A page of the answer; no number stands for a gap."""

    number: int | None
    url: str = ""
    here: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchView:
    """All that the search page shows."""

    query: Query
    total: int
    complete: int
    first: int
    last_page: int
    cards: tuple[Card, ...]
    chips: tuple[Chip, ...]
    panels: tuple[Panel, ...]
    pages: tuple[PageLink, ...]
    previous: str | None
    following: str | None
    corrections: tuple[tuple[str, str], ...]
    instead: str | None
    as_written: str
    ways_out: tuple[WayOut, ...]
    wishes: tuple[tuple[str, str], ...]  # values of facets that the words wish for, each with the search for it alone
    cut_at: int | None
    cut: bool
    canonical: str
    sorts: tuple[tuple[str, str], ...] = SORT_LABELS
    most: int = MOST

    @property
    def choices(self) -> int:
        return sum(len(values) for _, values in self.query.choices)


@page.get("/search")
def results() -> ResponseReturnValue:
    site = here()
    query = query_from_args(request.args, site.page_size)
    view = _view(site, query, cut=words_were_cut(request.args))
    beyond = query.page > view.last_page
    return make_response(render_template("search.html", view=view, beyond=beyond), 404 if beyond else 200)


def _view(site: Site, query: Query, *, cut: bool) -> SearchView:
    hits = site.index.search(query)
    last_page = max(1, -(-hits.total // query.page_size))
    found = chips(query, site.vocabulary)
    sought = Sought(query=query, marks=hits.marks, topics=hits.topics)
    return SearchView(
        query=query,
        total=hits.total,
        complete=hits.complete,
        first=(query.page - 1) * query.page_size + 1,
        last_page=last_page,
        cards=gathered_cards(site.store.entries(hits.ids), site.vocabulary, sought),
        chips=found,
        panels=panels(query, hits, site.vocabulary),
        pages=tuple(_pages(query, last_page)),
        previous=url_for_query(at_page(query, query.page - 1)) if 1 < query.page <= last_page else None,
        following=url_for_query(at_page(query, query.page + 1)) if query.page < last_page else None,
        corrections=_corrections(query, hits),
        instead=hits.instead,
        as_written=url_for_query(msgspec.structs.replace(query, literal=True, page=1)),
        wishes=tuple(_wishes(query, hits, site.vocabulary)),
        ways_out=() if hits.total else ways_out(site, query, found),
        cut_at=MAX_SIGNS if cut else None,
        cut=hits.cut,
        canonical=url_for_query(query),
    )


def chips(query: Query, vocabulary: Vocabulary) -> tuple[Chip, ...]:
    """Everything that narrows the answer, each removable."""
    return (*_word_chips(query), *_choice_chips(query, vocabulary))


def _word_chips(query: Query) -> Iterable[Chip]:
    signs = syntax.signs(query.words)
    if len(signs) > MOST_WORD_CHIPS:
        yield Chip(facet="Words", label=query.words, without=msgspec.structs.replace(query, words="", page=1))
        return
    for place, sign in enumerate(signs):
        if sign.either:
            continue
        rest = syntax.without(query.words, place)
        facet, label = ("Without", sign.written[1:]) if sign.unwanted else ("Word", sign.written)
        yield Chip(facet=facet, label=label, without=msgspec.structs.replace(query, words=rest, page=1))


def _choice_chips(query: Query, vocabulary: Vocabulary) -> Iterable[Chip]:
    for facet in FACETS:
        for value in query.chosen(facet.name):
            label = labels.facet_value(facet.name, value, vocabulary)
            yield Chip(facet=facet.label, label=label, without=query.toggle(facet.name, value))


def ways_out(site: Site, query: Query, found: tuple[Chip, ...]) -> tuple[WayOut, ...]:
    """Neighbouring queries that lead to hits, each with its true number, the largest first."""
    asked: dict[Query, str] = {}
    for label, other in _relaxed(query, found):
        asked.setdefault(msgspec.structs.replace(other, page_size=1), label)
    ways = [
        WayOut(label=label, url=url_for_query(other), total=total)
        for other, label in islice(asked.items(), MOST_TRIED)
        if (total := site.index.search(other).total)
    ]
    return tuple(sorted(ways, key=lambda way: -way.total))[:MOST_WAYS_OUT]


def _relaxed(query: Query, found: tuple[Chip, ...]) -> Iterable[tuple[str, Query]]:
    """The query with one word or choice less; with its words alone, its choices alone, and each of its words alone."""
    for chip in found[:MOST_WAYS_OUT]:
        if chip.without.words or chip.without.choices:
            yield f"without “{chip.label}”", chip.without
    if query.words and query.choices:
        yield f"for “{query.words}” without any filter", Query(words=query.words, page_size=query.page_size)
        yield "with these filters and any words", msgspec.structs.replace(query, words="", page=1)
    wanted = [sign.written for sign in syntax.signs(query.words) if not (sign.unwanted or sign.either)]
    for word in wanted[:MOST_WAYS_OUT]:
        yield f"for “{word}” alone", Query(words=word, page_size=query.page_size)


def _wishes(query: Query, hits: Hits, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    for facet, value in hits.wishes:
        if not query.chosen(facet) and hits.facets[facet].get(value):
            yield labels.facet_value(facet, value, vocabulary), url_for_query(query.choose(facet, (value,)))


def _corrections(query: Query, hits: Hits) -> tuple[tuple[str, str], ...]:
    return tuple(
        (words, url_for_query(msgspec.structs.replace(query, words=words, page=1))) for words in hits.corrections
    )


def _pages(query: Query, last: int) -> Iterable[PageLink]:
    """First, last, and the pages around the present one."""
    near = range(max(1, query.page - NEIGHBOURS), min(last, query.page + NEIGHBOURS) + 1)
    before = 0
    for number in sorted({1, *near, last}):
        if number - before == 3:  # a gap of two hides less than its own dots say
            yield PageLink(number=number - 2, url=url_for_query(at_page(query, number - 2)))
        if number - before in {2, 3}:
            yield PageLink(number=number - 1, url=url_for_query(at_page(query, number - 1)))
        elif number - before > 3:
            yield PageLink(number=None)
        yield PageLink(number=number, url=url_for_query(at_page(query, number)), here=number == query.page)
        before = number
