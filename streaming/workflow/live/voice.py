"""Who is heard: microphones, mutes, the room's lanes, and the scanner's own sound.

What arrives is forwarded in the same call; nothing is decoded, mixed or kept.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial

from streaming.domain.errors import BadInput
from streaming.domain.frame import AudioFrame
from streaming.protocol.people_messages import (
    LANES,
    AudioWant,
    VoiceLanes,
    VoiceMute,
    VoiceMuted,
    VoiceSpeaking,
    VoiceState,
)
from streaming.protocol.wire import Message
from streaming.relay.lane import VoicePacket
from streaming.relay.voice import SPEAKING_NS, Lanes
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import PLAN_OF_ROLE, Feed, Peer

SPEAKING_INTERVAL_NS = 200_000_000
"""Who speaks is told at most five times a second."""


class VoiceDesk(Desk):
    """A microphone is heard once ``voice.state`` announced it, so that everybody sees it open, and
    not while it is muted; also not when the role doesn't speak, whatever was negotiated."""

    handles = frozenset({VoiceState, VoiceMute, AudioWant})

    def __init__(self, people: People, *, clock_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._people = people
        self._clock_ns = clock_ns
        self._lanes = Lanes()
        self._listeners: dict[str, Peer] = {}
        self._wanting: set[str] = set()
        self._feed: Feed | None = None
        self._told_lanes = ("",) * LANES
        self._told_speaking: tuple[str, ...] = ()
        self._told_speaking_ns = -SPEAKING_INTERVAL_NS
        self._next_look: asyncio.TimerHandle | None = None
        self._sent = 0
        self._refused = 0

    def bind(self, feed: Feed) -> None:
        self._feed = feed

    def entered(self, member: Member) -> None:
        """The page is a new one: its microphone isn't open yet, and it wants no sound so far."""
        self._quieten(member)
        member.tell(VoiceLanes(lanes=list(self._told_lanes)))
        member.tell(VoiceSpeaking(participants=list(self._told_speaking)))

    def connected(self, member: Member) -> None:
        media, plan = member.media, PLAN_OF_ROLE[member.seat.role]
        if media is None:
            return
        if plan.hears:
            self._listeners[member.seat.id] = media.peer
        media.on_voice = partial(self._heard, member)

    def disconnected(self, member: Member) -> None:
        self._listeners.pop(member.seat.id, None)
        self._lanes.leave(member.seat.id)
        self._tell(self._clock_ns())

    def gone(self, member: Member) -> None:
        self._listeners.pop(member.seat.id, None)
        self._quieten(member)

    async def handle(self, member: Member, message: Message) -> None:
        match message:
            case VoiceState(microphone=microphone, muted=muted):
                self._set(member, microphone=microphone, muted=muted)
            case VoiceMute(participant=seat_id):
                self._mute(self._people.here(seat_id), by=member)
            case AudioWant(on=on):
                self._want(member, on=on)

    def audio(self, frame: AudioFrame) -> None:
        for seat_id in self._wanting:
            peer = self._listeners.get(seat_id)
            if peer is not None:
                peer.send_doppler(frame)

    def figures(self) -> Mapping[str, float]:
        return {
            "voice_packets_in": self._lanes.received,
            "voice_packets_out": self._sent,
            "voice_packets_refused": self._refused,
            "voice_packets_dropped": self._lanes.dropped,
            "voice_lanes_stolen": self._lanes.stolen,
        }

    async def close(self) -> None:
        if self._next_look is not None:
            self._next_look.cancel()

    def _heard(self, member: Member, packet: VoicePacket) -> None:
        speaker = member.seat.id
        speaks = PLAN_OF_ROLE[member.seat.role].speaks
        if not speaks or not member.microphone or member.muted or not member.told_open:
            self._refused += 1
            return
        now_ns = self._clock_ns()
        forwarded = self._lanes.receive(speaker, packet, now_ns)
        if forwarded is not None:
            for seat_id, peer in self._listeners.items():
                if seat_id != speaker:
                    peer.send_voice(forwarded)
                    self._sent += 1
        self._tell(now_ns)

    def _set(self, member: Member, *, microphone: bool, muted: bool) -> None:
        if (member.microphone, member.muted) == (microphone, muted):
            return
        member.microphone, member.muted = microphone, muted
        if not microphone:
            self._lanes.leave(member.seat.id)
        elif muted:
            self._lanes.pause(member.seat.id)
        self._people.changed()
        self._tell(self._clock_ns())

    def _mute(self, member: Member, *, by: Member) -> None:
        if not PLAN_OF_ROLE[member.seat.role].speaks:
            raise BadInput("voice.listener", "They only listen.")
        if member.muted:
            return
        self._set(member, microphone=member.microphone, muted=True)
        if member is not by:
            member.tell(VoiceMuted(by=by.seat.id))

    def _want(self, member: Member, *, on: bool) -> None:
        before = bool(self._wanting)
        if on:
            self._wanting.add(member.seat.id)
        else:
            self._wanting.discard(member.seat.id)
        if self._feed is not None and before != bool(self._wanting):
            self._feed.set_audio(on=not before)

    def _quieten(self, member: Member) -> None:
        self._want(member, on=False)
        if not member.microphone:
            self._lanes.leave(member.seat.id)
        self._tell(self._clock_ns())

    def _tell(self, now_ns: int) -> None:
        lanes = self._lanes.holders
        if lanes != self._told_lanes:
            self._told_lanes = lanes
            self._people.tell(VoiceLanes(lanes=list(lanes)))
        if now_ns - self._told_speaking_ns < SPEAKING_INTERVAL_NS:
            return
        speaking = self._lanes.speaking(now_ns)
        if speaking != self._told_speaking:
            self._told_speaking, self._told_speaking_ns = speaking, now_ns
            self._people.tell(VoiceSpeaking(participants=list(speaking)))
        self._look_again()

    def _look_again(self) -> None:
        """Packets tell when somebody falls silent, but not when they stop coming."""
        if self._told_speaking and self._next_look is None:
            delay_s = (SPEAKING_NS + SPEAKING_INTERVAL_NS) / 1e9
            self._next_look = asyncio.get_running_loop().call_later(delay_s, self._look)

    def _look(self) -> None:
        self._next_look = None
        self._tell(self._clock_ns())
        self._look_again()
