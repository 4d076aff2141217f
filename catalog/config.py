"""Every setting: its type, default and limits; read at the doors from one file and the environment."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec

from catalog.errors import ConfigError

PREFIX = "LODESTAR_"
FILE_VARIABLE = "LODESTAR_CONFIG"
DEFAULT = "default"

Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Name = Annotated[str, msgspec.Meta(min_length=1)]
Address = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9+]*:.")]
WebAddress = Annotated[str, msgspec.Meta(pattern=r"^$|^https?://[^/\s]+\S*$")]


class RecordSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the record is."""

    url: Address = "sqlite:///catalog_data/lodestar.db"


class IndexSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the search index is and how it follows the record."""

    url: Address = "whoosh:index_data"
    keep_generations: Count = 3
    follow_seconds: Seconds = 0.25


class SiteSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the pages are served."""

    name: Name = "Lodestar"
    host: Name = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 8000
    threads: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 8
    page_size: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    base_url: WebAddress = ""


class CrawlSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How crawlers behave towards the sites they read."""

    product: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")] = "Lodestar"
    contact: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f()]*$")] = ""
    pause_seconds: Seconds = 1.0
    timeout_seconds: Seconds = 30.0
    max_bytes: Count = 20_000_000
    max_redirects: Annotated[int, msgspec.Meta(ge=0, le=20)] = 5
    at_once: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    spool: Name = "catalog_data/spool"
    answers: Name = "catalog_data/answers"
    answers_mb: Count = 2000
    answers_days: Count = 30
    evidence_days: Count = 180
    links_a_day: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1000
    allow_private_hosts: tuple[Name, ...] = ()


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is logged."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """All settings in force; paths are absolute.

    ``sources`` holds one table for each source as it was written: the source checks its own. ``origins`` says for each
    "section.key" that is not a default where it comes from: the file or the variable.
    """

    record: RecordSettings = RecordSettings()
    index: IndexSettings = IndexSettings()
    site: SiteSettings = SiteSettings()
    crawl: CrawlSettings = CrawlSettings()
    log: LogSettings = LogSettings()
    sources: dict[str, dict[str, object]] = {}
    origins: dict[str, str] = {}


class _Stated(NamedTuple):
    """A value that somebody stated: in the file, or as words in the environment."""

    value: object
    origin: str
    from_environment: bool = False


S = TypeVar("S", bound=msgspec.Struct)
_Statements = dict[str, dict[str, _Stated]]

_SOURCES = "sources"
_SECTIONS: tuple[str, ...] = ("record", "index", "site", "crawl", "log", _SOURCES)
_SQLITE_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!:memory:|file:)(.+)")
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")
_SECRET = re.compile(r"key|token|secret|password", re.IGNORECASE)


def load_config(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The settings from ``path``, else $LODESTAR_CONFIG, else ./config.toml, else the defaults; the environment wins.

    Raises ConfigError, naming the place, the key and what was expected, when anything is unknown, wrong or unreadable.
    """
    file = _find_file(path, environ)
    tables = _read_tables(file) if file else {}
    statements = _from_file(tables, str(file))
    sources = _source_tables(tables, str(file))
    _add_environment(statements, sources, environ)
    config = Config(
        record=_section(RecordSettings, "record", statements),
        index=_section(IndexSettings, "index", statements),
        site=_section(SiteSettings, "site", statements),
        crawl=_section(CrawlSettings, "crawl", statements),
        log=_section(LogSettings, "log", statements),
        sources=sources,
        origins={f"{name}.{key}": told.origin for name, keys in statements.items() for key, told in keys.items()},
    )
    return _anchored(config, file.resolve().parent if file else Path.cwd())


def describe(config: Config) -> list[tuple[str, str, str]]:
    """Each setting as (key, value as JSON, origin), in the order of config.toml; passwords and keys are masked."""
    return [
        (key, json.dumps(_masked(key, value), ensure_ascii=False, default=str), config.origins.get(key, DEFAULT))
        for key, value in _flat(config)
    ]


# --- the file


def _find_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    if path is not None:
        return path
    if stated := environ.get(FILE_VARIABLE):
        return Path(stated)
    usual = Path("config.toml")
    return usual if usual.exists() else None


def _read_tables(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be read ({error.strerror}). Give the path of a configuration file, "
            f"or unset {FILE_VARIABLE} to use ./config.toml or the defaults."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{file} is not TOML in UTF-8: {error}. Mend that place and start again.") from error


def _from_file(tables: Mapping[str, object], place: str) -> _Statements:
    statements: _Statements = {}
    for name, table in tables.items():
        if name not in _SECTIONS:
            raise ConfigError(f"{place}: [{name}] is not a section. {_nearest(name, _SECTIONS)}")
        if not isinstance(table, dict):
            raise ConfigError(f"{place}: {name} must be a section: write [{name}] and its keys below it.")
        if name != _SOURCES:
            statements[name] = {key: _Stated(value, place) for key, value in table.items()}
            continue
        for source, keys in table.items():
            if isinstance(keys, dict):
                statements[f"{name}.{source}"] = {key: _Stated(value, place) for key, value in keys.items()}
    return statements


def _source_tables(tables: Mapping[str, object], place: str) -> dict[str, dict[str, object]]:
    found = tables.get(_SOURCES, {})
    sources: dict[str, dict[str, object]] = {}
    for name, table in found.items() if isinstance(found, dict) else ():
        if not isinstance(table, dict):
            raise ConfigError(f"{place}: sources.{name} must be a table: write [sources.{name}] and its keys below it.")
        sources[name] = dict(table)
    return sources


# --- the environment


def _add_environment(
    statements: _Statements, sources: dict[str, dict[str, object]], environ: Mapping[str, str]
) -> None:
    """Puts what the environment says over what the file says; a variable of no section of ours belongs to others."""
    for variable in sorted(environ):
        section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
        if not variable.startswith(PREFIX) or section not in _SECTIONS:
            continue
        told = _Stated(environ[variable], variable, from_environment=True)
        if section == _SOURCES:
            source, key = _source_key(variable, key, sources)
            sources[source][key] = _free_value(environ[variable])
            section = f"{section}.{source}"
        statements.setdefault(section, {})[key] = told


def _source_key(variable: str, rest: str, sources: Iterable[str]) -> tuple[str, str]:
    """Divides "free_programming_books_enabled"; names hold underscores, so only a table of the file tells where."""
    for source in sorted(sources, key=len, reverse=True):
        if rest.startswith(f"{source.lower()}_") and len(rest) > len(source) + 1:
            return source, rest[len(source) + 1 :]
    raise ConfigError(
        f"{variable} names no source of the configuration file. Write its table [sources.name] there first; "
        f"present: {', '.join(sorted(sources)) or 'none'}."
    )


def _free_value(words: str) -> object:
    """JSON where it is JSON (true, 5, ["en"]), else the words."""
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return words


def _listed(words: str) -> object:
    if words.lstrip().startswith("["):
        return _free_value(words)
    return [part.strip() for part in words.split(",") if part.strip()]


# --- checking


def _section(kind: type[S], name: str, statements: _Statements) -> S:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    values: dict[str, object] = {}
    for key, told in statements.get(name, {}).items():
        if key not in fields:
            raise ConfigError(f"{told.origin}: {name}.{key} is not a setting. {_nearest(key, fields)}")
        values[key] = _checked(f"{name}.{key}", fields[key], told)
    return kind(**values)


def _checked(key: str, field: msgspec.structs.FieldInfo, told: _Stated) -> object:
    value = told.value
    if told.from_environment and isinstance(value, str) and isinstance(field.default, tuple):
        value = _listed(value)
    try:
        return msgspec.convert(value, field.type, strict=not told.from_environment)
    except msgspec.ValidationError as error:
        choices = getattr(field.type, "__args__", ()) if getattr(field.type, "__origin__", None) is Literal else ()
        expected = f"one of {', '.join(map(str, choices))}" if choices else str(error)
        raise ConfigError(
            f"{told.origin}: {key} = {_masked(key, told.value)!r} will not do: {expected}. "
            f"The default is {field.default!r}."
        ) from error


def _nearest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."


# --- what follows from the values


def _anchored(config: Config, folder: Path) -> Config:
    """Relative paths start at the folder of the file, so that a service finds its data from any working directory."""
    record, index, crawl = config.record, config.index, config.crawl
    if found := _SQLITE_FILE.fullmatch(record.url):
        record = msgspec.structs.replace(record, url=f"{found[1]}{folder / found[2]}")
    engine, _, place = index.url.partition(":")
    if engine == "whoosh":
        index = msgspec.structs.replace(index, url=f"{engine}:{folder / place}")
    crawl = msgspec.structs.replace(crawl, spool=str(folder / crawl.spool), answers=str(folder / crawl.answers))
    return msgspec.structs.replace(config, record=record, index=index, crawl=crawl)


def _flat(config: Config) -> Iterator[tuple[str, object]]:
    for name in _SECTIONS:
        section = getattr(config, name)
        if isinstance(section, msgspec.Struct):
            yield from ((f"{name}.{key}", value) for key, value in msgspec.structs.asdict(section).items())
    for source, table in config.sources.items():
        yield from ((f"{_SOURCES}.{source}.{key}", value) for key, value in table.items())


def _masked(key: str, value: object) -> object:
    if isinstance(value, dict):
        return {name: _masked(f"{key}.{name}", each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(key, each) for each in value]
    if not isinstance(value, str):
        return value
    secret = key.startswith(f"{_SOURCES}.") and _SECRET.search(key.rpartition(".")[2])
    return "***" if secret and value else _PASSWORD.sub(r"\1***@", value)
