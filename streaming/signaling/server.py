"""The listening end: a bound socket first, so that the port is known before anything starts."""

import errno
import socket
import ssl
from pathlib import Path

from aiohttp import web

from streaming.domain.errors import BadInput, Unavailable

SHUTDOWN_TIMEOUT_S = 3.0


class PortTaken(Unavailable):
    """Another process listens there."""


def bind_http(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one (``getsockname()[1]`` tells which).

    Raises:
        PortTaken: ``http.port_taken``.
        BadInput: ``http.address``: the host isn't one of this machine's, or the port is privileged.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = infos[0]
        listener = socket.socket(family, kind, protocol)
    except OSError:
        raise _bad_address(host, port) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                "http.port_taken",
                f"Port {port} is in use by another program.",
                fix="choose another with --port, or --port 0 for a free one",
            ) from None
        raise _bad_address(host, port) from None
    return listener


def tls_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or newer.

    Raises:
        BadInput: ``tls.unusable``: a file is missing, isn't PEM, or the two don't belong together.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise BadInput(
            "tls.unusable",
            f"The TLS certificate and key can't be used: {error.strerror or error.args[0]}.",
            fix="check tls.certificate and tls.key: PEM files that belong together",
        ) from error
    return context


async def serve_http(
    app: web.Application, listener: socket.socket, *, tls: ssl.SSLContext | None = None
) -> web.AppRunner:
    """Serve ``app`` until the returned runner's ``cleanup()``, which ends open sockets."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
    await runner.setup()
    await web.SockSite(runner, listener, ssl_context=tls).start()
    return runner


def _bad_address(host: str, port: int) -> BadInput:
    return BadInput(
        "http.address",
        f"Can't listen on {host} port {port}.",
        fix="use an address of this machine and a port above 1023",
    )
