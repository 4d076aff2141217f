"""One file of the vocabulary, read with distrust: it can say on which line something stands."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import tomli

from catalog.errors import VocabularyError

AUTHORITIES = ("github", "onet", "esco")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class TomlFile:
    """A TOML file with its lines; what is asked for in the wrong shape raises VocabularyError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._lines = path.read_text(encoding="utf-8").splitlines()
            self.content: dict[str, object] = tomli.loads("\n".join(self._lines))
        except OSError as problem:
            raise VocabularyError(f"{path}: cannot be read ({problem}); restore the file") from problem
        except ValueError as problem:
            raise VocabularyError(f"{path}: not valid TOML: {problem}") from problem

    def table(self, name: str) -> "TomlTable":
        """A table of the file by its name; the file itself by ''."""
        value = self.content.get(name, {}) if name else self.content
        if not isinstance(value, dict):
            raise self.wrong("", 0, name, f"[{name}] must be a table, not {value!r}")
        return TomlTable(self, name, value)

    def tables(self, name: str) -> Iterator["TomlTable"]:
        """The tables that each begin with ``[[name]]``."""
        values = self.content.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong("", 0, name, f"{name} must be written as tables, each under a line [[{name}]]")
        yield from (TomlTable(self, name, value, number) for number, value in enumerate(values))

    def wrong(self, table: str, number: int, word: str, message: str) -> VocabularyError:
        line = self._line(table, number, word)
        where = f"{self.path}:{line}" if line else str(self.path)
        return VocabularyError(f"{where}: {table + ': ' if table else ''}{message}")

    def _line(self, table: str, number: int, word: str) -> int | None:
        """The first line of the table that holds the word, else the line of the table's head."""
        marks = {f"[{table}]", f"[[{table}]]"}
        heads = [place for place, line in enumerate(self._lines) if table and line.strip() in marks]
        start = heads[number] if number < len(heads) else 0
        pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        for place, line in enumerate(self._lines[start:], start + 1):
            if table and place > start + 1 and line.startswith("["):
                break
            if pattern.search(line):
                return place
        return start + 1 if heads else None


class TomlTable:
    """One table of a file, and the values it must hold."""

    def __init__(self, file: TomlFile, name: str, values: Mapping[str, object], number: int = 0) -> None:
        self._file, self.name, self._number = file, name, number
        self.values = values

    def wrong(self, word: str, message: str) -> VocabularyError:
        return self._file.wrong(self.name, self._number, word, message)

    def know_keys(self, known: Iterable[str], keys: Iterable[str] | None = None) -> None:
        """Every key must be one of those known."""
        for key in sorted(set(self.values if keys is None else keys) - set(known)):
            raise self.wrong(key, f"unknown key {key!r}{nearest(key, known)}")

    def know(self, what: str, key: str, names: Iterable[str], known: Collection[str]) -> None:
        """Every name must be one of those known; ``what`` says of what sort they are."""
        for name in names:
            if name not in known:
                near = nearest(name, known)
                raise self.wrong(name, f"{key} names the unknown {what} {name!r}{near}")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
            raise self.wrong(key, f"{key} must be a list of texts, not {value!r}")
        return tuple(" ".join(text.split()) for text in value)

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """Texts and lists of texts; a text is a list of one."""
        value = self.values.get(key, [])
        found = [(one,) if isinstance(one, str) else one for one in value] if isinstance(value, list) else [value]
        if not all(
            isinstance(one, list | tuple) and one and all(isinstance(text, str) for text in one) for one in found
        ):
            raise self.wrong(key, f"{key} must be a list of texts and of lists of texts, not {value!r}")
        return tuple(tuple(texts) for texts in found if isinstance(texts, list | tuple))

    def text(self, key: str) -> str:
        """A text in one paragraph or, with empty lines between them, in several."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"{key} must be a text, not {value!r}")
        return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", value.strip()))

    def same_as(self) -> dict[str, str]:
        value = self.values.get("same_as", {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self.wrong("same_as", f"same_as must be a table of texts, not {value!r}")
        self.know_keys(AUTHORITIES, value)
        return dict(value)


def nearest(word: str, known: Iterable[str]) -> str:
    """Words that point to what may have been meant."""
    near = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known)[:12])}"


_BLANK = str.maketrans("-/_", "   ")


def plain(name: str) -> str:
    """A name without case, hyphens, slashes and doubled blanks: names that agree so are one name."""
    return " ".join(name.casefold().translate(_BLANK).split())
