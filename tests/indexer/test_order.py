"""A phrase is found where its terms stand one right after another in one text, and nowhere else."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.fields import TEXTS
from indexer.whoosh_engine import order
from indexer.whoosh_engine.order import Order
from indexer.whoosh_engine.ranges import Lists

WORDS = ("go", "rust", "sql")
FIELDS = tuple(field.name for field in TEXTS[:2])
Document = list[tuple[str, list[str]]]  # texts: the name of the field, terms
runs = st.lists(st.sampled_from(WORDS), max_size=6)
texts = st.lists(st.tuples(st.sampled_from(FIELDS), runs), max_size=4)


def ordered(documents: list[Document]) -> Order:
    """What a segment of these documents would have."""
    return order.derive([_told(each) for each in documents])


def _told(document: Document) -> bytes:
    hashed = [order.hashes(terms) for _, terms in document]
    words = Lists(
        numbers=np.array([one for some in hashed for one in some], np.uint32),
        sizes=np.array([len(some) for some in hashed], np.int64),
    )
    return order.written(words, np.array([FIELDS.index(name) for name, _ in document], np.int64)).numbers.tobytes()


def stands(phrase: list[str], told: list[str]) -> bool:
    return any(told[at : at + len(phrase)] == phrase for at in range(len(told) - len(phrase) + 1))


@settings(max_examples=300)
@given(
    st.lists(texts, min_size=1, max_size=5),
    st.lists(st.sampled_from([*WORDS, "perl"]), min_size=2, max_size=4),
    st.sampled_from([None, *FIELDS]),
)
def test_phrases_are_found_as_by_reading(documents: list[Document], phrase: list[str], field: str | None) -> None:
    made = ordered(documents)
    found = made.holding(np.arange(len(documents), dtype=np.int32), phrase, field)
    wanted = [any(stands(phrase, told) for name, told in each if field in {None, name}) for each in documents]
    assert found.tolist() == wanted


def test_only_the_documents_asked_about_are_told() -> None:
    made = ordered([[("title", ["go", "sql"])]] * 3)
    assert made.holding(np.array([1], np.int32), ["go", "sql"], None).tolist() == [True]
    assert made.holding(np.array([], np.int32), ["go", "sql"], None).tolist() == []
