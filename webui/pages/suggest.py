"""Completions of what is being typed, in the form that browsers ask search engines for (OpenSearch Suggestions 1.1)."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from indexer.query import MAX_SIGNS, Query
from webui import labels
from webui.links import url_for_query
from webui.site import here

page = Blueprint("suggest", __name__)


@page.get("/suggest")
def completions() -> ResponseReturnValue:
    """[what was typed, completions, how many resources each has, where each leads]."""
    site = here()
    typed = request.args.get("q", "")[:MAX_SIGNS]
    found = site.index.suggest(typed)
    words = [one.words for one in found]
    told = [labels.counted(one.entries, "resource") for one in found]
    urls = [site.absolute(url_for_query(Query(words=one.words))) for one in found]
    response = jsonify([typed, words, told, urls])
    response.mimetype = "application/x-suggestions+json"
    return response
