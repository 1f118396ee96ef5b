"""RTP headers, timestamps and the order in which packets leave (RFC 3550, RFC 8285). Pure."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

CLOCK_HZ = 90_000
HEADER_BYTES_MAX = 48
"""12 of RTP, 4 of extension header, mid (17), abs-send-time (4), playout-delay (4), padding."""

_HEADER = struct.Struct("!BBHII")
_KIND_AND_SEQUENCE = struct.Struct("!BH")
_TIMESTAMP = struct.Struct("!I")
_VERSION, _EXTENSION, _MARKER = 0x80, 0x10, 0x80
_ONE_BYTE_EXTENSIONS = 0xBEDE
_NTP_EPOCH_S = 2_208_988_800
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class NtpClock:
    """NTP time from the monotonic clock, related once: a step of the wall clock moves nothing."""

    unix_minus_monotonic_ns: int

    def at(self, monotonic_ns: int) -> int:
        """64 bits: seconds since 1900 and a fraction (RFC 3550, 4)."""
        unix_ns = monotonic_ns + self.unix_minus_monotonic_ns + _NTP_EPOCH_S * _SECOND_NS
        return (unix_ns << 32) // _SECOND_NS & 0xFFFF_FFFF_FFFF_FFFF


class CaptureClock:
    """RTP timestamps that are capture times: exact at any distance from the first frame.

    A frame that isn't newer than the last gets the next tick, so that the two never merge. After a
    jump of the source's clock (another machine took over) the relation is set anew, right behind
    the last timestamp.
    """

    _MAX_BACK_NS = 1 * _SECOND_NS
    _MAX_AHEAD_NS = 60 * _SECOND_NS
    _STEP = CLOCK_HZ // 30

    def __init__(self, origin: int) -> None:
        self.origin = origin
        self.first_captured_ns: int | None = None
        self._last = origin - 1
        self._last_captured_ns = 0

    def at(self, captured_at_ns: int) -> int:
        """The 32-bit timestamp of a capture time. Only once a frame was stamped."""
        return self._unwrapped(captured_at_ns) & 0xFFFF_FFFF

    def stamp(self, captured_at_ns: int) -> int:
        jump_ns = captured_at_ns - self._last_captured_ns
        if self.first_captured_ns is None:
            self.first_captured_ns = captured_at_ns
        elif not -self._MAX_BACK_NS <= jump_ns <= self._MAX_AHEAD_NS:
            self.origin = self._last + self._STEP
            self.first_captured_ns = captured_at_ns
        self._last = max(self._unwrapped(captured_at_ns), self._last + 1)
        self._last_captured_ns = captured_at_ns
        return self._last & 0xFFFF_FFFF

    def _unwrapped(self, captured_at_ns: int) -> int:
        return self.origin + (captured_at_ns - (self.first_captured_ns or 0)) * 9 // 100_000


@dataclass(frozen=True, slots=True)
class HeaderExtensions:
    """Agreed ids (1 to 14), None for an extension that the peer didn't take."""

    mid: str
    mid_id: int | None = None
    abs_send_time_id: int | None = None
    playout_delay_id: int | None = None


class RtpHeader:
    """The bytes of one stream's header, rewritten in place: per frame, then per packet.

    playout-delay 0/0 ("show at once") is on every packet, not only until acknowledged: it costs
    four bytes, a receiver that starts over has it at once, and all packets of a frame keep the
    same header size, which a ``UDP_SEGMENT`` run needs.
    """

    def __init__(self, *, payload_type: int, ssrc: int, extensions: HeaderExtensions) -> None:
        self._payload_type = payload_type
        body, self._send_time_at = _extension_body(extensions)
        first = _VERSION | (_EXTENSION if body else 0)
        self.data = bytearray(_HEADER.pack(first, payload_type, 0, 0, ssrc) + body)

    def start_frame(self, *, timestamp: int, abs_send_time: int) -> None:
        _TIMESTAMP.pack_into(self.data, 4, timestamp)
        if self._send_time_at:
            self.data[self._send_time_at : self._send_time_at + 3] = abs_send_time.to_bytes(3)

    def stamp(self, sequence: int, *, marker: bool) -> None:
        kind = self._payload_type | _MARKER if marker else self._payload_type
        _KIND_AND_SEQUENCE.pack_into(self.data, 1, kind, sequence)


def _extension_body(extensions: HeaderExtensions) -> tuple[bytes, int]:
    """The extension block and where in the whole header abs-send-time's value is (0: nowhere)."""
    body, send_time_at = b"", 0
    mid = extensions.mid.encode()
    if extensions.mid_id is not None and 1 <= len(mid) <= 16:
        body += bytes([extensions.mid_id << 4 | len(mid) - 1]) + mid
    if extensions.abs_send_time_id is not None:
        body += bytes([extensions.abs_send_time_id << 4 | 2])
        send_time_at = _HEADER.size + 4 + len(body)
        body += bytes(3)
    if extensions.playout_delay_id is not None:
        body += bytes([extensions.playout_delay_id << 4 | 2, 0, 0, 0])
    if not body:
        return b"", 0
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", _ONE_BYTE_EXTENSIONS, len(body) // 4) + body, send_time_at


def abs_send_time(ntp: int) -> int:
    """24 bits: 6 of seconds, 18 of fraction."""
    return ntp >> 14 & 0xFF_FFFF


def equal_runs(
    payloads: Sequence[bytes], *, max_segments: int, max_bytes: int, overhead: int
) -> tuple[tuple[int, int], ...]:
    """Half-open index ranges of equal payloads, of which only the last may be shorter."""
    runs: list[tuple[int, int]] = []
    start = 0
    while start < len(payloads):
        size = len(payloads[start])
        limit = min(len(payloads), start + max_segments, start + max_bytes // (size + overhead))
        stop = start + 1
        while stop < limit and len(payloads[stop]) == size:
            stop += 1
        if stop < limit and len(payloads[stop]) < size:
            stop += 1
        runs.append((start, stop))
        start = stop
    return tuple(runs)
