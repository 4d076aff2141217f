"""From listings to entries and numbered changes: match, merge, classify, and write only what differs."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import msgspec

from catalog.classify import Classifier
from catalog.errors import RecordError
from catalog.identity import identity_keys, same_resource
from catalog.merge import by_trust, merge
from catalog.model import ChangeKind, Crawl, CrawlState, DeadLink, Entry, LearningResource, Listing, encode
from catalog.store import Store, chunks
from catalog.writing import Known, Writing

BATCH = 2000  # listings in one transaction
_NO_CRAWL = Crawl(id=0, source="", state=CrawlState.RUNNING, started="")


def ingest(
    store: Store,
    listings: Iterable[Listing],
    *,
    classifier: Classifier,
    crawl: Crawl,
    on_progress: Callable[[int], None] | None = None,
) -> Crawl:
    """Take listings into the record and give the crawl with what was added, changed and unchanged counted.

    Doing it twice changes nothing: a listing is known by its source and key, and one that says what it said before
    is only marked as seen. Each batch is one transaction, so a killed ingest keeps whole batches and is finished by
    running again.
    """
    for batch in chunks(listings, BATCH):
        with store.writing() as record:
            crawl = _Batch(record, classifier, crawl).take(batch)
        if on_progress:
            on_progress(len(batch))
    return crawl


def retire_unseen(
    store: Store, crawl: Crawl, classifier: Classifier, on_progress: Callable[[int], None] | None = None
) -> Crawl:
    """Retire the listings of a source that its believed, complete crawl did not see; an entry left without one is
    retired.
    """
    while True:
        with store.writing() as record:
            gone = record.unseen(crawl.source, crawl.id, BATCH)
            if not gone:
                return crawl
            record.retire_listings([listing_id for listing_id, _ in gone])
            entry_ids = list(dict.fromkeys(entry_id for _, entry_id in gone))
            batch = _Batch(record, classifier, crawl)
            crawl = batch.settle(entry_ids, record.listings_of(entry_ids))
        if on_progress:
            on_progress(len(gone))


def reingest(store: Store, classifier: Classifier, on_progress: Callable[[int], None] | None = None) -> int:
    """Match no listing anew, but merge and classify every live entry again; give the number that changed.

    For after a change of the vocabulary or of the rules: no source is read.
    """
    changed = 0
    for first in range(1, store.last_id() + 1, BATCH):
        with store.writing() as record:
            told = record.listings_of(range(first, first + BATCH))
            counted = _Batch(record, classifier, _NO_CRAWL).settle(list(told), told)
        changed += counted.changed
        if on_progress:
            on_progress(len(told))
    return changed


def judge_link(store: Store, entry_id: int, dead_link: DeadLink | None) -> bool:
    """Hide an entry whose link is dead, or show it again; False where nothing is to be changed.

    Evidence about an address that the entry has left since is not taken.
    """
    with store.writing() as record:
        old = record.entries([entry_id]).get(entry_id)
        if old is None or old.dead_link == dead_link or (dead_link and dead_link.url != old.resource.url):
            return False
        new = msgspec.structs.replace(old, dead_link=dead_link)
        record.put_entry(new, _kind(old, new), {"link": (_met(old.dead_link), _met(dead_link))})
        record.flush()
    return True


class _Batch:
    """The listings of one transaction on their way into the record."""

    def __init__(self, record: Writing, classifier: Classifier, crawl: Crawl) -> None:
        self._record = record
        self._classifier = classifier
        self._crawl = crawl
        self._new_identities: dict[str, int] = {}

    def take(self, batch: Sequence[Listing]) -> Crawl:
        latest = {(told.source, told.key): told for told in batch}
        written = {place: encode(told) for place, told in latest.items()}
        digests = {place: blake2b(body, digest_size=16).digest() for place, body in written.items()}
        known = self._known(latest)
        fresh = [p for p in latest if p not in known or known[p].retired or known[p].digest != digests[p]]
        self._see(known, set(fresh))
        keys = {place: identity_keys(latest[place].resource) for place in fresh}
        identities = self._record.identities({key for some in keys.values() for key in some})
        told = self._record.listings_of({known[p].entry_id for p in fresh if p in known} | set(identities.values()))
        touched: dict[int, None] = {}
        for place in fresh:
            listing, before = latest[place], known.get(place)
            entry_id = before.entry_id if before else self._match(listing, keys[place], identities, told)
            for key in keys[place]:
                if key not in identities:
                    identities[key] = self._new_identities[key] = entry_id
            others = [other for other in told.get(entry_id, ()) if (other.source, other.key) != place]
            told[entry_id] = [*others, listing]
            touched[entry_id] = None
            body = written[place].decode()
            self._record.put_listing(
                listing, body, digests[place], entry_id=entry_id, crawl_id=self._crawl.id, known=before is not None
            )
        self._crawl = msgspec.structs.replace(self._crawl, unchanged=self._crawl.unchanged + len(latest) - len(fresh))
        return self.settle(list(touched), told)

    def settle(self, entry_ids: Sequence[int], told: dict[int, list[Listing]]) -> Crawl:
        """Merge and classify these entries anew and write those that differ from what the record holds."""
        before = self._record.entries(entry_ids)
        counts = dict.fromkeys(ChangeKind, 0)
        for entry_id in entry_ids:
            old = before.get(entry_id)
            new = self._entry(entry_id, told.get(entry_id, ()), old)
            if new == old:
                continue
            kind = _kind(old, new)
            counts[kind] += 1
            self._record.put_entry(new, kind, {} if old is None else _difference(old, new))
        self._record.put_identities(self._new_identities)
        self._record.flush()
        return msgspec.structs.replace(
            self._crawl,
            added=self._crawl.added + counts[ChangeKind.ADDED],
            changed=self._crawl.changed + counts[ChangeKind.CHANGED] + counts[ChangeKind.RESTORED],
            retired=self._crawl.retired + counts[ChangeKind.RETIRED],
        )

    def _known(self, latest: dict[tuple[str, str], Listing]) -> dict[tuple[str, str], Known]:
        keys_of: dict[str, list[str]] = {}
        for source, key in latest:
            keys_of.setdefault(source, []).append(key)
        return {
            (source, key): known
            for source, keys in keys_of.items()
            for key, known in self._record.known_listings(source, keys).items()
        }

    def _see(self, known: dict[tuple[str, str], Known], fresh: set[tuple[str, str]]) -> None:
        keys_of: dict[str, list[str]] = {}
        for source, key in known:
            if (source, key) not in fresh:
                keys_of.setdefault(source, []).append(key)
        for source, keys in keys_of.items():
            self._record.see(source, keys, self._crawl.id)

    def _match(
        self, listing: Listing, keys: Sequence[str], identities: dict[str, int], told: dict[int, list[Listing]]
    ) -> int:
        for key in keys:
            entry_id = identities.get(key)
            if entry_id is not None and same_resource(key, listing, told.get(entry_id, ())):
                return entry_id
        return self._record.new_entry_id()

    def _entry(self, entry_id: int, listings: Sequence[Listing], old: Entry | None) -> Entry:
        if not listings:
            if old is None:
                raise RecordError(f"entry {entry_id} has neither listings nor a past; restore the record from a backup")
            return msgspec.structs.replace(old, retired=True)
        trusted = by_trust(listings)
        resource, told_by = merge(trusted)
        topics = self._classifier.topics(resource)
        return Entry(
            id=entry_id,
            resource=resource,
            topics=topics,
            roles=self._classifier.roles(resource, topics),
            told_by=told_by,
            listings=tuple((told.source, told.resource.url) for told in trusted),
            dead_link=old.dead_link if old and old.dead_link and old.dead_link.url == resource.url else None,
        )


def _met(link: DeadLink | None) -> str | None:
    """What the last check of a dead link met."""
    return link.checks[-1][1] if link is not None and link.checks else None


def _kind(old: Entry | None, new: Entry) -> ChangeKind:
    if old is None:
        return ChangeKind.ADDED
    if new.hidden != old.hidden:
        return ChangeKind.RETIRED if new.hidden else ChangeKind.RESTORED
    return ChangeKind.CHANGED


def _difference(old: Entry, new: Entry) -> dict[str, tuple[object, object]]:
    """Old → new of each property that differs, topics as their ids."""
    found: dict[str, tuple[object, object]] = {
        name: (getattr(old.resource, name), getattr(new.resource, name))
        for name in LearningResource.__struct_fields__
        if getattr(old.resource, name) != getattr(new.resource, name)
    }
    topics = [[match.topic for match in entry.topics] for entry in (old, new)]
    if topics[0] != topics[1]:
        found["topics"] = (topics[0], topics[1])
    return found
