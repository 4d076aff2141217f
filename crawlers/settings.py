"""The settings of one source, read with clear errors: each key is named, typed and known."""

import difflib
from collections.abc import Mapping

from catalog.errors import SourceError


class Settings:
    """A source's own table of the configuration; what is read is remembered, so that what is unknown can be told."""

    def __init__(self, source: str, values: Mapping[str, object]) -> None:
        self._source = source
        self._values = values
        self._known: set[str] = set()

    def text(self, key: str, default: str) -> str:
        value = self._value(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "a text that is not empty", value)
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        self._known.add(key)
        return self.text(key, "") if key in self._values else None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self._value(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "a list of texts", value)
        return tuple(value)

    def names(self, key: str) -> dict[str, str]:
        """A table of texts by text."""
        value = self._value(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
            raise self.wrong(key, "a table of texts", value)
        return {str(name): one for name, one in value.items()}

    def choices(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        """Some of the known words; all of them where nothing is said."""
        chosen = self.texts(key, known)
        if not chosen or not set(chosen) <= set(known):
            raise self.wrong(key, f"some of {', '.join(known)}", list(chosen))
        return chosen

    def number(self, key: str, default: int, *, low: int, high: int) -> int:
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"a whole number from {low} to {high}", value)
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", value)
        return value

    def tables(self, key: str) -> "list[Settings]":
        value = self._value(key, ())
        if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
            raise self.wrong(key, "a list of tables", value)
        return [Settings(f"{self._source}.{key}[{at}]", one) for at, one in enumerate(value)]

    def require_all_known(self) -> None:
        """SourceError for the first key that nothing asked for, with the nearest known one."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(sorted(self._known))}"
                raise SourceError(f"sources.{self._source}.{key} is no setting of this source; {hint}")

    def _value(self, key: str, default: object) -> object:
        self._known.add(key)
        return self._values.get(key, default)

    def wrong(self, key: str, wanted: str, value: object) -> SourceError:
        """What is raised where a setting is not what was wanted."""
        return SourceError(f"sources.{self._source}.{key} must be {wanted}, not {value!r}")
