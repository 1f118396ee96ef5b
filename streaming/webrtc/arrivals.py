"""How a received stream is doing, for the reports that its sender gets (RFC 3550, 6.4.1). Pure."""

import struct

_BLOCK = struct.Struct("!IIIIII")
_SECOND_NS = 1_000_000_000
_MAX_JUMP = 3_000
"""Packets; beyond it the sender is taken to have started over (RFC 3550, A.1)."""


class Arrivals:
    """One SSRC with a clock of ``clock_hz``. Sender reports tell when it was asked last."""

    def __init__(self, ssrc: int, *, clock_hz: int) -> None:
        self.ssrc = ssrc
        self.packets = 0
        self._clock_hz = clock_hz
        self._first: int | None = None
        self._highest = 0
        self._jitter = 0.0
        self._transit = 0
        self._reported_expected = self._reported_packets = 0
        self._last_sr = self._last_sr_ns = 0

    @property
    def lost(self) -> int:
        """Since the beginning; duplicates lower it."""
        return self._expected() - self.packets

    def add(self, sequence: int, timestamp: int, now_ns: int) -> None:
        steps = (sequence - self._highest + 0x8000 & 0xFFFF) - 0x8000
        transit = (now_ns * self._clock_hz // _SECOND_NS - timestamp) & 0xFFFF_FFFF
        if self._first is None or abs(steps) > _MAX_JUMP:
            self._first = self._highest = sequence
            self.packets = self._reported_expected = self._reported_packets = 0
        else:
            self._highest += max(0, steps)
            moved = (transit - self._transit + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000
            self._jitter += (min(abs(moved), self._clock_hz) - self._jitter) / 16
        self._transit = transit
        self.packets += 1

    def sender_reported(self, middle_ntp: int, now_ns: int) -> None:
        """A sender report of this stream: the middle 32 bits of its NTP time."""
        self._last_sr, self._last_sr_ns = middle_ntp, now_ns

    def block(self, now_ns: int) -> bytes:
        """A report block about what came since the last one."""
        expected = self._expected()
        due = expected - self._reported_expected
        missed = due - (self.packets - self._reported_packets)
        self._reported_expected, self._reported_packets = expected, self.packets
        fraction = min(255, max(0, (missed << 8) // due)) if due > 0 else 0
        lost = max(-(1 << 23), min((1 << 23) - 1, self.lost))
        delay = (now_ns - self._last_sr_ns << 16) // _SECOND_NS if self._last_sr else 0
        return _BLOCK.pack(
            self.ssrc,
            fraction << 24 | lost & 0xFF_FFFF,
            self._highest & 0xFFFF_FFFF,
            int(self._jitter),
            self._last_sr,
            min(delay, 0xFFFF_FFFF),
        )

    def _expected(self) -> int:
        return 0 if self._first is None else self._highest - self._first + 1
