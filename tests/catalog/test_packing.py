"""The packing of plans: within the room, in order, and near the true best, which is found by trying everything."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.paths import best_of_all
from catalog.guidance.packing import Option, Room, in_order, packed, worth
from catalog.guidance.packing.prices import prices
from catalog.guidance.packing.search import ALL_TRIED, searched
from catalog.guidance.packing.sifting import reachable, unmatched
from catalog.guidance.packing.table import Table

NEAR = 0.95
TOPICS = "abcd"


@st.composite
def some_options(draw: st.DrawFn, most: int = 9) -> list[Option]:
    def one(number: int) -> Option:
        goals = draw(st.sets(st.sampled_from("tuvwxyz"), max_size=4))
        gives = frozenset(draw(st.sets(st.sampled_from(TOPICS), max_size=2)))
        return Option(
            id=number,
            gains={goal: draw(st.integers(0, 300)) / 100 for goal in sorted(goals)},
            minutes=draw(st.integers(1, 600)),
            cents=draw(st.sampled_from([0, 0, 999, 2500, 5000])),
            needs=frozenset(draw(st.sets(st.sampled_from(TOPICS), max_size=1))) - gives,
            gives=gives,
        )

    return [one(number) for number in range(draw(st.integers(0, most)))]


rooms = st.builds(Room, minutes=st.integers(0, 1500), cents=st.sampled_from([0, 1000, 5000, 12000]))


def random_options(rng: random.Random, size: int) -> list[Option]:
    """As a catalogue has them: most teach one or two of several goals, some need a topic that others give."""
    options = []
    for number in range(size):
        goals = rng.sample("mnopqrstuvwxyz", rng.choice([1, 1, 1, 2, 2, 3, 4]))
        minutes = rng.choice([30, 60, 90, 210, 210, 400, 600, 900, 1500])
        depth = minutes / len(goals) / (minutes / len(goals) + 120)
        gives = frozenset(rng.sample(TOPICS, 1)) if rng.random() < 0.3 else frozenset()
        needs = frozenset(rng.sample(TOPICS, 1)) - gives if rng.random() < 0.3 else frozenset()
        gains = {goal: rng.choice([1.0, 2.0, 2.8, 3.0, 4.0]) * rng.uniform(0.5, 1) * depth for goal in goals}
        cents = rng.choice([0, 0, 0, 1999, 4900])
        options.append(Option(id=number, gains=gains, minutes=minutes, cents=cents, needs=needs, gives=gives))
    return options


@settings(max_examples=50, deadline=None)
@given(some_options(), rooms)
def test_a_plan_stays_within_its_room_and_in_order(options: list[Option], room: Room) -> None:
    for found in (packed(options, room), searched(unmatched(reachable(options, room)), room)):
        had: set[str] = set()
        for one in found.options:
            assert one.needs <= had
            had |= one.gives
        assert room.holds(found.options)
        assert len({one.id for one in found.options}) == len(found.options)
        assert found.bound >= worth(found.options) - 1e-6


@settings(max_examples=50, deadline=None)
@given(some_options(most=8), rooms)
def test_few_options_are_packed_as_well_as_can_be(options: list[Option], room: Room) -> None:
    found = packed(options, room)
    assert worth(found.options) == pytest.approx(best_of_all(options, room))
    assert found.bound == worth(found.options)


@settings(max_examples=50, deadline=None)
@given(some_options(), rooms, rooms)
def test_more_room_never_makes_a_plan_worse(options: list[Option], room: Room, more: Room) -> None:
    larger = Room(minutes=room.minutes + more.minutes, cents=room.cents + more.cents)
    assert worth(packed(options, larger).options) >= worth(packed(options, room).options) - 1e-9


@settings(max_examples=50, deadline=None)
@given(some_options(), rooms)
def test_what_is_sifted_out_is_never_missed(options: list[Option], room: Room) -> None:
    assert best_of_all(unmatched(reachable(options, room)), room) == pytest.approx(best_of_all(options, room))


@settings(max_examples=50, deadline=None)
@given(some_options(most=12), rooms)
def test_the_bound_of_the_prices_is_never_below_the_best(options: list[Option], room: Room) -> None:
    assert prices(Table(options, room)).bound >= worth(packed(options, room).options) - 1e-6


@settings(max_examples=50, deadline=None)
@given(some_options(), rooms)
def test_the_answer_does_not_depend_on_the_order_of_the_options(options: list[Option], room: Room) -> None:
    assert packed(options[::-1], room) == packed(options, room)


@pytest.mark.parametrize("size", [9, 12])
def test_the_search_for_many_comes_within_five_percent(size: int) -> None:
    """On cases small enough to try everything, though the search is there for larger ones."""
    ratios = []
    for seed in range(40):
        rng = random.Random(f"{size} {seed}")
        options = random_options(rng, size)
        room = Room(minutes=rng.choice([300, 900, 1800, 3000]), cents=rng.choice([0, 3000, 8000]))
        best = best_of_all(options, room)
        found = worth(searched(unmatched(reachable(options, room)), room).options)
        ratios.append(1.0 if best == 0 else found / best)
    assert min(ratios) >= NEAR
    assert sum(ratio > 0.999 for ratio in ratios) >= 30


def test_many_options_are_searched_and_not_tried() -> None:
    options = random_options(random.Random(5), 300)
    room = Room(minutes=6000, cents=10000)
    assert len(unmatched(reachable(options, room))) > ALL_TRIED
    found = packed(options, room)
    assert room.holds(found.options)
    assert in_order(found.options) == list(found.options) or len(in_order(found.options)) == len(found.options)
    assert worth(found.options) >= NEAR * found.bound


def test_something_is_taken_for_the_sake_of_something_else() -> None:
    python = Option(id=1, minutes=60, gives=frozenset({"python"}))
    dear = Option(id=2, minutes=600, gains={"x": 1.0}, gives=frozenset({"python"}))
    django = Option(id=3, minutes=60, gains={"frameworks": 3.0}, needs=frozenset({"python"}))
    assert [one.id for one in packed([django, dear, python], Room(minutes=120, cents=0)).options] == [1, 3]
    assert packed([django], Room(minutes=120, cents=0)).options == ()


def test_options_that_need_each_other_are_not_taken() -> None:
    one = Option(id=1, minutes=1, gains={"x": 3.0}, needs=frozenset("a"), gives=frozenset("b"))
    other = Option(id=2, minutes=1, gains={"y": 3.0}, needs=frozenset("b"), gives=frozenset("a"))
    assert packed([one, other], Room(minutes=10, cents=0)).options == ()
