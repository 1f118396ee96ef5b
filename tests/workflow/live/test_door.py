"""The lobby, putting out, raised hands: at the room's ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from streaming.domain.door import may_end
from streaming.domain.errors import NotAllowed, Unavailable
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.workflow.live.door import DoorDesk
from streaming.workflow.live.room import LiveRoom
from tests.workflow.live.surroundings import EXPERT, OPERATOR, FakeClient, FakeNode, opened

GUEST = Seat("gu", "r", Role.OBSERVER, "Guest", admitted=False)
STUDENT = Seat("st", "r", Role.OBSERVER, "Student")
OTHER_EXPERT = Seat("e2", "r", Role.EXPERT, "Expert 2")


class FakeSeats:
    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []
        self.failing = False
        self.guests: dict[str, list[str]] = {}
        self.came_through_lobby: list[str] = []

    async def admit(self, seat_id: str) -> None:
        self._keep("admit", seat_id)

    async def show_out(self, seat_id: str, *, by: str) -> list[str]:
        self._keep("show_out", seat_id)
        return [seat_id, *self.guests.get(seat_id, [])]

    async def show_to_lobby(self, room: str) -> list[str]:
        self._keep("show_to_lobby", room)
        return self.came_through_lobby

    def _keep(self, what: str, seat_id: str) -> None:
        if self.failing:
            raise Unavailable("store.failed", "The disk is full.")
        self.kept.append((what, seat_id))


@asynccontextmanager
async def door(leads: str = "ex") -> AsyncIterator[tuple[LiveRoom, FakeNode, FakeSeats]]:
    seats = FakeSeats()
    async with opened() as (room, node):
        room.add(
            DoorDesk(
                room, people=room.people, seats=seats, audit=node, leads=lambda who: who == leads
            )
        )
        yield room, node, seats


def enter(room: LiveRoom, seat: Seat) -> FakeClient:
    client = FakeClient()
    room.attach(seat, client)
    return client


async def test_who_waits_is_seen_by_name_and_is_shown_nothing() -> None:
    async with door() as (room, node, _):
        operator, guest = enter(room, OPERATOR), enter(room, GUEST)
        room.frame(node.frame())
        waiting = [p for p in operator.last(wire.SessionState).participants if not p.admitted]
        assert [(p.name, p.present) for p in waiting] == [("Guest", True)]
        assert not guest.last(wire.Welcome).admitted
        assert [p.id for p in guest.last(wire.SessionState).participants] == ["gu"]
        await room.whep_offer("fine")
        assert guest.last(wire.SessionState).players == 0
        assert {type(m) for m in guest.messages} == {wire.Welcome, wire.SessionState}


async def test_who_waits_is_told_whether_anybody_hears_them_knock() -> None:
    async with door() as (room, _, _seats):
        guest = enter(room, GUEST)
        assert not guest.last(wire.SessionState).attended
        expert = enter(room, EXPERT)
        assert guest.last(wire.SessionState).attended
        room.detach("ex", expert)
        assert not guest.last(wire.SessionState).attended


@pytest.mark.parametrize(
    "message", [wire.MediaWant(), wire.HandRaise(raised=True), wire.AudioWant(on=True)]
)
async def test_who_waits_may_do_nothing(message: wire.ClientMessage) -> None:
    async with door() as (room, node, _):
        guest = enter(room, GUEST)
        with pytest.raises(NotAllowed) as refused:
            await room.handle("gu", message)
        assert refused.value.code == "lobby.waiting"
        assert node.peers == []
        await room.handle("gu", wire.ClockPing(client_ms=1))
        assert guest.last(wire.ClockPong).client_ms == 1


async def test_who_is_let_in_is_welcomed_and_told_everything() -> None:
    async with door() as (room, _, seats):
        enter(room, EXPERT)
        guest = enter(room, GUEST)
        await room.handle("ex", wire.LobbyAdmit(participant="gu"))
        assert guest.last(wire.Welcome).admitted
        assert len(guest.last(wire.SessionState).participants) == 2
        assert guest.last(wire.SourceState)
        assert seats.kept == [("admit", "gu")]
        await room.handle("gu", wire.MediaWant())
        assert guest.last(wire.MediaOffer)


async def test_who_was_let_in_stays_so_in_a_second_tab_whatever_its_ticket_says() -> None:
    async with door() as (room, _, _seats):
        enter(room, EXPERT)
        enter(room, GUEST)
        await room.handle("ex", wire.LobbyAdmit(participant="gu"))
        assert enter(room, GUEST).last(wire.Welcome).admitted
        enter(room, Seat("g2", "r", Role.OBSERVER, "Guest 2", admitted=False))
        let_in = Seat("g2", "r", Role.OBSERVER, "Guest 2")
        assert enter(room, let_in).last(wire.Welcome).admitted


async def test_two_desks_cannot_handle_the_same_message() -> None:
    async with door() as (room, node, seats):
        with pytest.raises(ValueError, match="HandRaise"):
            room.add(
                DoorDesk(room, people=room.people, seats=seats, audit=node, leads=lambda _: False)
            )


async def test_nobody_is_let_in_that_could_not_be_kept_so() -> None:
    async with door() as (room, _, seats):
        enter(room, EXPERT)
        guest = enter(room, GUEST)
        seats.failing = True
        with pytest.raises(Unavailable):
            await room.handle("ex", wire.LobbyAdmit(participant="gu"))
        assert not guest.last(wire.Welcome).admitted


async def test_who_is_put_out_is_gone_at_once_and_for_good() -> None:
    async with door() as (room, node, seats):
        operator, student = enter(room, OPERATOR), enter(room, STUDENT)
        await room.handle("st", wire.MediaWant())
        await room.handle("op", wire.SeatKick(participant="st"))
        assert (student.closed, node.peers[0].is_closed) == ("seat.revoked", True)
        assert [p.id for p in operator.last(wire.SessionState).participants] == ["op"]
        assert seats.kept == [("show_out", "st")]


async def test_who_came_by_somebody_goes_with_them() -> None:
    async with door() as (room, node, seats):
        enter(room, OPERATOR), enter(room, EXPERT)
        student = enter(room, STUDENT)
        seats.guests["ex"] = ["st", "long-gone"]
        await room.handle("op", wire.SeatKick(participant="ex"))
        assert student.closed == "seat.revoked"
        assert room.seat_ids == {"op"}
        assert node.audit.count("seat.ended") == 1


async def test_an_expert_without_the_lead_puts_no_expert_out() -> None:
    async with door(leads="ex") as (room, _, seats):
        enter(room, EXPERT), enter(room, OTHER_EXPERT)
        with pytest.raises(NotAllowed) as refused:
            await room.handle("e2", wire.SeatKick(participant="ex"))
        assert (refused.value.code, seats.kept) == ("right.lead", [])
        await room.handle("ex", wire.SeatKick(participant="e2"))
        assert seats.kept == [("show_out", "e2")]


@pytest.mark.parametrize(
    ("by", "other", "leads", "allowed"),
    [
        (OPERATOR, EXPERT, False, True),
        (OPERATOR, OPERATOR, False, False),
        (EXPERT, OPERATOR, True, False),
        (EXPERT, STUDENT, False, True),
        (EXPERT, replace(OTHER_EXPERT, admitted=False), False, True),
        (EXPERT, Seat("ca", "r", Role.CAMERA, "Camera"), False, True),
        (STUDENT, GUEST, True, False),
    ],
)
def test_who_may_put_out_whom(by: Seat, other: Seat, leads: bool, allowed: bool) -> None:
    assert may_end(by, other, leads=leads) is allowed


async def test_a_raised_hand_is_seen_until_it_is_lowered_or_its_seat_leaves() -> None:
    async with door() as (room, node, _):
        operator, student = enter(room, OPERATOR), enter(room, STUDENT)

        def hands() -> list[str]:
            return [p.id for p in operator.last(wire.SessionState).participants if p.hand]

        await room.handle("st", wire.HandRaise(raised=True))
        assert hands() == ["st"]
        await room.handle("st", wire.HandRaise(raised=False))
        assert hands() == []
        await room.handle("st", wire.HandRaise(raised=True))
        node.skip_s(1)
        room.detach("st", student)
        enter(room, STUDENT)
        assert hands() == []


async def test_who_was_let_in_waits_again_when_the_next_session_begins() -> None:
    async with door() as (room, node, seats):
        operator, guest, expert = enter(room, OPERATOR), enter(room, GUEST), enter(room, EXPERT)
        room.frame(node.frame())
        await room.handle(OPERATOR.id, wire.LobbyAdmit(participant=GUEST.id))
        seats.came_through_lobby = [GUEST.id]
        await room.handle(OPERATOR.id, wire.SessionEnd())
        assert seats.kept[-1] == ("show_to_lobby", "r")
        assert guest.last(wire.SessionSummary) == operator.last(wire.SessionSummary)
        await room.handle(OPERATOR.id, wire.SessionRestart())
        room.frame(node.frame())
        assert not guest.last(wire.Welcome).admitted
        assert guest.last(wire.SessionState).participants[0].id == GUEST.id
        assert len(guest.last(wire.SessionState).participants) == 1
        with pytest.raises(NotAllowed):
            await room.handle(GUEST.id, wire.MediaWant())
        assert expert.last(wire.Welcome).admitted
        await room.handle(OPERATOR.id, wire.LobbyAdmit(participant=GUEST.id))
        assert guest.last(wire.Welcome).admitted


async def test_a_session_ends_though_it_cant_be_written_who_waits_again() -> None:
    async with door() as (room, node, seats):
        operator = enter(room, OPERATOR)
        room.frame(node.frame())
        seats.failing = True
        with pytest.raises(Unavailable):
            await room.handle(OPERATOR.id, wire.SessionEnd())
        assert operator.last(wire.SessionState).state == "ended"
