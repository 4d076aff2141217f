"""What operators type of the site: `serve`."""

import errno
import socket
import threading

import click
import waitress

from catalog.config import Config
from catalog.errors import ConfigError
from webui.app import create_app
from webui.warming import made_ready

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
    app = create_app(config)
    warming = threading.Timer(WARMS_AFTER, made_ready, args=(app,))
    warming.daemon = True
    warming.start()
    click.echo(f"{config.site.name} is at http://{config.site.host}:{config.site.port}/  (Ctrl-C stops it)")
    waitress.serve(app, host=config.site.host, port=config.site.port, threads=config.site.threads, ident=None)


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
