"""The packets of a seat without a browser: sees, hears, speaks and films, and decodes nothing."""

import secrets
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.live.dtls import Certificate
from benchmarks.live.sdp import read
from benchmarks.live.viewer import Viewer
from benchmarks.room.sdp import answer, extension_id, payload_types

LOUD = 0x80 | 20
"""Voice at -20 dBov (RFC 6464)."""

OPUS_STEP = 960
_AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
_HEADER = struct.Struct("!BBHII")
_ONE_BYTE_EXTENSIONS = b"\xbe\xde\x00\x01"
_MARKER = 0x80


@dataclass(slots=True)
class Heard:
    """One speaker's packets, by the clear part of their headers. ``opus`` is the first payload."""

    opus: bytes
    first: int
    last: int
    packets: int = 1

    def add(self, sequence: int) -> None:
        """A packet of it; late ones count too."""
        self.packets += 1
        ahead = (sequence - self.last + 0x8000 & 0xFFFF) - 0x8000
        self.last = max(self.last, self.last + ahead)

    @property
    def lost(self) -> int:
        """Sequence numbers go on without a gap where nothing was lost on either way."""
        return self.last - self.first + 1 - self.packets


@dataclass(slots=True)
class Outgoing:
    """One stream that goes up."""

    payload_type: int
    ssrc: int = field(default_factory=lambda: secrets.randbits(32))
    sequence: int = 0
    packets: int = 0

    def header(self, timestamp: int, *, marker: bool = False, extended: bool = False) -> bytes:
        self.sequence = self.sequence + 1 & 0xFFFF
        self.packets += 1
        first = 0x90 if extended else 0x80
        second = (_MARKER if marker else 0) | self.payload_type
        return _HEADER.pack(first, second, self.sequence, timestamp & 0xFFFF_FFFF, self.ssrc)

    def voice(self, opus: bytes, *, number: int, level_id: int) -> bytes:
        """Packet ``number`` of 20 ms, as loud as a voice."""
        header = self.header(number * OPUS_STEP, extended=True)
        return header + _ONE_BYTE_EXTENSIONS + bytes((level_id << 4, LOUD, 0, 0)) + opus


class Line(Viewer):
    """``heard`` by SSRC; clear it to count anew."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate)
        self.heard: dict[int, Heard] = {}
        self._scanner_type = self._lane_type = self._level_id = -1
        self._voice = self._film = Outgoing(-1)

    @property
    def connected(self) -> bool:
        return self._sessions is not None

    @property
    def spoken(self) -> int:
        return self._voice.packets

    def answer(self, offer: str) -> str:
        types = payload_types(offer)
        self._scanner_type, self._lane_type = types["scanner"], types["lane0"]
        self._voice, self._film = Outgoing(types["voice"]), Outgoing(types["film"])
        self._level_id = extension_id(offer, _AUDIO_LEVEL)
        self._remote = read(offer)
        return answer(offer, self._local)

    def speak(self, opus: bytes, *, number: int) -> None:
        """Packet ``number`` of 20 ms."""
        self._protect(self._voice.voice(opus, number=number, level_id=self._level_id))

    def film(self, payloads: Sequence[bytes]) -> None:
        """One picture, captured now."""
        timestamp = time.monotonic_ns() * 9 // 100_000
        for place, payload in enumerate(payloads, start=1):
            self._protect(self._film.header(timestamp, marker=place == len(payloads)) + payload)

    def _protect(self, packet: bytes) -> None:
        if self._sessions is not None:
            self._send(self._sessions[1].protect(packet))

    def _rtp(self, packet: bytes) -> None:
        payload_type = packet[1] & 0x7F
        if payload_type == self._scanner_type:
            super()._rtp(packet)
        elif payload_type == self._lane_type:
            self._hear(packet)

    def _hear(self, packet: bytes) -> None:
        _, _, sequence, _, ssrc = _HEADER.unpack_from(packet)
        known = self.heard.get(ssrc)
        if known is None:
            self.heard[ssrc] = Heard(self._opus(packet), sequence, sequence)
            return
        known.add(sequence)

    def _opus(self, packet: bytes) -> bytes:
        assert self._sessions is not None
        clear = self._sessions[0].unprotect(packet)
        start = 12
        if clear[0] & 0x10:
            start += 4 + 4 * int.from_bytes(clear[14:16], "big")
        return clear[start:]
