"""Roles of entries that an editor judged by hand.

`hand_checked.toml` holds the judgements, the folder of recorded data the words.
"""

import gzip
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.classify import Classifier
from catalog.model import LearningResource
from catalog.vocabulary import load_vocabulary
from crawlers.readers.neutral_record import listing

pytestmark = pytest.mark.shared
JUDGED = tomllib.loads((Path(__file__).parent / "hand_checked.toml").read_text(encoding="utf-8"))
Key = tuple[str, str]


@pytest.fixture(scope="module")
def fits(shared: Path) -> dict[Key, dict[str, float]]:
    """The roles that each judged entry is given, by source and address."""
    classifier, wanted = Classifier(load_vocabulary()), {key(one) for one in JUDGED["entry"]}
    told = {key(record): listing(record, "").resource for record in records(shared) if key(record) in wanted}
    assert told.keys() == wanted
    return {entry: roles(classifier, resource) for entry, resource in told.items()}


def records(shared: Path) -> Iterator[dict[str, str]]:
    for name in ("courses", "books"):
        with gzip.open(shared / "data" / f"{name}.jsonl.gz", "rb") as file:
            yield from map(json.loads, file)


def key(record: dict[str, str]) -> Key:
    return record["source"], record.get("url", "")


def roles(classifier: Classifier, resource: LearningResource) -> dict[str, float]:
    return {fit.role: fit.fit for fit in classifier.roles(resource, classifier.topics(resource))}


def of_role(role: str, fits: dict[Key, dict[str, float]]) -> Counter[str]:
    """How many entries were found and right, found and wrong, right and missed."""
    counts: Counter[str] = Counter()
    for one in JUDGED["entry"]:
        found, right = role in fits[key(one)], role in one["serves"]
        if role not in one.get("arguable", ()):
            counts[
                {(True, True): "right", (True, False): "wrong", (False, True): "missed"}.get((found, right), "")
            ] += 1
    return counts


# role → the least precision and recall: a little below what was measured when the entries were judged
FLOORS = {
    "back-end-engineer": (0.85, 0.70),
    "front-end-developer": (0.60, 0.40),
    "data-engineer": (0.85, 0.80),
    "data-scientist": (0.90, 0.85),
    "machine-learning-engineer": (0.75, 0.85),
    "devops-engineer": (0.60, 0.80),
    "security-engineer": (0.85, 0.85),
    "database-administrator": (0.85, 0.85),
    "mobile-developer": (0.60, 0.60),
    "qa-engineer": (0.30, 0.90),
    "cloud-architect": (0.70, 0.70),
    "full-stack-developer": (0.60, 0.70),
}
LEAST_OF_ALL = (0.88, 0.85)


def measures(counts: Counter[str]) -> tuple[float, float]:
    right = counts["right"]
    return right / max(1, right + counts["wrong"]), right / max(1, right + counts["missed"])


def test_each_part_holds_a_hundred_entries_and_none_is_judged_twice() -> None:
    assert all(count >= 100 for count in Counter(one["part"] for one in JUDGED["entry"]).values())
    assert len({key(one) for one in JUDGED["entry"]}) == len(JUDGED["entry"])
    assert (
        set(FLOORS)
        == set(JUDGED["judged_roles"])
        >= {role for one in JUDGED["entry"] for role in (*one["serves"], *one.get("arguable", ()))}
    )


@pytest.mark.parametrize("role", FLOORS)
def test_a_role_is_served_by_what_editors_chose_for_it(role: str, fits: dict[Key, dict[str, float]]) -> None:
    precision, recall = measures(of_role(role, fits))
    print(f"{role}: precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= FLOORS[role][0]
    assert recall >= FLOORS[role][1]


def test_all_roles_together(fits: dict[Key, dict[str, float]]) -> None:
    precision, recall = measures(sum((of_role(role, fits) for role in FLOORS), Counter()))
    print(f"all roles: precision {precision:.2f}, recall {recall:.2f}")
    assert precision >= LEAST_OF_ALL[0]
    assert recall >= LEAST_OF_ALL[1]


def test_what_has_nothing_to_do_with_computing_serves_nobody(fits: dict[Key, dict[str, float]]) -> None:
    unrelated = [one for one in JUDGED["entry"] if one["part"] == "unrelated"]
    assert {one["url"]: fits[key(one)] for one in unrelated if fits[key(one)]} == {}
