"""Results of one title that one provider or author tells of: another listing, run or edition of what stands above them.

The record unites listings only where an address or an ISBN proves that they are one resource. On a page of results,
what is most likely the same for a reader is told in one place, and each of them stays a link.
"""

from collections.abc import Iterable, Sequence

from catalog.model import Entry, Kind, LearningResource
from indexer import text

Title = tuple[str, ...]
_SURE = 3  # telling words of a title that two books hardly share by chance


def gathered(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Groups of versions in the order of what leads them; most have one member."""
    groups: list[list[Entry]] = []
    of_title: dict[tuple[bool, Title], list[list[Entry]]] = {}
    for entry in entries:
        known = of_title.setdefault(_title(entry.resource), [])
        group = next((group for group in known if _versions(group[0].resource, entry.resource)), None)
        if group is None:
            group = []
            known.append(group)
            groups.append(group)
        group.append(entry)
    return groups


def _title(resource: LearningResource) -> tuple[bool, Title]:
    """Whether it is a book, and its title: of a book without the subtitle, which sellers leave out or add to."""
    if resource.kind is Kind.BOOK:
        return True, text.main_title(resource.title)
    return False, tuple(text.telling(resource.title))


def _versions(one: LearningResource, other: LearningResource) -> bool:
    """Whether resources of one title are versions of each other."""
    if _differ(_family_names(one.authors), _family_names(other.authors)):
        return False
    if one.kind is Kind.BOOK:
        return bool(one.authors and other.authors) or len(text.main_title(one.title)) >= _SURE
    return not _differ(set(filter(None, [one.provider])), set(filter(None, [other.provider])))


def _differ(some: set[str], others: set[str]) -> bool:
    """Whether both are known, and nothing is in both."""
    return bool(some and others) and some.isdisjoint(others)


def _family_names(names: Sequence[str]) -> set[str]:
    return {words[-1] for name in names if (words := text.fold(name).split())}
