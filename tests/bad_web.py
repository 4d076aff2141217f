"""Ways in which a real web server misbehaves; each answers one request of `tests.crawlers.local_web`."""

import gzip
import json
import socket
import time
import zlib
from collections.abc import Callable
from functools import cache

from tests.crawlers.local_web import Handler, Reply


def stall(handler: Handler) -> None:
    time.sleep(3)


def drip(handler: Handler) -> None:
    """One byte now and then, for ever: each byte restarts a socket's timeout."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for at in range(100):
        handler.wfile.write(f"X-Slow-{at}: x\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.1)


def promise_too_much(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"only this")
    handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def endless(handler: Handler) -> None:
    """A page without a stated length that never ends."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(b"x" * 10_000)


@cache
def packed_blanks() -> bytes:
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(pack.compress(b" " * 1_000_000) for _ in range(1000)) + pack.flush()


def bomb(handler: Handler) -> None:
    """A megabyte that unpacks to a gigabyte."""
    handler.reply(Reply(packed_blanks(), headers={"Content-Encoding": "gzip"}))


def half_a_pack(handler: Handler) -> None:
    """A packed body that ends in the middle."""
    packed = gzip.compress(json.dumps({"courses": []}).encode() * 500)
    handler.reply(Reply(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"}))


def no_pack(handler: Handler) -> None:
    """A body that says it is packed and is not."""
    handler.reply(Reply(b"{}", headers={"Content-Encoding": "gzip"}))


def storm(handler: Handler) -> None:
    """Too many requests, always."""
    handler.reply(Reply(status=429))


def broken_line(handler: Handler) -> None:
    """A status line that is none."""
    handler.wfile.write(b"\x00\xff nothing of HTTP\r\n\r\n")
    handler.close_connection = True


def redirect_round(handler: Handler) -> None:
    """A redirect to another address of the same kind, for ever."""
    step = int(handler.path.rpartition("-")[2] or 0) if "-" in handler.path else 0
    handler.reply(Reply(status=302, headers={"Location": f"/round-{step + 1}"}))


def redirect_to(address: str) -> Callable[[Handler], None]:
    """A redirect into places where a crawler has no business."""
    return lambda handler: handler.reply(Reply(status=302, headers={"Location": address}))


def endless_sitemap(handler: Handler) -> None:
    """Every sitemap names two more, deeper and deeper."""
    base = f"http://{handler.headers['Host']}{handler.path.rstrip('/')}"
    named = "".join(f"<sitemap><loc>{base}/{side}</loc></sitemap>" for side in "ab")
    handler.reply(Reply(f"<sitemapindex>{named}</sitemapindex>", content_type="application/xml"))


def wrong_encoding(content: str) -> Callable[[Handler], None]:
    """Latin-1 bytes that say they are UTF-8."""
    return lambda handler: handler.reply(
        Reply(content.encode("latin-1", errors="replace"), content_type="application/json; charset=utf-8")
    )
