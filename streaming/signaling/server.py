"""The listening end: a bound socket first, so that the port is known before anything starts."""

import asyncio
import errno
import resource
import socket
import ssl
from functools import partial
from pathlib import Path

from aiohttp import web

from streaming.domain.errors import BadInput, Unavailable
from streaming.signaling.connections import Connections
from streaming.signaling.hosts import HOSTS

SHUTDOWN_TIMEOUT_S = 3.0
KEEPALIVE_TIMEOUT_S = 15.0
MAX_CONNECTIONS = 4_000


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


class HttpServer:
    """Owns the listener and the task that accepts from it."""

    def __init__(
        self, runner: web.AppRunner, listener: socket.socket, accepting: "asyncio.Task[None]"
    ) -> None:
        self._runner = runner
        self._listener = listener
        self._accepting = accepting

    async def cleanup(self) -> None:
        """Accept nobody more, and end what is open."""
        self._accepting.cancel()
        await asyncio.wait([self._accepting])
        self._listener.close()
        await self._runner.cleanup()


async def serve_http(
    app: web.Application, listener: socket.socket, *, tls: ssl.SSLContext | None = None
) -> HttpServer:
    """Serve ``app``, which ``create_app`` made, until ``cleanup()``."""
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_TIMEOUT_S,
        keepalive_timeout=KEEPALIVE_TIMEOUT_S,
    )
    await runner.setup()
    connections = Connections(
        partial(_new_protocol, runner),
        limit=min(MAX_CONNECTIONS, _open_files() // 2),
        is_proxy=app[HOSTS].is_proxy,
        tls=tls,
    )
    return HttpServer(runner, listener, asyncio.create_task(connections.accept(listener)))


def _new_protocol(runner: web.AppRunner) -> asyncio.Protocol:
    assert runner.server is not None  # after setup()
    return runner.server()


def _open_files() -> int:
    """How many this process may have open; half of them are for the rest of the node."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS * 2 if soft == resource.RLIM_INFINITY else soft


def _bad_address(host: str, port: int) -> BadInput:
    return BadInput(
        "http.address",
        f"Can't listen on {host} port {port}.",
        fix="use an address of this machine and a port above 1023",
    )
