"""Places in a room: inside, in the lobby, and those that are kept for operators."""

import pytest

from streaming.domain.errors import LimitReached
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.workflow.live.people import MAX_LOBBY, MAX_OPERATORS_MORE, MAX_PARTICIPANTS
from streaming.workflow.live.room import LiveRoom
from tests.workflow.live.surroundings import EXPERT, OPERATOR, FakeClient, opened
from tests.workflow.live.test_door import door, enter


def observer(number: int, *, admitted: bool = True) -> Seat:
    return Seat(f"ob-{number}", "r", Role.OBSERVER, f"Observer {number}", admitted=admitted)


def fill(room: LiveRoom, count: int) -> None:
    for number in range(count):
        enter(room, observer(number))


def crowd(room: LiveRoom, count: int) -> None:
    for number in range(count):
        enter(room, observer(1_000 + number, admitted=False))


async def test_a_full_lobby_keeps_nobody_out_of_the_room() -> None:
    async with opened() as (room, _):
        operator = enter(room, OPERATOR)
        crowd(room, MAX_LOBBY)
        with pytest.raises(LimitReached) as refused:
            enter(room, observer(1, admitted=False))
        assert refused.value.code == "lobby.full"
        room.detach(OPERATOR.id, operator)
        fill(room, MAX_PARTICIPANTS - 2)
        enter(room, EXPERT)
        assert enter(room, OPERATOR).last(wire.Welcome).admitted


async def test_whoever_leaves_the_lobby_makes_room_in_it() -> None:
    async with opened() as (room, _):
        crowd(room, MAX_LOBBY - 1)
        client = FakeClient()
        room.attach(observer(1, admitted=False), client)
        room.detach(observer(1).id, client)
        enter(room, observer(2, admitted=False))


async def test_a_full_room_has_places_for_operators_still() -> None:
    async with opened() as (room, _):
        fill(room, MAX_PARTICIPANTS)
        with pytest.raises(LimitReached) as refused:
            enter(room, EXPERT)
        assert refused.value.code == "room.full"
        operators = [
            Seat(f"op-{number}", "r", Role.OPERATOR, "Operator")
            for number in range(MAX_OPERATORS_MORE + 1)
        ]
        for seat in operators[:-1]:
            enter(room, seat)
        with pytest.raises(LimitReached):
            enter(room, operators[-1])


async def test_nobody_is_let_into_a_full_room() -> None:
    async with door() as (room, _, seats):
        fill(room, MAX_PARTICIPANTS - 1)
        enter(room, OPERATOR)
        waiting = enter(room, observer(99, admitted=False))
        with pytest.raises(LimitReached) as refused:
            await room.handle("op", wire.LobbyAdmit(participant="ob-99"))
        assert (refused.value.code, seats.kept) == ("room.full", [])
        with pytest.raises(LimitReached):
            enter(room, observer(99))
        assert not waiting.last(wire.Welcome).admitted
