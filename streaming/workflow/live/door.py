"""Who is let in, who is put out, who raises a hand."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

from streaming.domain.door import may_end
from streaming.domain.errors import NotAllowed
from streaming.domain.session import SessionState
from streaming.protocol import messages as wire
from streaming.protocol.wire import Message
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import AuditSink


class SeatKeeper(Protocol):
    """Where seats are kept; both raise SonopairError when that can't be written."""

    async def admit(self, seat_id: str) -> None: ...

    async def show_out(self, seat_id: str, *, by: str) -> Collection[str]:
        """Revoke a seat and what came of it, but for seat ``by``; the ids of all that ended."""

    async def show_to_lobby(self, room: str) -> Collection[str]:
        """Whoever came through the room's lobby waits there again; the ids of their seats."""


class Doorway(Protocol):
    """What a room does once the seat is kept so (``LiveRoom``)."""

    @property
    def name(self) -> str: ...

    def admitted(self, seat_id: str) -> None: ...

    def shown_to_lobby(self, seat_id: str) -> None: ...

    def remove(self, seat_id: str) -> None: ...


class DoorDesk(Desk):
    """``leads`` says whether a seat has the lead."""

    handles = frozenset({wire.LobbyAdmit, wire.SeatKick, wire.HandRaise})

    def __init__(
        self,
        room: Doorway,
        *,
        people: People,
        seats: SeatKeeper,
        audit: AuditSink,
        leads: Callable[[str], bool],
    ) -> None:
        self._room = room
        self._people = people
        self._seats = seats
        self._audit = audit
        self._leads = leads
        self._guests: Collection[str] = ()

    async def ended(self) -> None:
        """Whoever was let in saw one patient; the next session may be another's."""
        self._guests = await self._seats.show_to_lobby(self._room.name)

    def session_is(self, state: SessionState) -> None:
        """Until the next session begins they keep the last one's summary on their screens."""
        if state is SessionState.ENDED:
            return
        guests, self._guests = self._guests, ()
        for seat_id in guests:
            self._room.shown_to_lobby(seat_id)

    async def handle(self, member: Member, message: Message) -> None:
        match message:
            case wire.LobbyAdmit(participant=seat_id):
                await self._admit(member, seat_id)
            case wire.SeatKick(participant=seat_id):
                await self._kick(member, seat_id)
            case wire.HandRaise(raised=raised) if raised != member.hand:
                member.hand = raised
                self._people.changed()

    async def _admit(self, by: Member, seat_id: str) -> None:
        waiting = self._people.here(seat_id)
        if waiting.seat.admitted:
            return
        self._people.require_place(replace(waiting.seat, admitted=True))
        await self._seats.admit(seat_id)
        self._audit.record("seat.admitted", seat=seat_id, by=by.seat.id)
        self._room.admitted(seat_id)

    async def _kick(self, by: Member, seat_id: str) -> None:
        other = self._people.here(seat_id)
        if not may_end(by.seat, other.seat, leads=self._leads(by.seat.id)):
            raise NotAllowed(
                "right.lead", "You may not end this seat.", fix="ask the operator or who leads"
            )
        ended = await self._seats.show_out(seat_id, by=by.seat.id)
        self._audit.record("seat.kicked", seat=seat_id, by=by.seat.id)
        self._room.remove(seat_id)
        for guest in self._people.ids.intersection(ended):
            self._audit.record("seat.ended", seat=guest, code="seat.revoked")
            self._room.remove(guest)
