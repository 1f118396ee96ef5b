"""The bench's own web server: the capture clock over a WebSocket, and the viewer page."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import WSMsgType, web

PAGE = Path(__file__).parent / "page"


async def _clock(request: web.Request) -> web.WebSocketResponse:
    """Every message is answered with CLOCK_MONOTONIC in microseconds."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(str(time.monotonic_ns() / 1000))
    return socket


@asynccontextmanager
async def serve() -> AsyncIterator[str]:
    """Serves while the context is open; yields "HOST:PORT"."""
    application = web.Application()
    application.router.add_get("/clock", _clock)
    application.router.add_static("/", PAGE)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"{host}:{port}"
    finally:
        await runner.cleanup()
