"""Which entry does a listing speak of? Exact keys only: the source's own key, an ISBN, a DOI, an address."""

from collections.abc import Iterable

from catalog.clean import url_key
from catalog.model import Kind, LearningResource, Listing

_ADDRESS = "url:"


def identity_keys(resource: LearningResource) -> tuple[str, ...]:
    """The exact keys of a resource, the surest first: ``isbn:…``, ``doi:…``, ``url:…``."""
    keys = []
    if resource.isbn:
        keys.append(f"isbn:{resource.isbn}")
    if resource.doi:
        keys.append(f"doi:{resource.doi}")
    if resource.url and not _is_front_page(address := url_key(resource.url)):
        keys.append(_ADDRESS + address)
    return tuple(keys)


def same_resource(key: str, told: Listing, known: Iterable[Listing]) -> bool:
    """May a listing join the entry that holds an equal key?

    An ISBN or a DOI decides. An address decides unless something exact speaks against it: one is a book and the
    other is not, both name an ISBN and not the same, or the same source lists the two apart.
    """
    if not key.startswith(_ADDRESS):
        return True
    for other in known:
        listed_apart = other.source == told.source and other.key != told.key
        if listed_apart or _differ(told.resource, other.resource):
            return False
    return True


def _differ(one: LearningResource, other: LearningResource) -> bool:
    another_isbn = one.isbn is not None and other.isbn is not None and one.isbn != other.isbn
    return another_isbn or (one.kind is Kind.BOOK) is not (other.kind is Kind.BOOK)


def _is_front_page(address: str) -> bool:
    """A site's front page may stand for many resources: it identifies none."""
    return "/" not in address.rstrip("/") and "?" not in address
