"""What there is to plan with: for each topic that is looked for, the resources that answer it best."""

from collections.abc import Hashable, Iterable, Sequence

from catalog.clean import may_be_in
from catalog.guidance.candidates import Candidate, candidate, only_continues, only_examines
from catalog.guidance.offers import Standpoint
from catalog.model import Entry, Level
from indexer.query import NOT_STATED, Query, ordered
from webui import labels
from webui.paths.wishes import ANY, Wishes
from webui.site import Site
from webui.versions import gathered

MOST_LOOKED_FOR = 30  # topics up to which many resources are looked at for each
MANY, SOME = 24, 16
MOST_REMEMBERED = 24  # answers of up to a thousand candidates, half a megabyte each


def found(site: Site, stand: Standpoint, wishes: Wishes) -> Sequence[Candidate]:
    """What one search for each topic finds, each title once, in order of id, without what is not wanted.

    The last few answers are remembered as long as index and record stay as they are: who changes hours or money asks
    again.
    """
    topics = stand.looked_for
    size = MANY if len(topics) <= MOST_LOOKED_FOR else SOME
    queries = [_query(site.vocabulary.topics[topic].label, topic, wishes, size) for topic in topics]
    ids = {number for some in site.ids(queries) for number in some}
    wanted = tuple(sorted(ids.difference(wishes.without)))
    remembered: dict[Hashable, Sequence[Candidate]] = site.remembered("candidates of plans", dict)
    key = (site.store.last_change(), wanted, wishes.language, wishes.currency)
    some = remembered.get(key)
    if some is None:
        entries = (one for one in site.store.entries(wanted) if _may_be_a_step(one, wishes))
        some = tuple(candidate(one, site.vocabulary, wishes.currency) for one in of_each_title(entries))
        if len(remembered) >= MOST_REMEMBERED:
            remembered.clear()
        remembered[key] = some
    return some


def of_each_title(entries: Iterable[Entry]) -> list[Entry]:
    """Of versions of one title the one that says most of what a plan must know; in order of id."""
    return sorted((max(group, key=_told) for group in gathered(entries)), key=lambda entry: entry.id)


def _told(entry: Entry) -> tuple[bool, bool, int]:
    resource = entry.resource
    priced = resource.is_free is not None or resource.price is not None
    return resource.hours_max is not None, priced, len(entry.listings)


def _may_be_a_step(entry: Entry, wishes: Wishes) -> bool:
    """Whether an entry is for all to see, teaches from its beginning, and may be in the language that is wished for."""
    title, language = entry.resource.title, entry.resource.language
    readable = wishes.language == ANY or language is not None or may_be_in(wishes.language, title)
    return readable and not (entry.hidden or only_examines(title) or only_continues(title))


def left_out(site: Site, stand: Standpoint, wishes: Wishes) -> int:
    """How many resources of the career and the kinds chosen do not state their language and are left out for it."""
    if wishes.language == ANY or wishes.unknown_language:
        return 0
    asked = Query(page_size=1).choose("role", (stand.role.id,)).choose("kind", wishes.kinds)
    return site.index.search(asked).facets["language"].get(NOT_STATED, 0)


def _query(label: str, topic: str, wishes: Wishes, size: int) -> Query:
    """A topic by its name among those that teach it, so that what names it most plainly comes first."""
    choices: dict[str, tuple[str, ...]] = {"topic": (topic,), "kind": wishes.kinds}
    if wishes.language != ANY:
        choices["language"] = (wishes.language, NOT_STATED) if wishes.unknown_language else (wishes.language,)
    if wishes.level != ANY:
        choices["level"] = (wishes.level, Level.ALL, NOT_STATED)
    if not wishes.unknown_hours:
        choices["length"] = tuple(labels.LENGTHS)
    if wishes.budget is not None and not wishes.unknown_prices:
        choices["cost"] = ("free", "paid") if wishes.budget else ("free",)
    return Query(words=label, choices=ordered(choices), page_size=size, literal=True, counted=False)
