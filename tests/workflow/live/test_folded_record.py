"""What may be done all day is on record at once, and then no more often than it means something."""

import asyncio
from dataclasses import dataclass, field

from streaming.protocol import messages as wire
from streaming.workflow.live.folded_record import FoldedRecord
from tests.workflow.live.surroundings import (
    EXPERT,
    OPERATOR,
    FakeClient,
    FakeNode,
    opened,
    watch,
)
from tests.workflow.live.test_camera import PHONE, filmed


@dataclass
class Trail:
    rows: list[tuple[str, dict[str, str | int | float | bool]]] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def record(self, event: str, **facts: str | int | float | bool) -> None:
        self.rows.append((event, facts))
        self.more.set()

    async def length(self, rows: int) -> None:
        async with asyncio.timeout(20):
            while len(self.rows) < rows:
                self.more.clear()
                await self.more.wait()


async def test_the_first_is_on_record_at_once_and_the_newest_later() -> None:
    trail = Trail()
    record = FoldedRecord(trail, window_s=0.02)
    for number in range(10):
        record.record("a", "moved", to=number)
        record.record("b", "stays", to=0)
    assert trail.rows == [("moved", {"to": 0}), ("stays", {"to": 0})]
    await trail.length(3)
    assert trail.rows[2:] == [("moved", {"to": 9})]
    record.close()


async def test_what_is_as_it_was_is_not_on_record_again() -> None:
    trail = Trail()
    record = FoldedRecord(trail, window_s=1_000)
    for event in ("came", "left", "came"):
        record.record("a", event)
    record.close()
    assert trail.rows == [("came", {})]


async def test_nothing_that_waits_is_lost_when_the_node_stops() -> None:
    trail = Trail()
    record = FoldedRecord(trail, window_s=1_000)
    record.record("a", "came")
    record.record("a", "left")
    record.close()
    assert [event for event, _ in trail.rows] == ["came", "left"]


def rows(node: FakeNode, *events: str) -> list[str]:
    return [event for event in node.audit if event in events]


async def test_who_comes_and_goes_all_the_time_is_on_record_once_and_with_the_end() -> None:
    async with opened() as (room, node):
        room.attach(OPERATOR, FakeClient())
        for _ in range(20):
            client = FakeClient()
            room.attach(EXPERT, client)
            room.detach(EXPERT.id, client)
        assert rows(node, "seat.joined", "seat.left") == ["seat.joined", "seat.joined"]
    assert rows(node, "seat.joined", "seat.left") == ["seat.joined", "seat.joined", "seat.left"]


async def test_a_camera_that_is_switched_all_the_time_is_on_record_once() -> None:
    async with filmed() as (room, node):
        await watch(room, PHONE)
        for number in range(200):
            await room.handle(PHONE.id, wire.CameraState(on=number % 2 == 0))
        assert node.audit.count("camera.now") == 1
    assert node.audit.count("camera.now") == 2
