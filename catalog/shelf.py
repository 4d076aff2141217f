"""What each source has told us that is still live, and the books that anybody told of."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import select

from catalog import tables
from catalog.model import Kind, Listing, decoder
from catalog.store import Store, chunks

_MANY = 900  # values in one IN (…): below the smallest limit among databases
_ISBN = "isbn:"
_listing = tables.listing
_identity = tables.identity
_decode = decoder(Listing).decode


class _Named(msgspec.Struct):
    """The part of a resource that names it: quicker to read than the whole."""

    title: str


class _Titled(msgspec.Struct):
    """A listing of which only the title is read."""

    resource: _Named


_titled = msgspec.json.Decoder(_Titled)


class _Tags(msgspec.Struct):
    """The part of a resource that holds its source's own terms."""

    kind: str
    subjects: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


class _Tagged(msgspec.Struct):
    """A listing of which only the terms are read."""

    resource: _Tags


_tagged = msgspec.json.Decoder(_Tagged)


class Shelf:
    """The live listings of sources, by the sources' own keys."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, source: str, keys: Sequence[str]) -> dict[str, Listing]:
        """The listings of a source under these keys, as they were told last."""
        found: dict[str, Listing] = {}
        live = select(_listing.c.key, _listing.c.body).where(_listing.c.source == source, _listing.c.retired.is_(False))
        for some in chunks(keys, _MANY):
            with self._store.asking() as connection:
                rows = connection.execute(live.where(_listing.c.key.in_(some))).all()
            found.update({row.key: _decode(row.body) for row in rows})
        return found

    def live_keys(self, source: str, batch: int = 5000) -> Iterator[tuple[str, str]]:
        """(key, title) of every live listing of a source, in order of the keys."""
        yield from ((key, _titled.decode(body).resource.title) for key, body in self._live(source, batch))

    def _live(self, source: str, batch: int = 5000) -> Iterator[tuple[str, bytes]]:
        live = select(_listing.c.key, _listing.c.body).where(_listing.c.source == source, _listing.c.retired.is_(False))
        last = ""
        while True:
            page = live.where(_listing.c.key > last).order_by(_listing.c.key).limit(batch)
            with self._store.asking() as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            last = rows[-1].key
            yield from ((row.key, row.body) for row in rows)

    def tags(self, sources: Iterable[str], *, books: bool = True) -> Iterator[tuple[str, tuple[str, ...]]]:
        """(source, subjects and skills) of every live listing of these sources, with books or without."""
        for source in sources:
            for _, body in self._live(source):
                told = _tagged.decode(body).resource
                if books or told.kind != Kind.BOOK:
                    yield source, told.subjects + told.skills

    def isbns(self, after: str, limit: int) -> list[str]:
        """The ISBN-13s of books the catalogue has, in order, from the one after ``after``."""
        query = (
            select(_identity.c.key)
            .join(tables.entry, tables.entry.c.id == _identity.c.entry_id)
            .where(_identity.c.key > _ISBN + after, _identity.c.key < _ISBN + "a", tables.entry.c.retired.is_(False))
        )
        with self._store.asking() as connection:
            found = connection.execute(query.order_by(_identity.c.key).limit(limit)).scalars().all()
        return [key.removeprefix(_ISBN) for key in found]
