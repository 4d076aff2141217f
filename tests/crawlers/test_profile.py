from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model import Kind, LearningResource, Listing, Price, decoder, encode
from crawlers.trust import profile as profile_module
from crawlers.trust.profile import TOP_VALUES, Numbers, Profile, Spread, profile_of
from crawlers.trust.strange_texts import is_garbled, is_strange
from tests.crawlers.breaks import crawl_of


def told(*resources: LearningResource) -> Profile:
    return profile_of(Listing(source="s", key=str(n), resource=one) for n, one in enumerate(resources))


def course(title: str = "A", **values: object) -> LearningResource:
    return LearningResource(kind=Kind.COURSE, title=title, **values)  # type: ignore[arg-type]


def test_nothing_has_an_empty_profile() -> None:
    assert told() == Profile()


def test_it_counts_how_many_tell_each_property() -> None:
    found = told(course(level_text="x", subjects=("a",)), course(subjects=()), course(is_free=False))
    assert found.listings == 3
    assert found.told == {"kind": 3, "title": 3, "level_text": 1, "subjects": 1, "is_free": 1}
    assert found.share("subjects") == pytest.approx(1 / 3)
    assert found.share("isbn") == 0


def test_it_counts_values_of_categories() -> None:
    free = Price(amount=0.0)
    found = told(course(language="en", price=free), course(language="en", is_free=True), course(language="de"))
    assert found.spreads["language"] == Spread(values={"en": 2, "de": 1})
    assert found.spreads["is_free"] == Spread(values={"true": 1})
    assert found.spreads["currency"] == Spread(values={"none": 1})
    assert "level" not in found.spreads


def test_rare_values_are_summed() -> None:
    found = told(*(course(provider=f"P{n}") for n in range(100)), *(course(provider="Big") for _ in range(5)))
    assert found.spreads["provider"].prevailing == ("Big", 5)
    assert len(found.spreads["provider"].values) == TOP_VALUES
    assert found.spreads["provider"].total == 105


def test_it_tells_the_most_frequent_texts_and_hosts() -> None:
    found = told(*(course(f"T{n % 2}", url=f"https://a.test/{n}") for n in range(5)), course(url="https://b.test/"))
    assert found.spreads["title"].prevailing == ("T0", 3)
    assert found.spreads["host"].values == {"a.test": 5, "b.test": 1}


def test_numbers_lie_between_quantiles() -> None:
    found = told(*(course(hours_min=float(n), published=f"{1900 + n}-01") for n in range(101)))
    assert found.numbers["hours_min"] == Numbers(count=101, quantiles=(5.0, 25.0, 50.0, 75.0, 95.0))
    assert list(found.numbers["published"].quantiles) == [1905, 1925, 1950, 1975, 1995]
    assert "price" not in found.numbers


def test_lengths_are_means() -> None:
    assert told(course("abcd", description="x" * 10), course("ab")).lengths == {"title": 3.0, "description": 10.0}


def test_repeats_are_counted() -> None:
    one = course("A", description="B")
    assert told(one, one, course("A"), course("A", description="C"), one).repeated == 2


def test_memory_is_bounded_and_estimates_stay_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_module, "_DISTINCT", 1000)
    monkeypatch.setattr(profile_module, "_SAMPLE", 500)
    crawl = crawl_of(8000)
    found = profile_of([*crawl, *crawl[:2000]])
    assert found.repeated == pytest.approx(2000, rel=0.25)
    crawl = [*crawl, *crawl[:2000], *crawl[:1] * 1000]
    found = profile_of(crawl)
    assert found.numbers["title length"].count == 11_000
    title, count = found.spreads["title"].prevailing
    assert title == crawl[0].resource.title
    assert 1000 <= count <= 1002
    exact = sorted(one.resource.rating for one in crawl if one.resource.rating)
    assert found.numbers["rating"].quantiles[2] == pytest.approx(exact[len(exact) // 2], abs=0.2)


def test_it_reads_a_stream_once_and_is_the_same_again() -> None:
    crawl = crawl_of(2500)
    assert profile_of(iter(crawl)) == profile_of(crawl)


def test_it_is_kept_as_json() -> None:
    found = profile_of(crawl_of(200))
    assert decoder(Profile).decode(encode(found)) == found
    assert len(encode(found)) < 8000


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50)), st.integers(1, 5))
def test_equal_spreads_have_no_distance(values: dict[str, int], times: int) -> None:
    other = Spread(values={name: times * count for name, count in values.items()})
    assert Spread(values=values).distance(other) == pytest.approx(0.0 if values else 1.0)


@given(
    st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60),
    st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60),
    st.integers(1, 8),
)
def test_the_distance_is_never_above_the_true_one(one: list[str], other: list[str], keep: int) -> None:
    """What is not known of the rest must not look like a change."""

    def spread(words: list[str], most: int) -> Spread:
        counts = sorted(((words.count(word), word) for word in set(words)), reverse=True)
        top = {word: count for count, word in islice(counts, most)}
        return Spread(values=top, rest=len(words) - sum(top.values()))

    true = spread(one, 8).distance(spread(other, 8))
    assert 0.0 <= spread(one, keep).distance(spread(other, keep)) <= true + 0.5 / min(len(one), len(other)) + 1e-9
    exact = sum(abs(one.count(w) / len(one) - other.count(w) / len(other)) for w in "abcdefgh") / 2
    assert true == pytest.approx(exact)


@pytest.mark.parametrize(
    "text",
    [
        "Just a moment...",
        "403 Forbidden",
        "404 Not Found | School",
        "Access Denied",
        "Please enable JavaScript to view this page.",
        "Checking your browser before accessing school.test",
        "Untitled",
        "Loading…",
        "undefined",
        "[object Object]",
        "{{ course.title }}",
        "Oops! Something is missing"[:4],
        "Sign in - School",
    ],
)
def test_strange_texts(text: str) -> None:
    assert is_strange(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "500 Java Interview Questions",
        "Loading Data in R",
        "Access Control in Linux",
        "Error Handling in Go",
        "Nothing Is Lost",
        "JavaScript is the language of the web",
        "Errors and Uncertainty",
        "Sign Language for Beginners",
        "Testing",
    ],
)
def test_titles_of_real_courses_are_not_strange(text: str) -> None:
    assert not is_strange(text)


@pytest.mark.parametrize("text", ["café", "“Crème brûlée” – l’été", "Ångström", "ÉCOLE", "Привет", "数据库", "NÃO É"])
def test_letters_of_many_languages_are_not_garbled(text: str) -> None:
    assert not is_garbled(text)


@pytest.mark.parametrize("text", ["café", "l’été", "Привет", "数据库", "Ñandú"])
def test_wrongly_decoded_letters_are_garbled(text: str) -> None:
    assert is_garbled(text.encode().decode("latin-1"))
    assert is_garbled(text.encode()[:-1].decode("utf-8", "replace"))
