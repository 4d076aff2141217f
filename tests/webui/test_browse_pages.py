import itertools

import pytest

from catalog.vocabulary import Vocabulary
from indexer.fields import TEXTS
from tests.webui.conftest import Soup


def test_the_front_page_says_what_this_is(soup: Soup) -> None:
    page = soup("/")
    text = page.get_text(" ", strip=True)
    assert "37 courses, books, tutorials and podcasts from 3 sources" in text
    assert page.select_one('form[action="/search"] input[name="q"]')
    assert [found["href"] for found in page.select(".tally a")] == ["/search?kind=book", "/search?kind=course"]
    assert page.select_one('.roles a[href="/roles/back-end-engineer"]')
    assert page.select_one('.branches a[href="/topics/programming-languages"]')
    assert page.select(".shelf .card")


def test_all_careers_and_topics_have_pages(soup: Soup, vocabulary: Vocabulary) -> None:
    roles = {found["href"] for found in soup("/roles").select(".entries a")}
    topics = {found["href"] for found in soup("/topics").select(".forest a")}
    assert roles == {f"/roles/{role}" for role in vocabulary.roles}
    assert topics == {f"/topics/{topic}" for topic in vocabulary.topics}


def test_a_topic_stands_in_its_tree(soup: Soup, vocabulary: Vocabulary) -> None:
    page = soup("/topics/python")
    assert vocabulary.topics["python"].definition in page.get_text()
    assert page.select_one('.crumbs a[href="/topics/programming-languages"]')
    assert page.select_one('.counts a[href="/search?kind=book&topic=python"]')
    assert page.select_one('.evidence a[href^="/roles/"]')
    assert page.select(".results .card")


@pytest.mark.parametrize("path", ["/roles/astronaut", "/topics/alchemy", "/topics/<script>"])
def test_unknown_names_are_nothing(soup: Soup, path: str) -> None:
    assert "called" in soup(path, 404).get_text()


def test_every_topic_and_role_page_can_be_shown(soup: Soup, vocabulary: Vocabulary) -> None:
    for path in (
        *(f"/topics/{topic}" for topic in list(vocabulary.topics)[::10]),
        *(f"/roles/{role}" for role in vocabulary.roles),
    ):
        assert soup(path).h1


def test_about_says_how_results_are_ordered_and_whose_the_data_are(soup: Soup) -> None:
    page = soup("/about")
    text = page.get_text(" ", strip=True)
    assert len(page.select('section[aria-labelledby="order"] tbody tr')) == len(TEXTS)
    sources = [row.get_text(" ", strip=True) for row in page.select('section[aria-labelledby="sources"] li')]
    assert sources == ["books 32 listings", "mooc 5 listings", "other list 1 listing"]
    for words in ("Nobody can pay", "USDOL/ETA", "ESCO", "CC BY 4.0 licence"):
        assert words in text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=python",
        "/roles",
        "/roles/back-end-engineer",
        "/roles/back-end-engineer/path",
        "/topics",
        "/topics/python",
        "/about",
    ],
)
def test_headings_stand_in_order(soup: Soup, path: str) -> None:
    levels = [int(heading.name[1]) for heading in soup(path).select("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
