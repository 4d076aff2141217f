"""One HTTP request and its answer, within limits of time, size and place. The only home of requests and urllib3.

What a site can do to a crawler is bounded here: stall, drip, lie about its length, send a bomb of zeros,
or name an address inside our own network.
"""

import ipaddress
import socket
import threading
import zlib
from collections.abc import Collection, Iterator
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util.connection import create_connection

from catalog.errors import FetchError, Forbidden, TooLarge
from crawlers.answer import Answer

PIECE = 64 * 1024
_BODYLESS = frozenset({204, 304})  # whatever their headers say
METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})


class Transport:
    """Sends one request at a time and never follows a redirect.

    ``timeout_seconds`` bounds the whole exchange, ``max_bytes`` the body after decompression. Hosts in
    ``allow_private_hosts`` may be in private networks; no proxy or ``.netrc`` of the environment is used,
    since both would reach round the address check.
    """

    def __init__(self, *, timeout_seconds: float, max_bytes: int, allow_private_hosts: Collection[str] = ()) -> None:
        self._timeout = timeout_seconds
        self._max_bytes = max_bytes
        self._line = _Line(allow_private_hosts)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a crawler is a stranger each time
        self._session.mount("http://", _Adapter(self._line))
        self._session.mount("https://", _Adapter(self._line))

    def send(self, url: str, headers: dict[str, str], *, body: bytes | None = None, method: str = "GET") -> Answer:
        """The answer, whatever its status, to a request, with ``body`` where there is one.

        FetchError, TooLarge or Forbidden where there is none to give.
        """
        check_address(url)
        with _Deadline(self._timeout, self._line) as deadline:
            try:
                answer = self._exchange(url, headers, method, body)
            except (requests.RequestException, HTTPError, OSError, ValueError, AttributeError) as error:
                # AttributeError: urllib3 finds no socket where the deadline has taken it away.
                if deadline.passed:
                    raise self._late(url) from error
                raise FetchError(f"{url} could not be fetched: {_cause(error)}") from error
            if deadline.passed:  # an answer without a stated length looks whole where the deadline ended it
                raise self._late(url)
            return answer

    def _late(self, url: str) -> FetchError:
        return FetchError(f"{url} took longer than {self._timeout:g} s; it is tried again later")

    def _exchange(self, url: str, headers: dict[str, str], method: str, sent_body: bytes | None) -> Answer:
        sent = {**headers, "Accept-Encoding": "gzip, deflate"}
        with self._session.request(
            method,
            url,
            headers=sent,
            data=sent_body,
            timeout=self._timeout,
            stream=True,
            allow_redirects=False,
        ) as response:
            body = bytearray()
            counted = _Counted(response)
            bodyless = method == "HEAD" or response.status_code in _BODYLESS
            for piece in () if bodyless else _unpacked(counted):
                body += piece
                if len(body) > self._max_bytes:
                    raise TooLarge(f"{url} is larger than {self._max_bytes:,} bytes (crawl.max_bytes)")
            headers_seen = {name.lower(): value for name, value in response.headers.items()}
            return Answer(
                url=url,
                status=response.status_code,
                headers=headers_seen,
                body=bytes(body),
                transferred=counted.size,
            )

    def interrupt(self) -> None:
        """End all exchanges that are under way, in whatever thread."""
        self._line.interrupt()

    def close(self) -> None:
        self._session.close()


def check_address(url: str) -> None:
    """Forbidden unless the address is http(s) with a host and without a password."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError as error:
        raise Forbidden(f"{url!r} is no address: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_right:
        raise Forbidden(f"{url!r} is no http(s) address; a crawler goes nowhere else")
    if parts.username is not None:
        raise Forbidden(f"the address at {parts.hostname} carries a user name; give such keys in the settings")


class _Counted:
    """A response read as it comes, and how many bytes came."""

    def __init__(self, response: requests.Response) -> None:
        self.headers, self.url = response.headers, response.url
        self._raw = response.raw
        self.size = 0

    def read(self) -> bytes:
        piece: bytes = self._raw.read(PIECE, decode_content=False)
        self.size += len(piece)
        return piece


def _unpacked(response: _Counted) -> Iterator[bytes]:
    """The body, unpacked piece by piece, so that a bomb is met by the size limit and not by the memory."""
    packed = response.headers.get("Content-Encoding", "identity").strip().lower() in {"gzip", "x-gzip", "deflate"}
    unpack = zlib.decompressobj(wbits=47) if packed else None
    while piece := response.read():
        if unpack is None:
            yield piece
            continue
        while piece and not unpack.eof:
            try:
                yield unpack.decompress(piece, PIECE)
            except zlib.error as error:
                raise FetchError(f"{response.url} says it is packed, but is not: {error}") from error
            piece = unpack.unconsumed_tail
    if unpack is not None and not unpack.eof:
        raise FetchError(f"{response.url} was cut off in the middle of a packed body")


def _cause(error: BaseException) -> str:
    """The innermost reason in one line, without the wrappings of three libraries."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return f"{type(error).__name__}: {error}"[:200]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    return parsed.is_global and not parsed.is_multicast


class _Line:
    """Where connections are made: only to addresses that may be reached, each known to the deadline of its thread."""

    def __init__(self, allowed_hosts: Collection[str]) -> None:
        self._allowed = frozenset(host.lower() for host in allowed_hosts)
        self._own = threading.local()
        self._deadlines: set[_Deadline] = set()
        self._lock = threading.Lock()

    def connect(self, connection: HTTPConnection) -> socket.socket:
        host = connection.host.strip("[]").lower().rstrip(".")
        try:
            address = self._address(host, connection.port or connection.default_port)
            made = create_connection((address, connection.port or connection.default_port), timeout=connection.timeout)
        except OSError as error:
            raise NewConnectionError(connection, f"no connection to {host}: {error}") from error
        self.watch(made)
        return made

    def _address(self, host: str, port: int) -> str:
        """The first address of the host. Resolved once, checked and used: a second look-up could differ."""
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if host not in self._allowed:
            for address in found:
                if host in METADATA_NAMES or not _is_public(address):
                    raise Forbidden(f"{host} leads to {address}, which is not on the public network")
        return found[0]

    def watch(self, made: socket.socket | None) -> None:
        deadline = getattr(self._own, "deadline", None)
        if deadline is not None:
            deadline.watch(made)

    def bind(self, deadline: "_Deadline") -> None:
        self._own.deadline = deadline
        with self._lock:
            self._deadlines.add(deadline)

    def loose(self, deadline: "_Deadline") -> None:
        self._own.deadline = None
        with self._lock:
            self._deadlines.discard(deadline)

    def interrupt(self) -> None:
        with self._lock:
            under_way = list(self._deadlines)
        for deadline in under_way:
            deadline.end()


class _Deadline:
    """Ends the exchange of this thread when its time is over, whatever it waits for: socket timeouts begin anew with
    each byte, and a site that drips one a second would hold us for ever."""

    def __init__(self, seconds: float, line: _Line) -> None:
        self._line = line
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self.end)
        self._timer.daemon = True
        self.passed = False

    def watch(self, made: socket.socket | None) -> None:
        self._socket = made
        if self.passed:
            self.end()

    def end(self) -> None:
        self.passed = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._socket = None  # it was closed already: nothing is left to end

    def __enter__(self) -> Self:
        self._line.bind(self)
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        self._line.loose(self)


class _Adapter(HTTPAdapter):
    """requests' adapter with pools whose connections are made by our line."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)


def _pools(line: _Line) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return line.connect(self)

        def getresponse(self) -> Any:
            line.watch(self.sock)
            return super().getresponse()

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return line.connect(self)

        def getresponse(self) -> Any:
            line.watch(self.sock)
            return super().getresponse()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
