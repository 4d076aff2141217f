"""The index follows the record: apply the changes it has not seen, or build it anew when the rules have changed."""

import logging
import time
from collections.abc import Callable, Iterator
from threading import Event

from catalog.errors import LodestarError, Overtaken, SearchError
from catalog.model import Entry
from catalog.store import Store
from indexer.engine import Engine
from indexer.gate import judge, noting

logger = logging.getLogger(__name__)

BATCH = 1000  # changes applied in one commit
_ANEW = 50_000  # more changes than this are faster built anew than applied
_WHOLE = 2.0  # seconds between looks at whether the index is whole
Progress = Callable[[int], None]


def reindex(store: Store, engine: Engine, on_progress: Progress | None = None) -> str:
    """Build a new generation from the whole record, judge it, publish it, and give its name.

    Raises `SearchError` when the gate refuses it; the published generation is then as it was.
    """
    started = time.monotonic()
    revision = store.last_change()  # entries read later are newer at worst: the changes after it are applied again
    writer = engine.writer()
    held: dict[str, set[int]] = {}
    generation = writer.build(noting(_entries(store), held), revision, on_progress)
    try:
        judge(engine.candidate(generation), live=engine.reader(), expected=store.size(), held=held)
    except BaseException:
        writer.discard(generation)  # it will be built again, and again: the disk must not fill
        raise
    try:
        writer.publish(generation)
    except SearchError:
        writer.discard(generation)
        raise
    logger.info("published generation=%s revision=%s seconds=%.1f", generation, revision, time.monotonic() - started)
    return generation


def follow_once(store: Store, engine: Engine, on_progress: Progress | None = None) -> int:
    """Bring the index up to the record's last change; give the number of changes taken in."""
    writer = engine.writer()
    revision = writer.revision()
    behind = store.last_change() - (revision or 0)
    if revision is None or behind < 0 or behind > _ANEW:
        logger.info("building the index anew: %s", _why(revision, behind))
        reindex(store, engine, on_progress)
        return behind
    taken = 0
    while changes := store.changes(revision, BATCH):
        entries = store.entries(list(dict.fromkeys(change.entry_id for change in changes)))
        since, revision = revision, changes[-1].number
        puts = [entry for entry in entries if not entry.hidden]
        try:
            writer.apply(puts, [entry.id for entry in entries if entry.hidden], revision, since=since)
        except Overtaken:
            logger.info("the index was published anew while it followed; beginning again")
            return taken + follow_once(store, engine, on_progress)
        taken += len(changes)
        logger.info("applied changes=%s revision=%s", len(changes), revision)
        if on_progress:
            on_progress(len(changes))
    return taken


def follow(store: Store, engine: Engine, *, seconds: float, stop: Event) -> None:
    """Follow until ``stop`` is set, looking every so many seconds; after an error ever more slowly.

    Where the record has not changed, the index is looked at more seldom: whether it is whole costs more to see.
    """
    failures, seen, looked = 0, -1, 0.0
    while not stop.is_set():
        try:
            change, now = store.last_change(), time.monotonic()
            if failures or change != seen or now - looked >= _WHOLE:
                follow_once(store, engine)
                seen, looked = change, now
            failures = 0
        except LodestarError as error:
            failures += 1
            logger.warning("the index could not follow the record and will try again: %s", error)
        stop.wait(min(seconds * 2**failures, 60.0))


def _entries(store: Store) -> Iterator[Entry]:
    for batch in store.scan():
        yield from batch


def _why(revision: int | None, behind: int) -> str:
    if revision is None:
        return "there is none, it is damaged, or the rules have changed"
    return "the record is older than the index" if behind < 0 else f"{behind} changes behind"
