import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.webui.conftest import Soup


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text(" ", strip=True) for heading in page.select(".results .name")]


def heading(page: BeautifulSoup) -> str:
    assert page.h1
    return page.h1.get_text(" ", strip=True)


def box(page: BeautifulSoup, facet: str, value: str) -> str:
    """The words beside a check box, and whether it is ticked."""
    found = page.select_one(f'input[name="{facet}"][value="{value}"]')
    assert found
    assert found.parent
    words = found.parent.get_text(" ", strip=True)
    return words + (" ✓" if found.has_attr("checked") else "") + (" –" if found.has_attr("disabled") else "")


def test_words_find_resources_and_are_marked(soup: Soup) -> None:
    page = soup("/search?q=django")
    assert heading(page).startswith("1 resource for")
    assert [mark.text for mark in page.select(".name mark")] == ["Django"]
    card = page.select_one(".card")
    assert card
    for words in (
        *("Course", "by Charles Severance", "University of Michigan · Coursera", "Intermediate", "about 6–8 hours"),
        *("Free", "4.7 of 5 (1,234 ratings)"),
    ):
        assert words in card.get_text(" ", strip=True)
    assert page.select_one(".tags .matched")
    assert page.select_one('input[name="q"][value="django"]')


def test_a_phrase_is_marked_as_a_whole_and_an_author_not_in_the_title(soup: Soup) -> None:
    page = soup('/search?q="web applications" author:severance')
    assert not page.select(".tags .matched")
    assert [mark.text for mark in page.select(".card mark")] == ["web applications"]
    assert not soup("/search?q=author:severance").select(".card mark")


def test_the_site_stands_where_no_provider_is_known(soup: Soup) -> None:
    found = [card.select_one(".by") for card in soup("/search?q=provider:example").select(".card")]
    assert [by.text.strip() for by in found if by] == ["example.org"]


def test_a_chosen_career_says_how_well_it_is_served(soup: Soup) -> None:
    fits = soup("/search?q=django&role=back-end-engineer").select_one(".fits")
    assert fits
    assert fits.text == "Strong fit for Back-End Engineer"
    assert not soup("/search?q=django").select(".fits")


def test_the_snippet_shows_the_words_deep_in_a_description(soup: Soup) -> None:
    snippet = soup("/search?q=replication").select_one(".snippet")
    assert snippet
    assert [mark.text for mark in snippet.select("mark")] == ["replication"]
    assert snippet.text.startswith("…")
    assert snippet.text.endswith("…")


def test_a_title_in_another_language_says_so(soup: Soup) -> None:
    page = soup("/search?language=zh&language=it")
    assert {name["lang"] for name in page.select(".name")} == {"zh", "it"}
    assert not soup("/search?q=django").select(".name[lang]")


def test_values_of_one_facet_add_up_and_facets_narrow(soup: Soup) -> None:
    free = soup("/search?cost=free")
    both = soup("/search?cost=free&cost=paid")
    assert heading(free) == "2 resources"
    assert heading(both) == "3 resources"
    assert heading(soup("/search?cost=free&cost=paid&provider=Coursera")) == "1 resource"
    assert box(free, "cost", "free") == "Free 2 ✓"
    assert box(free, "cost", "paid") == "Paid 1"
    assert box(free, "level", "advanced") == "Advanced 0 –"


def test_a_chosen_value_without_hits_stays_to_be_taken_back(soup: Soup) -> None:
    page = soup("/search?kind=podcast&provider=Nobody")
    assert box(page, "kind", "podcast") == "Podcasts 0 ✓"
    assert box(page, "provider", "Nobody") == "Nobody 0 ✓"


def test_not_stated_is_the_last_value(soup: Soup) -> None:
    page = soup("/search")
    levels = [found["value"] for found in page.select('input[name="level"]')]
    assert levels == ["beginner", "intermediate", "advanced", "all", "not-stated"]


def test_topics_stand_below_what_is_broader(soup: Soup) -> None:
    page = soup("/search?q=django")
    below = page.select_one('li.d2 input[name="topic"][value="python"]')
    assert below
    rows = [found["value"] for found in page.select('input[name="topic"]')]
    assert rows.index("programming-languages") < rows.index("python")


def test_chips_take_back_one_word_or_choice(soup: Soup) -> None:
    page = soup("/search?q=django+forms&cost=free&cost=paid&sort=newest")
    chips = {chip.get_text(" ", strip=True): chip["href"] for chip in page.select(".chips a")}
    assert chips["Remove Word django"] == "/search?q=forms&cost=free&cost=paid&sort=newest"
    assert chips["Remove Cost Paid"] == "/search?q=django+forms&cost=free&sort=newest"
    assert chips["Clear all"] == "/search"


def test_many_words_are_one_chip(soup: Soup) -> None:
    assert len(soup("/search?q=a+b+c+d+e+f+g+h+i+j").select(".chips a")) == 1


def test_sorting_says_where_the_silent_ones_are(soup: Soup) -> None:
    page = soup("/search?q=python&sort=newest")
    assert titles(page)[:2] == ["Django for Everybody", "Notes on Python , volume 30"]
    assert "come last" in page.get_text()
    selected = page.select_one("#sort option[selected]")
    assert selected
    assert selected["value"] == "newest"


def test_pages_neither_repeat_nor_lose(soup: Soup) -> None:
    seen: list[str] = []
    url: str | None = "/search?q=python&kind=book"
    while url:
        page = soup(url)
        seen += titles(page)
        following = page.select_one('.pages a[rel="next"]')
        url = str(following["href"]) if following else None
    assert len(seen) == len(set(seen)) == 31
    assert page.select_one('.pages a[rel="prev"]')
    assert page.select_one('.pages [aria-current="page"]')
    assert page.select_one('.results[start="31"]')


def test_a_page_past_the_end_leads_to_the_last(soup: Soup) -> None:
    page = soup("/search?q=python&kind=book&page=9", 404)
    link = page.select_one(".empty a")
    assert link
    assert link["href"] == "/search?q=python&kind=book&page=4"


@pytest.mark.parametrize("query", ["sort=price", "page=0", "page=x", "kind=" + "x" * 300])
def test_what_cannot_be_meant_is_said_in_words(soup: Soup, query: str) -> None:
    page = soup(f"/search?{query}", 400)
    assert "cannot be understood" in heading(page)


def test_no_results_offer_ways_out_with_true_numbers(soup: Soup) -> None:
    page = soup("/search?q=pyhton+volume&kind=book&level=beginner")
    assert heading(page).startswith("No resources")
    assert page.select_one('input[name="kind"][value="book"][checked]')
    ways = {way["href"]: int(way.text.split()[0]) for way in page.select(".empty li a")}
    assert ways
    for url, count in ways.items():
        assert heading(soup(str(url))).startswith(f"{count} resource")
    assert not page.select(".corrections")  # the right spelling leads to nothing either


def test_another_spelling_is_told_and_can_be_refused(soup: Soup) -> None:
    page = soup("/search?q=pyhton&kind=book&sort=newest")
    told = page.select_one(".corrections")
    assert told
    assert " ".join(told.get_text().split()) == "Showing results for python. Search instead for pyhton"
    assert heading(page) == heading(soup("/search?q=python&kind=book")).replace("“", "")
    box = page.select_one("#q")
    assert box
    assert box["value"] == "pyhton"
    as_written = told.select_one("a")
    assert as_written
    assert as_written["href"] == "/search?q=pyhton&kind=book&sort=newest&literal=1"
    refused = soup(str(as_written["href"]))
    assert heading(refused).startswith("No resources")
    assert not refused.select(".corrections")


def test_fewer_words_are_never_silent(soup: Soup) -> None:
    page = soup("/search?q=python+quuxology")
    assert "Nothing has all of your words" in page.select_one(".partly").get_text()  # type: ignore[union-attr]
    assert page.select_one(".results li")
    assert soup("/search?q=python").select_one(".partly") is None


def test_a_word_with_a_dash_is_left_out_and_its_chip_brings_it_back(soup: Soup) -> None:
    page = soup("/search?q=python+-volume")
    assert not any("volume" in name.get_text().lower() for name in page.select(".results .name"))
    chip = next(chip for chip in page.select(".chips a") if "Without" in chip.get_text())
    assert chip["href"] == "/search?q=python"


def test_a_field_in_quotes_is_one_chip(soup: Soup) -> None:
    page = soup("/search?q=python+title:%22volume+3%22")
    assert [chip["href"] for chip in page.select(".chips li a")][:2] == [
        "/search?q=title%3A%22volume+3%22",
        "/search?q=python",
    ]
    assert all("3" in name.get_text() for name in page.select(".results .name"))


def test_overlong_words_are_cut_and_it_is_said(soup: Soup) -> None:
    assert "were longer than 400" in soup("/search?q=" + "python+" * 100).get_text()


def test_the_canonical_address_drops_what_is_not_ours(soup: Soup) -> None:
    page = soup("/search?utm_source=x&sort=relevance&q=python&kind=course&kind=book")
    link = page.select_one('link[rel="canonical"]')
    assert link
    assert link["href"] == "https://lodestar.example/search?q=python&kind=book&kind=course"
    robots = page.select_one('meta[name="robots"]')
    assert robots
    assert robots["content"] == "noindex,follow"
    assert not soup("/search").select('meta[name="robots"]')


def test_marked_up_words_of_a_visitor_stay_words(client: FlaskClient) -> None:
    text = client.get("/search?q=<script>alert(1)</script>&provider=<b>").text
    assert "<script>alert" not in text
    assert "<b>" not in text


def test_a_full_page_is_light(client: FlaskClient) -> None:
    assert len(client.get("/search?q=python").data) < 100_000
