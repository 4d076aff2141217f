"""The site in a real browser: it works without scripts, keeps its state in the address, and hinders nobody."""

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from catalog.model import Entry

pytestmark = pytest.mark.browser

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PAGES = {
    "home": "/",
    "search": "/search?q=python&kind=book&kind=course",
    "page 2": "/search?q=python&page=2&sort=newest",
    "nothing found": "/search?q=pyhton+volume&kind=book&level=beginner",
    "resource": "/resources/1/django-for-everybody",
    "tombstone": "/resources/6/a-course-that-is-no-longer-there",
    "careers": "/roles",
    "career": "/roles/back-end-engineer",
    "career, some known": "/roles/back-end-engineer?know=python,sql",
    "careers compared": "/roles/back-end-engineer/compare/devops-engineer",
    "job advert": "/advert",
    "topics": "/topics",
    "topic": "/topics/python",
    "about": "/about",
    "not found": "/nowhere",
    "bad request": "/search?sort=price",
}


@dataclass(frozen=True)
class Server:
    """Where the site answers, with and without an index."""

    url: str
    url_without_index: str


def serve(app: Flask) -> tuple[str, waitress.server.BaseWSGIServer]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = waitress.create_server(app, sockets=[listening], threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}", server


@pytest.fixture(scope="module")
def server(app: Flask, app_without_index: Flask, entries: dict[str, Entry]) -> Iterator[Server]:
    assert entries["Django for Everybody"].id == 1
    served = [serve(app), serve(app_without_index)]
    yield Server(*(url for url, _ in served))
    for _, one in served:
        one.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("LODESTAR_REQUIRE_BROWSER") == "1":
            pytest.fail(
                "LODESTAR_REQUIRE_BROWSER=1, but no chromium is on the PATH; install it with: apt-get install chromium"
            )
        pytest.skip("no chromium is on the PATH; install it with: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """A page of a visitor, once with and once without JavaScript."""
    context = browser.new_context(base_url=server.url, viewport=DESK, java_script_enabled=request.param == "scripts")
    yield context.new_page()
    context.close()


def expect_count(page: Page, words: str) -> None:
    """Wait until the page says how many it found."""
    expect(page.locator("h1")).to_have_text(re.compile(rf"^\s*{words}\b"))


def test_from_the_front_page_to_a_resource(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill("django")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    expect(page.locator("h1")).to_contain_text("1 resource for")
    page.get_by_role("link", name="Django for Everybody").click()
    expect(page.locator("h1")).to_have_text("Django for Everybody")
    expect(page.get_by_role("link", name="Go to Coursera")).to_have_attribute(
        "href", "https://www.example.org/learn/django"
    )


def test_an_advert_leads_to_what_is_missing(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="A job advert").click()
    page.get_by_label("The advert").fill("Backend developer wanted, who knows Python, Django and PostgreSQL.")
    page.get_by_role("button", name="Read it").click()
    page.get_by_label("Python", exact=True).check()
    page.get_by_role("button", name="Show what I miss").click()
    expect(page).to_have_url(re.compile(r"/roles/back-end-engineer\?know=python"))
    expect(page.get_by_text("of what this career asks for, by weight")).to_be_visible()
    assert page.get_by_label("I know Python", exact=True).is_checked()


def test_choices_add_up_and_survive_back_and_reload(page: Page) -> None:
    page.goto("/search?q=python")
    page.get_by_label("Courses").check()
    page.get_by_label("Free", exact=False).first.check()
    page.get_by_role("button", name="Show results").click()
    expect_count(page, "1 resource")
    address = page.url
    page.reload()
    expect(page).to_have_url(address)
    expect(page.get_by_label("Courses")).to_be_checked()
    page.get_by_role("link", name="Remove Cost Free").click()
    expect_count(page, "2 resources")
    expect(page.get_by_label("Courses")).to_be_checked()
    page.go_back()
    expect(page).to_have_url(address)
    expect_count(page, "1 resource")
    expect(page.get_by_role("link", name="Remove Cost Free")).to_be_visible()
    page.get_by_role("link", name="Clear all").click()
    expect_count(page, "37 resources")


def test_new_words_keep_the_choices_and_a_new_order_keeps_both(page: Page) -> None:
    page.goto("/search?q=django&kind=book")
    page.get_by_role("searchbox").fill("python")
    page.get_by_role("searchbox").press("Enter")
    expect_count(page, "31 resources")
    page.get_by_label("Order").select_option("newest")
    page.get_by_role("button", name="Apply the order").click()
    expect(page.locator(".results .name").first).to_have_text("Notes on Python, volume 30")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("sort=newest"))
    expect(page).to_have_url(re.compile("page=2"))


def test_filters_stand_beside_the_results_on_a_desk(page: Page) -> None:
    page.goto("/search?q=python")
    expect(page.get_by_label("Courses")).to_be_visible()
    expect(page.locator(".drawer > summary")).to_be_hidden()


def test_filters_are_a_drawer_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/search?q=python")
    expect(page.get_by_label("Courses")).to_be_hidden()
    page.locator(".drawer > summary").click()
    page.get_by_label("Courses").check()
    page.get_by_role("button", name="Show results").click()
    expect_count(page, "2 resources")
    expect(page.get_by_label("Courses")).to_be_hidden()


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/search?q=python")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=server.url, color_scheme=request.param)
    yield context
    context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_hinders_anybody(scheme: BrowserContext, server: Server, size: ViewportSize) -> None:
    page = scheme.new_page()
    page.set_viewport_size(size)
    problems = []
    for name, path in (*PAGES.items(), ("no index", server.url_without_index)):
        page.goto(path)
        problems += [f"{name}: {told}" for told in violations(page)]
    assert not problems, "\n".join(problems)


def test_an_open_drawer_hinders_nobody(scheme: BrowserContext) -> None:
    page = scheme.new_page()
    page.set_viewport_size(PHONE)
    page.goto("/search?q=python")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert not violations(page)


def test_the_judge_is_awake(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><img src=x><p style='color:#ccc;background:#fff'>pale</p></body></html>")
    assert {told.partition(":")[0] for told in violations(page)} >= {"image-alt", "color-contrast", "html-has-lang"}
    page.close()


def violations(page: Page) -> list[str]:
    return [
        f"{one['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for one in Axe().run(page, options=WCAG).response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_the_window(browser: Browser, server: Server, width: int) -> None:
    context = browser.new_context(base_url=server.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    wide = []
    for name, path in PAGES.items():
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(name)
    context.close()
    assert not wide


def test_fingers_can_hit_what_can_be_pressed(browser: Browser, server: Server) -> None:
    """On a phone what is pressed is at least 44 pixels high; links in running text are not meant."""
    context = browser.new_context(base_url=server.url, viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.goto("/search?q=python&kind=book")
    page.locator(".drawer > summary").click()
    pressed = page.locator(
        "button, select, input[type=search], summary, .panels label, .chips a, .pages a, .masthead a"
    )
    small = [
        pressed.nth(place).inner_text()
        for place in range(pressed.count())
        if pressed.nth(place).is_visible() and (box := pressed.nth(place).bounding_box()) and box["height"] < 43.9
    ]
    context.close()
    assert not small
