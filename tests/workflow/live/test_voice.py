"""Voices and the scanner's sound in a room, at its ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from streaming.domain.errors import SonopairError
from streaming.domain.frame import AudioFrame
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.relay.lane import LanePacket, VoicePacket
from streaming.workflow.live.ports import PLAN_OF_ROLE
from streaming.workflow.live.room import LiveRoom
from streaming.workflow.live.voice import SPEAKING_INTERVAL_NS, VoiceDesk
from tests.webrtc.stage import eventually
from tests.workflow.live.surroundings import (
    EXPERT,
    OPERATOR,
    FakeClient,
    FakeNode,
    FakePeer,
    opened,
    watch,
)

OBSERVER = Seat("ob", "r", Role.OBSERVER, "Student")
CAMERA = Seat("ca", "r", Role.CAMERA, "Phone")
OPEN = wire.VoiceState(microphone=True, muted=False)


@dataclass
class Stage:
    room: LiveRoom
    node: FakeNode
    clients: dict[str, FakeClient]
    peers: dict[str, FakePeer]
    sequence: int = 0

    async def enter(self, *seats: Seat) -> None:
        for seat in seats:
            self.clients[seat.id] = await watch(self.room, seat)
            self.peers[seat.id] = self.node.peers[-1]

    async def tell(self, seat: Seat, message: wire.ClientMessage) -> None:
        await self.room.handle(seat.id, message)

    def say(self, seat: Seat, *, level: int = 20) -> None:
        self.sequence += 1
        packet = VoicePacket(7, self.sequence, self.sequence * 960, level, b"opus")
        self.peers[seat.id].events.voice(packet)

    def heard(self, seat: Seat) -> int:
        return len(self.peers[seat.id].heard)

    def told(self, seat: Seat, kind: type[wire.VoiceLanes | wire.VoiceSpeaking]) -> list[str]:
        last = self.clients[seat.id].last(kind)
        return last.lanes if isinstance(last, wire.VoiceLanes) else last.participants


@asynccontextmanager
async def stage(*seats: Seat) -> AsyncIterator[Stage]:
    async with opened() as (room, node):
        room_desk = VoiceDesk(room.people, clock_ns=node.clock_ns)
        room.add(room_desk)
        room_desk.bind(node)
        staged = Stage(room, node, {}, {})
        await staged.enter(*seats)
        yield staged


async def test_everybody_but_the_speaker_hears() -> None:
    async with stage(OPERATOR, EXPERT, OBSERVER, CAMERA) as room:
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        assert [room.heard(seat) for seat in (OPERATOR, EXPERT, OBSERVER, CAMERA)] == [1, 0, 1, 0]
        (packet,) = room.peers["op"].heard
        assert isinstance(packet, LanePacket)
        assert (packet.lane, packet.opus) == (0, b"opus")


async def test_a_microphone_that_nobody_was_told_of_is_not_heard() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        room.say(EXPERT)
        assert room.heard(OPERATOR) == 0
        assert room.room.figures()["voice_packets_refused"] == 1


async def test_an_observer_is_not_heard_even_if_its_connection_could_speak() -> None:
    async with stage(OPERATOR, OBSERVER) as room:
        room.room.people.here("ob").microphone = True
        room.say(OBSERVER)
        assert room.heard(OPERATOR) == 0


@pytest.mark.parametrize("seat", [OPERATOR, EXPERT, OBSERVER, CAMERA])
async def test_the_connection_is_made_for_what_the_role_may(seat: Seat) -> None:
    async with stage(seat) as room:
        assert room.peers[seat.id].plan == PLAN_OF_ROLE[seat.role]


async def test_a_muted_microphone_is_cut_in_the_node_and_comes_back() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        await room.tell(EXPERT, wire.VoiceState(microphone=True, muted=True))
        room.say(EXPERT)
        assert room.heard(OPERATOR) == 1
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        assert room.heard(OPERATOR) == 2


async def test_somebody_else_can_mute_and_only_oneself_unmutes() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        await room.tell(OPERATOR, wire.VoiceMute(participant="ex"))
        room.say(EXPERT)
        assert room.heard(OPERATOR) == 0
        assert room.clients["ex"].last(wire.VoiceMuted).by == "op"
        people = room.clients["op"].last(wire.SessionState).participants
        assert [p.muted for p in people if p.id == "ex"] == [True]
        await room.tell(OPERATOR, wire.VoiceMute(participant="ex"))
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        assert room.heard(OPERATOR) == 1


async def test_a_mute_outlasts_a_reload() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        await room.tell(OPERATOR, wire.VoiceMute(participant="ex"))
        await room.enter(EXPERT)
        people = room.clients["op"].last(wire.SessionState).participants
        assert [(p.microphone, p.muted) for p in people if p.id == "ex"] == [(False, True)]


async def test_who_only_listens_cant_be_muted() -> None:
    async with stage(OPERATOR, OBSERVER) as room:
        with pytest.raises(SonopairError) as caught:
            await room.tell(OPERATOR, wire.VoiceMute(participant="ob"))
        assert caught.value.code == "voice.listener"


async def test_lanes_are_told_when_they_change_and_to_who_comes_later() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        assert room.told(OPERATOR, wire.VoiceLanes) == ["ex"] + [""] * 7
        await room.enter(OBSERVER)
        assert room.told(OBSERVER, wire.VoiceLanes) == ["ex"] + [""] * 7
        await room.tell(EXPERT, wire.VoiceState(microphone=False, muted=False))
        assert room.told(OPERATOR, wire.VoiceLanes) == [""] * 8


async def test_a_lane_is_free_again_when_the_speakers_connection_ends() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        room.peers["ex"].close()
        assert room.told(OPERATOR, wire.VoiceLanes) == [""] * 8


async def test_who_stops_sending_altogether_is_silent() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        room.say(EXPERT)
        room.node.skip_s(1)
        await eventually(lambda: room.told(OPERATOR, wire.VoiceSpeaking) == [])


async def test_speaking_is_told_but_not_more_than_five_times_a_second() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        await room.tell(OPERATOR, OPEN)
        room.say(EXPERT)
        assert room.told(OPERATOR, wire.VoiceSpeaking) == ["ex"]
        room.say(OPERATOR)
        assert room.told(OPERATOR, wire.VoiceSpeaking) == ["ex"]
        room.node.now_ns += SPEAKING_INTERVAL_NS
        room.say(OPERATOR)
        assert room.told(OPERATOR, wire.VoiceSpeaking) == ["ex", "op"]
        room.node.skip_s(1)
        room.say(OPERATOR, level=100)
        assert room.told(OPERATOR, wire.VoiceSpeaking) == []


async def test_the_scanners_sound_goes_to_who_asked_while_anybody_does() -> None:
    async with stage(OPERATOR, EXPERT, OBSERVER) as room:
        frame = AudioFrame(0, 5, 1, b"doppler")
        room.room.audio(frame)
        await room.tell(EXPERT, wire.AudioWant(on=True))
        await room.tell(OBSERVER, wire.AudioWant(on=True))
        room.room.audio(frame)
        assert room.peers["ex"].heard == room.peers["ob"].heard == [frame]
        assert room.heard(OPERATOR) == 0
        await room.tell(EXPERT, wire.AudioWant(on=False))
        room.room.audio(frame)
        assert room.heard(EXPERT) == 1
        room.room.remove("ob")
        asked = [
            request for request in room.node.asked if request in (("audio", True), ("audio", False))
        ]
        assert asked == [("audio", True), ("audio", False)]


async def test_a_new_page_of_a_seat_is_silent_and_wants_no_sound_until_it_says_so() -> None:
    async with stage(OPERATOR, EXPERT) as room:
        await room.tell(EXPERT, OPEN)
        await room.tell(EXPERT, wire.AudioWant(on=True))
        await room.enter(EXPERT)
        room.say(EXPERT)
        room.room.audio(AudioFrame(0, 5, 1, b"doppler"))
        assert room.heard(OPERATOR) == room.heard(EXPERT) == 0
