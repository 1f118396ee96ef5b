"""Accepting connections within limits, so that those who hold many or say nothing keep nobody out.

At a limit the oldest connection that hasn't sent a whole request head yet gives way, else the
oldest that waits between two requests; when there is none, the new one is closed. A head that isn't
whole in time ends its connection, with TLS or not.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import cast

import structlog

from streaming.signaling.hosts import counted_as
from streaming.signaling.problems import place_of

MAX_PER_HOST = 256
REQUEST_HEAD_S = 10.0
PAUSE_S = 0.5
"""After the system gave no connection, for want of descriptors as a rule."""

log = structlog.get_logger()


class _Connection(asyncio.Protocol):
    """In front of aiohttp's own protocol: watches for the first request head, passes all on."""

    def __init__(
        self, inner: asyncio.Protocol, *, host: str, forget: Callable[["_Connection"], None]
    ) -> None:
        self.host = host
        self.silent = True
        self._inner = inner
        self._forget = forget
        self._seen = b""
        self.is_made = False
        self._cut: Callable[[], object] = lambda: None
        self._due = asyncio.get_running_loop().call_later(REQUEST_HEAD_S, self.cut_off)

    def starts(self, task: asyncio.Task[None]) -> None:
        self._cut = task.cancel

    @property
    def idle(self) -> bool:
        """Its last request was answered and no other has come."""
        # aiohttp tells nobody: it waits for the next request with this future.
        waiter: asyncio.Future[None] | None = getattr(self._inner, "_waiter", None)
        return not self.silent and waiter is not None and not waiter.done()

    def cut_off(self) -> None:
        self.forget()
        self._cut()

    def forget(self) -> None:
        self._due.cancel()
        self._forget(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.is_made = True
        # Not isinstance: uvloop's transports are of no class of asyncio's.
        self._cut = cast(asyncio.Transport, transport).abort
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.silent:
            self._seen = self._seen[-3:] + data
            if b"\r\n\r\n" in self._seen:
                self.silent = False
                self._due.cancel()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        self.forget()
        self._inner.connection_lost(error)


class Connections:
    """``limit`` is of all together, ``MAX_PER_HOST`` of one host (``counted_as``) unless it
    ``is_proxy``, behind which many people are."""

    def __init__(
        self,
        new_protocol: Callable[[], asyncio.Protocol],
        *,
        limit: int,
        is_proxy: Callable[[str], bool],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._new_protocol = new_protocol
        self._limit = limit
        self._is_proxy = is_proxy
        self._tls = tls
        self._open: dict[_Connection, None] = {}

    async def accept(self, listener: socket.socket) -> None:
        """Until cancelled; what was accepted by then lives on."""
        loop, failing = asyncio.get_running_loop(), False
        async with asyncio.TaskGroup() as tasks:
            while True:
                try:
                    peer, address = await loop.sock_accept(listener)
                except OSError as error:
                    if not failing:
                        log.error("no connection accepted", errno=error.errno)
                    failing = True
                    await asyncio.sleep(PAUSE_S)
                    continue
                failing = False
                connection = self.admit(str(address[0]))
                if connection is None:
                    peer.close()
                else:
                    start = tasks.create_task(self._start(peer, connection))
                    start.add_done_callback(partial(_settle, peer, connection))
                    connection.starts(start)

    async def _start(self, peer: socket.socket, connection: _Connection) -> None:
        """A supervisor of one connection's start, which with TLS is its whole handshake."""
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: connection, peer, ssl=self._tls)
        except OSError:
            return
        except Exception as error:
            log.error("connection failed", error=type(error).__name__, at=place_of(error))

    def admit(self, host: str) -> _Connection | None:
        """From ``host``, an address; None when nobody gives way."""
        counted = counted_as(host)
        of_host = [c for c in self._open if c.host == counted]
        if len(of_host) >= MAX_PER_HOST and not self._is_proxy(host):
            crowd = of_host
        elif len(self._open) >= self._limit:
            crowd = list(self._open)
        else:
            crowd = []
        if crowd:
            yielding = [c for c in crowd if c.silent] or [c for c in crowd if c.idle]
            if not yielding:
                return None
            yielding[0].cut_off()
        connection = _Connection(self._new_protocol(), host=counted, forget=self._forget)
        self._open[connection] = None
        return connection

    def _forget(self, connection: _Connection) -> None:
        self._open.pop(connection, None)


def _settle(peer: socket.socket, connection: _Connection, _: "asyncio.Task[None]") -> None:
    """A start that was cut off or failed leaves nothing behind."""
    if not connection.is_made:
        connection.forget()
        peer.close()
