"""SRTP in place, in a buffer that all viewers share. The one home of pylibsrtp's private names."""

from collections.abc import Callable
from typing import Any

import pylibsrtp

from streaming.webrtc.udp import MAX_RUN_BYTES

MAX_OVERHEAD = 16
"""Bytes that protection adds to an RTP packet at most (AES-GCM; AES-CM with SHA-1 adds 10)."""

MAX_SSRCS = 32
"""Of a peer: the library keeps state for each that it has heard, for as long as the peer lives."""

_ffi: Any = pylibsrtp.ffi  # type: ignore[attr-defined]
_lib: Any = pylibsrtp.lib  # type: ignore[attr-defined]


class SrtpError(Exception):
    """A packet that can't be protected, or isn't authentic."""


class PacketBuffer:
    """Where packets are put together, protected and sent from, without a copy in between.

    Everything that uses it does so within one call on the event loop.
    """

    def __init__(self) -> None:
        self._memory = _ffi.new("char[]", MAX_RUN_BYTES + 4_096)
        self._length = _ffi.new("int *")
        self.view = memoryview(_ffi.buffer(self._memory))

    def protect(self, session: Any, offset: int, length: int) -> int:
        """Protect the packet at ``offset``; it grows into the bytes after it. Its new length."""
        self._length[0] = length
        if _lib.srtp_protect(session, self._memory + offset, self._length):
            raise SrtpError("an RTP packet can't be protected")
        protected: int = self._length[0]
        return protected


class SrtpSession:
    """Both directions of one peer. ``sending`` and ``receiving`` are the keyed sessions."""

    def __init__(
        self, *, sending: pylibsrtp.Session, receiving: pylibsrtp.Session, buffer: PacketBuffer
    ) -> None:
        self._sending = sending
        self._receiving = receiving
        self._buffer = buffer
        self._heard: set[bytes] = set()
        self._handle = sending._srtp[0]
        self.view = buffer.view

    def protect(self, offset: int, length: int) -> int:
        """See ``PacketBuffer.protect``.

        Raises:
            SrtpError: the packet is too old to be sent again.
        """
        return self._buffer.protect(self._handle, offset, length)

    def protect_rtcp(self, packet: bytes) -> bytes:
        return self._sending.protect_rtcp(packet)

    def unprotect(self, packet: bytes) -> bytes:
        """Raises:
        SrtpError: not authentic, replayed, too long, or from one SSRC too many.
        """
        return self._unprotect(self._receiving.unprotect, packet, packet[8:12])

    def unprotect_rtcp(self, packet: bytes) -> bytes:
        """Raises:
        SrtpError: as ``unprotect``.
        """
        return self._unprotect(self._receiving.unprotect_rtcp, packet, packet[4:8])

    def _unprotect(self, unprotect: Callable[[bytes], bytes], packet: bytes, ssrc: bytes) -> bytes:
        if ssrc not in self._heard and len(self._heard) >= MAX_SSRCS:
            raise SrtpError("too many SSRCs")
        try:
            plain = unprotect(packet)
        except (pylibsrtp.Error, ValueError) as error:
            raise SrtpError("a packet isn't authentic") from error
        self._heard.add(ssrc)
        return plain
