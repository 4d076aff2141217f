"""Addresses of pages: the form we show, which must work, and the form we compare."""

import re
import string
from urllib.parse import SplitResult, urljoin, urlsplit

from w3lib.url import safe_url_string

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 2_000  # characters: what browsers and sitemaps agree on

# Parameters that tell the site who sent the visitor, and nothing about the page.
_TRACKING_NAMES = """
    _ga _gl a_aid a_bid affcode couponcode cref dclid fbclid gclid gclsrc igshid irclickid irgwc lsnpubid mc_cid
    mc_eid mhq mhsrc msclkid ranaid raneaid ranmid ransiteid ref referralcode ref_src subid twclid vero_id yclid
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "wt.", "trk")
_TRACKING_AT = {
    "youtube.com": frozenset(["ab_channel", "feature", "pp", "si"]),
    "youtu.be": frozenset(["feature", "si"]),
    "open.spotify.com": frozenset(["si"]),
}


def canonical_url(value: object, base: str | None = None) -> str | None:
    """The address in one form that still opens the page; None unless it is an absolute http or https address.

    Scheme and host in lower case; default port, tracking and empty parameters, and fragments out, also on sites whose
    fragments name a lesson: those are parts of one page. Only "#!…" and "#/…" stay, because there the fragment is the
    page. Scheme, "www." and one closing slash stay as given, since not every site answers both ways; ``url_key`` drops
    them. An address with a user name is refused: nobody publishes one in good faith.
    """
    if not isinstance(value, str) or not (address := _CONTROL.sub("", value).strip()):
        return None
    try:
        if base is not None:
            address = urljoin(base, address)
        if len(address) > _LONGEST:
            return None
        if _UNSAFE.search(address):
            address = safe_url_string(address)
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    host = parts.netloc.lower().removesuffix(f":{port}" if port is not None else ":")
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        return None
    place = host if port in {None, _PORTS[parts.scheme]} else f"{host}:{port}"
    return f"{parts.scheme}://{place}{_path(parts.path)}{_query(parts.query, host)}{_route(parts)}"


def site_name(url: str | None) -> str | None:
    """The site that an address is on, as people call it: ``https://www.goalkicker.com/…`` → ``goalkicker.com``."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:  # of a record, where an address may be anything
        return None
    return host.removeprefix("www.") if host else None


def _path(path: str) -> str:
    if "/." in path:
        path = urljoin("http://host/", "/" + path.lstrip("/")).removeprefix("http://host")
    if path.endswith("//"):
        path = path.rstrip("/") + "/"
    return path or "/"


def _query(query: str, host: str) -> str:
    if not query:
        return ""
    local = _TRACKING_AT.get(host.removeprefix("www."), frozenset())
    kept = [pair for pair in query.split("&") if _says_something(pair, local)]
    return "?" + "&".join(kept) if kept else ""


def _says_something(pair: str, local: frozenset[str]) -> bool:
    name, equals, content = pair.partition("=")
    key = name.lower()
    if not name or (equals and not content):
        return False
    return key not in _TRACKING and key not in local and not key.startswith(_TRACKING_PREFIXES)


def _route(parts: SplitResult) -> str:
    fragment = parts.fragment
    return f"#{fragment}" if len(fragment) > 1 and fragment[0] in "!/" else ""


def url_key(url: str) -> str:
    """What two addresses of one page share; takes addresses as ``canonical_url`` gives them.

    No scheme, no "www.", no closing slash, parameters in order, percent-encoding in one form, host in lower case.
    """
    if "%" in url:
        url = _ESCAPE.sub(_one_escape, url)
    rest = url.partition("://")[2] or url
    rest, hash_sign, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    host, slash, path = rest.partition("/")
    key = (host.lower().removeprefix("www.") + slash + path).rstrip("/")
    if query:
        key += "?" + "&".join(sorted(query.split("&")))
    return key + hash_sign + fragment


def _one_escape(found: re.Match[str]) -> str:
    """Upper case, and no escape for what needs none (RFC 3986, 6.2.2)."""
    letter = chr(int(found[0][1:], 16))
    return letter if letter in _UNRESERVED else found[0].upper()
