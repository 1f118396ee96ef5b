"""People come, go, come back, are put out, hand over and draw, in any order, in a real room behind
real conversations; the node restarts now and then. Nothing illegal ever happens, nobody does what
they may not, and nothing that was acknowledged is lost."""

import asyncio
import json
from collections.abc import Collection, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from streaming.auth.rights import may_send
from streaming.domain.session import Role, Seat
from streaming.protocol import consult_messages as told
from streaming.protocol import messages as wire
from streaming.protocol.consult_codec import event_message
from streaming.signaling.client import SocketClient
from streaming.signaling.conversation import Conversation
from streaming.signaling.ports import Deps
from tests.history import History, Socket, come_to, follow
from tests.workflow.live.consult_room import (
    FIRST,
    OBSERVER,
    OPERATOR,
    SECOND,
    ConsultRoom,
    MemoryRecords,
    a_mark,
    consulting,
    new_id,
)
from tests.workflow.live.surroundings import FakeNode

CAMERA = Seat("camera", "r", Role.CAMERA, "Camera")
GUEST = Seat("guest", "r", Role.EXPERT, "Guest", admitted=False)
SEATS = {seat.id: seat for seat in (OPERATOR, FIRST, SECOND, OBSERVER, CAMERA, GUEST)}

WHO = st.integers(0, 59)
"""Somebody of those who are here."""
SEAT = st.sampled_from(sorted(SEATS))
EXPERTS = st.sampled_from([FIRST.id, SECOND.id, GUEST.id])

MESSAGE_OF_KIND = {
    "mark_added": "mark.add",
    "frozen": "freeze",
    "unfrozen": "unfreeze",
    "suggested": "probe.suggest",
    "replied": "probe.reply",
    "consent_given": "consent.give",
    "consent_withdrawn": "consent.withdraw",
    "lead_given": "lead.give",
}
ASKED: list[dict[str, Any]] = [
    {"type": "board.clear", "scope": "mine"},
    {"type": "board.clear", "scope": "all"},
    {"type": "freeze", "captured_at_ns": "7"},
    {"type": "unfreeze"},
    {"type": "consent.give", "basis": "patient"},
    {"type": "consent.withdraw"},
]


class Line(SocketClient):
    """Without a socket: what is told goes into the history."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.refusals: list[str] = []
        self.closing = ""

    def send(self, message: wire.ServerMessage) -> None:
        if isinstance(message, wire.ConsultState | wire.ConsultEvent):
            self.socket.seen.append(message)
        if isinstance(message, wire.Error):
            self.refusals.append(message.code)

    def send_passing(self, message: wire.ServerMessage, *, key: str = "") -> bool:
        return True

    def close(self, code: str) -> None:
        self.closing = self.closing or code


class SeatBook:
    """Tickets and seats: who was admitted and who was put out outlives the node."""

    def __init__(self) -> None:
        self.seats = dict(SEATS)
        self.ended: set[str] = set()

    def redeem(self, ticket: str, *, now_s: float) -> Seat:
        return self.seats[ticket.strip("-")]

    async def revoked(self, seat_ids: Collection[str], *, now_s: int) -> frozenset[str]:
        return frozenset(seat_ids) & self.ended

    async def admit(self, seat_id: str) -> None:
        seat = self.seats[seat_id]
        self.seats[seat_id] = Seat(seat.id, seat.room, seat.role, seat.name, admitted=True)

    async def show_out(self, seat_id: str, *, by: str) -> frozenset[str]:
        self.ended.add(seat_id)
        return frozenset({seat_id})

    async def show_to_lobby(self, room: str) -> list[str]:
        self.seats[GUEST.id] = GUEST
        return [GUEST.id]

    def invite_again(self, seat_id: str) -> None:
        self.ended.discard(seat_id)


class RoomLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.records = MemoryRecords()
        self.book = SeatBook()
        self.history = History()
        self.talks: dict[str, tuple[Conversation, Line]] = {}
        self.sent: dict[str, list[dict[str, Any]]] = {name: [] for name in SEATS}
        self.marks: list[str] = []
        self.suggestions: list[str] = []
        self.last_of: dict[str, tuple[str, int]] = {}
        """Place in the log at which a seat was ended."""
        self.now_s = 0.0
        self.stack = AsyncExitStack()
        self.run(self.start())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(asyncio.wait_for(work, 60))

    async def start(self) -> None:
        await self.stack.aclose()
        self.talks.clear()
        self.c: ConsultRoom = await self.stack.enter_async_context(
            consulting(self.records, lead_grace_s=0, door=self.book)
        )
        await self.settled()

    async def settled(self) -> None:
        """The log has nothing to do, and the lead was passed on where that is due."""
        for _ in range(8):  # timers without delay, then what they lead to
            await asyncio.sleep(0)
            while self.c.desk.figures()["consult_waiting"]:  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert not self.c.log_task.done(), self.c.log_task

    # ---- what may happen ---------------------------------------------------------------------

    @initialize()
    def most_are_here(self) -> None:
        for seat in (OPERATOR, FIRST, SECOND, OBSERVER):
            self.come(seat.id)

    @rule(who=SEAT)
    def come(self, who: str) -> None:
        self.run(self._come(who))

    async def _come(self, who: str) -> None:
        socket = Socket(who)
        self.history.sockets.append(socket)
        line = Line(socket)
        anybody: Any = self.book
        deps = Deps(
            rooms={"r": self.c.room},
            seats=anybody,
            accounts=anybody,
            sessions=anybody,
            tickets=anybody,
            grants=anybody,
            may_send=may_send,
            audit=FakeNode(),
            origins=frozenset(),
            webdist=Path(),
            version="0",
        )
        talk = Conversation(deps, line, now_s=self.now_s)
        hello = wire.Hello(protocol=wire.PROTOCOL_VERSION, ticket=who.ljust(16, "-"))
        await talk.receive(hello.model_dump_json(), now_s=self.now_s)
        if who in self.book.ended:
            assert line.closing == "seat.revoked"
            self.book.invite_again(who)
            del self.last_of[who]
        else:
            older = self.talks.pop(who, None)
            assert older is None or older[1].closing
            self.talks[who] = (talk, line)
        await self.settled()

    @rule(who=SEAT)
    def go(self, who: str) -> None:
        self.run(self._go(who))

    async def _go(self, who: str) -> None:
        if who in self.talks:
            self.talks.pop(who)[0].leave()
        await self.settled()

    @rule(who=WHO)
    def suggest(self, who: int) -> None:
        what = {"type": "probe.suggest", "move": "fan", "direction": "toward_head"}
        self.run(self._say(who, what | {"id": new_id()}))

    @rule(who=WHO, what=st.sampled_from(ASKED))
    def ask(self, who: int, what: dict[str, Any]) -> None:
        self.run(self._say(who, what | {"id": new_id()}))

    @rule(who=WHO)
    def draw(self, who: int) -> None:
        mark = a_mark().model_dump(mode="json")
        self.marks.append(mark["id"])
        self.run(self._say(who, {"type": "mark.add", "id": new_id(), "mark": mark}))

    @rule(who=WHO, data=st.data())
    def erase(self, who: int, data: st.DataObject) -> None:
        if self.marks:
            mark = data.draw(st.sampled_from(self.marks))
            self.run(self._say(who, {"type": "mark.remove", "id": new_id(), "mark": mark}))

    @rule(who=WHO, data=st.data())
    def answer(self, who: int, data: st.DataObject) -> None:
        if self.suggestions:
            name = data.draw(st.sampled_from(self.suggestions))
            reply = {"suggestion": name, "answer": "done"}
            self.run(self._say(who, {"type": "probe.reply", "id": new_id(), **reply}))

    @rule(who=WHO, to=EXPERTS)
    def hand_over(self, who: int, to: str) -> None:
        self.run(self._say(who, {"type": "lead.give", "id": new_id(), "participant": to}))

    @rule(who=WHO, data=st.data())
    def say_again(self, who: int, data: st.DataObject) -> None:
        if sent := self.sent[self.here(who)]:
            self.run(self._say(who, data.draw(st.sampled_from(sent))))

    @rule(who=WHO, other=SEAT)
    def put_out(self, who: int, other: str) -> None:
        self.run(self._say(who, {"type": "seat.kick", "participant": other}))

    @rule(who=WHO)
    def let_in(self, who: int) -> None:
        self.run(self._say(who, {"type": "lobby.admit", "participant": GUEST.id}))

    @rule(who=WHO, meanwhile=WHO, what=st.sampled_from(ASKED))
    def next_session(self, who: int, meanwhile: int, what: dict[str, Any]) -> None:
        self.run(self._say(who, {"type": "session.end"}))
        self.run(self._say(meanwhile, what | {"id": new_id()}))
        self.run(self._say(who, {"type": "session.restart"}))
        guest = self.c.room.people.get(GUEST.id)
        if SEATS[self.here(who)].role is Role.OPERATOR:
            assert guest is None or not guest.inside

    @rule()
    def restart_the_node(self) -> None:
        """Everybody comes back, in no particular order."""
        came = sorted(self.talks)
        self.run(self.start())
        for who in came:
            self.come(who)

    def here(self, number: int) -> str:
        names = sorted(self.talks)
        return names[number % len(names)] if names else OBSERVER.id

    async def _say(self, number: int, message: dict[str, Any]) -> None:
        who = self.here(number)
        if who not in self.talks:
            return
        talk, line = self.talks[who]
        if "id" in message:
            self.sent[who].append(message)
            self.history.sent[message["id"]] = who
        if message["type"] == "probe.suggest":
            self.suggestions.append(message["id"])
        before = len(line.refusals)
        self.now_s += 1
        inside = self.c.room.people.here(who).inside
        await talk.receive(json.dumps(message), now_s=self.now_s)
        self._expect_rights(who, message["type"], line.refusals[before:], inside=inside)
        await self.settled()
        if line.closing == "ws.too_many_errors":
            self.talks.pop(who)[0].leave()
        await self._note_who_was_put_out()

    def _expect_rights(self, who: str, kind: str, refusals: list[str], *, inside: bool) -> None:
        if not may_send(SEATS[who].role, kind):
            assert refusals == ["right.denied"]
        elif not inside and kind != "clock.ping":
            assert refusals == ["lobby.waiting"]

    async def _note_who_was_put_out(self) -> None:
        for who in self.book.ended - self.last_of.keys():
            state = self.c.desk.state()
            assert state is not None
            self.last_of[who] = (state.consult, state.seq)
            if who in self.talks:
                talk, line = self.talks.pop(who)
                assert line.closing == "seat.revoked"
                talk.leave()

    # ---- what always holds -------------------------------------------------------------------

    @invariant()
    def an_expert_leads_if_one_is_here(self) -> None:
        state = self.c.desk.state()
        assert state is not None
        experts = {m.seat.id for m in self.c.room.people.inside(Role.EXPERT)}
        assert state.lead == "" or SEATS[state.lead].role is Role.EXPERT
        assert not experts or state.lead in self.c.room.people.ids

    @invariant()
    def nobody_who_was_put_out_is_here(self) -> None:
        assert not self.book.ended & self.c.room.seat_ids

    @invariant()
    def what_was_allowed_is_all_that_happened(self) -> None:
        for consult, lines in self.logs().items():
            state = come_to(consult, [])
            for line in lines:
                assert line.by == "" or self._may(line, state), line
                state = follow(state, line)
        for who, (consult, seq) in self.last_of.items():
            assert all(line.by != who for line in self.logs()[consult][seq:])

    def _may(self, line: wire.ConsultEvent, state: wire.ConsultState) -> bool:
        role, leads = SEATS[line.by].role, line.by == state.lead
        match line.event:
            case told.MarksRemoved(marks=names):
                others = [d for d in state.marks if d.mark.id in names and d.by != line.by]
                return may_send(role, "board.clear") and (
                    not others or leads or role is Role.OPERATOR
                )
            case told.Suggested():
                return leads
            case told.LeadGiven(participant=to):
                expert = SEATS[to].role is Role.EXPERT
                takes = to == line.by and role is Role.EXPERT
                return expert and (leads or takes or role is Role.OPERATOR)
            case event:
                return may_send(role, MESSAGE_OF_KIND[event.kind])

    def logs(self) -> dict[str, list[wire.ConsultEvent]]:
        return {
            consult: [event_message(consult, entry) for entry in entries]
            for consult, entries in self.records.logs.items()
        }

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.loop.close()
        self.history.check(self.logs())


RoomLife.TestCase.settings = settings(max_examples=80, stateful_step_count=50, deadline=None)
TestRoomLife = RoomLife.TestCase
