"""What is said in passing is told from what is taught."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.asides import is_aside, is_denied

TAUGHT = [
    "Build an API in |Python|.",
    "You will gain a basic understanding of |SQL| and of indexes.",
    "Requires you to write |Java| every day.",
    "Learn |Docker| with no prior experience.",
    "No prior knowledge is needed. We begin with |Java| and its types.",
    "The algorithms |needed| for robots",
    "Launch your career as a |back-end developer|.",
    "Instead of slides there are forty exercises, all of them in |Rust|.",
    "Not only |Go|, but all of its tools.",
    "Topics: |Redis|, caching, queues",
]
IN_PASSING = [
    "No prior knowledge of |Python| is needed.",
    "No |Python| needed",
    "A basic knowledge of |SQL| helps.",
    "You should be familiar with |Docker|.",
    "Unlike |Java|, this language has no classes.",
    "Kubernetes without |YAML|",
    "Other languages such as |Ruby| have this too.",
    "For those familiar with |React|.",
    "Prerequisites are HTML and |CSS|",
    "This course requires |JavaScript|.",
    "It does not cover |GraphQL|.",
    "Some |Python| experience is recommended.",
    "See my other courses on |Kafka|.",
    "More at https://docs.example.org/|python|/start",
    "More at |http|://example.org",
]


def parted(text: str) -> tuple[str, str]:
    before, _, after = text.split("|")
    return before, after


@pytest.mark.parametrize("text", TAUGHT)
def test_what_is_taught_counts(text: str) -> None:
    assert not is_aside(*parted(text))


@pytest.mark.parametrize("text", IN_PASSING)
def test_what_is_said_in_passing_does_not(text: str) -> None:
    assert is_aside(*parted(text))


def test_an_aside_ends_with_its_sentence() -> None:
    assert is_aside("Unlike ", ", this is typed")
    assert not is_aside("This is unlike others. ", " is typed")


def test_a_title_denies_only_the_next_word() -> None:
    assert is_denied("Back ends without ")
    assert not is_denied("Without fear: ")


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_read(before: str, after: str) -> None:
    assert isinstance(is_aside(before, after), bool)


def test_long_texts_take_no_time() -> None:
    started = time.process_time()
    is_aside("prior basic some no previous " * 2000, "is knowledge " * 2000)
    assert time.process_time() - started < 2
