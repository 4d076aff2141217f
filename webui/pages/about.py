"""How the catalogue works: how results are ordered, where the data come from, whose work it stands on."""

from flask import Blueprint, render_template

from indexer.fields import FACETS, SORTS, TEXTS
from webui import labels
from webui.site import here

page = Blueprint("about", __name__)


@page.get("/about")
def show() -> str:
    totals = here().totals()
    sources = [(labels.source_name(source), count) for source, count in totals.sources]
    fields = sorted(TEXTS, key=lambda field: -field.weight)
    return render_template(
        "about.html", entries=totals.entries, sources=sources, fields=fields, facets=FACETS, sorts=SORTS
    )
