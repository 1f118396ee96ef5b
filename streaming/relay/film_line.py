"""Many cameras' streams, one after the other, as one stream with continuous numbers. Pure.

Numbers keep their gaps: a packet that the node itself misses keeps its place, and takes it when the
camera sent it again. Packets aren't held back, except before a key frame's first one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from streaming.domain.frame import Codec
from streaming.relay.film import FilmPacket, starts_keyframe

RING_PACKETS = 2_048
"""About four seconds of a camera: who begins within them may begin in the past."""

EARLY_PACKETS = 512
"""Kept while the first packet of a key frame is on its way again; the oldest give way."""

_LEAST_STEP = 3_000
"""90 kHz: between the last picture of one camera and the first of the next."""


@dataclass(frozen=True, slots=True)
class CameraPacket:
    """``number`` is unwrapped and the room's own; ``timestamp`` has 32 bits at 90 kHz."""

    number: int
    codec: Codec
    timestamp: int
    marker: bool
    keyframe: bool
    payload: bytes


class FilmLine:
    """``origin`` is the first timestamp."""

    def __init__(self, origin: int = 0) -> None:
        self._run: tuple[int, Codec] | None = None
        self._early: dict[int, FilmPacket] = {}
        self._ring: list[CameraPacket | None] = [None] * RING_PACKETS
        self._sequence_offset: int | None = None
        self._timestamp_offset = 0
        self._newest_sequence = -1
        self._first = self._next = 0
        self._last_timestamp = origin - _LEAST_STEP
        self._last_ns: int | None = None
        self._keyframe: tuple[int, int] | None = None

    @property
    def waiting(self) -> bool:
        """Nothing leaves until a key frame begins."""
        return self._sequence_offset is None

    def cut(self) -> None:
        """Another camera comes next, or none."""
        self._run = self._sequence_offset = self._keyframe = None
        self._early.clear()

    def take(self, packet: FilmPacket, now_ns: int) -> list[CameraPacket]:
        """What may be forwarded now: mostly this very packet."""
        run = (packet.stream, packet.codec)
        if run != self._run:
            if self._is_late_of_another_codec(packet):
                return []
            self.cut()
            self._run = run
            self._newest_sequence = packet.sequence
        self._newest_sequence = max(self._newest_sequence, packet.sequence)
        if self._sequence_offset is not None:
            numbered = self._numbered(packet, self._sequence_offset, now_ns)
            return [numbered] if numbered else []
        return self._begin(packet, now_ns)

    def since(self, number: int) -> Iterator[CameraPacket]:
        """What there is from ``number`` on, in order."""
        for each in range(max(number, self._next - RING_PACKETS), self._next):
            found = self._ring[each % RING_PACKETS]
            if found is not None and found.number == each:
                yield found

    def keyframe_within(self, age_ns: int, now_ns: int) -> int | None:
        """The number of the newest key frame's first packet, if it isn't older."""
        if self._keyframe is None or now_ns - self._keyframe[1] > age_ns:
            return None
        return self._keyframe[0]

    def _is_late_of_another_codec(self, packet: FilmPacket) -> bool:
        """A camera changes its codec in the middle of its numbers; what it sent before is over."""
        same_stream = self._run is not None and self._run[0] == packet.stream
        return same_stream and packet.sequence < self._newest_sequence

    def _begin(self, packet: FilmPacket, now_ns: int) -> list[CameraPacket]:
        if not starts_keyframe(packet.codec, packet.payload):
            self._early[packet.sequence] = packet
            if len(self._early) > EARLY_PACKETS:
                del self._early[next(iter(self._early))]
            return []
        self._first = self._next
        offset = self._sequence_offset = self._next - packet.sequence
        begins = self._last_timestamp + self._pause(now_ns)
        self._timestamp_offset = begins - packet.timestamp
        following = sorted(number for number in self._early if number > packet.sequence)
        ready = [packet, *(self._early[number] for number in following)]
        self._early.clear()
        return [n for p in ready if (n := self._numbered(p, offset, now_ns)) is not None]

    def _pause(self, now_ns: int) -> int:
        if self._last_ns is None:
            return _LEAST_STEP
        return max(_LEAST_STEP, (now_ns - self._last_ns) * 9 // 100_000)

    def _numbered(self, packet: FilmPacket, offset: int, now_ns: int) -> CameraPacket | None:
        number = packet.sequence + offset
        if number < max(self._first, self._next - RING_PACKETS):
            return None
        numbered = CameraPacket(
            number=number,
            codec=packet.codec,
            timestamp=packet.timestamp + self._timestamp_offset & 0xFFFF_FFFF,
            marker=packet.marker,
            keyframe=starts_keyframe(packet.codec, packet.payload),
            payload=packet.payload,
        )
        self._ring[number % RING_PACKETS] = numbered
        if number >= self._next:
            self._next = number + 1
            self._last_timestamp, self._last_ns = numbered.timestamp, now_ns
        if numbered.keyframe and (self._keyframe is None or number > self._keyframe[0]):
            self._keyframe = (number, now_ns)
        return numbered
