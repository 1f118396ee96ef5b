"""Who is heard in which of a room's lanes, and who speaks. Pure: ``now_ns`` is an argument.

Up to ``LANES`` speakers have a lane each. Further ones take the lane of somebody who is silent, by
the audio level that comes with every packet; nothing is decoded.
"""

from dataclasses import dataclass, field

from streaming.protocol.people_messages import LANES
from streaming.relay.lane import Lane, LanePacket, VoicePacket

VOICE_LEVEL = 50
"""-dBov; at least as loud is voice, quieter is the room behind it."""
YIELD_NS = 300_000_000
"""A holder who was silent for longer than this yields to somebody who speaks."""
SPEAKING_NS = 400_000_000
"""For how long one counts as speaking after the last loud packet: longer than between words."""

MAX_OPUS_BYTES = 1_275
"""Of one Opus frame (RFC 6716, 3.2.1)."""
PACKETS_PER_S = 120
"""Browsers send 50, with the shortest agreed packets 100."""
BURST = 120

_RIVAL_NS = 60_000_000
_NEVER_NS = -(1 << 62)


@dataclass(slots=True)
class _Speaker:
    lane: Lane | None = None
    level: int = 127
    voiced_ns: int = _NEVER_NS
    began_ns: int = _NEVER_NS
    allowance: float = BURST
    refilled_ns: int = 0

    def is_within_rate(self, now_ns: int) -> bool:
        earned = (now_ns - self.refilled_ns) * PACKETS_PER_S / 1e9
        self.allowance = min(BURST, self.allowance + earned)
        self.refilled_ns = now_ns
        if self.allowance < 1:
            return False
        self.allowance -= 1
        return True

    def note(self, level: int, now_ns: int) -> None:
        self.level = level
        if level <= VOICE_LEVEL:
            if now_ns - self.voiced_ns > SPEAKING_NS:
                self.began_ns = now_ns
            self.voiced_ns = now_ns


@dataclass(slots=True)
class Lanes:
    """One room's. Speakers are named by seat. ``dropped`` counts packets of who has no lane, or
    that were too many, too large or too late."""

    received: int = 0
    dropped: int = 0
    stolen: int = 0
    _lanes: list[Lane] = field(default_factory=lambda: [Lane(n) for n in range(LANES)])
    _speakers: dict[str, _Speaker] = field(default_factory=dict)

    @property
    def holders(self) -> tuple[str, ...]:
        """In lane order, empty for a free lane."""
        return tuple(lane.holder for lane in self._lanes)

    def receive(self, speaker: str, packet: VoicePacket, now_ns: int) -> LanePacket | None:
        """The packet as everybody but the speaker gets it, or None."""
        self.received += 1
        known = self._speakers.setdefault(speaker, _Speaker())
        if known.is_within_rate(now_ns) and 0 < len(packet.opus) <= MAX_OPUS_BYTES:
            known.note(packet.level, now_ns)
            lane = known.lane or self._seated(speaker, known, now_ns)
            forwarded = lane.forward(packet, now_ns) if lane else None
            if forwarded is not None:
                return forwarded
        self.dropped += 1
        return None

    def pause(self, speaker: str) -> None:
        """Muted: the lane stays until somebody else needs it."""
        known = self._speakers.get(speaker)
        if known is not None:
            known.voiced_ns = _NEVER_NS
            if known.lane is not None:
                known.lane.pause()

    def leave(self, speaker: str) -> None:
        """No microphone any more: the lane is free."""
        known = self._speakers.pop(speaker, None)
        if known is not None and known.lane is not None:
            known.lane.give("")

    def speaking(self, now_ns: int) -> tuple[str, ...]:
        """Who is heard speaking, the one who began last at the end."""
        heard = [
            (known.began_ns, speaker)
            for speaker, known in self._speakers.items()
            if known.lane is not None and now_ns - known.voiced_ns <= SPEAKING_NS
        ]
        return tuple(speaker for _, speaker in sorted(heard))

    def _seated(self, speaker: str, known: _Speaker, now_ns: int) -> Lane | None:
        lane = next((lane for lane in self._lanes if not lane.holder), None)
        if lane is None:
            lane = self._yielded(known, now_ns)
            if lane is None:
                return None
            self._speakers[lane.holder].lane = None
            self.stolen += 1
        lane.give(speaker)
        known.lane = lane
        return lane

    def _yielded(self, known: _Speaker, now_ns: int) -> Lane | None:
        """The lane of who was silent for longest, unless somebody louder waits for it too."""
        if known.level > VOICE_LEVEL:
            return None
        for other in self._speakers.values():
            waits = other.lane is None and now_ns - other.voiced_ns <= _RIVAL_NS
            if waits and other.level < known.level:
                return None
        quietest = min(self._lanes, key=lambda lane: self._speakers[lane.holder].voiced_ns)
        silent_ns = now_ns - self._speakers[quietest.holder].voiced_ns
        return quietest if silent_ns > YIELD_NS else None
