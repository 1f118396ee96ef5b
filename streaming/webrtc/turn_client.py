"""A TURN client that tries a server out: one allocation, one thing at a time."""

import asyncio
import secrets
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol, Self

from streaming.domain.turn import RelayTransport, TurnUrl
from streaming.webrtc.turn_messages import (
    Attribute,
    Attributes,
    LongTerm,
    Method,
    Told,
    message_bytes,
    parse,
    peer_attribute,
    request,
    requested_family,
    send_indication,
)

ANSWER_TIMEOUT_S = 5.0
CONNECT_TIMEOUT_S = 5.0
LIFETIME_S = 60
"""Of an allocation; it is given back at once where that is possible."""
FIRST_CHANNEL = 0x4000

_RESEND_S = 0.5
_MAX_WAITING = 64
_ATTEMPTS = 4
_UDP = struct.pack("!I", 17 << 24)
_UNAUTHORIZED, _STALE_NONCE = 401, 438


class TurnError(Exception):
    """The server didn't do what was asked."""


class TurnRefused(TurnError):
    """``error`` is of RFC 8656, 19, or of RFC 8489, 14.8."""

    def __init__(self, error: int) -> None:
        super().__init__(f"the server answered with error {error}")
        self.error = error


class TurnSilent(TurnError):
    """No answer came."""


class _Line(Protocol):
    """Between here and the server. ``receive`` gives one message."""

    is_reliable: bool

    def send(self, data: bytes) -> None: ...

    async def receive(self) -> bytes: ...

    def close(self) -> None: ...


class TurnClient:
    """Use ``connected``. ``is_open`` means that the server asks nobody who they are."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self._login = "", ""
        self._auth: LongTerm | None = None
        self._channel = FIRST_CHANNEL
        self.is_open = False

    async def allocate(self, username: str, password: str, *, reaching: str) -> None:
        """A relayed address of the family of ``reaching``.

        Raises:
            TurnRefused: with 401 the credentials aren't taken.
            TurnSilent: there was no answer.
        """
        self._login = username, password
        asked: Attributes = [
            (Attribute.REQUESTED_TRANSPORT, _UDP),
            (Attribute.LIFETIME, struct.pack("!I", LIFETIME_S)),
            *requested_family(reaching),
        ]
        await self._get(Method.ALLOCATE, lambda _: asked)
        self.is_open = self._auth is None

    async def permit(self, host: str) -> None:
        """Let ``host`` and the relayed address exchange datagrams. Raises as ``allocate`` does."""
        await self._get(Method.CREATE_PERMISSION, lambda own_id: [peer_attribute(host, 0, own_id)])

    async def bind(self, host: str, port: int) -> None:
        """A channel to ``host``. Raises as ``allocate`` does."""
        number = (Attribute.CHANNEL_NUMBER, struct.pack("!HH", self._channel, 0))
        self._channel += 1
        await self._get(
            Method.CHANNEL_BIND, lambda own_id: [number, peer_attribute(host, port, own_id)]
        )

    def send(self, data: bytes, host: str, port: int) -> None:
        """From the relayed address to ``host``, which must have been permitted."""
        own_id = secrets.token_bytes(12)
        peer = peer_attribute(host, port, own_id)
        self._line.send(send_indication(own_id, [peer, (Attribute.DATA, data)]))

    async def give_back(self) -> None:
        """End the allocation. Raises as ``allocate`` does."""
        await self._get(Method.REFRESH, lambda _: [(Attribute.LIFETIME, bytes(4))])

    async def _get(self, method: Method, attributes: Callable[[bytes], Attributes]) -> None:
        """``attributes`` are of the transaction's id. The first request learns realm and nonce; a
        nonce may be stale at any later one."""
        for _ in range(_ATTEMPTS):
            own_id = secrets.token_bytes(12)
            told = await self._ask(own_id, request(method, own_id, attributes(own_id), self._auth))
            if told.error == _UNAUTHORIZED and self._auth is None:
                realm = told.attributes.get(Attribute.REALM, b"")
            elif told.error == _STALE_NONCE and self._auth is not None:
                realm = self._auth.realm
            else:
                break
            self._auth = LongTerm(*self._login, realm, told.attributes.get(Attribute.NONCE, b""))
        if told.error:
            raise TurnRefused(told.error)

    async def _ask(self, own_id: bytes, asked: bytes) -> Told:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                while True:
                    self._line.send(asked)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(None if self._line.is_reliable else _RESEND_S):
                            return await self._answer_to(own_id)
        except (TimeoutError, OSError, EOFError) as error:
            raise TurnSilent("the server doesn't answer") from error

    async def _answer_to(self, transaction_id: bytes) -> Told:
        while True:
            told = parse(await self._line.receive())
            if told is not None and told.transaction_id == transaction_id:
                return told


@asynccontextmanager
async def connected(url: TurnUrl, *, tls: ssl.SSLContext) -> AsyncIterator[TurnClient]:
    """A client of the server at ``url``; gives its allocation back in the end.

    Raises:
        ssl.SSLCertVerificationError: the certificate isn't trusted, or is another host's.
        OSError: nothing listens there, or no such host; TimeoutError is one.
    """
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        line: _Line = (
            await _Datagrams.open(url.host, url.port)
            if url.transport is RelayTransport.UDP
            else await _Stream.open(url, tls)
        )
    client = TurnClient(line)
    try:
        yield client
    finally:
        with suppress(TurnError):
            await client.give_back()
        line.close()


class _Datagrams(asyncio.DatagramProtocol):
    """Keeps at most ``_MAX_WAITING`` datagrams that nobody read; more are dropped."""

    is_reliable = False

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[bytes | OSError] = asyncio.Queue(_MAX_WAITING)
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> Self:
        loop = asyncio.get_running_loop()
        transport, line = await loop.create_datagram_endpoint(cls, remote_addr=(host, port))
        line._transport = transport
        return line

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._keep(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError):
            self._keep(exc)

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.sendto(data)

    async def receive(self) -> bytes:
        got = await self._waiting.get()
        if isinstance(got, OSError):
            raise got
        return got

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _keep(self, got: bytes | OSError) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(got)


class _Stream:
    is_reliable = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: TurnUrl, tls: ssl.SSLContext) -> Self:
        context = tls if url.transport is RelayTransport.TLS else None
        return cls(*await asyncio.open_connection(url.host, url.port, ssl=context))

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def receive(self) -> bytes:
        head = await self._reader.readexactly(4)
        return head + await self._reader.readexactly(message_bytes(head) - len(head))

    def close(self) -> None:
        self._writer.transport.abort()
