import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crawlers.readers.lines import open_unpacked
from crawlers.readers.neutral_file import read
from crawlers.source import Canary
from crawlers.trust.difference import Difference, difference
from crawlers.trust.gate import Believed, Verdict, judge
from crawlers.trust.profile import Profile, profile_of
from crawlers.trust.sighting import Sighting, Watch
from tests.crawlers.breaks import BREAKS, SOURCE, Break, Crawl, MemoryRecord, crawl_of, evolved, judged


def sized(listings: int) -> Profile:
    """A crawl of which nothing is known but its size."""
    return Profile(listings=listings, told={"kind": listings, "title": listings})


def last(listings: int, *, complete: bool = True) -> list[Believed]:
    return [Believed(profile=sized(listings), complete=complete)]


def verdict(listings: int, **changes: object) -> Verdict:
    given: dict[str, object] = {"skipped": 0, "complete": True, "whole": True, "live": 0} | changes
    return judge(profile=sized(listings), difference=Difference(), **given)  # type: ignore[arg-type]


# ---- size


@pytest.mark.parametrize(
    ("listings", "changes"),
    [
        (1, {}),
        (50, {"before": last(100)}),
        (100, {"before": last(30)}),
        (4, {"before": last(9)}),
        (49, {"before": last(100, complete=False), "live": 60}),
        (1000, {"before": last(100, complete=False), "live": 100}),
        (300, {"before": [*last(300), *last(1000), *last(1000)]}),
    ],
)
def test_believed_and_may_retire(listings: int, changes: dict[str, object]) -> None:
    assert verdict(listings, **changes) == Verdict(may_retire=True)


@pytest.mark.parametrize("changes", [{"complete": False}, {"whole": False}])
def test_believed_but_retires_nothing(changes: dict[str, object]) -> None:
    """What an incomplete reading or a single file does not list may still be there."""
    assert verdict(3, before=last(100), **changes) == Verdict(may_retire=False)


@pytest.mark.parametrize(
    ("listings", "changes", "words"),
    [
        (0, {}, "nothing"),
        (0, {"whole": False}, "nothing"),
        (0, {"complete": False}, "nothing"),
        (49, {"before": last(100)}, "less than half of the 100"),
        (49, {"live": 100}, "less than half of the 100"),
        (30, {"before": [*last(49), *last(90), *last(100)]}, "less than half of the 90"),
        (501, {"before": last(100)}, "more than 5 times the 100"),
        (10, {"skipped": 11}, "could not be read"),
    ],
)
def test_held(listings: int, changes: dict[str, object], words: str) -> None:
    found = verdict(listings, **changes)
    assert not found.believed
    assert not found.may_retire
    assert words in found.reasons[0]


def test_what_an_operator_released_is_the_new_normal() -> None:
    old = crawl_of(100)
    halved = [replace(one, resource=replace(one.resource, description=None, level=None)) for one in old[:45]]
    assert not judged(old, halved).believed
    again = judge(
        profile=profile_of(halved),
        difference=difference(halved, SOURCE, MemoryRecord(halved), True),
        skipped=0,
        complete=True,
        whole=True,
        live=45,
        before=[Believed(profile=profile_of(one)) for one in (halved, old, old, old)],
    )
    assert again == Verdict(may_retire=True)


# ---- honest change


@settings(max_examples=60, deadline=None)
@given(
    size=st.one_of(st.integers(3, 60), st.integers(61, 3000)),
    seed=st.integers(0, 10**6),
    added=st.floats(0, 0.2),
    removed=st.floats(0, 0.1),
    edited=st.floats(0, 0.2),
    lost=st.floats(0, 0.05),
    whole=st.booleans(),
)
def test_honest_change_is_believed(
    size: int, seed: int, added: float, removed: float, edited: float, lost: float, whole: bool
) -> None:
    old, new = crawl_of(size, seed), crawl_of(int(size * added), seed, start=size)
    crawl = evolved(old, random.Random(seed), new=new, removed=removed, edited=edited, lost=lost)
    assert judged(old, crawl, whole=whole).reasons == ()


@pytest.mark.parametrize(("added", "removed"), [(0.0, 0.1), (0.1, 0.0), (0.1, 0.1)])
def test_ten_percent_a_week_is_never_held(added: float, removed: float) -> None:
    chance, crawl, before = random.Random(4), crawl_of(300), [Believed(profile=profile_of(crawl_of(300)))]
    for week in range(1, 16):
        new = crawl_of(int(len(crawl) * added), seed=week, start=week * 10_000)
        then, crawl = crawl, evolved(crawl, chance, new=new, removed=removed, edited=0.1, lost=0.0)
        profile, change = profile_of(crawl), difference(crawl, SOURCE, MemoryRecord(then), True)
        found = judge(
            profile=profile, difference=change, skipped=0, complete=True, whole=True, live=len(then), before=before[:5]
        )
        assert found.reasons == (), week
        before.insert(0, Believed(profile=profile))


@pytest.mark.parametrize("size", [1, 3, 9, 40, 400])
def test_a_first_crawl_is_believed(size: int) -> None:
    assert judged([], crawl_of(size)) == Verdict(may_retire=True)


def test_a_part_of_the_source_is_not_judged_by_what_the_whole_looks_like() -> None:
    """The first pages may be of one language and one kind."""
    old = crawl_of(400)
    part = [one for one in old if one.resource.kind == "course" and one.resource.language == "en"]
    assert judged(old, part, complete=False) == Verdict()


def test_a_source_that_tells_other_listings_each_time_may_tell_of_another_language() -> None:
    old = crawl_of(400)
    others = [replace(one, resource=replace(one.resource, language="fi")) for one in crawl_of(400, start=1000)]
    assert judged(old, others, whole=False) == Verdict()


# ---- how it breaks


@pytest.mark.parametrize("size", [40, 400, 4000])
def test_breaks_are_held_for_their_reason(size: int) -> None:
    old = crawl_of(size)
    week_after = evolved(old, random.Random(size), removed=0.02, edited=0.05, lost=0.02)
    believed = profile_of(old)
    for one in BREAKS:
        found = judged(old, one.damage(week_after), believed=believed)
        assert any(one.reason in reason for reason in found.reasons), (one.name, found.reasons)
        assert not found.may_retire


def test_there_are_many_ways_to_break() -> None:
    assert len({one.name for one in BREAKS}) == len(BREAKS) > 40


@pytest.mark.parametrize("name", ["prices times a hundred", "descriptions gone", "keys changed", "provider renamed"])
def test_known_listings_betray_a_break_in_an_incomplete_crawl(name: str) -> None:
    damage = next(one for one in BREAKS if one.name == name)
    old = crawl_of(400)
    found = judged(old, damage.damage(old[:200]), complete=False)
    assert any(damage.reason in reason for reason in found.reasons)


def test_the_reason_tells_the_numbers_before_and_now() -> None:
    old = crawl_of(400)
    by_name = {one.name: judged(old, one.damage(old)).reasons for one in BREAKS}
    assert by_name["descriptions gone"] == ("it fell silent on description 95% → 0%",)
    assert by_name["levels all one"][0] == "level is “beginner” in 100%; before, in 35% it was one value"
    assert "it lists 0 with kind “book”, 176 before" in by_name["books gone"]
    assert any("45.30 USD → 4530.00 USD" in reason for reason in by_name["prices times a hundred"])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("challenge page", "challenge"),
        ("some error pages", "error"),
        ("template not filled", "template"),
        ("wrong letters", "letters"),
        ("all titles a default", "same title"),
    ],
)
def test_a_first_crawl_is_held_for_what_no_source_tells(name: str, reason: str) -> None:
    damage = next(one for one in BREAKS if one.name == name)
    found = judged([], damage.damage(crawl_of(100)))
    assert any(reason in one for one in found.reasons)


@pytest.mark.parametrize("name", ["emptied", "all titles a default", "challenge page"])
def test_small_sources_are_held_where_nothing_is_left(name: str) -> None:
    old = crawl_of(6)
    assert not judged(old, next(one for one in BREAKS if one.name == name).damage(old)).believed


# ---- canaries


def seen(crawl: Crawl, *canaries: Canary) -> tuple[Sighting, ...]:
    watch = Watch(canaries)
    assert list(watch.over(crawl)) == crawl
    return watch.sightings


CRAWL = crawl_of(5)


@pytest.mark.parametrize(
    ("canary", "reasons"),
    [
        (Canary("k1", "title", CRAWL[1].resource.title), ()),
        (Canary("k1", "authors", CRAWL[1].resource.authors[0]), ()),
        (Canary("k1", "is_free", str(CRAWL[1].resource.is_free).lower()), ()),
        (Canary("k1", "title", "Old"), (f"the canary k1 tells title “{CRAWL[1].resource.title}”, not “Old”",)),
        (Canary("k1", "doi", "10.1/x"), ("the canary k1 tells doi no more, not “10.1/x”",)),
        (Canary("k9", "title", "Old"), ("the canary k9 is not listed; it should tell title “Old”",)),
        (
            Canary("k1", "tilte", "Old"),
            ("the canary k1 watches 'tilte', which is no property of a listing; correct the source's canaries",),
        ),
    ],
)
def test_canaries(canary: Canary, reasons: tuple[str, ...]) -> None:
    assert verdict(5, sightings=seen(CRAWL, canary)).reasons == reasons


def test_a_number_may_be_written_in_another_way() -> None:
    priced = next(one for one in CRAWL if one.resource.price)
    assert priced.resource.price is not None
    amount = f"{priced.resource.price.amount:.3f}"
    assert seen(CRAWL, Canary(priced.key, "price.amount", amount))[0].right
    assert not seen(CRAWL, Canary(priced.key, "price.amount", "cheap"))[0].right


@pytest.mark.parametrize("changes", [{"complete": False}, {"whole": False}])
def test_a_canary_may_be_in_the_part_that_was_not_read(changes: dict[str, object]) -> None:
    assert verdict(5, sightings=seen(CRAWL, Canary("k9", "title", "Old")), **changes).believed
    assert not verdict(5, sightings=seen(CRAWL, Canary("k1", "title", "Old")), **changes).believed


# ---- the recorded data


def touches_enough(one: Break, crawl: Crawl) -> bool:
    """Does the crawl tell enough of what this break breaks?"""
    damaged = one.damage(crawl)
    touched = sum(1 for old, new in zip(crawl, damaged, strict=False) if old != new) + abs(len(crawl) - len(damaged))
    return touched >= 0.3 * len(crawl)


@pytest.mark.shared
def test_recorded_sources_change_honestly_and_break(shared: Path) -> None:
    with open_unpacked(shared / "data" / "courses.jsonl.gz") as stream:
        lines = [line for number, line in enumerate(stream) if number % 8 == 0]
    crawls: dict[str, Crawl] = {}
    for listing in read(enumerate(lines), "courses")[0]:
        crawls.setdefault(listing.source, []).append(listing)
    judged_breaks = 0
    for source, crawl in crawls.items():
        chance = random.Random(source)
        for _ in range(10):
            some = chance.sample(crawl, min(len(crawl), 120))
            old, new = some[: -(len(some) // 6) or None], some[len(some) - len(some) // 6 :]
            assert judged(old, evolved(old, chance, new=new)).reasons == (), source
        sample = crawl[:400]
        believed = profile_of(sample)
        for one in BREAKS if len(crawl) >= 100 else ():
            if touches_enough(one, sample):
                judged_breaks += 1
                assert not judged(sample, one.damage(sample), believed=believed).believed, (source, one.name)
    assert len(crawls) > 60
    assert judged_breaks > 600
