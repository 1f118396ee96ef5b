from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streaming.protocol import lookout_messages as lookout
from streaming.protocol import messages as wire
from streaming.protocol.worker_link import CoveredText, Health
from streaming.workflow.live.lookout import LookoutDesk
from streaming.workflow.live.room import LiveRoom
from tests.workflow.live.surroundings import EXPERT, OPERATOR, FakeClient, FakeNode, opened


@asynccontextmanager
async def looked_after() -> AsyncIterator[tuple[LiveRoom, FakeNode]]:
    async with opened() as (room, node):
        desk = LookoutDesk("r", audit=node)
        desk.bind(node)
        room.add(desk)
        yield room, node


NAME = CoveredText(id=4, x0=320, y0=180, x1=640, y1=216)


async def test_everybody_is_told_where_text_is_covered_in_shares_of_the_picture() -> None:
    async with opened() as (room, _):
        client = FakeClient()
        room.attach(EXPERT, client)
        health = Health(
            source="live", since_ns=1, mask="confirmed", width=1280, height=720, watch="on"
        )
        room.health(health)
        assert (client.last(wire.SourceState).watch, client.last(wire.SourceState).texts) == (
            "on",
            [],
        )
        room.health(health.model_copy(update={"texts": (NAME,)}))
        (told,) = client.last(wire.SourceState).texts
        assert told == lookout.CoveredText(id=4, x=0.25, y=0.25, width=0.25, height=0.05)
        assert room.figures()["texts_covered"] == 1


async def test_an_allowed_text_is_on_record_and_shown() -> None:
    async with looked_after() as (room, node):
        room.attach(OPERATOR, FakeClient())
        await room.handle(OPERATOR.id, lookout.TextAllow(text=4))
        assert "text.allowed" in node.audit
        assert "allow 4" in node.asked


async def test_an_override_is_on_record_and_done() -> None:
    async with looked_after() as (room, node):
        room.attach(OPERATOR, FakeClient())
        await room.handle(OPERATOR.id, lookout.LookoutOverride())
        assert "lookout.overridden" in node.audit
        assert "override" in node.asked
