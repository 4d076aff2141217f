"""A job advert pasted in: its topics, marked where they stand, the nearest careers, and what to learn it with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from catalog.classify import Mention
from catalog.guidance.advert import Advert, Near, read_advert
from indexer.query import Query
from webui.links import url_for_query
from webui.site import Site, here

page = Blueprint("advert", __name__)

LONGEST = 20_000  # signs of an advert that are read
NEAREST = 3  # careers shown


@dataclass(frozen=True, kw_only=True)
class Found:
    """A topic of the advert."""

    id: str
    label: str
    times: int
    resources: int
    url: str


@dataclass(frozen=True, kw_only=True)
class AdvertView:
    """All that the page shows of an advert."""

    pieces: tuple[tuple[str, str | None], ...]  # text, and the topic that it names
    topics: tuple[Found, ...]
    near: tuple[Near, ...]
    choose: tuple[str, ...]  # of what the nearest career has alternatives for, those in the advert
    chosen: tuple[str, ...]  # their labels
    cut: bool


@page.get("/advert")
def ask() -> str:
    return render_template("advert.html", view=None, text="", empty=False, longest=LONGEST)


@page.post("/advert")
def show() -> Response:
    """The answer is made and forgotten: nothing is stored, logged or kept by a browser."""
    told = request.form.get("text", "").replace("\r\n", "\n")
    text = told[:LONGEST].strip()
    site = here()
    view = _view(site, text, cut=len(told) > LONGEST) if text else None
    answer = make_response(render_template("advert.html", view=view, text=text, empty=not text, longest=LONGEST))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _view(site: Site, text: str, *, cut: bool) -> AdvertView:
    advert = read_advert(text, site.classifier, site.vocabulary)
    heads = {choice[0] for near in advert.near[:1] for group in near.role.one_of for choice in group.choices}
    choose = tuple(topic for topic, _ in advert.topics if topic in heads)
    return AdvertView(
        pieces=tuple(_pieces(text, advert.mentions)),
        topics=tuple(_found(site, advert)),
        near=advert.near[:NEAREST],
        choose=choose,
        chosen=tuple(site.vocabulary.topics[topic].label for topic in choose),
        cut=cut,
    )


def _pieces(text: str, mentions: Sequence[Mention]) -> Iterable[tuple[str, str | None]]:
    """The text in pieces, each with the topic it names; of names within names the longer one counts."""
    done = 0
    for mention in mentions:
        if mention.start < done:
            continue
        if mention.start > done:
            yield text[done : mention.start], None
        yield text[mention.start : mention.end], mention.topic
        done = mention.end
    if done < len(text):
        yield text[done:], None


def _found(site: Site, advert: Advert) -> Iterable[Found]:
    counts = site.index.search(Query(page_size=1)).facets.get("topic", {})
    for topic, times in advert.topics:
        yield Found(
            id=topic,
            label=site.vocabulary.topics[topic].label,
            times=times,
            resources=counts.get(topic, 0),
            url=url_for_query(Query().choose("topic", (topic,))),
        )
