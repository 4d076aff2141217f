"""Tables, charts and the page that tells them; and the queries that nobody means well with."""

from xml.etree import ElementTree as ET

import pytest

from benchmarks.hostile import COUNT, hostile
from benchmarks.performance import BEGIN, END, PAGE, replaced
from benchmarks.plot import Curve, log_log
from benchmarks.report import aligned, markdown

ROWS = [{"engine": "a|b", "entries": 1234, "ms": 0.0123, "ratio": None}, {"engine": "c", "entries": 5, "ms": 12.34}]


def test_rows_become_a_markdown_table() -> None:
    assert markdown(ROWS) == [
        "| engine | entries | ms | ratio |",
        "| --- | --: | --: | --: |",
        "| a\\|b | 1,234 | 0.012 |  |",
        "| c | 5 | 12.3 |  |",
    ]
    assert markdown([]) == aligned([]) == []


def test_the_chart_is_a_picture_with_every_name_and_point() -> None:
    curves = [
        Curve(name="p99 & more", points=[(10, 0.5), (1000, 90)]),
        Curve(name="limit", points=[(10, 0.5), (1000, 80)], dashed=True),
    ]
    root = ET.fromstring(log_log("Growth", "entries", "milliseconds", curves))
    space = "{http://www.w3.org/2000/svg}"
    texts = [found.text for found in root.iter(f"{space}text")]
    assert {"Growth", "entries", "milliseconds", "p99 & more", "limit", "10", "100", "1,000", "0.1"} <= set(texts)
    assert len(list(root.iter(f"{space}circle"))) == 4
    heights = {found.text: float(found.get("y", 0)) for found in root.iter(f"{space}text")}
    assert heights["limit"] - heights["p99 & more"] >= 17, "names must not lie on each other"


def test_numbers_are_written_between_the_markers() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert replaced(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert replaced(replaced(page, "newer"), "new") == replaced(page, "new")
    with pytest.raises(SystemExit, match="needs the two lines"):
        replaced("a page without them", "new")
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_hostile_queries_are_the_same_each_time_and_of_many_sorts() -> None:
    usual = ["python for teams", "sql queries", "learn go"]
    found = hostile(usual)
    assert found == hostile(usual)
    assert len(found) == COUNT
    assert len({sort for sort, _ in found}) > 20
    assert max(len(words) for _, words in found) >= 10_000
