"""The site: a Flask application over one record and one index."""

import hashlib
import importlib
import pkgutil
from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from catalog.config import Config, load_config
from catalog.store import Store
from catalog.vocabulary import Vocabulary, load_vocabulary
from indexer.engine import SearchIndex, open_index
from webui import answers, labels, links, pages
from webui.site import EXTENSION, Site

HERE = Path(__file__).parent
_SHAPING = (  # the files that shape a page
    *("catalog/**/*.py", "indexer/**/*.py", "indexer/synonyms.toml"),
    *("webui/**/*.py", "webui/templates/*", "webui/static/*"),
)


def create_app(
    config: Config | None = None,
    *,
    store: Store | None = None,
    index: SearchIndex | None = None,
    vocabulary: Vocabulary | None = None,
) -> Flask:
    """The site as a WSGI application; what is not given is read from the configuration and opened."""
    config = config or load_config()
    vocabulary = vocabulary or load_vocabulary()
    app = Flask(__name__)
    app.extensions[EXTENSION] = Site(
        name=config.site.name,
        base_url=config.site.base_url,
        page_size=config.site.page_size,
        store=store or Store.open(config.record.url),
        index=index or open_index(config.index.url, vocabulary, keep=config.index.keep_generations).reader(),
        vocabulary=vocabulary,
        fingerprint=_fingerprint(config, vocabulary),
    )
    app.url_map.strict_slashes = False
    _prepare_templates(app)
    _register_pages(app)
    answers.prepare(app)
    return app


def _prepare_templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["number"] = labels.number
    site: Site = app.extensions[EXTENSION]
    app.jinja_env.globals.update(
        site=site, labels=labels, counted=labels.counted, url_for_choice=links.url_for_choice, version=site.fingerprint
    )


def _register_pages(app: Flask) -> None:
    for module in sorted(pkgutil.iter_modules(pages.__path__), key=lambda module: module.name):
        app.register_blueprint(importlib.import_module(f"{pages.__name__}.{module.name}").page)


def _fingerprint(config: Config, vocabulary: Vocabulary) -> str:
    """Twelve hex digits of all that shapes a page but is not in the record: code, templates, vocabulary, settings."""
    digest = hashlib.sha256(f"{vocabulary.edition} {config.site}".encode())
    for pattern in _SHAPING:
        for path in sorted(HERE.parent.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
