"""What a receiver reports about one incoming video stream. Pure.

Source: RFC 3550, 6.4 and appendices A.3 and A.8. Repairs don't count as received: they are a stream
of their own (RFC 4588, 4).
"""

import struct

_CLOCK_NS_TIMES_9 = 100_000
_MAX_LOST = 0x7F_FFFF


class ReceivedStream:
    """Counts of one SSRC from its first sequence number (unwrapped) on."""

    def __init__(self, ssrc: int, first: int) -> None:
        self.ssrc = ssrc
        self._first = first
        self._received = 0
        self._told_expected = self._told_received = 0
        self._transit: int | None = None
        self._jitter_16ths = 0
        self._last_sr: tuple[int, int] | None = None

    def arrive(self, timestamp: int, now_ns: int) -> None:
        self._received += 1
        transit = now_ns * 9 // _CLOCK_NS_TIMES_9 - timestamp & 0xFFFF_FFFF
        if self._transit is not None:
            step = (transit - self._transit + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000
            # In sixteenths: A.8's integer form, which keeps what the division would lose.
            self._jitter_16ths += abs(step) - (self._jitter_16ths + 8 >> 4)
        self._transit = transit

    def sender_report(self, middle_ntp: int, now_ns: int) -> None:
        """``middle_ntp``: the middle 32 bits of a report's NTP time."""
        self._last_sr = (middle_ntp, now_ns)

    def block(self, highest: int, now_ns: int) -> bytes:
        """A report block; ``highest`` is the highest sequence number, unwrapped."""
        expected = highest - self._first + 1
        lost = max(-_MAX_LOST - 1, min(_MAX_LOST, expected - self._received))
        new_expected = expected - self._told_expected
        new_lost = new_expected - (self._received - self._told_received)
        fraction = (
            0 if new_expected <= 0 or new_lost <= 0 else min(255, new_lost * 256 // new_expected)
        )
        self._told_expected, self._told_received = expected, self._received
        last_sr, delay = 0, 0
        if self._last_sr is not None:
            last_sr, delay = self._last_sr[0], (now_ns - self._last_sr[1] << 16) // 1_000_000_000
        return struct.pack(
            "!IIIIII",
            self.ssrc,
            fraction << 24 | lost & 0xFF_FFFF,
            highest & 0xFFFF_FFFF,
            min(self._jitter_16ths >> 4, 0xFFFF_FFFF),
            last_sr,
            min(delay, 0xFFFF_FFFF),
        )
