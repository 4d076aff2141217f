"""What every answer carries: security headers, and a tag by which a browser need not fetch the same page twice."""

import hashlib

from flask import Flask, Response, g, request

from catalog.errors import LodestarError
from webui.site import here

POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
HEADERS = (
    ("Content-Security-Policy", "; ".join(POLICY)),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
ONE_YEAR = 365 * 24 * 3600


def prepare(app: Flask) -> None:
    """Let every answer of the site carry the headers and the tag."""
    app.before_request(_not_changed)
    app.after_request(_complete)


def _not_changed() -> Response | None:
    """A short answer when the browser already holds this page as of this change."""
    if request.method not in {"GET", "HEAD"} or request.endpoint in {None, "static", "programs.health"}:
        return None
    g.tag = _tag()
    held = request.if_none_match
    return Response(status=304) if g.tag and not held.star_tag and held.contains_weak(g.tag) else None


def _tag() -> str | None:
    """What a page is a function of: the record, the index, our templates and the address."""
    site = here()
    try:
        state = f"{site.store.last_change()} {site.index.status().generation} {site.index.status().revision}"
    except LodestarError:
        return None
    return hashlib.sha256(f"{state} {site.fingerprint} {request.full_path}".encode()).hexdigest()[:24]


def _complete(response: Response) -> Response:
    for name, value in HEADERS:
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        versioned = request.args.get("v") == here().fingerprint
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable" if versioned else "no-cache"
    elif response.status_code in {200, 304} and g.get("tag"):
        response.set_etag(g.tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store" if response.status_code >= 500 else "no-cache")
    return response
