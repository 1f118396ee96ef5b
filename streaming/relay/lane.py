"""One lane's time: whoever holds it, listeners hear one stream that never goes back. Pure.

A lane's timestamps follow the node's clock. While one speaker holds it the speaker's own steps are
kept, so a pause (DTX), a lost packet and a late one sound as they should; with another speaker, or
after anything that makes no sense, a new tenure begins on the clock's next 20 ms.
"""

from dataclasses import dataclass

STEP = 960
"""20 ms at 48 kHz, in which timestamps of Opus count (RFC 7587, 4.1)."""
MAX_GAP = 50
"""Packets. Beyond it this isn't loss but something new."""
MAX_SKEW = 96_000
"""Samples that a tenure may be ahead of or behind the clock: 2 s of delay and drift."""


@dataclass(frozen=True, slots=True)
class VoicePacket:
    """From a microphone. ``timestamp`` counts at 48 kHz; ``level`` is 0 (loudest) to 127 -dBov
    (RFC 6464), 127 also when the sender didn't tell; ``opus`` isn't empty."""

    ssrc: int
    sequence: int
    timestamp: int
    level: int
    opus: bytes


@dataclass(frozen=True, slots=True)
class LanePacket:
    """For every listener but the speaker. ``index`` counts from the beginning of a ``tenure``: a
    gap is a packet that was lost on the way to the node, a step back one that came late; no two
    packets of a lane have both in common."""

    lane: int
    tenure: int
    index: int
    timestamp: int
    marker: bool
    opus: bytes


class Lane:
    """``holder`` is a seat's id, empty while the lane is free."""

    def __init__(self, number: int) -> None:
        self.holder = ""
        self._number = number
        self._tenure = 0
        self._open = False
        self._ssrc = self._sequence = self._timestamp = 0
        self._index = self._sent = self._seen = 0

    def give(self, speaker: str) -> None:
        self.holder = speaker
        self._open = False

    def pause(self) -> None:
        """What comes next from the same holder begins a tenure."""
        self._open = False

    def forward(self, packet: VoicePacket, now_ns: int) -> LanePacket | None:
        """None for a duplicate, and for one that is too late."""
        clock = now_ns * 48 // 1_000_000
        if not self._open or packet.ssrc != self._ssrc:
            return self._begin(packet, clock)
        steps = (packet.sequence - self._sequence + 0x8000 & 0xFFFF) - 0x8000
        samples = (packet.timestamp - self._timestamp + 0x8000_0000 & 0xFFFF_FFFF) - 0x8000_0000
        if -MAX_GAP <= steps <= 0:
            return self._late(packet, steps, samples)
        ahead = self._sent + samples - clock
        if not 0 < steps <= MAX_GAP or samples <= 0 or not -MAX_SKEW <= ahead <= MAX_SKEW:
            return self._begin(packet, clock)
        self._index += steps
        self._sent += samples
        self._seen = self._seen << steps & (1 << MAX_GAP + 1) - 1
        return self._next(packet, marker=False)

    def _begin(self, packet: VoicePacket, clock: int) -> LanePacket:
        self._open = True
        self._tenure += 1
        self._ssrc, self._index, self._seen = packet.ssrc, 0, 0
        self._sent = max(clock // STEP * STEP, self._sent + STEP)
        return self._next(packet, marker=True)

    def _next(self, packet: VoicePacket, *, marker: bool) -> LanePacket:
        self._sequence, self._timestamp = packet.sequence, packet.timestamp
        self._seen |= 1
        return self._packet(packet, self._index, self._sent, marker=marker)

    def _late(self, packet: VoicePacket, steps: int, samples: int) -> LanePacket | None:
        if self._seen >> -steps & 1 or self._index + steps < 0 or not -MAX_SKEW <= samples < 0:
            return None
        self._seen |= 1 << -steps
        return self._packet(packet, self._index + steps, self._sent + samples, marker=False)

    def _packet(
        self, packet: VoicePacket, index: int, timestamp: int, *, marker: bool
    ) -> LanePacket:
        return LanePacket(
            self._number, self._tenure, index, timestamp & 0xFFFF_FFFF, marker, packet.opus
        )
