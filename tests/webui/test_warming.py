"""A site that is made ready answers as before, with or without an index."""

import gc

import pytest
from flask import Flask

from webui.warming import made_ready


@pytest.mark.parametrize("name", ["app", "app_without_index"])
def test_a_site_made_ready_has_read_its_templates_and_answers(name: str, request: pytest.FixtureRequest) -> None:
    site: Flask = request.getfixturevalue(name)
    usual = gc.get_threshold()
    try:
        assert made_ready(site) is site
        assert "path.html" in {name for _, name in site.jinja_env.cache}  # type: ignore[union-attr]
        assert site.test_client().get("/").status_code in {200, 503}
        assert gc.get_threshold() > usual
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
