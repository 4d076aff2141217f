"""From listings to entries and numbered changes: nothing lost, nothing doubled, no change that says nothing new."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog import ingest as ingesting
from catalog.classify import Classifier
from catalog.errors import RecordError
from catalog.ingest import ingest, reingest, retire_unseen
from catalog.ledger import Crawls
from catalog.merge import by_trust, merge
from catalog.model import ChangeKind, Crawl, CrawlState, Entry, Kind, LearningResource, Listing, encode
from catalog.store import Store
from catalog.vocabulary import Topic, Vocabulary, load_vocabulary

PROCESSES = multiprocessing.get_context("spawn")
ISBNS = ("9781617294549", "9781098156633", "9780134685991")
SMALL = Classifier(
    Vocabulary(
        topics={name: Topic(id=name, label=name.upper(), definition="", broader=()) for name in ("sql", "python")},
        roles={},
    )
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/record.db")
    yield opened
    opened.close()


def listing(source: str, key: str = "k", **told: object) -> Listing:
    return Listing(source=source, key=key, resource=LearningResource(**({"kind": Kind.COURSE, "title": "SQL"} | told)))  # type: ignore[arg-type]


def crawl(store: Store, source: str, listings: Sequence[Listing], *, complete: bool = False) -> Crawl:
    """One believed crawl."""
    row = ingest(store, listings, classifier=SMALL, crawl=Crawls(store).begin(source))
    if complete:
        row = retire_unseen(store, row, SMALL)
    row = replace(row, state=CrawlState.BELIEVED)
    Crawls(store).finish(row)
    return row


def counts(row: Crawl) -> tuple[int, int, int, int]:
    return row.added, row.changed, row.retired, row.unchanged


def live(store: Store) -> list[Entry]:
    return [entry for batch in store.scan() for entry in batch]


# ---- changes


def test_one_number_for_each_real_change_and_none_left_out(store: Store) -> None:
    row = crawl(store, "edx", [listing("edx", str(at), title=f"SQL {at}") for at in range(5)])
    assert counts(row) == (5, 0, 0, 0)
    assert [(change.number, change.entry_id, change.kind) for change in store.changes(0)] == [
        (number, number, ChangeKind.ADDED) for number in range(1, 6)
    ]


def test_the_same_again_changes_nothing(store: Store) -> None:
    told = [listing("edx", str(at), title=f"SQL {at}") for at in range(5)]
    crawl(store, "edx", told)
    assert counts(crawl(store, "edx", told)) == (0, 0, 0, 5)
    assert counts(crawl(store, "edx", list(reversed(told)))) == (0, 0, 0, 5)
    assert store.last_change() == 5
    assert store.size() == 5


def test_a_change_tells_old_and_new_of_what_differs(store: Store) -> None:
    crawl(store, "edx", [listing("edx", title="Cooking", rating=4.0), listing("edx", "other")])
    row = crawl(store, "edx", [listing("edx", title="Python", rating=4.0, pages=3), listing("edx", "other")])
    assert counts(row) == (0, 1, 0, 1)
    (change,) = store.changes(2)
    assert change.kind is ChangeKind.CHANGED
    assert change.fields == {"title": ("Cooking", "Python"), "pages": (None, 3), "topics": ([], ["python"])}
    assert live(store)[0].resource.title == "Python"


def test_a_listing_that_adds_nothing_new_to_an_entry_is_still_remembered(store: Store) -> None:
    crawl(store, "starter", [listing("starter", url="https://e.org/sql", title="SQL")])
    crawl(store, "b", [listing("b", url="https://e.org/sql", title="sql, told worse")])
    (entry,) = live(store)
    assert [source for source, _ in entry.listings] == ["starter", "b"]
    assert [change.kind for change in store.changes(0)] == [ChangeKind.ADDED, ChangeKind.CHANGED]


def test_what_a_less_trusted_source_says_anew_changes_nothing_that_is_shown(store: Store) -> None:
    crawl(store, "starter", [listing("starter", url="https://e.org/sql", title="SQL")])
    crawl(store, "b", [listing("b", url="https://e.org/sql", title="Worse")])
    row = crawl(store, "b", [listing("b", url="https://e.org/sql", title="Worst")])
    assert counts(row) == (0, 0, 0, 0)
    assert store.last_change() == 2
    assert [told.listing.resource.title for told in store.listings(1)] == ["Worst", "SQL"]


def test_one_listing_twice_in_a_batch_counts_as_its_latest_word(store: Store) -> None:
    crawl(store, "edx", [listing("edx", title="Old"), listing("edx", title="New")])
    assert [entry.resource.title for entry in live(store)] == ["New"]
    assert store.last_change() == 1


def test_more_than_one_transaction_numbers_go_on(store: Store) -> None:
    told = [listing("edx", str(at), title=f"SQL {at}") for at in range(4500)]
    seen: list[int] = []
    row = ingest(store, iter(told), classifier=SMALL, crawl=Crawls(store).begin("edx"), on_progress=seen.append)
    assert seen == [2000, 2000, 500]
    assert (row.added, store.last_change(), store.size()) == (4500, 4500, 4500)
    numbers = [change.number for change in store.changes(0, 10_000)]
    assert all(later - earlier == 1 for earlier, later in pairwise(numbers))


# ---- which entry


def test_two_sources_and_one_isbn_are_one_entry_in_order_of_trust(store: Store) -> None:
    book = {"kind": Kind.BOOK, "isbn": ISBNS[0]}
    aggregator = listing("a-shop", "1", **book, title="SQL (2nd ed)", pages=301, rating=4.5)
    provider = listing(
        "manning", "2", **book, title="SQL", provider="Manning", url="https://manning.com/sql", pages=300
    )
    editors = listing("starter", "3", **book, title="SQL for all", description="Ours.")
    for told in (aggregator, provider, editors):
        crawl(store, told.source, [told])
    (entry,) = live(store)
    assert [source for source, _ in entry.listings] == ["starter", "manning", "a-shop"]
    assert (entry.resource.title, entry.resource.pages, entry.resource.rating) == ("SQL for all", 300, 4.5)
    assert [entry.teller(name) for name in ("title", "pages", "rating", "doi")] == [
        "starter",
        "manning",
        "a-shop",
        None,
    ]
    assert [change.kind for change in store.changes(0)] == ["added", "changed", "changed"]


@pytest.mark.parametrize("in_one_batch", [True, False])
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"kind": Kind.BOOK, "isbn": ISBNS[0]}, {"kind": Kind.BOOK, "isbn": ISBNS[1]}),
        ({"kind": Kind.BOOK}, {"kind": Kind.COURSE}),
        ({"kind": Kind.TUTORIAL}, {"kind": Kind.BOOK}),
    ],
)
def test_one_address_and_something_against_it_are_two_entries(
    store: Store, one: dict[str, object], two: dict[str, object], *, in_one_batch: bool
) -> None:
    told = [listing("a", url="https://e.org/x", **one), listing("b", url="https://e.org/x", **two)]
    for batch in [told] if in_one_batch else [[each] for each in told]:
        crawl(store, "a", batch)
    assert len(live(store)) == 2


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_two_resources_that_one_source_lists_under_one_address_stay_two(store: Store, *, in_one_batch: bool) -> None:
    told = [listing("a", "1", url="https://e.org/x"), listing("a", "2", url="https://e.org/x")]
    for batch in [told] if in_one_batch else [[each] for each in told]:
        crawl(store, "a", batch)
    assert len(live(store)) == 2
    assert counts(crawl(store, "a", told)) == (0, 0, 0, 2)


def test_addresses_of_one_page_are_one_entry(store: Store) -> None:
    crawl(store, "a", [listing("a", url="https://www.e.org/x/"), listing("b", url="http://e.org/x")])
    assert len(live(store)) == 1


def test_a_front_page_joins_nothing(store: Store) -> None:
    crawl(store, "a", [listing("a", url="https://e.org/", title="A"), listing("b", url="https://e.org/", title="B")])
    assert len(live(store)) == 2


# ---- leaving and coming back


def test_what_a_complete_crawl_did_not_see_is_retired_and_may_come_back(store: Store) -> None:
    told = [listing("edx", str(at), title=f"SQL {at}") for at in range(3)]
    crawl(store, "edx", told, complete=True)
    row = crawl(store, "edx", told[1:], complete=True)
    assert counts(row) == (0, 0, 1, 2)
    gone = store.entry(1)
    assert gone is not None
    assert gone.retired
    assert gone.resource.title == "SQL 0"
    assert (store.size(), store.listing_count("edx")) == (2, 2)
    row = crawl(store, "edx", told, complete=True)
    assert counts(row) == (0, 1, 0, 2)
    assert [change.kind for change in store.history(1)] == ["restored", "retired", "added"]
    assert [entry.id for entry in live(store)] == [1, 2, 3]
    assert not any(entry.retired for entry in live(store))


def test_an_entry_that_another_source_still_lists_stays(store: Store) -> None:
    crawl(store, "a", [listing("a", url="https://e.org/x", title="From A", pages=5)], complete=True)
    crawl(store, "b", [listing("b", url="https://e.org/x", title="From B")], complete=True)
    crawl(store, "a", [listing("a", "else", title="Other")], complete=True)
    entry = store.entry(1)
    assert entry is not None
    assert not entry.retired
    assert (entry.resource.title, entry.resource.pages) == ("From B", None)
    assert [source for source, _ in entry.listings] == ["b"]


def test_a_resource_that_comes_back_under_another_name_keeps_its_id(store: Store) -> None:
    crawl(store, "a", [listing("a", "1", kind=Kind.BOOK, isbn=ISBNS[0])], complete=True)
    crawl(store, "a", [listing("a", "2", title="Other")], complete=True)
    crawl(store, "b", [listing("b", "9", kind=Kind.BOOK, isbn=ISBNS[0], title="Again")])
    entry = store.entry(1)
    assert entry is not None
    assert (entry.retired, entry.resource.title) == (False, "Again")
    assert [change.kind for change in store.history(1)] == ["restored", "retired", "added"]


def test_retiring_many_ends(store: Store) -> None:
    crawl(store, "a", [listing("a", str(at)) for at in range(4500)], complete=True)
    row = crawl(store, "a", [listing("a", "0")], complete=True)
    assert (row.retired, row.unchanged, store.size()) == (4499, 1, 1)
    assert store.last_change() == 4500 + 4499


def test_only_the_crawled_source_is_retired(store: Store) -> None:
    crawl(store, "b", [listing("b", "1")])
    crawl(store, "a", [listing("a", "1", title="A")], complete=True)
    assert store.size() == 2


def test_a_batch_that_fails_leaves_whole_batches_behind(store: Store) -> None:
    def broken() -> Iterator[Listing]:
        yield from (listing("a", str(at)) for at in range(2000))
        raise RecordError("the disk is full")

    with pytest.raises(RecordError):
        ingest(store, broken(), classifier=SMALL, crawl=Crawls(store).begin("a"))
    assert (store.size(), store.last_change()) == (2000, 2000)
    row = crawl(store, "a", [listing("a", str(at)) for at in range(2500)])
    assert counts(row) == (500, 0, 0, 2000)


# ---- anew without crawling


def test_other_words_conclude_anew_what_was_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingesting, "BATCH", 3)
    told = [listing("edx", str(at), title=("SQL", "Haskell")[at % 2]) for at in range(8)]
    crawl(store, "edx", told, complete=True)
    crawl(store, "edx", told[1:], complete=True)
    before = store.last_change()
    assert reingest(store, SMALL) == 0
    assert store.last_change() == before
    topic = Topic(id="haskell", label="Haskell", definition="", broader=())
    seen: list[int] = []
    assert reingest(store, Classifier(Vocabulary(topics={"haskell": topic}, roles={})), seen.append) == 7
    assert sum(seen) == 7
    assert {change.fields["topics"][1][0] for change in store.changes(before) if change.fields["topics"][1]} == {
        "haskell"
    }
    assert [match.topic for entry in live(store) for match in entry.topics] == ["haskell"] * 4
    gone = store.entry(1)
    assert gone is not None
    assert gone.retired
    assert [match.topic for match in gone.topics] == ["sql"]


# ---- for any listings

resources = st.builds(
    LearningResource,
    kind=st.sampled_from([Kind.BOOK, Kind.COURSE]),
    title=st.sampled_from(["SQL", "Python", "Go"]),
    url=st.none() | st.sampled_from(["https://e.org/", "https://e.org/a", "https://edx.org/b", "https://e.org/c"]),
    isbn=st.none() | st.sampled_from(ISBNS),
    provider=st.none() | st.just("edX"),
    pages=st.none() | st.integers(1, 3),
    subjects=st.lists(st.sampled_from(["SQL", "sql", "Joins"]), max_size=2).map(tuple),
)
told_listings = st.builds(
    Listing, source=st.sampled_from(["starter", "edx", "books"]), key=st.sampled_from("abcd"), resource=resources
)
in_memory = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def catalogue(store: Store) -> list[bytes]:
    """What the live entries say, whatever their numbers."""
    return sorted(encode(replace(entry, id=0)) for entry in live(store))


def check_record(store: Store) -> None:
    """What must hold after anything."""
    changes = store.changes(0, 100_000)
    assert [change.number for change in changes] == list(range(1, store.last_change() + 1))
    last_word = {change.entry_id: change.kind for change in changes}
    entries = store.entries(sorted(last_word))
    assert [entry.id for entry in entries] == sorted(last_word)
    assert {entry.id for entry in live(store)} == {
        entry_id for entry_id, kind in last_word.items() if kind is not ChangeKind.RETIRED
    }
    assert store.size() == len(live(store))
    for entry in entries:
        listings = by_trust([told.listing for told in store.listings(entry.id) if not told.retired])
        assert entry.retired is not bool(listings)
        if listings:
            assert (entry.resource, entry.told_by) == merge(listings)
            assert entry.listings == tuple((told.source, told.resource.url) for told in listings)
            assert entry.topics == SMALL.topics(entry.resource)


@in_memory
@given(
    st.lists(told_listings, max_size=12, unique_by=lambda told: (told.source, told.key)),
    st.lists(st.integers(1, 5), max_size=12),
)
def test_any_split_into_batches_gives_the_same_catalogue(told: list[Listing], sizes: list[int]) -> None:
    whole, split = Store.open("sqlite:///:memory:"), Store.open("sqlite:///:memory:")
    crawl(whole, "a", told)
    rest = list(told)
    for size in [*sizes, len(told)]:
        crawl(split, "a", rest[:size])
        rest = rest[size:]
    assert catalogue(split) == catalogue(whole)
    for store in (whole, split):
        check_record(store)
        before = store.last_change()
        assert crawl(store, "a", told).unchanged == len(told)
        assert store.last_change() == before
        store.close()


@in_memory
@given(st.lists(st.tuples(st.booleans(), st.lists(told_listings, max_size=5)), max_size=6))
def test_whatever_comes_the_record_tells_one_story(crawls: list[tuple[bool, list[Listing]]]) -> None:
    store = Store.open("sqlite:///:memory:")
    for complete, told in crawls:
        source = told[0].source if told else "edx"
        own = list({one.key: one for one in told if one.source == source}.values())
        crawl(store, source, own, complete=complete)
        check_record(store)
        if complete:
            assert store.listing_count(source) == len(own)
    store.close()


# ---- in two processes


def _ingest_apart(url: str, source: str, isbns: int) -> None:
    classifier = Classifier(load_vocabulary())
    store = Store.open(url)
    told = [listing(source, f"{at}", kind=Kind.BOOK, title=f"Book {at}", isbn=f"isbn{at}") for at in range(isbns)]
    row = Crawls(store).begin(source)
    for start in range(0, isbns, 20):
        row = ingest(store, told[start : start + 20], classifier=classifier, crawl=row)
    store.close()


def test_two_processes_never_make_one_book_twice_and_no_follower_misses_a_change(tmp_path: Path) -> None:
    url, books = f"sqlite:///{tmp_path}/record.db", 600
    writers = [PROCESSES.Process(target=_ingest_apart, args=(url, source, books)) for source in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    store = Store.open(url)
    seen: list[int] = []
    while any(writer.is_alive() for writer in writers):
        seen += [change.number for change in store.changes(seen[-1] if seen else 0)]
        time.sleep(0.001)
    seen += [change.number for change in store.changes(seen[-1] if seen else 0, 10_000)]
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert seen == list(range(1, store.last_change() + 1))
    entries = live(store)
    assert sorted(str(entry.resource.isbn) for entry in entries) == sorted(f"isbn{at}" for at in range(books))
    assert {tuple(source for source, _ in entry.listings) for entry in entries} == {("a", "b", "c")}
    store.close()
