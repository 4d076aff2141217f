"""What operators type of the site: `serve`."""

import ctypes
import errno
import socket
import threading
from contextlib import suppress

import click
import waitress

from catalog.config import Config
from catalog.errors import ConfigError
from webui.app import create_app
from webui.warming import made_ready

_M_ARENA_MAX, _ARENAS = -8, 2  # glibc's name of the setting, and how many heaps all threads share
WARMS_AFTER = 1.0  # seconds; who comes at once is answered sooner alone


@click.command("serve")
@click.pass_obj
def serve_site(config: Config) -> None:
    """Serve the site, and nothing else; `lodestar follow` and `lodestar crawl` run apart.

    \b
    Examples:
      lodestar serve
      LODESTAR_SITE_PORT=9000 lodestar serve
      gunicorn --workers 4 'webui.app:create_app()'      many processes, with gunicorn installed
    """
    check_address(config)
    serve(config)


def serve(config: Config) -> None:
    """Serve until stopped."""
    _share_heaps()
    app = create_app(config)
    warming = threading.Timer(WARMS_AFTER, made_ready, args=(app,))
    warming.daemon = True
    warming.start()
    click.echo(f"{config.site.name} is at http://{config.site.host}:{config.site.port}/  (Ctrl-C stops it)")
    waitress.serve(app, host=config.site.host, port=config.site.port, threads=config.site.threads, ident=None)


def _share_heaps() -> None:
    """Have glibc keep two heaps instead of one or more a thread, which took 60 MB more; elsewhere nothing happens."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def check_address(config: Config) -> None:
    """Raise `ConfigError` when the site's address cannot be had."""
    host, port = config.site.host, config.site.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            why = "another program uses it: stop that one"
        else:
            why = f"{error.strerror or error}: check [site] host"
        raise ConfigError(f"cannot serve at {host}:{port}, {why}, or set LODESTAR_SITE_PORT to a free port") from error


verbs: list[click.Command] = [serve_site]
