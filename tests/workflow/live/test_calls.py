"""Calling an expert, at the room's ports."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from streaming.domain.call import CallEvent, CallState, next_state
from streaming.protocol import messages as wire
from streaming.workflow.live import calls
from streaming.workflow.live.calls import CallBoard, CallDesk
from streaming.workflow.live.room import LiveRoom
from tests.workflow.live.surroundings import EXPERT, OPERATOR, FakeClient, opened


@asynccontextmanager
async def ringing_room() -> AsyncIterator[tuple[LiveRoom, CallBoard]]:
    async with opened() as (room, node):
        board = CallBoard(clock_ns=node.clock_ns)
        room.add(CallDesk(room.name, people=room.people, board=board, audit=node))
        yield room, board
        board.close()


async def test_a_ring_reaches_the_room_and_every_worklist() -> None:
    async with ringing_room() as (room, board):
        seen: list[list[str]] = []
        board.watch(lambda: seen.append([c.room for c in board.calls()]), is_on_duty=lambda: True)
        operator, expert = FakeClient(), FakeClient()
        room.attach(OPERATOR, operator)
        room.attach(EXPERT, expert)
        await room.handle("op", wire.CallRing())
        assert expert.last(wire.CallState).state == "ringing"
        assert (operator.last(wire.CallState).by, operator.last(wire.CallState).reached) == (
            "op",
            1,
        )
        assert seen == [["r"]]
        await room.handle("ex", wire.CallAccept())
        assert (operator.last(wire.CallState).state, seen[-1]) == ("accepted", [])


async def test_the_second_to_accept_is_told_that_it_was_accepted() -> None:
    async with ringing_room() as (room, board):
        client = FakeClient()
        room.attach(OPERATOR, FakeClient())
        room.attach(EXPERT, client)
        await room.handle("op", wire.CallRing())
        board.step("r", CallEvent.ACCEPT, by="somebody")
        await room.handle("ex", wire.CallAccept())
        assert client.last(wire.CallState).by == "somebody"


async def test_nobody_answering_is_told_and_may_still_be_mended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "RING_S", 0)
    async with ringing_room() as (room, board):
        client = FakeClient()
        room.attach(OPERATOR, client)
        await room.handle("op", wire.CallRing())
        while client.last(wire.CallState).state == "ringing":
            await _a_turn_of_the_loop()
        assert client.last(wire.CallState).state == "unanswered"
        assert [call.room for call in board.calls()] == ["r"]
        board.step("r", CallEvent.ACCEPT, by="ex")
        assert client.last(wire.CallState).state == "accepted"


async def test_who_comes_later_is_told_and_the_end_of_the_session_ends_the_ringing() -> None:
    async with ringing_room() as (room, _):
        room.attach(OPERATOR, FakeClient())
        await room.handle("op", wire.CallRing())
        client = FakeClient()
        room.attach(EXPERT, client)
        assert client.last(wire.CallState).state == "ringing"
        await room.handle("op", wire.SessionEnd())
        assert client.last(wire.CallState).state == "idle"


async def test_an_expert_who_goes_off_duty_is_no_longer_counted() -> None:
    async with ringing_room() as (room, board):
        client = FakeClient()
        room.attach(OPERATOR, client)

        def changed() -> None: ...

        board.watch(changed, is_on_duty=lambda: True)
        assert client.last(wire.CallState).reached == 1
        board.unwatch(changed)
        assert client.last(wire.CallState).reached == 0


@pytest.mark.parametrize("state", list(CallState))
@pytest.mark.parametrize("event", list(CallEvent))
def test_only_ringing_expires_and_nothing_stays_after_the_end(
    state: CallState, event: CallEvent
) -> None:
    after = next_state(state, event)
    assert (after is CallState.UNANSWERED) == (
        (state, event) == (CallState.RINGING, CallEvent.EXPIRE)
    )
    if event is CallEvent.END:
        assert (after or state) is CallState.IDLE


async def _a_turn_of_the_loop() -> None:
    await asyncio.sleep(0)
