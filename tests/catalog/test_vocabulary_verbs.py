"""`lodestar vocabulary`: what editors see of a change before it is made."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.vocabulary import HOME
from lodestar import command

COURSES = [
    {"title": "ZorbDB from Scratch", "skills": ["Basket weaving"]},
    {"title": "Python for Everybody", "skills": ["Basket weaving", "Python"]},
    {"title": "Pottery", "subjects": ["Clay"]},
]
ZORBDB = '\n[zorbdb]\nlabel = "ZorbDB"\nbroader = ["databases"]\ndefinition = "A database in one file."\n'
ROLE = 'label = "Potter"\nsummary = "Makes pots."\nwork = "Pots."\n[must]\npython = "beginner"\n'


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    lines = [
        json.dumps({"kind": "course", "source": "one", "url": f"https://c.example.org/{number}", **course})
        for number, course in enumerate(COURSES)
    ]
    (tmp_path / "courses.jsonl").write_text("\n".join(lines), encoding="utf-8")

    def lodestar(*words: str) -> str:
        told = CliRunner().invoke(command, words, catch_exceptions=False)
        assert told.exit_code == 0, told.output
        return told.stdout

    lodestar("import", "courses.jsonl")
    return lodestar


def test_check_counts(run) -> None:  # type: ignore[no-untyped-def]
    assert re.match(r"\d{3,} topics by [\d,]+ names, \d+ roles\n\d+ terms of sources\n$", run("vocabulary", "check"))


def test_unmapped_lists_terms_by_their_number(run) -> None:  # type: ignore[no-untyped-def]
    told = [line.split(maxsplit=2) for line in run("vocabulary", "unmapped").splitlines()]
    assert told == [["2", "one", "Basket weaving"], ["1", "one", "Clay"]]
    assert run("vocabulary", "unmapped", "--top", "1").count("\n") == 1


def test_unmapped_knows_the_sources(run) -> None:  # type: ignore[no-untyped-def]
    told = CliRunner().invoke(command, ["vocabulary", "unmapped", "--source", "two"])
    assert told.exit_code == 1
    assert "it has one" in told.output


def test_try_shows_who_gains_a_topic(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    edited = tmp_path / "edited.toml"
    edited.write_text((HOME / "topics.toml").read_text(encoding="utf-8") + ZORBDB, encoding="utf-8")
    told = run("vocabulary", "try", str(edited))
    assert "1 of 3 entries would change" in told
    assert "topic zorbdb: +1 −0\n    + ZorbDB from Scratch" in told


def test_try_shows_who_gains_a_role(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    edited = tmp_path / "potter.toml"
    edited.write_text(ROLE, encoding="utf-8")
    assert "role potter: +1 −0\n    + Python for Everybody" in run("vocabulary", "try", str(edited))


def test_try_shows_what_a_term_brings(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    edited = tmp_path / "terms.toml"
    edited.write_text('[one]\n"Basket weaving" = "docker"\n', encoding="utf-8")
    assert "topic docker: +2 −0" in run("vocabulary", "try", str(edited))


def test_try_says_what_is_wrong(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    edited = tmp_path / "potter.toml"
    edited.write_text(ROLE.replace("python", "pithon"), encoding="utf-8")
    told = CliRunner().invoke(command, ["vocabulary", "try", str(edited)])
    assert "potter.toml:5: must: must names the unknown topic 'pithon'; did you mean 'python'?" in str(told.exception)
