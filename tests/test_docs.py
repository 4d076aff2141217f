"""The documentation is held to the program: what it names exists, what exists is named, and its recipes work."""

import importlib
import importlib.util
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import msgspec
import pytest
from flask import Blueprint

import indexer.fields
from catalog.config import Config
from catalog.model import Entry, Kind, LearningResource
from catalog.vocabulary import load_vocabulary
from crawlers.source import Report, known_sources, table_of
from indexer.fields import FACETS, SORTS, TEXTS, Field
from indexer.query import Query
from lodestar import command
from tests.crawlers.local_web import FakeFetch
from tests.indexer import reference_index

CHECKOUT = Path(__file__).resolve().parent.parent
PAGES = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
PACKAGES = ("catalog", "crawlers", "indexer", "webui")
ARCHITECTURE = CHECKOUT / "docs" / "architecture.md"
OPERATIONS = CHECKOUT / "docs" / "operations.md"
HOW_TO_ADD = CHECKOUT / "docs" / "how_to_add.md"

_CONTEXT = click.Context(command)
VERBS = {name: command.get_command(_CONTEXT, name) for name in command.list_commands(_CONTEXT)}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of one language; commands and trees have none."""
    return [body for name, body in _FENCE.findall(read(path)) if name == language]


def name_of(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def tree() -> list[str]:
    """The paths that the tree of architecture.md names, folders with a slash."""
    drawn = next(block for block in blocks(ARCHITECTURE, "") if block.startswith("config.toml"))
    above: list[str] = []
    paths = []
    for line in drawn.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [line.split()[0]]
        paths.append("".join(above))
    return paths


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def verbs_used(text: str) -> Iterator[str]:
    """The words after `lodestar` in commands, in fences and in the text."""
    fenced = [body for language, body in _FENCE.findall(text) if not language]
    quoted = re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    for line in (line for body in (*fenced, *quoted) for line in body.splitlines()):
        if found := re.match(r"(?:\w+=\S+ )*lodestar ((?:-\S+ \S+ )*)([a-z]+)(?=\s|$)", line.strip()):
            yield found[2]


# ---- links, trees and names


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(read(page)):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(read(target)), link


def test_the_tree_of_the_architecture_is_there() -> None:
    missing = [path for path in tree() if (CHECKOUT / path).is_dir() is not path.endswith("/")]
    assert missing == []


def test_every_module_stands_in_the_tree() -> None:
    modules = {name_of(path) for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py")}
    unnamed = {path for path in modules if not path.endswith("__init__.py")} - set(tree())
    assert unnamed == set()


def test_paths_named_in_the_text_exist() -> None:
    recipes = {"crawlers/sources/example_academy.py", "catalog/roles/search-engineer.toml", "indexer/brute_force.py"}
    recipes |= {"indexer/plain_engine.py", "webui/pages/languages.py", "webui/templates/languages.html"}
    named = {
        (page.name, path)
        for page in PAGES
        for path in re.findall(rf"`((?:{'|'.join(PACKAGES)}|tests|docs)/[\w./-]+)`", read(page))
    }
    assert [told for told in sorted(named) if told[1] not in recipes and not (CHECKOUT / told[1]).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    found = sorted((CHECKOUT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04d}" for number in range(1, len(found) + 1)]
    for path in found:
        text = read(path)
        assert text.startswith(f"# {int(path.name[:4])}. ")
        for part in ("Status: ", "## Context", "## Decision", "## Consequences"):
            assert part in text, (path.name, part)


# ---- settings, verbs, fields, dependencies


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `((?!config)[a-z]+\.[a-z_]+)` \| (.*?) \|", read(OPERATIONS), re.MULTILINE))
    settings = {
        f"{section}.{key}": default
        for section in ("record", "index", "site", "crawl", "log")
        for key, default in msgspec.structs.asdict(getattr(Config(), section)).items()
    }
    assert rows.keys() == settings.keys()
    for key, default in settings.items():
        told = rows[key].strip("`")
        assert told == ({"": "empty", (): "none"}[default] if default in ("", ()) else str(default)), key


def test_every_source_and_its_settings_are_documented() -> None:
    text = read(OPERATIONS)
    stated = tomllib.loads(read(CHECKOUT / "config.toml"))["sources"]
    for source in known_sources():
        assert f"`{table_of(source)}`" in text, source
    for keys in stated.values():
        assert [key for key in keys if f"`{key}`" not in text] == []


def test_every_verb_of_a_package_is_a_verb_of_the_command() -> None:
    offered = {verb.name for package in PACKAGES for verb in importlib.import_module(f"{package}.verbs").verbs}
    assert {*offered, "up"} == {verb.name for verb in VERBS.values() if verb}
    assert command.get_command(_CONTEXT, "no-such-verb") is None


def test_every_verb_is_documented() -> None:
    used = {verb for page in (CHECKOUT / "README.md", OPERATIONS) for verb in verbs_used(read(page))}
    assert set(VERBS) - used == set()
    changes = read(CHECKOUT / "CHANGELOG.md")
    assert [verb for verb in VERBS if f"`{verb}`" not in changes] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_verbs_in_examples_exist(page: Path) -> None:
    assert set(verbs_used(read(page))) <= set(VERBS)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_options_in_examples_exist(page: Path) -> None:
    fenced = [line for body in blocks(page, "") for line in body.splitlines()]
    recipes = {"--institution"}  # what a recipe adds
    for line in fenced:
        words = shlex.split(line, comments=True) if re.match(r"(?:\w+=\S+ )*lodestar \w", line) else []
        words = [word for word in words if "=" not in word or word.startswith("-")]
        if len(words) > 1 and words[1] in VERBS:
            verb = VERBS[words[1]]
            if isinstance(verb, click.Group) and len(words) > 2:
                verb = verb.commands[words[2]]
            assert verb
            known = {name for option in verb.params for name in option.opts}
            unknown = {word for word in words if word.startswith("--")} - known - recipes - {"--help"}
            assert unknown == set(), line


def test_every_field_facet_and_sort_is_named() -> None:
    text = read(ARCHITECTURE)
    assert [field.name for field in (*TEXTS, *FACETS, *SORTS) if f"`{field.name}`" not in text] == []


def test_every_dependency_has_its_reason() -> None:
    reasons = set(
        re.findall(r"^\| `([\w.-]+)` \| \S", read(CHECKOUT / "docs/decisions/0006-dependencies.md"), re.MULTILINE)
    )
    required = {
        found[1]
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in read(CHECKOUT / name).splitlines()
        if (found := re.match(r"([\w.-]+)==", line))
    }
    assert reasons == required


def test_what_make_is_told_to_make_exists() -> None:
    goals = set(re.findall(r"^([a-z]+):", read(CHECKOUT / "Makefile"), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"(?:`|^)make ([a-z]+)", read(page), re.MULTILINE)) <= goals, page


def test_the_picture_is_small() -> None:
    assert (CHECKOUT / "docs" / "screenshot.png").stat().st_size < 300_000


# ---- the recipes of how_to_add.md


def recipe(language: str, holding: str) -> str:
    return next(body for body in blocks(HOW_TO_ADD, language) if holding in body)


def loaded(code: str, path: Path) -> ModuleType:
    path.write_text(code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # msgspec looks annotations up by module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[path.stem]
    return module


def test_the_source_of_the_recipe_yields_listings(tmp_path: Path) -> None:
    module = loaded(recipe("python", "class ExampleAcademy"), tmp_path / "recipe_source.py")
    settings = tomllib.loads(recipe("toml", "[sources.example_academy]"))["sources"]["example_academy"]
    fetch, report = FakeFetch({settings["address"]: recipe("json", "RabbitMQ")}), Report()
    (told,) = module.ExampleAcademy(settings).listings(fetch, report)
    assert told.resource.title == "Message Queues with RabbitMQ"
    assert told.resource.level == "intermediate"
    assert report.skipped == 1


@pytest.mark.parametrize("name", ["needs", "institution", "longest"])
def test_the_rows_of_the_recipes_are_fields(name: str) -> None:
    row = recipe("python", f'name="{name}"').strip().rstrip(",")
    field = eval(row, vars(indexer.fields))
    assert isinstance(field, Field)
    resource = LearningResource(
        kind=Kind.COURSE, title="x", prerequisites="Python", institution="MIT", hours_min=1.0, hours_max=2.0
    )
    entry = Entry(id=1, resource=resource)
    assert field.tell(entry, load_vocabulary()) or (field.number and field.number(entry))
    assert name not in {known.name for known in indexer.fields.FIELDS}


def test_the_topic_and_the_role_of_the_recipes_are_accepted(tmp_path: Path) -> None:
    topics, roles = tmp_path / "topics.toml", tmp_path / "roles"
    topics.write_text(read(CHECKOUT / "catalog/topics.toml") + "\n" + recipe("toml", "[duckdb]"), encoding="utf-8")
    roles.mkdir()
    for path in (CHECKOUT / "catalog/roles").glob("*.toml"):
        (roles / path.name).write_bytes(path.read_bytes())
    (roles / "search-engineer.toml").write_text(recipe("toml", '"Search Engineer"'), encoding="utf-8")
    vocabulary = load_vocabulary(topics, roles)
    assert vocabulary.topics["duckdb"].label == "DuckDB"
    assert "search-engineer" in vocabulary.roles


def test_the_terms_of_the_recipe_are_accepted(tmp_path: Path) -> None:
    terms = tmp_path / "source_terms.toml"
    terms.write_text(recipe("toml", "[class-central]"), encoding="utf-8")
    assert load_vocabulary(terms_path=terms).source_terms["relational data stores"] == "relational-databases"


def test_the_page_of_the_recipe_is_a_page(tmp_path: Path) -> None:
    module = loaded(recipe("python", "Blueprint("), tmp_path / "recipe_page.py")
    assert isinstance(module.page, Blueprint)


def test_the_engine_of_the_recipe_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "indexer.brute_force", reference_index)
    module = loaded(recipe("python", "class PlainEngine"), tmp_path / "recipe_engine.py")
    engine = module.open_engine(str(tmp_path / "index"), load_vocabulary())
    entry = Entry(id=7, resource=LearningResource(kind=Kind.BOOK, title="SQL in a Day"))
    engine.writer().publish(engine.writer().build([entry], 3))
    assert engine.writer().revision() == 3
    assert engine.reader().search(Query(words="sql")).ids == (7,)
