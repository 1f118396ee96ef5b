"""Calling an expert: from the cart to every worklist that is on duty, and back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from streaming.domain.call import CallEvent, CallState, next_state
from streaming.domain.session import SessionState
from streaming.protocol import messages as wire
from streaming.protocol.wire import Message
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import AuditSink

RING_S = 60.0
"""Then the operator is told that nobody answered; an expert may still accept."""


@dataclass(frozen=True, slots=True)
class Call:
    """``since_ns`` is when it took its state, node clock. ``by`` is a seat: who rang, or who
    accepted."""

    room: str
    state: CallState = CallState.IDLE
    by: str = ""
    since_ns: int = 0


class CallBoard:
    """The calls of all rooms, and the worklists that look at them.

    A worklist is a callback, and counts as reached by a ring while it is on duty.
    """

    def __init__(self, *, clock_ns: Callable[[], int]) -> None:
        self._clock_ns = clock_ns
        self._calls: dict[str, Call] = {}
        self._rooms: dict[str, Callable[[Call], None]] = {}
        self._worklists: dict[Callable[[], None], Callable[[], bool]] = {}
        self._expiries: dict[str, asyncio.TimerHandle] = {}

    @property
    def on_duty(self) -> int:
        return sum(is_on_duty() for is_on_duty in self._worklists.values())

    def open(self, room: str, changed: Callable[[Call], None]) -> None:
        """A room that can call."""
        self._calls[room] = Call(room)
        self._rooms[room] = changed

    def watch(self, changed: Callable[[], None], *, is_on_duty: Callable[[], bool]) -> None:
        """A worklist was opened. Rooms that ring are told that one more is reached."""
        self._worklists[changed] = is_on_duty
        self.duty_changed()

    def unwatch(self, changed: Callable[[], None]) -> None:
        self._worklists.pop(changed, None)
        self.duty_changed()

    def duty_changed(self) -> None:
        for call in self._calls.values():
            self._rooms[call.room](call)

    def calls(self) -> list[Call]:
        """Those that want an answer, the one that waits longest first."""
        waiting = (CallState.RINGING, CallState.UNANSWERED)
        found = [call for call in self._calls.values() if call.state in waiting]
        return sorted(found, key=lambda call: call.since_ns)

    def call_of(self, room: str) -> Call:
        return self._calls.get(room, Call(room))

    def step(self, room: str, event: CallEvent, *, by: str) -> bool:
        """False if the event changes nothing in the call's state."""
        state = next_state(self.call_of(room).state, event)
        if state is None or room not in self._rooms:
            return False
        self._cancel_expiry(room)
        self._calls[room] = call = Call(room, state, by, self._clock_ns())
        if state is CallState.RINGING:
            self._expiries[room] = asyncio.get_running_loop().call_later(
                RING_S, lambda: self.step(room, CallEvent.EXPIRE, by=by)
            )
        self._rooms[room](call)
        for changed in tuple(self._worklists):
            changed()
        return True

    def close(self) -> None:
        for room in tuple(self._expiries):
            self._cancel_expiry(room)

    def _cancel_expiry(self, room: str) -> None:
        if (expiry := self._expiries.pop(room, None)) is not None:
            expiry.cancel()


_EVENTS: dict[type[Message], CallEvent] = {
    wire.CallRing: CallEvent.RING,
    wire.CallCancel: CallEvent.CANCEL,
    wire.CallAccept: CallEvent.ACCEPT,
}


class CallDesk(Desk):
    handles = frozenset(_EVENTS)

    def __init__(self, room: str, *, people: People, board: CallBoard, audit: AuditSink) -> None:
        self._room = room
        self._people = people
        self._board = board
        self._audit = audit
        board.open(room, self._tell)

    def entered(self, member: Member) -> None:
        member.tell(self._message(self._board.call_of(self._room)))

    def session_is(self, state: SessionState) -> None:
        if state is SessionState.ENDED:
            self._board.step(self._room, CallEvent.END, by="")

    async def handle(self, member: Member, message: Message) -> None:
        event = _EVENTS[type(message)]
        if self._board.step(self._room, event, by=member.seat.id):
            self._audit.record(f"call.{event}", seat=member.seat.id, room=self._room)
        else:
            self.entered(member)

    def _tell(self, call: Call) -> None:
        self._people.tell(self._message(call))

    def _message(self, call: Call) -> wire.CallState:
        return wire.CallState(
            state=call.state.value,
            by=call.by,
            since_ns=call.since_ns,
            reached=self._board.on_duty,
        )
