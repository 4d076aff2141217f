"""What programs read: health, robots.txt, the OpenSearch description and the sitemap."""

from flask import Blueprint, Response, abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import LodestarError
from webui.links import url_for_entry
from webui.site import Site, here

page = Blueprint("programs", __name__)

RESOURCES_A_PART = 10_000


@page.get("/health")
def health() -> ResponseReturnValue:
    """How the record and the index stand to each other; 503 when either cannot be read."""
    site = here()
    try:
        return jsonify(_health(site))
    except LodestarError as error:
        return jsonify({"ok": False, "problem": str(error)}), 503


def _health(site: Site) -> dict[str, object]:
    status, last = site.index.status(), site.store.last_change()
    return {
        "ok": True,
        "entries": {"record": site.totals().entries, "index": status.entries},
        "change": {"record": last, "index": status.revision},
        "behind": last - status.revision,
        "generation": status.generation,
    }


@page.get("/robots.txt")
def robots() -> Response:
    """Resources, topics and careers may be read by robots; the endless combinations of a search may not."""
    lines = (
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /suggest",
        "Disallow: /roles/*/path",
        f"Sitemap: {here().absolute(url_for('programs.sitemap'))}",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")


@page.get("/opensearch.xml")
def opensearch() -> Response:
    site = here()
    search, suggest = (site.absolute(url_for(endpoint)) for endpoint in ("search.results", "suggest.completions"))
    text = render_template("opensearch.xml", search=search, suggest=suggest)
    return Response(text, mimetype="application/opensearchdescription+xml")


@page.get("/sitemap.xml")
def sitemap() -> Response:
    """The index of sitemaps: one of pages, and one for every so many resources."""
    site = here()
    parts = range(1, site.store.last_id() // RESOURCES_A_PART + 2)
    paths = [url_for("programs.sitemap_of_pages"), *(url_for("programs.sitemap_of_resources", part=n) for n in parts)]
    return _xml("sitemaps.xml", site, paths)


@page.get("/sitemaps/pages.xml")
def sitemap_of_pages() -> Response:
    site = here()
    paths = [url_for("home.show"), url_for("about.show"), url_for("roles.index"), url_for("topics.index")]
    paths += [url_for("roles.show", role_id=role) for role in site.vocabulary.roles]
    paths += [url_for("topics.show", topic_id=topic) for topic in site.vocabulary.topics]
    return _xml("sitemap.xml", site, paths)


@page.get("/sitemaps/<int:part>.xml")
def sitemap_of_resources(part: int) -> Response:
    site = here()
    first = (part - 1) * RESOURCES_A_PART + 1
    if not 0 < first <= max(site.store.last_id(), 1):
        abort(404)
    titles = site.store.titles(first, first + RESOURCES_A_PART - 1)
    return _xml("sitemap.xml", site, [url_for_entry(entry_id, title) for entry_id, title in titles])


def _xml(template: str, site: Site, paths: list[str]) -> Response:
    return Response(render_template(template, urls=map(site.absolute, paths)), mimetype="application/xml")
