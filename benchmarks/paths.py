"""Plans of roles on a record and an index that exist: the time of the whole page, and how near they are to the best."""

import importlib
import itertools
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from types import ModuleType
from urllib.parse import urlencode

from flask import Flask

from benchmarks.child import Absent
from benchmarks.report import Report, Row, arguments, spread
from catalog.config import Config, IndexSettings, RecordSettings
from catalog.guidance.limits import Limits
from catalog.guidance.offers import Standpoint
from catalog.guidance.packing import Option, Room, in_order, packed, worth
from catalog.guidance.packing.options import STEP_COST
from catalog.guidance.packing.search import searched
from catalog.guidance.packing.sifting import reachable, unmatched
from catalog.guidance.path import offered
from webui.app import create_app
from webui.paths.finding import found
from webui.paths.wishes import Wishes
from webui.site import Site, here
from webui.warming import made_ready

LIMITS = ((8, 20, None), (8, 20, 100), (4, 10, 0), (20, 26, 300), (2, 5, 50))  # hours a week, weeks, money
TRIED = 13  # options of a case in which every plan is tried
CASES = 60
PATIENCE = 20.0  # seconds for the true best of one whole case


def main() -> None:
    """Measure the page of plans over all roles, and its plans beside the best ones."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--record", required=True, metavar="URL", help="sqlite:////folder/lodestar.db")
    parser.add_argument("--index", required=True, metavar="URL", help="whoosh:/folder")
    parser.add_argument("--rounds", type=int, default=3, help="of all pages, after one that is told apart (default: 3)")
    asked = parser.parse_args()
    config = Config(record=RecordSettings(url=asked.record), index=IndexSettings(url=asked.index))
    app = made_ready(create_app(config))  # as a site is that has served for a moment
    report = Report("Plans of roles")
    report.add("The whole page, made in this process", list(_pages(app, asked.rounds)))
    with app.test_request_context():
        cases = [(role, limits, list(_options(here(), role, limits))) for role, limits in _wanted(here())]
    report.add(f"Beside the best of all plans of {TRIED} options", [_brute(cases)])
    try:
        report.add("Beside the best plan of all options, to 0.1 %", [_whole(cases)])
    except Absent as error:
        print(f"left out: {error}")
    report.add("More weeks never make a plan worse, or by how much", [_growing(cases)])
    with app.test_request_context():
        report.add("What is told of hours and pages", _told(here()))
    report.save(asked.json)


def _wanted(site: Site) -> list[tuple[str, Limits]]:
    return [
        (role, Limits(hours_a_week=hours, weeks=weeks, budget=money))
        for role in site.vocabulary.roles
        for hours, weeks, money in LIMITS
    ]


def _pages(app: Flask, rounds: int) -> Iterator[Row]:
    client, times = app.test_client(), defaultdict[str, list[float]](list)
    least: dict[tuple[str, int, int | None], float] = {}
    with app.test_request_context():
        roles = list(here().vocabulary.roles)
    for turn, role, (hours, weeks, money) in itertools.product(range(rounds + 1), roles, LIMITS):
        args = {"hours": hours, "weeks": weeks} | ({} if money is None else {"budget": money})
        started = time.perf_counter()
        answer = client.get(f"/roles/{role}/path?{urlencode(args)}")
        assert answer.status_code == 200, answer.status
        taken = time.perf_counter() - started
        times["warm" if turn else "first"].append(taken)
        if turn:
            least[role, hours, money] = min(taken, least.get((role, hours, money), taken))
    times["warm, the quickest of each"] = list(least.values())
    for name, some in times.items():
        yield {"pages": name, "asked": len(some), **spread(some)}


def _options(site: Site, role: str, limits: Limits) -> Iterator[Option]:
    """All options of a role within its limits, as the page has them."""
    stand = Standpoint(role=site.vocabulary.roles[role], foundations=site.foundations)
    wishes = Wishes(start=date(2026, 1, 5), hours=limits.hours_a_week, weeks=limits.weeks, budget=limits.budget)
    stand, offers = offered(stand, found(site, stand, wishes), limits)
    yield from stand.options([offer for offer in offers if limits.admit(offer.candidate)])


Case = tuple[str, Limits, Sequence[Option]]


def _brute(cases: Sequence[Case]) -> Row:
    """Options drawn by lot from each of some cases, the search for many of them beside all plans of these."""
    rng, ratios = random.Random(1), list[float]()
    for _, limits, options in rng.sample(cases, min(CASES, len(cases))):
        some = rng.sample(options, min(TRIED, len(options)))
        room = Room(minutes=limits.room.minutes // 4, cents=limits.room.cents)
        best = best_of_all(some, room)
        possible = unmatched(reachable(some, room))
        if best > 0:
            ratios.append(worth(searched(possible, room).options) / best)
            assert abs(worth(packed(some, room).options) - best) < 1e-6
    return _ratios(ratios)


def best_of_all(options: Sequence[Option], room: Room) -> float:
    """The worth of the best plan, found by looking at every one."""
    best = 0.0
    for size in range(len(options) + 1):
        for plan in itertools.combinations(options, size):
            if room.holds(plan) and worth(plan) > best and len(in_order(plan)) == size:
                best = worth(plan)
    return best


def _ratios(ratios: Sequence[float]) -> Row:
    return {
        "cases": len(ratios),
        "worst": f"{100 * min(ratios):.1f} %",
        "mean": f"{100 * statistics.mean(ratios):.1f} %",
        "at the best": sum(ratio > 0.999 for ratio in ratios),
    }


def _whole(cases: Sequence[Case]) -> Row:
    """Each whole case beside its optimum by mixed-integer programming (HiGHS, in SciPy where that is installed)."""
    try:
        optimize, sparse = importlib.import_module("scipy.optimize"), importlib.import_module("scipy.sparse")
    except ImportError as error:
        raise Absent("the best plan of all options needs SciPy: pip install scipy") from error
    ratios, seconds = list[float](), list[float]()
    for _, limits, options in cases:
        best = _optimum(unmatched(reachable(options, limits.room)), limits.room, optimize, sparse)
        started = time.perf_counter()
        plan = packed(options, limits.room).options
        seconds.append(time.perf_counter() - started)
        if best:
            ratios.append(worth(plan) / best)
    return {**_ratios(ratios), **spread(seconds)}


def _optimum(options: Sequence[Option], room: Room, optimize: ModuleType, sparse: ModuleType) -> float | None:
    """The most that a plan can be worth; None where it was not found in time. Circles of needs are not forbidden."""
    pairs = [(place, goal, gain) for place, one in enumerate(options) for goal, gain in one.gains.items()]
    cost = [STEP_COST] * len(options) + [-gain for _, _, gain in pairs]
    rows: list[tuple[dict[int, float], float]] = [
        ({place: float(one.minutes) for place, one in enumerate(options)}, room.minutes),
        ({place: float(one.cents) for place, one in enumerate(options)}, room.cents),
    ]
    goals = defaultdict[str, dict[int, float]](dict)
    for column, (place, goal, _) in enumerate(pairs, start=len(options)):
        rows.append(({column: 1.0, place: -1.0}, 0.0))
        goals[goal][column] = 1.0
    rows += [(columns, 1.0) for columns in goals.values()]
    for place, one in enumerate(options):
        for need in one.needs:
            givers = {other: -1.0 for other, giver in enumerate(options) if need in giver.gives}
            rows.append(({**givers, place: 1.0}, 0.0))
    matrix = sparse.lil_matrix((len(rows), len(cost)))
    for number, (columns, _) in enumerate(rows):
        for column, value in columns.items():
            matrix[number, column] = value
    answer = optimize.milp(
        cost,
        constraints=optimize.LinearConstraint(matrix.tocsr(), ub=[most for _, most in rows]),
        bounds=optimize.Bounds(0, 1),
        integrality=[1] * len(options) + [0] * len(pairs),
        options={"mip_rel_gap": 0.001, "time_limit": PATIENCE},
    )
    return float(-answer.fun) if answer.status == 0 else None


def _growing(cases: Sequence[Case]) -> Row:
    """Each case with four hours more, again and again: how often a plan is worth less than one with less time."""
    worse, steps = list[float](), 0
    for _, limits, options in cases[:: len(LIMITS)]:
        before = 0.0
        for more in range(0, 81, 4):
            room = Room(minutes=limits.room.minutes + more * 60, cents=limits.room.cents)
            now = worth(packed(options, room).options)
            steps += 1
            if now < before - 1e-9:
                worse.append(1 - now / before)
            before = max(before, now)
    return {"plans": steps, "worse": len(worse), "by at most": f"{100 * max(worse, default=0.0):.2f} %"}


def _told(site: Site) -> list[Row]:
    """The medians that `catalog/guidance/effort.py` estimates by."""
    hours, pages, counts = defaultdict[str, list[float]](list), list[int](), defaultdict[str, int](int)
    for some in site.store.scan():
        for resource in (entry.resource for entry in some):
            counts[resource.kind] += 1
            if told := resource.hours_max or resource.hours_min:
                hours[resource.kind].append(told)
            if resource.pages:
                pages.append(resource.pages)
    rows: list[Row] = [
        {"kind": kind, "resources": count, "with": len(hours[kind]), "median": _median(hours[kind]), "of": "hours"}
        for kind, count in counts.items()
    ]
    return [
        *rows,
        {"kind": "book", "resources": counts["book"], "with": len(pages), "median": _median(pages), "of": "pages"},
    ]


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


if __name__ == "__main__":
    main()
