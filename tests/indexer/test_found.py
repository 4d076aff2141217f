"""Sets of documents are joined as plain dictionaries would be, whichever way is taken for their sizes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.whoosh_engine import found
from indexer.whoosh_engine.found import Found

SIZE = 40
told = st.dictionaries(st.integers(0, SIZE - 1), st.integers(1, 9).map(float), max_size=SIZE)
sparse = st.sampled_from([0, 10_000])  # always merged, or always spread out
short = st.sampled_from([0, 10_000])  # always over an array, or always looked up


def made(scores: dict[int, float]) -> Found:
    ids = sorted(scores)
    return np.array(ids, np.int32), np.array([scores[one] for one in ids], np.float64)


def read(some: Found) -> dict[int, float]:
    ids, scores = some
    assert ids.tolist() == sorted(set(ids.tolist()))
    assert ids.dtype == np.int32
    return dict(zip(ids.tolist(), scores.tolist(), strict=True))


@settings(max_examples=200)
@given(st.lists(told, min_size=1, max_size=4), sparse)
def test_unions_sum_or_keep_the_best(parts: list[dict[int, float]], many: int) -> None:
    every = set().union(*parts)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(found, "_SPARSE", many)
        summed = read(found.together([made(part) for part in parts], SIZE))
        best = read(found.either([made(part) for part in parts], SIZE))
    assert summed == {one: sum(part.get(one, 0.0) for part in parts) for one in every}
    assert best == {one: max(part.get(one, 0.0) for part in parts) for one in every}


@settings(max_examples=200)
@given(told, told, short)
def test_what_is_narrowed_keeps_what_both_hold(held: dict[int, float], among: dict[int, float], times: int) -> None:
    ids = made(among)[0]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(found, "_SHORT", times)
        assert read(found.narrowed(made(held), ids, SIZE)) == {one: held[one] for one in held if one in among}
        assert found.members(ids, made(held)[0], SIZE).tolist() == [one in held for one in ids.tolist()]
    assert read(found.narrowed(made(held), None, SIZE)) == held


@given(st.lists(told, max_size=4))
def test_any_of_some_lists_names_each_document_once(parts: list[dict[int, float]]) -> None:
    assert found.any_of([made(part)[0] for part in parts]).tolist() == sorted(set().union(*parts))
