"""Errors are pages: what went wrong in words, and a way on."""

import logging

from flask import Blueprint, Response, make_response, render_template
from werkzeug.exceptions import HTTPException

from catalog.errors import BadQuery, IndexDamaged, IndexMissing

page = Blueprint("errors", __name__)
log = logging.getLogger(__name__)

RETRY_SECONDS = 20
TITLES = {
    400: "This address cannot be understood",
    404: "There is nothing at this address",
    405: "This address cannot be used like that",
    410: "This is no longer here",
    500: "Something went wrong on our side",
    503: "The index is being built",
}
WORDS = {
    400: "A part of the address is not what the search expects.",
    404: "The address may be mistyped, or what it named was never here.",
    405: "It answers to reading only.",
    410: "What this address named has left the catalogue.",
    500: "The fault has been written to the log. Trying again may help; if not, please tell whoever runs this site.",
    503: "The search cannot answer until the index is there. Try again in a moment.",
}


@page.app_errorhandler(BadQuery)
def bad_query(error: BadQuery) -> Response:
    return _page(400, str(error))


@page.app_errorhandler(IndexMissing)
@page.app_errorhandler(IndexDamaged)
def no_index(error: IndexMissing | IndexDamaged) -> Response:
    log.warning("search unavailable problem=%s", error)
    response = _page(503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


@page.app_errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Any refusal by Flask or by a page; a page's own words are kept, Flask's are not."""
    code = error.code or 500
    told = error.description if code == 404 and error.description != type(error).description else None
    response = _page(code, told)
    for name, value in error.get_headers():
        if name in {"Allow", "Location", "Retry-After"}:
            response.headers[name] = value
    return response


def _page(code: int, told: str | None = None) -> Response:
    title = TITLES.get(code, "This did not work")
    words = told or WORDS.get(code, "The request could not be answered.")
    return make_response(render_template("error.html", code=code, title=title, words=words), code)
