"""DTLS-SRTP as the server, by aiortc over our own transport. The one home of its private names."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    SRTP_PROFILES,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)

from streaming.webrtc.srtp import PacketBuffer, SrtpSession

QUEUE_DATAGRAMS = 16
"""Datagrams that wait for the handshake to read them; further ones are dropped (DTLS resends)."""


class DtlsError(Exception):
    """The handshake failed."""


class _Datagrams:
    """What ``RTCDtlsTransport`` needs of a transport: DTLS only, SRTP never passes here."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send_now = send
        self._arrived: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, datagram: bytes) -> None:
        if len(self._arrived) < QUEUE_DATAGRAMS:
            self._arrived.append(datagram)
            self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    async def _recv(self) -> bytes:
        while not self._arrived:
            if self._closed:
                raise ConnectionError
            self._wake.clear()
            await self._wake.wait()
        return self._arrived.popleft()

    async def _send(self, datagram: bytes) -> None:
        self._send_now(datagram)


class DtlsServer:
    """``send`` takes a datagram for the peer; ``on_closed`` is called when the peer says goodbye,
    at most once and never after ``close``."""

    def __init__(
        self,
        certificate: RTCCertificate,
        *,
        send: Callable[[bytes], None],
        on_closed: Callable[[], None],
    ) -> None:
        self._datagrams = _Datagrams(send)
        self._on_closed: Callable[[], None] | None = on_closed
        self._transport = RTCDtlsTransport(cast(Any, self._datagrams), [certificate])
        self._transport._set_role("server")
        # AES-128 is all that 24 h of video need, and GCM with it is the cheapest per packet.
        self._transport._srtp_profiles = [
            profile
            for profile in (SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80)
            if profile in SRTP_PROFILES
        ]

    def receive(self, datagram: bytes) -> None:
        """``datagram`` isn't empty: aiortc reads its first byte."""
        self._datagrams.put(datagram)

    async def handshake(
        self, fingerprints: Sequence[RTCDtlsFingerprint], buffer: PacketBuffer
    ) -> SrtpSession:
        """Raises:
        DtlsError: the peer's certificate has other fingerprints, or nothing could be agreed.
        """
        await self._transport.start(RTCDtlsParameters(list(fingerprints), role="client"))
        if self._transport.state != "connected":
            raise DtlsError("the DTLS handshake failed")
        self._transport.add_listener("statechange", self._state_changed)
        return SrtpSession(
            sending=self._transport._tx_srtp,
            receiving=self._transport._rx_srtp,
            buffer=buffer,
        )

    async def close(self) -> None:
        """Says goodbye to the peer if there was a handshake."""
        self._on_closed = None
        await self._transport.stop()
        self._datagrams.close()
        await asyncio.sleep(0)  # The transport's own task ends in the loop's next round.

    def _state_changed(self) -> None:
        if self._transport.state == "closed" and self._on_closed is not None:
            on_closed, self._on_closed = self._on_closed, None
            on_closed()
