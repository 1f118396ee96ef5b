"""One open WebSocket as the room sees it: a bounded queue in front of a writer.

Waiting messages are bounded to ``MAX_WAITING`` and ``MAX_WAITING_BYTES``. A client that lets them
grow beyond that isn't reading: it is cut off without a goodbye, which wouldn't reach it either.
"""

import asyncio
from collections import deque

from aiohttp import web

from streaming.protocol.messages import ServerMessage

MAX_WAITING = 256
MAX_WAITING_BYTES = 1_048_576
MAX_BEFORE_PASSING = 8
"""With more messages before it a passing one would come late."""

CLOSE_CODES = {
    "server.stopping": 1001,
    "ws.too_many_errors": 4400,
    "ticket.unknown": 4401,
    "room.unknown": 4404,
    "ws.hello_timeout": 4408,
    "seat.replaced": 4409,
    "seat.revoked": 4410,
    "ws.protocol": 4426,
    "ws.slow": 4429,
}
OTHER_CLOSE_CODE = 4000


class _Texts:
    """What many are told is one message, and becomes text once for all who are told in a row."""

    def __init__(self) -> None:
        self._message: ServerMessage | None = None
        self._text = ""

    def of(self, message: ServerMessage) -> str:
        if message is not self._message:
            self._text = message.model_dump_json()
            self._message = message
        return self._text


_TEXTS = _Texts()


class SocketClient:
    """Implements ``workflow.live.ports.Client``; ``write_out`` runs as a task of the socket."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport | None, *, host: str
    ) -> None:
        self.host = host
        """Whom a limit counts against; kept nowhere else."""
        self.seated = False
        self._socket = socket
        self._transport = transport
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._newest: dict[str, str] = {}
        """What passes, by key: one text each, however often it is sent."""
        self._wake = asyncio.Event()
        self.closing = ""
        """The code with which the socket closes or was closed, or empty."""

    def send(self, message: ServerMessage) -> None:
        if self.closing:
            return
        text = _TEXTS.of(message)
        self._waiting.append(text)
        self._waiting_bytes += len(text)
        if len(self._waiting) > MAX_WAITING or self._waiting_bytes > MAX_WAITING_BYTES:
            self.cut_off("ws.slow")
        self._wake.set()

    def send_passing(self, message: ServerMessage, *, key: str = "") -> bool:
        if self.closing:
            return False
        if key:
            self._newest.pop(key, None)
            self._newest[key] = _TEXTS.of(message)
            self._wake.set()
            return True
        if len(self._waiting) >= MAX_BEFORE_PASSING or self._is_behind:
            return False
        self.send(message)
        return True

    @property
    def _is_behind(self) -> bool:
        """The system takes no more for now: the client, or its line, is slow."""
        return self._transport is not None and self._transport.get_write_buffer_size() > 0

    def close(self, code: str) -> None:
        """What waits is still sent, then the socket closes; the first code counts."""
        self.closing = self.closing or code
        self._wake.set()

    def cut_off(self, code: str) -> None:
        """Without a goodbye: what waits isn't sent."""
        self.close(code)
        self._waiting.clear()
        if self._transport is not None:
            self._transport.abort()

    async def write_out(self) -> None:
        """Until ``close`` was called or the peer is gone."""
        try:
            while await self._write_waiting():
                await self._wake.wait()
                self._wake.clear()
        except ConnectionError:
            self.close("ws.gone")
        reason = self.closing.encode()
        await self._socket.close(
            code=CLOSE_CODES.get(self.closing, OTHER_CLOSE_CODE), message=reason
        )

    async def _write_waiting(self) -> bool:
        """False when the socket is to be closed."""
        while self._waiting:
            text = self._waiting.popleft()
            self._waiting_bytes -= len(text)
            await self._socket.send_str(text)
        await self._write_newest()
        return not self.closing

    async def _write_newest(self) -> None:
        """Each text is taken when it is its turn, so that it is the newest then."""
        for key in tuple(self._newest):
            text = self._newest.pop(key)
            if not self._is_behind:
                await self._socket.send_str(text)
