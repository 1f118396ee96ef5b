"""Everybody is told who is here: at once as a rule, and not as often as somebody likes."""

from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.workflow.live.roster import BURST
from streaming.workflow.live.voice import VoiceDesk
from tests.webrtc.stage import eventually
from tests.workflow.live.consult_room import WaitingClient
from tests.workflow.live.surroundings import EXPERT, OPERATOR, FakeClient, opened
from tests.workflow.live.test_door import STUDENT, door, enter
from tests.workflow.live.test_voice import OPEN, stage

GUEST = Seat("gu", "r", Role.OBSERVER, "Guest", admitted=False)


def rosters(client: FakeClient) -> list[wire.SessionState]:
    return [message for message in client.messages if isinstance(message, wire.SessionState)]


async def test_a_hundred_changes_are_few_messages_and_the_last_is_told() -> None:
    async with door() as (room, node, _):
        operator = WaitingClient()
        room.attach(OPERATOR, operator)
        enter(room, STUDENT)
        node.skip_s(10)
        before = len(rosters(operator))
        for number in range(101):
            await room.handle("st", wire.HandRaise(raised=number % 2 == 0))
        assert len(rosters(operator)) - before == BURST
        await operator.until(lambda: len(rosters(operator)) - before > BURST)
        assert [p.hand for p in operator.last(wire.SessionState).participants] == [False, True]
        assert len(rosters(operator)) - before == BURST + 1


async def test_who_comes_while_much_changes_is_told_at_once() -> None:
    async with door() as (room, _, _seats):
        operator = enter(room, OPERATOR)
        enter(room, STUDENT)
        for number in range(BURST):
            await room.handle("st", wire.HandRaise(raised=number % 2 == 0))
        told = len(rosters(operator))
        expert, guest = enter(room, EXPERT), enter(room, GUEST)
        assert len(expert.last(wire.SessionState).participants) == 3
        assert [p.id for p in guest.last(wire.SessionState).participants] == ["gu"]
        assert len(rosters(operator)) == told


async def test_the_sessions_end_is_told_at_once() -> None:
    async with door() as (room, _, _seats):
        operator = enter(room, OPERATOR)
        enter(room, STUDENT)
        for number in range(BURST):
            await room.handle("st", wire.HandRaise(raised=number % 2 == 0))
        await room.handle("op", wire.SessionEnd())
        assert operator.last(wire.SessionState).state == "ended"


async def test_nobody_is_heard_before_everybody_was_told() -> None:
    async with stage(OPERATOR, EXPERT) as voices:
        for number in range(BURST):
            await voices.tell(OPERATOR, wire.VoiceState(microphone=True, muted=number % 2 == 1))
        await voices.tell(EXPERT, OPEN)

        def is_shown_open() -> bool:
            return voices.clients["op"].last(wire.SessionState).participants[1].microphone

        voices.say(EXPERT)
        assert (is_shown_open(), voices.heard(OPERATOR)) == (False, 0)
        await eventually(is_shown_open)
        voices.say(EXPERT)
        assert voices.heard(OPERATOR) == 1


async def test_a_mute_holds_at_once_however_much_changes() -> None:
    async with stage(OPERATOR, EXPERT) as voices:
        voices.node.skip_s(10)
        for number in range(BURST + 1):
            await voices.tell(EXPERT, wire.VoiceState(microphone=True, muted=number % 2 == 1))
        await voices.tell(EXPERT, wire.VoiceState(microphone=True, muted=True))
        voices.say(EXPERT)
        assert voices.heard(OPERATOR) == 0


async def test_who_is_muted_already_is_not_told_again() -> None:
    async with opened() as (room, node):
        room.add(VoiceDesk(room.people, clock_ns=node.clock_ns))
        enter(room, OPERATOR)
        expert = enter(room, EXPERT)
        for _ in range(3):
            await room.handle("op", wire.VoiceMute(participant="ex"))
        assert sum(isinstance(message, wire.VoiceMuted) for message in expert.messages) == 1
