"""The settings: defaults, file, environment, and messages that say what to do."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from catalog.config import Config, describe, load_config
from catalog.errors import ConfigError

SHIPPED = Path(__file__).resolve().parents[2] / "config.toml"
SECTIONS = ("record", "index", "site", "crawl", "log")


def defaults(section: str) -> dict[str, object]:
    return msgspec.structs.asdict(getattr(Config(), section))


@pytest.fixture
def write(tmp_path: Path):
    def writing(toml: str) -> Path:
        file = tmp_path / "settings.toml"
        file.write_text(toml, encoding="utf-8")
        return file

    return writing


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a configuration file."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


# --- config.toml


def test_shipped_file_states_every_setting_with_its_default():
    stated = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    for section in SECTIONS:
        told = {key: tuple(value) if isinstance(value, list) else value for key, value in stated[section].items()}
        assert told == defaults(section), section
    assert set(stated) == {*SECTIONS, "sources"}


def test_shipped_file_has_one_comment_on_every_setting():
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        if re.match(r"\w+ = ", line):
            assert re.search(r"  # \S.{9,}", line), line


def test_shipped_file_loads():
    config = load_config(SHIPPED, {})
    assert config.site.port == 8000
    assert config.sources["free_programming_books"]["enabled"] is True


# --- where settings come from


def test_without_a_file_the_defaults_hold_and_paths_start_here(elsewhere: Path):
    config = load_config(environ={})
    assert config.record.url == f"sqlite:///{elsewhere}/catalog_data/lodestar.db"
    assert config.index.url == f"whoosh:{elsewhere}/index_data"
    assert config.crawl.spool == f"{elsewhere}/catalog_data/spool"
    assert {origin for _, _, origin in describe(config)} == {"default"}


def test_config_toml_in_the_working_directory_is_read(elsewhere: Path):
    (elsewhere / "config.toml").write_text("[site]\nport = 8123\n", encoding="utf-8")
    assert load_config(environ={}).site.port == 8123


def test_the_variable_names_the_file_and_a_given_path_wins(elsewhere: Path, write):
    other = elsewhere / "other.toml"
    other.write_text("[site]\nport = 1\n", encoding="utf-8")
    assert load_config(environ={"LODESTAR_CONFIG": str(other)}).site.port == 1
    assert load_config(write("[site]\nport = 2\n"), {"LODESTAR_CONFIG": str(other)}).site.port == 2


def test_the_environment_wins_over_the_file(write):
    file = write('[site]\nport = 1\nname = "Ours"\n')
    config = load_config(file, {"LODESTAR_SITE_PORT": "9000", "HOME": "/", "LODESTAR_DEBUGGER": "theirs"})
    origins = {key: (value, origin) for key, value, origin in describe(config)}
    assert origins["site.port"] == ("9000", "LODESTAR_SITE_PORT")
    assert origins["site.name"] == ('"Ours"', str(file))
    assert origins["site.threads"] == ("8", "default")


@pytest.mark.parametrize("words", ["a.test,b.test", " a.test , b.test,", '["a.test", "b.test"]'])
def test_lists_in_the_environment(elsewhere: Path, words: str):
    config = load_config(environ={"LODESTAR_CRAWL_ALLOW_PRIVATE_HOSTS": words})
    assert config.crawl.allow_private_hosts == ("a.test", "b.test")


def test_numbers_and_words_in_the_environment(elsewhere: Path):
    config = load_config(environ={"LODESTAR_CRAWL_PAUSE_SECONDS": "0.5", "LODESTAR_SITE_NAME": "42"})
    assert config.crawl.pause_seconds == 0.5
    assert config.site.name == "42"


def test_a_whole_number_will_do_for_seconds(write):
    assert load_config(write("[crawl]\npause_seconds = 2\n"), {}).crawl.pause_seconds == 2.0


# --- sources


def test_sources_are_kept_as_written(write):
    file = write('[sources.schema_org]\n[[sources.schema_org.sites]]\nname = "A"\nlimit = 5\n')
    assert load_config(file, {}).sources == {"schema_org": {"sites": [{"name": "A", "limit": 5}]}}


def test_the_environment_reaches_sources_of_the_file(write):
    file = write("[sources.free]\n[sources.free_books]\nenabled = true\n")
    environ = {"LODESTAR_SOURCES_FREE_BOOKS_ENABLED": "false", "LODESTAR_SOURCES_FREE_BASE_URL": "http://x/"}
    config = load_config(file, environ)
    assert config.sources == {"free": {"base_url": "http://x/"}, "free_books": {"enabled": False}}
    assert config.origins["sources.free_books.enabled"] == "LODESTAR_SOURCES_FREE_BOOKS_ENABLED"


# --- paths


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("sqlite:///a/b.db", "sqlite:///{}/a/b.db"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db"),
        ("sqlite+pysqlite:///b.db?timeout=5", "sqlite+pysqlite:///{}/b.db?timeout=5"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql://me@host/name", "postgresql://me@host/name"),
    ],
)
def test_paths_of_the_record_start_at_the_file(write, stated: str, expected: str):
    file = write(f'[record]\nurl = "{stated}"\n')
    assert load_config(file, {}).record.url == expected.format(file.parent)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("whoosh:i", "whoosh:{}/i"),
        ("whoosh:/i", "whoosh:/i"),
        ("opensearch://host:9200/catalog", "opensearch://host:9200/catalog"),
    ],
)
def test_paths_of_the_index_start_at_the_file(write, stated: str, expected: str):
    file = write("")
    assert load_config(file, {"LODESTAR_INDEX_URL": stated}).index.url == expected.format(file.parent)


# --- mistakes


@pytest.mark.parametrize(
    ("toml", "environ", "message"),
    [
        ("[site]\nprot = 1", {}, r"settings.toml: site.prot is not a setting. Did you mean 'port'\?"),
        ("[sites]\nport = 1", {}, r"settings.toml: \[sites\] is not a section. Did you mean 'site'\?"),
        ("site = 1", {}, r"settings.toml: site must be a section: write \[site\]"),
        ("sources = 1", {}, r"sources must be a section"),
        ("[sources]\nedx = true", {}, r"sources.edx must be a table: write \[sources.edx\]"),
        ("[record]\nzzz = 1", {}, r"record.zzz is not a setting. Known: url"),
        ('[site]\nport = "80"', {}, r"site.port = '80' will not do: Expected `int`, got `str`. The default is 8000"),
        ("[site]\nport = 0", {}, r"site.port = 0 will not do: Expected `int` >= 1"),
        ("[site]\nport = 65536", {}, r"Expected `int` <= 65535"),
        ("[site]\nport = true", {}, r"Expected `int`, got `bool`"),
        ("[site]\nbase_url = 'ftp://x'", {}, r"site.base_url"),
        ("[site]\nname = ''", {}, r"site.name"),
        ("[crawl]\npause_seconds = -1", {}, r"crawl.pause_seconds = -1"),
        ("[crawl]\npause_seconds = 0", {}, r"crawl.pause_seconds = 0"),
        ("[crawl]\npause_seconds = nan", {}, r"crawl.pause_seconds = nan"),
        ("[crawl]\nallow_private_hosts = 'x'", {}, r"Expected `array`, got `str`"),
        ("[log]\nlevel = 'LOUD'", {}, r"log.level = 'LOUD' will not do: one of DEBUG, INFO"),
        ("[record]\nurl = 'nowhere'", {}, r"record.url"),
        ("[site]\nport = = 1", {}, r"settings.toml is not TOML in UTF-8: .*line 2.*Mend"),
        ("", {"LODESTAR_SITE_PROT": "1"}, r"LODESTAR_SITE_PROT: site.prot is not a setting. Did you mean 'port'\?"),
        ("", {"LODESTAR_SITE": "1"}, r"LODESTAR_SITE: site. is not a setting"),
        ("", {"LODESTAR_SITE_PORT": "many"}, r"LODESTAR_SITE_PORT: site.port = 'many' will not do: Expected `int`"),
        ("", {"LODESTAR_CRAWL_ALLOW_PRIVATE_HOSTS": "[1"}, r"Expected `array`"),
        ("", {"LODESTAR_SOURCES_EDX_ENABLED": "true"}, r"names no source.*\[sources.name\].*present: none"),
    ],
)
def test_mistakes_say_where_what_and_how(write, toml: str, environ: dict[str, str], message: str):
    with pytest.raises(ConfigError, match=message):
        load_config(write(toml), environ)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"missing.toml cannot be read \(No such file"):
        load_config(environ={"LODESTAR_CONFIG": str(tmp_path / "missing.toml")})


def test_a_file_that_is_not_text(tmp_path: Path):
    file = tmp_path / "binary.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="is not TOML in UTF-8"):
        load_config(file, {})


# --- showing


def test_passwords_and_keys_are_not_shown(write):
    file = write(
        '[record]\nurl = "postgresql://me:s3cret@host/name"\n'
        '[sources.google_books]\napi_key = "s3cret"\n'
        '[[sources.schema_org.sites]]\ntoken = "s3cret"\nname = "A"\n'
    )
    config = load_config(file, {})
    shown = describe(config)
    assert "s3cret" not in str(shown)
    assert ("record.url", '"postgresql://me:***@host/name"', str(file)) in shown
    assert "s3cret" in config.record.url


def test_passwords_are_not_in_messages(write):
    with pytest.raises(ConfigError) as raised:
        load_config(write('[site]\nbase_url = "ftp://me:s3cret@host/"\n'), {})
    assert "s3cret" not in str(raised.value)
