"""The set-up page's own thread and event loop inside the worker, only while the page is open."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import structlog

from streaming.setup_page.access import Access
from streaming.setup_page.desk import SetupDesk

if TYPE_CHECKING:
    from streaming.setup_page.server import SetupServer

CHECK_S = 1.0
"""How late a changed closing time may be noticed."""

log = structlog.get_logger()


class SetupThread:
    """``announce`` is called with an address whenever one was asked for with ``invite``."""

    def __init__(self, desk: SetupDesk, *, announce: Callable[[str], None]) -> None:
        self._desk = desk
        self._announce = announce
        self._lock = threading.Lock()
        self._access: Access | None = None
        self._invited = False
        self._close: Callable[[], object] | None = None
        self._thread = threading.Thread(target=self._run, name="set-up page", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def invite(self) -> None:
        """A new address; the one given out before is void if it wasn't used."""
        with self._lock:
            if self._access is None:
                self._invited = True
                return
            url = self._access.new_url()
        self._announce(url)

    def close(self, timeout_s: float = 1.0) -> None:
        with self._lock:
            close = self._close
        if close is not None:
            with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
                close()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        # Imported here: a worker starts without waiting for an HTTP server it rarely needs.
        from aiohttp import web

        from streaming.setup_page.server import SetupServer

        loop = asyncio.get_running_loop()
        sock = socket.create_server(("127.0.0.1", 0))
        access = Access(sock.getsockname()[1])
        server = SetupServer(self._desk, access)
        runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.SockSite(runner, sock).start()
            log.info("set-up page open")
            closing = asyncio.Event()
            self._opened(access, partial(loop.call_soon_threadsafe, closing.set))
            await _until_done(server, closing)
        finally:
            await runner.cleanup()
            log.info("set-up page closed", confirmed=server.confirmed.is_set())

    def _opened(self, access: Access, close: Callable[[], object]) -> None:
        with self._lock:
            self._access, self._close = access, close
            url = access.new_url() if self._invited else ""
        if url:
            self._announce(url)


async def _until_done(server: "SetupServer", closing: asyncio.Event) -> None:
    """Told to close, idle for too long, or a little while after a profile was confirmed."""
    while (left_s := server.closes_at - time.monotonic()) > 0:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(left_s, CHECK_S)):
                await closing.wait()
                return
