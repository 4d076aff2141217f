"""Any number of entries from one record: an even sample of it, or more than it holds by recombining what it holds.

The rule. The record is read in rounds, as many as are needed. In round 0 every entry is as it stands. In round *r* an
entry keeps its facts (kind, level, language, cost, provider, authors, topics, roles), takes description and syllabus
from its partner, and has a title of two halves: the first half of its own words, the second half of the partner's. The
partner is the *r*-th entry before it that has the same main topic and the same language. So each word stays about as
frequent as it was, in the same field and beside words of the same topic. Ids and ISBNs are new, addresses are left
out. Of all rounds an even sample of the wanted size is taken. No words are made up: a real catalogue of that size
would have more rare words, and these cost next to nothing to search.
"""

from collections import defaultdict, deque
from collections.abc import Iterator

import msgspec

from catalog.model import Entry
from catalog.store import Store

_Group = tuple[str | None, str | None]


def recombined(store: Store, size: int) -> Iterator[Entry]:
    """``size`` entries (fewer only if the record is empty), the same ones each time."""
    held = store.size()
    rounds = -(-size // held) if held else 0
    every, due, place, largest = rounds * held / size, 0.0, 0, 0
    for number in range(rounds):
        stride = largest  # of round 0, known when it is over
        for entry in _round(store, number):
            largest = max(largest, entry.id) if number == 0 else largest
            if place >= due:
                due += every
                yield entry if number == 0 else msgspec.structs.replace(entry, id=entry.id + number * stride)
            place += 1


def _round(store: Store, number: int) -> Iterator[Entry]:
    before: dict[_Group, deque[Entry]] = defaultdict(lambda: deque(maxlen=number))
    for batch in store.scan():
        for entry in batch:
            if number == 0:
                yield entry
                continue
            earlier = before[_group(entry)]
            yield _with(entry, earlier[0] if earlier else entry, number)
            earlier.append(entry)


def _group(entry: Entry) -> _Group:
    return entry.topics[0].topic if entry.topics else None, entry.resource.language


def _with(entry: Entry, partner: Entry, number: int) -> Entry:
    own, other = entry.resource.title.split(), partner.resource.title.split()
    resource = msgspec.structs.replace(
        entry.resource,
        title=" ".join(own[: (len(own) + 1) // 2] + other[(len(other) + 1) // 2 :]),
        description=partner.resource.description,
        syllabus=partner.resource.syllabus,
        url=None,
        isbn=_isbn(entry.id, number) if entry.resource.isbn else None,
    )
    return msgspec.structs.replace(entry, resource=resource, listings=())


def _isbn(entry_id: int, number: int) -> str:
    """A valid ISBN-13 that no other entry has."""
    digits = f"978{number:02d}{entry_id:07d}"
    return digits + str(-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10)
