"""A site over a small record and the plain index."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from catalog.classify import Classifier
from catalog.config import Config, SiteSettings
from catalog.model import Entry
from catalog.store import Store
from catalog.vocabulary import Vocabulary, load_vocabulary
from tests.webui.catalogue import fill
from tests.webui.plain_index import NoIndex, PlainIndex
from webui.app import create_app

CONFIG = Config(site=SiteSettings(base_url="https://lodestar.example", page_size=10))
Soup = Callable[..., BeautifulSoup]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[Store]:
    path: Path = tmp_path_factory.mktemp("record") / "record.db"
    store = Store.open(f"sqlite:///{path}")
    fill(store, Classifier(vocabulary))
    yield store
    store.close()


@pytest.fixture(scope="session")
def entries(store: Store) -> dict[str, Entry]:
    """Every entry, tombstones too, by title."""
    return {entry.resource.title: entry for entry in store.entries(range(1, 100))}


@pytest.fixture(scope="session")
def app(store: Store, vocabulary: Vocabulary, entries: dict[str, Entry]) -> Flask:
    index = PlainIndex(list(entries.values()), vocabulary, store.last_change(), {"pyhton": "python"})
    return create_app(CONFIG, store=store, index=index, vocabulary=vocabulary)


@pytest.fixture(scope="session")
def app_without_index(store: Store, vocabulary: Vocabulary) -> Flask:
    return create_app(CONFIG, store=store, index=NoIndex(), vocabulary=vocabulary)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def soup(client: FlaskClient) -> Soup:
    """Fetch a page, see that it has the status expected, and read it."""

    def fetch(path: str, status: int = 200) -> BeautifulSoup:
        response = client.get(path, follow_redirects=status == 200)
        assert response.status_code == status, response.text[:500]
        assert response.mimetype == "text/html"
        return BeautifulSoup(response.text, "html.parser")

    return fetch
