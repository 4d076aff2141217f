"""The rules of the house, read from the source: who may import whom, where each library lives, and what is too much."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("catalog", "crawlers", "indexer", "webui")
MODULES = sorted(path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py"))
MODULES.append(CHECKOUT / "lodestar.py")

# Floor by floor, what a package may know of the others. `lodestar.py` alone meets all four.
MAY_IMPORT = {
    "catalog": (),
    "crawlers": ("catalog",),
    "indexer": ("catalog",),
    "webui": (
        "catalog",
        "indexer.query",
        "indexer.fields",
        "indexer.engine",
        "indexer.highlight",
        "indexer.text",
        "indexer.asking",
        "indexer.syntax",
    ),
    "lodestar": PACKAGES,
}

# Each foreign library has one home, so that it can be exchanged in one place. A folder ends with a slash.
HOMES = {
    "ahocorasick": ("catalog/phrases.py",),
    "apscheduler": ("crawlers/worker.py", "crawlers/schedule.py"),
    "babel": ("webui/labels.py",),
    "bs4": ("crawlers/readers/links.py", "crawlers/readers/feed_tree.py"),
    "click": ("*/verbs.py", "catalog/vocabulary/verbs.py", "crawlers/verbs/", "lodestar.py"),
    "flask": ("webui/",),
    "icalendar": ("webui/paths/exports.py",),
    "jinja2": ("webui/",),
    "langcodes": ("catalog/clean/", "webui/labels.py"),
    "lxml": ("crawlers/readers/",),
    "msgspec": tuple(f"{package}/" for package in PACKAGES),
    "numpy": ("indexer/whoosh_engine/", "catalog/guidance/packing/"),
    "price_parser": ("catalog/clean/",),
    "requests": ("crawlers/web/transport.py",),
    "sqlalchemy": (
        "catalog/tables.py",
        "catalog/store.py",
        "catalog/writing.py",
        "catalog/shelf.py",
        "catalog/ledger/",
    ),
    "stdnum": ("catalog/clean/",),
    "Stemmer": ("indexer/text.py",),
    "tomli": ("catalog/vocabulary/toml_file.py",),
    "tqdm": ("catalog/progress.py",),
    "urllib3": ("crawlers/web/transport.py",),
    "w3lib": ("catalog/clean/",),
    "waitress": ("webui/verbs.py",),
    "werkzeug": ("webui/",),
    "whoosh": ("indexer/whoosh_engine/",),
}

# (module, function): why it may import inside. Empty is best.
MAY_IMPORT_INSIDE = frozenset(
    {
        *(("lodestar.py", "up"), ("lodestar.py", "load_starter")),  # a verb reads only the packages that it needs
        ("webui/paths/exports.py", "calendar"),  # a tenth of a second of each start, for what few ask
    }
)

LONGEST_FILE, LONGEST_FUNCTION = 350, 45  # lines
AVOIDED_WORDS = frozenset("item object data manager handler service helper util utils core common".split())  # noqa: SIM905
TERMS = frozenset({"linked_data"})  # names of the trade that hold one of them


class Import(NamedTuple):
    """One import statement's target: the module, and the line it stands in."""

    module: str
    line: int


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def place(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def module_name(path: Path) -> str:
    parts = path.relative_to(CHECKOUT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = frozenset(map(module_name, MODULES))


def imports(path: Path) -> Iterator[Import]:
    """Every module that a file imports; `from package import module` counts as the module where there is one."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}:{node.lineno} imports relatively"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield Import(whole if whole in NAMES else str(node.module), node.lineno)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lives_in(path: str, home: str) -> bool:
    if home.startswith("*/"):
        return path.count("/") == 1 and path.endswith(home[1:])
    return path.startswith(home) if home.endswith("/") else path == home


def is_within(module: str, allowed: str) -> bool:
    return module == allowed or module.startswith(f"{allowed}.")


def test_the_packages_are_there() -> None:
    assert {path.relative_to(CHECKOUT).parts[0] for path in MODULES} == {*PACKAGES, "lodestar.py"}
    assert len(MODULES) > 60


def test_arrows_never_run_up() -> None:
    wrong = []
    for path in MODULES:
        own = module_name(path).partition(".")[0]
        for target, line in imports(path):
            package = target.partition(".")[0]
            if package == own or package not in (*PACKAGES, "lodestar"):
                continue
            if not any(is_within(target, allowed) for allowed in MAY_IMPORT[own]):
                wrong.append(f"{place(path)}:{line} imports {target}")
    assert wrong == []


def test_there_is_no_circle_of_imports() -> None:
    arrows = {
        module_name(path): {target for target, _ in imports(path) if target in NAMES} - {module_name(path)}
        for path in MODULES
    }
    done: set[str] = set()
    circles: list[list[str]] = []

    def walk(module: str, trail: list[str]) -> None:
        if module in trail:
            circles.append([*trail[trail.index(module) :], module])
        elif module not in done:
            for target in sorted(arrows[module]):
                walk(target, [*trail, module])
            done.add(module)

    for module in sorted(arrows):
        walk(module, [])
    assert circles == []


def test_no_import_hides_in_a_function() -> None:
    found = {
        (place(path), function.name)
        for path in MODULES
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert found == MAY_IMPORT_INSIDE


def test_each_foreign_library_has_its_home() -> None:
    wrong = []
    for path in MODULES:
        for target, line in imports(path):
            library = target.partition(".")[0]
            if library in sys.stdlib_module_names or library in (*PACKAGES, "lodestar"):
                continue
            if not any(lives_in(place(path), home) for home in HOMES.get(library, ())):
                wrong.append(f"{place(path)}:{line} imports {library}")
    assert wrong == []


def test_every_library_at_home_is_required() -> None:
    required = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").lower()
    called = {
        "Stemmer": "pystemmer",
        "ahocorasick": "pyahocorasick",
        "bs4": "beautifulsoup4",
        "stdnum": "python-stdnum",
    }
    comes_with = {"jinja2": "flask", "werkzeug": "flask"}
    names = {called.get(name, comes_with.get(name, name)).replace("_", "-").lower() for name in HOMES}
    assert [name for name in sorted(names) if name not in required] == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    long = [
        f"{function.name}: {lines} lines"
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_modules_and_public_classes_say_what_they_are(path: Path) -> None:
    # A package's empty __init__.py has nothing to say beyond its name, but ours all say it.
    assert ast.get_docstring(tree(path)), "the module has no docstring"
    classes = [node for node in tree(path).body if isinstance(node, ast.ClassDef)]
    classes += [node for outer in classes for node in outer.body if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes if node.name[0] != "_" and not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_names_avoid_the_words_that_say_nothing(path: Path) -> None:
    named = [path.stem, path.parent.name]
    named += [
        node.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [name for name in named if name not in TERMS and not AVOIDED_WORDS.isdisjoint(words_of(name))] == []


def words_of(name: str) -> set[str]:
    """`ListManager` → list, manager; `load_data` → load, data."""
    spaced = "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
    return set(spaced.split("_"))


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_modules_keep_no_state(path: Path) -> None:
    wrong = []
    for node in tree(path).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if not isinstance(target, ast.Name) or not is_mutable(node.value):  # type: ignore[union-attr]
                continue
            name = target.id.lstrip("_")
            if not name.isupper() and not target.id.startswith("__") and target.id != "verbs":
                wrong.append(f"{place(path)}:{node.lineno} {target.id}")
    assert wrong == []
    assert [node.lineno for node in ast.walk(tree(path)) if isinstance(node, ast.Global)] == []


def is_mutable(value: ast.expr | None) -> bool:
    """A list, dict or set, written out or made by its name."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in {"list", "dict", "set", "defaultdict", "OrderedDict", "Counter", "deque", "bytearray"}
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_nothing_is_left_to_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [mark for mark in ("TODO", "FIXME", "XXX", "HACK") if mark in text] == []
