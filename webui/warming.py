"""What first visitors would wait for, done a second after the start: templates, names of languages, a first look."""

import gc

from flask import Flask

from webui import labels

SELDOM = (10_000, 50, 10)  # a page makes thousands of values, of which hardly any is left to the search for garbage
PAGES = ("/", "/search?q=programming", "/suggest?q=py")  # an index that is missing answers 503, as it would a visitor


def made_ready(app: Flask) -> Flask:
    """The site, ready to answer."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    labels.language("en")
    client = app.test_client()
    for page in PAGES:
        client.get(page)
    gc.set_threshold(*SELDOM)
    gc.collect()
    gc.freeze()  # what is there now stays; looking through it again for garbage takes a tenth of a second
    return app
