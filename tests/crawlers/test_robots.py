import base64
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.web.robots import LONGEST_DELAY, Rule, literal, read_rules

# Vectors of two other libraries that we decide otherwise, by the name of their test; docs/decisions/0007 says why.
DECIDED_OTHERWISE = {
    "testDirectiveTypos": 1,
    "testPrecedenceOfRules": 1,
    "test_unicode_url_and_useragent": 2,
    "test_grouping_unknown_keys": 3,
    "test_user_agent_precedence": 5,
}


def test_the_most_exact_group_and_the_longest_rule_count() -> None:
    found = read_rules(b"User-agent: *\nDisallow: /\n\nUser-agent: Lodestar\nDisallow: /a\nAllow: /a/b$\n", "Lodestar")
    assert found.decide("https://h/").allowed
    assert not found.decide("https://h/a/c").allowed
    assert found.decide("https://h/a/b").allowed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(encoding: str) -> None:
    found = read_rules("User-agent: *\nDisallow: /é\n".encode(encoding), "x")
    assert not found.decide("https://h/%C3%A9").allowed
    assert found.decide("https://h/e").allowed


def test_carriage_returns_end_lines() -> None:
    assert not read_rules(b"User-agent: *\rDisallow: /a\r", "x").decide("https://h/a").allowed


def test_a_page_of_html_holds_no_rules() -> None:
    assert read_rules(b"\n <html>User-agent: *\nDisallow: /</html>", "x").decide("https://h/a").allowed


@pytest.mark.parametrize(
    ("stated", "delay"), [("10", 10.0), ("0.5", 0.5), ("soon", 0.0), ("-3", 0.0), ("99999", LONGEST_DELAY)]
)
def test_crawl_delay(stated: str, delay: float) -> None:
    assert read_rules(f"User-agent: *\nCrawl-delay: {stated}\n".encode(), "x").delay == delay


def test_half_a_megabyte_is_parsed() -> None:
    body = b"#" + b"x" * 500 * 1024 + b"\nUser-agent: *\nDisallow: /a\n"
    assert not read_rules(body, "x").decide("https://h/a").allowed


def test_binary_rubbish_does_no_harm() -> None:
    assert read_rules(bytes(range(256)) * 50, "x").decide("https://h/a").allowed


@pytest.mark.shared
def test_all_vectors(shared: Path) -> None:
    """Those of the standard and of Google's reading all hold; of two libraries' own, the listed ones do not."""
    differing: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for name in ("google_robotstxt.json", "crawler_commons.json", "protego.json"):
        for vector in json.loads((shared / "fixtures/robots/vectors" / name).read_text()):
            if not vector["user_agent"] or not vector["url"]:
                continue  # of a library's interface, not of the protocol
            tried[vector["kind"]] += 1
            if read_rules(_body(vector), vector["user_agent"]).decide(vector["url"]).allowed != vector["allowed"]:
                assert vector["kind"] in {"crawler_commons", "protego"}, vector
                differing[vector["test"]] += 1
    assert differing == DECIDED_OTHERWISE
    assert tried["rfc9309"] >= 35
    assert tried["rfc9309_example"] == 30
    assert tried["google_extension"] >= 50
    assert sum(tried.values()) > 400


@pytest.mark.shared
def test_delays_and_sitemaps_vectors(shared: Path) -> None:
    otherwise = {"testHtmlMarkupInRobotsTxt", "testHeritrixCases"}
    for vector in json.loads((shared / "fixtures/robots/vectors/delays_and_sitemaps.json").read_text()):
        found = read_rules(vector["robots_txt"].encode(), vector["user_agent"] or "x")
        if vector["test"] in otherwise:
            assert found.delay == 0.0
        elif vector["query"] == "sitemaps":
            assert list(found.sitemaps) == vector["expected"]
        elif vector["query"] == "crawl_delay":
            assert found.delay == (vector["expected"] or 0.0)
        else:
            rate = vector["expected"]
            assert found.delay == pytest.approx(rate["seconds"] / rate["requests"] if rate else 0.0)


def test_the_rule_that_decided_is_told() -> None:
    found = read_rules(b"# ours\nUser-agent: *\nDisallow: /a*/x$\nAllow: /a\n", "x")
    assert found.decide("https://h/a/b/x").rule == "Disallow: /a*/x$ (line 3)"
    assert found.decide("https://h/a/b/xy").rule == "Allow: /a (line 4)"
    assert found.decide("https://h/b").rule == "no rule matches"
    assert found.decide("https://h/robots.txt").rule == "robots.txt itself"
    assert read_rules(b"<html>", "x").decide("https://h/").rule == "no rules (a page of HTML)"


def test_a_pause_between_two_agents_does_not_part_them_but_is_its_own() -> None:
    found = b"User-agent: slowbot\nCrawl-delay: 60\nUser-agent: *\nDisallow: /a\n"
    assert read_rules(found, "x").delay == 0
    assert read_rules(found, "slowbot").delay == 60
    assert not read_rules(found, "slowbot").decide("https://h/a").allowed


def test_a_pattern_of_many_wildcards_costs_no_more_than_the_path_is_long() -> None:
    rule = Rule(allowed=False, pattern="/" + "a*" * 2000 + "b$", line=1)
    assert not rule.matches("/" + "a" * 20_000)
    assert rule.matches("/" + "a" * 20_000 + "b")


@given(st.text("ab*/$%", max_size=12), st.text("ab/", max_size=16))
def test_matching_is_that_of_the_plain_definition(pattern: str, path: str) -> None:
    anchored = pattern.endswith("$")
    parts = [re.escape(literal(part)) for part in pattern.removesuffix("$").split("*")]
    expected = re.match("(?s:.*)".join(parts) + (r"\Z" if anchored else ""), path) is not None
    assert Rule(allowed=True, pattern=pattern, line=1).matches(path) is expected


@given(st.binary(max_size=300))
def test_any_bytes_are_read(body: bytes) -> None:
    assert isinstance(read_rules(b"User-agent: *\n" + body, "x").decide("https://h/a?b").allowed, bool)


def _body(vector: dict[str, str]) -> bytes:
    packed = vector.get("robots_txt_base64")
    return base64.b64decode(packed) if packed else vector["robots_txt"].encode()


@pytest.mark.shared
def test_real_files_can_be_read(shared: Path) -> None:
    files = [path for path in (shared / "fixtures/robots/real_2019").rglob("*.txt") if path.is_file()]
    assert len(files) > 40
    for path in files:
        found = read_rules(path.read_bytes(), "lodestar")
        assert isinstance(found.decide("https://h/courses/x").allowed, bool)
        if "html_instead" in str(path):
            assert found.rules == (), path
    edx = shared / "fixtures/robots/real_2019/www.edx.org.robots.txt"
    assert read_rules(edx.read_bytes(), "lodestar").delay == 10
    usps = shared / "fixtures/robots/real_2019/tricky_utf_16/store.usps.com.robots.txt"
    assert not read_rules(usps.read_bytes(), "lodestar").decide("https://store.usps.com/store/cart/x").allowed
