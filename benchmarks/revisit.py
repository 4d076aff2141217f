"""What a second crawl of an unchanged site asks and transfers, counted in the site's own log.

The site is a real server on this machine with a sitemap and pages of usual size; the crawls are the real command, with
its pause of a second between two requests.
"""

import hashlib
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.place import MEGABYTE, Place
from benchmarks.report import Report, Row, arguments
from catalog.store import Store

PAGE_BYTES = 60_000  # a usual page of a course, before packing
SETTINGS = """
[crawl]
contact = "bench@example.org"
allow_private_hosts = ["127.0.0.1"]

[sources.schema_org]
enabled = true

[[sources.schema_org.sites]]
name = "Example Academy"
enabled = true
sitemap = "{address}/sitemap.xml"
limit = 100000
"""


@dataclass
class Site:
    """Pages by path; ``log`` has the status and the bytes sent of each request."""

    pages: dict[str, tuple[str, bytes]]
    log: list[tuple[str, int, int]] = field(default_factory=list)


def main() -> None:
    """Crawl a site twice, then once more with one page in ten changed."""
    parser = arguments(main.__doc__ or "")
    parser.add_argument("--pages", type=int, default=60, metavar="N", help="pages of the site (default: 60)")
    asked = parser.parse_args()
    report = Report(f"Coming back to a site of {asked.pages:,} pages")
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as folder, _served(asked.pages) as (site, address):
        place = Place(folder=Path(folder))
        (place.folder / "config.toml").write_text(SETTINGS.format(address=address), encoding="utf-8")
        first = _crawl("first", place, site, None)
        rows = [first, _crawl("second, nothing changed", place, site, first)]
        for number in range(0, asked.pages, 10):
            site.pages[f"/courses/{number}"] = ("text/html", _page(number, "changed"))
        rows.append(_crawl("third, one page in ten changed", place, site, first))
        report.add("From the log of the server", rows)
    report.save(asked.json)


def _crawl(what: str, place: Place, site: Site, first: Row | None) -> Row:
    site.log.clear()
    before = _last_change(place)
    cost = place.run("crawl", "schema-org.example-academy")
    size = sum(sent for _, _, sent in site.log)
    return {
        "crawl": what,
        "requests": len(site.log),
        "unmodified": sum(status == 304 for _, status, _ in site.log),
        "MB sent": size / MEGABYTE,
        "share of the first, %": 100.0 * size / (MEGABYTE * float(first["MB sent"] or 1)) if first else 100.0,
        "changes": _last_change(place) - before,
        "wall s": cost.wall,
        "cpu s": cost.cpu,
        "peak MB": round(cost.memory / MEGABYTE),
    }


def _last_change(place: Place) -> int:
    (place.folder / "record").mkdir(exist_ok=True)
    store = Store.open(place.record)
    try:
        return store.last_change()
    finally:
        store.close()


@contextmanager
def _served(pages: int) -> Iterator[tuple[Site, str]]:
    site = Site({f"/courses/{number}": ("text/html", _page(number, "new")) for number in range(pages)})
    handler = type("Bound", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    address = f"http://127.0.0.1:{server.server_port}"
    entries = "".join(f"<url><loc>{address}{path}</loc></url>" for path in site.pages)
    site.pages["/robots.txt"] = ("text/plain", b"User-agent: *\nAllow: /\n")
    site.pages["/sitemap.xml"] = (
        "application/xml",
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode(),
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site, address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(number: int, word: str) -> bytes:
    course = {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": f"Course {number} of queues, pools and servers",
        "description": f"What to know of part {number}, {word}.",
        "provider": {"@type": "Organization", "name": "Example Academy"},
        "offers": {"@type": "Offer", "price": "0", "priceCurrency": "USD"},
    }
    filling = "".join(f"<p class='text'>Paragraph {at} of page {number} says something.</p>" for at in range(900))
    page = f"<html><head><script type='application/ld+json'>{json.dumps(course)}</script></head><body>{filling}</body>"
    return page.encode()[:PAGE_BYTES]


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one write

    def do_GET(self) -> None:
        kind, body = self.site.pages.get(self.path, ("text/plain", b""))
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        status = 304 if self.headers.get("If-None-Match") == tag else 200 if body else 404
        sent = b"" if status == 304 else body
        self.site.log.append((self.path, status, len(sent)))
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", kind)
        if status != 304:
            self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


if __name__ == "__main__":
    main()
