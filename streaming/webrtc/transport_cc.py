"""Transport-wide feedback: when each packet arrived, for the sender's congestion control. Pure.

Source: draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3. Whoever negotiates the header
extension must send this feedback: without it Chromium stays at 30 kb/s.
"""

import struct
from collections.abc import Iterator

INTERVAL_NS = 50_000_000
MAX_ARRIVALS = 512
"""Between two feedbacks; more are counted as lost, which tells their sender to slow down."""

MAX_SPAN = 2_048
"""Sequence numbers in one feedback; after a longer leap it begins with the newest."""

_TICK_NS = 250_000
_REFERENCE_TICKS = 256
_RTPFB, _FORMAT = 205, 15
_NONE, _SMALL, _LARGE = range(3)
_RUN_LENGTH_MAX = 0x1FFF
_VECTOR = 0x8000
_TWO_BITS = 0x4000
_SYMBOLS_OF_ONE_BIT, _SYMBOLS_OF_TWO_BITS = 14, 7
_MIN_RUN = 7


class TransportFeedback:
    """Collects arrivals of one transport and turns them into RTCP packets."""

    def __init__(self) -> None:
        self._arrivals: dict[int, int] = {}
        self._newest: int | None = None
        self._next_base = 0
        self._count = 0
        self._told_ns: int | None = None

    def arrive(self, sequence: int, now_ns: int) -> None:
        """``sequence``: the header extension's 16 bits, of any packet, repairs and padding too."""
        number = self._unwrap(sequence)
        if self._newest is None or not -MAX_SPAN < number - self._newest < MAX_SPAN:
            self._arrivals.clear()
            self._newest = self._next_base = number
        self._newest = max(self._newest, number)
        if self._told_ns is None:
            self._told_ns = now_ns
        if len(self._arrivals) < MAX_ARRIVALS:
            self._arrivals.setdefault(number, now_ns)

    def due(self, now_ns: int) -> bool:
        return bool(self._arrivals) and now_ns - (self._told_ns or 0) >= INTERVAL_NS

    def build(self, *, sender_ssrc: int, media_ssrc: int, now_ns: int) -> list[bytes]:
        """All that arrived since the last time; packets without anything never are sent."""
        self._told_ns = now_ns
        packets = []
        while self._arrivals:
            base, numbers = self._next_range()
            statuses, deltas, reference = self._take(base, numbers)
            body = struct.pack(
                "!IIHHI",
                sender_ssrc,
                media_ssrc,
                base & 0xFFFF,
                len(statuses),
                (reference & 0xFF_FFFF) << 8 | self._count,
            )
            body += b"".join(struct.pack("!H", chunk) for chunk in _chunks(statuses))
            packets.append(_packet(body + deltas))
            self._count = self._count + 1 & 0xFF
            self._next_base = max(self._next_base, base + len(statuses))
        return packets

    def _next_range(self) -> tuple[int, list[int]]:
        """Where a feedback begins, and what it tells. Late ones go alone: nothing that was told
        before is told again as lost."""
        numbers = sorted(self._arrivals)
        late = numbers[0]
        if late < self._next_base:
            return late, [n for place, n in enumerate(numbers) if n == late + place]
        oldest = numbers[-1] - MAX_SPAN
        for stale in [number for number in numbers if number < oldest]:
            del self._arrivals[stale]
        return max(self._next_base, oldest), [n for n in numbers if n >= oldest]

    def _take(self, base: int, numbers: list[int]) -> tuple[list[int], bytes, int]:
        """Statuses from ``base`` on, deltas and the reference time, of as many arrivals as one
        packet can tell: a delta has 16 bits of 250 µs."""
        reference = self._arrivals[numbers[0]] // _TICK_NS // _REFERENCE_TICKS
        last_ticks = reference * _REFERENCE_TICKS
        statuses: list[int] = []
        deltas = bytearray()
        for number in numbers:
            ticks = self._arrivals[number] // _TICK_NS
            delta, last_ticks = ticks - last_ticks, ticks
            if not -0x8000 <= delta <= 0x7FFF:
                break
            del self._arrivals[number]
            statuses.extend([_NONE] * (number - base - len(statuses)))
            small = 0 <= delta <= 0xFF
            statuses.append(_SMALL if small else _LARGE)
            deltas += delta.to_bytes(1) if small else delta.to_bytes(2, signed=True)
        return statuses, bytes(deltas), reference

    def _unwrap(self, sequence: int) -> int:
        if self._newest is None:
            return sequence
        return self._newest + ((sequence - self._newest + 0x8000 & 0xFFFF) - 0x8000)


def _chunks(statuses: list[int]) -> Iterator[int]:
    """Run lengths where they pay, else vectors (3.1.3 and 3.1.4)."""
    place = 0
    while place < len(statuses):
        run = _run(statuses, place)
        if run >= _MIN_RUN or place + run == len(statuses):
            yield statuses[place] << 13 | run
            place += run
            continue
        following = statuses[place : place + _SYMBOLS_OF_ONE_BIT]
        if _LARGE in following:
            following = following[:_SYMBOLS_OF_TWO_BITS]
            yield _VECTOR | _TWO_BITS | _symbols(following, bits=2)
        else:
            yield _VECTOR | _symbols(following, bits=1)
        place += len(following)


def _run(statuses: list[int], start: int) -> int:
    stop = start
    while stop < min(len(statuses), start + _RUN_LENGTH_MAX) and statuses[stop] == statuses[start]:
        stop += 1
    return stop - start


def _symbols(statuses: list[int], *, bits: int) -> int:
    """The first one in the highest bits of 14."""
    value = 0
    for status in statuses:
        value = value << bits | status
    return value << 14 - bits * len(statuses)


def _packet(body: bytes) -> bytes:
    """Padded to 32 bits as RTCP is: its last byte says by how much (RFC 3550, 6.4.1)."""
    missing = -len(body) % 4
    if missing:
        body += bytes(missing - 1) + bytes([missing])
    first = 0x80 | (0x20 if missing else 0) | _FORMAT
    return struct.pack("!BBH", first, _RTPFB, len(body) // 4) + body
