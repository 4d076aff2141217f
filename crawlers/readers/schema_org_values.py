"""Values of schema.org properties in the many shapes that sites give them: text, number, node, list, reference."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from catalog import clean
from catalog.model import Price
from crawlers.readers.json_ld import Graph, plain_name, types

_LANGUAGE_TAG = re.compile(r"^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")
_NAMES = ("name", "prefLabel", "@value", "headline", "targetName", "alternateName")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})
_WEEKS = re.compile(r"^(?:P(\d{1,3})W|W(\d{1,3}))$", re.IGNORECASE)


def each(value: Any) -> list[Any]:
    """One value or many as a list, also in the containers of expanded JSON-LD."""
    if isinstance(value, dict) and isinstance(inner := value.get("@list", value.get("@set")), list):
        return inner
    return value if isinstance(value, list) else [] if value is None else [value]


def nodes(graph: Graph, value: Any) -> Iterator[dict[str, Any]]:
    """The nodes among the values, references followed."""
    for one in each(value):
        meant = graph.meant(one)
        if isinstance(meant, dict):
            yield meant


def words(graph: Graph, value: Any) -> list[str]:
    """The texts among the values; a node tells its name, addresses tell nothing."""
    found: list[str] = []
    for one in _in_best_language(each(value)):
        meant = graph.meant(one)
        if isinstance(meant, dict):
            found.extend(_name(graph, meant))
        elif isinstance(meant, str) and not meant.strip().startswith(("http://", "https://", "_:")):
            found.append(meant)
        elif isinstance(meant, int | float) and not isinstance(meant, bool):
            found.append(str(meant))
    return [one for one in found if one.strip()]


def first_words(graph: Graph, *values: Any) -> str | None:
    """The first text of the first property that has one."""
    return next((one for value in values for one in words(graph, value)), None)


def people(graph: Graph, *values: Any) -> tuple[str, ...]:
    """Names of persons and organisations; a name may come in two parts."""
    found: list[str] = []
    for value in values:
        for one in each(value):
            meant = graph.meant(one)
            if isinstance(meant, dict) and not meant.get("name"):
                parts = [meant.get("givenName"), meant.get("familyName")]
                found.append(" ".join(part for part in parts if isinstance(part, str)))
            else:
                found.extend(name for text in words(graph, one) for name in clean.names(text))
    return clean.names(found)


def address(graph: Graph, base: str, *values: Any) -> str | None:
    """The first address: a text, or the url or @id of a node; made absolute."""
    for value in values:
        for one in each(value):
            meant = graph.meant(one)
            inner = (
                [meant.get(key) for key in ("url", "contentUrl", "@id", "id")] if isinstance(meant, dict) else [meant]
            )
            for text in (part for some in inner for part in each(some)):
                if (
                    isinstance(text, str)
                    and not text.startswith(("_:", "#"))
                    and (url := clean.canonical_url(text, base))
                ):
                    return url
    return None


def own_address(node: dict[str, Any], graph: Graph, page_url: str, *, alone: bool) -> str | None:
    """The resource's own address. Sites that write their front page into every node mean the page itself."""
    stated = (node.get("url"), node.get("@id"), node.get("id"), node.get("mainEntityOfPage"))
    own = address(graph, page_url, *stated)
    page = page_address(graph, page_url)
    if own is not None and not (alone and _is_front_page(own) and page and not _is_front_page(page)):
        return own
    return page if alone else None


def page_address(graph: Graph, page_url: str) -> str | None:
    """The address of the page: the canonical one, unless that is the front page for every page of the site."""
    asked = clean.canonical_url(page_url)
    canonical = clean.canonical_url(graph.canonical, page_url) if graph.canonical else None
    if canonical is None or (asked and _is_front_page(canonical) and not _is_front_page(asked)):
        return asked
    return canonical


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def label(graph: Graph, value: Any) -> str | None:
    """The words of a concept; where it has none, the last part of its address: "…/no_login" → "no login"."""
    told = first_words(graph, value)
    if told is not None:
        return told
    for one in each(value):
        stated = one.get("@id", one.get("id")) if isinstance(one, dict) else one
        if isinstance(stated, str) and (tail := stated.rstrip("/").rpartition("/")[2].replace("_", " ").strip()):
            return tail
    return None


def flag(value: Any) -> bool | None:
    """A boolean, also as a text or as the address of one."""
    for one in each(value):
        if isinstance(one, bool):
            return one
        text = plain_name(str(one)).strip().lower()
        if text in _TRUE | _FALSE:
            return text in _TRUE
    return None


def effort(graph: Graph, *values: Any) -> tuple[tuple[float, float] | None, str | None]:
    """Hours and the words they come from, of the first property that says something.

    "W10" and "P10W" are ten weeks, which say nothing of hours.
    """
    for value in values:
        text = first_words(graph, value)
        if text is None:
            continue
        weeks = _WEEKS.match(text.strip())
        if weeks:
            return None, f"{weeks[1] or weeks[2]} weeks"
        return clean.hours(text), text
    return None, None


def schedule_effort(graph: Graph, value: Any) -> tuple[tuple[float, float] | None, str | None]:
    """Hours of a Schedule: the duration of one meeting times their number."""
    for schedule in nodes(graph, value):
        once = clean.hours(schedule.get("duration"))
        times = clean.count(schedule.get("repeatCount"))
        if once and times:
            return (once[0] * times, once[1] * times), f"{times} × {schedule['duration']}"
    return None, None


def price(graph: Graph, offers: Any) -> Price | None:
    """The price of the first offer that has one."""
    for offer in nodes(graph, offers):
        inner = next(nodes(graph, offer.get("priceSpecification")), {})
        stated = next((offer[key] for key in ("price", "lowPrice") if offer.get(key) is not None), inner.get("price"))
        found = clean.price(_number(stated))
        if found is not None:
            code = offer.get("priceCurrency") or inner.get("priceCurrency")
            currency = code.strip().upper() if isinstance(code, str) and len(code.strip()) == 3 else None
            return Price(amount=found[0], currency=currency or found[1])
    return None


def free_by_offers(graph: Graph, offers: Any) -> bool | None:
    """What the category of the offers says: Free, Partially Free, Subscription or Paid."""
    said = {text.strip().lower() for offer in nodes(graph, offers) for text in words(graph, offer.get("category"))}
    if "free" in said:
        return True
    return False if said & {"paid", "subscription"} and "partially free" not in said else None


def rating(graph: Graph, value: Any) -> tuple[float | None, int | None]:
    """The rating on a scale of 0 to 5, and of how many."""
    for one in each(value):
        if isinstance(one, str) and "/" in one and (found := clean.rating(one)) is not None:  # "4/5"
            return found, None
    for stated in nodes(graph, value):
        found = clean.rating(stated.get("ratingValue"), best=stated.get("bestRating") or 5)
        if found is not None:
            counted = clean.count(stated.get("ratingCount"))
            return found, counted if counted is not None else clean.count(stated.get("reviewCount"))
    return None, None


def is_university(node: Any) -> bool:
    return bool(types(node) & {"CollegeOrUniversity", "EducationalOrganization", "HighSchool", "School"})


def _number(value: Any) -> Any:
    """ "49.00" as a number: without a currency beside it a text could be anything."""
    if isinstance(value, str):
        try:
            return float(value.strip())
        except ValueError:
            return value
    return value


def _name(graph: Graph, node: dict[str, Any]) -> list[str]:
    for key in _NAMES:
        if node.get(key):
            return words(graph, node[key])
    if node and all(_LANGUAGE_TAG.match(key) for key in node):  # {"de": "Programmieren", "en": "Programming"}
        return words(graph, node.get("en", next(iter(node.values()))))
    return []


def _in_best_language(values: list[Any]) -> list[Any]:
    """Of the same text in several languages only the English one, else the first."""
    tagged = [one for one in values if isinstance(one, dict) and isinstance(one.get("@language"), str)]
    if len(tagged) < 2 or len(tagged) != len(values):
        return values
    chosen = next((one for one in tagged if one["@language"].lower().startswith("en")), tagged[0])
    return [one for one in tagged if one["@language"] == chosen["@language"]]
