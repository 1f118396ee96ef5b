"""Whatever a client says, the conversation goes on or ends with a code; nothing is raised."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.auth.rights import may_send
from streaming.domain.errors import BadInput
from streaming.domain.session import Role, Seat
from streaming.protocol.messages import CLIENT_MESSAGE, PROTOCOL_VERSION, Error, ServerMessage
from streaming.signaling.client import SocketClient
from streaming.signaling.conversation import ALL_BURST, BURST, MAX_ERRORS, Conversation
from streaming.signaling.ports import Deps
from tests.signaling.node import TestRoom

SEAT = Seat(id="seat-1", room="demo", role=Role.OBSERVER, name="Observer")
HELLO = json.dumps({"type": "hello", "protocol": PROTOCOL_VERSION, "ticket": "t" * 43})

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
TYPES = st.sampled_from([*CLIENT_MESSAGE.json_schema()["discriminator"]["mapping"], "no.such"])
NAMES = st.sampled_from(["protocol", "ticket", "peer", "sdp", "client_ms", "fps", "x"])
MESSAGES = st.builds(
    lambda kind, rest: json.dumps(rest | {"type": kind}), TYPES, st.dictionaries(NAMES, VALUES)
)


class RecordingClient(SocketClient):
    """Without a socket: what is sent is kept."""

    def __init__(self) -> None:
        self.sent: list[ServerMessage] = []
        self.closing = ""

    def send(self, message: ServerMessage) -> None:
        self.sent.append(message)

    def close(self, code: str) -> None:
        self.closing = self.closing or code


class OneSeat:
    """Every ticket, and no revocation, of one seat."""

    def redeem(self, ticket: str, *, now_s: float) -> Seat:
        return SEAT

    def issue(self, seat: Seat, *, now_s: float) -> str:
        return "t" * 43

    async def revoked(self, seat_ids: Any, *, now_s: int) -> frozenset[str]:
        return frozenset()


class NoAudit:
    def record(self, event: str, **facts: str | int | float | bool) -> None: ...


def conversation(room: TestRoom, client: RecordingClient) -> Conversation:
    seat: Any = OneSeat()
    deps = Deps(
        rooms={"demo": room},
        seats=seat,
        accounts=seat,
        sessions=seat,
        tickets=seat,
        grants=seat,
        may_send=may_send,
        audit=NoAudit(),
        origins=frozenset(),
        webdist=Path(),
        version="0",
    )
    return Conversation(deps, client, now_s=0)


@given(st.lists(MESSAGES | st.text(max_size=50), max_size=30))
@settings(max_examples=150, deadline=None)
def test_nothing_a_client_says_raises_and_nothing_forbidden_reaches_the_room(
    texts: list[str],
) -> None:
    async def talk() -> None:
        room, client = TestRoom(), RecordingClient()
        talking = conversation(room, client)
        for number, text in enumerate([HELLO, *texts]):
            if client.closing:
                break
            await talking.receive(text, now_s=number)
        assert all(may_send(Role.OBSERVER, message.type) for _, message in room.handled)
        errors = sum(message.type == "error" for message in client.sent)
        assert errors <= MAX_ERRORS
        assert client.closing in {"", "ws.too_many_errors"}

    asyncio.run(talk())


def codes(client: RecordingClient) -> list[str]:
    return [message.code for message in client.sent if isinstance(message, Error)]


async def test_a_closing_socket_is_not_heard() -> None:
    room, client = TestRoom(), RecordingClient()
    talking = conversation(room, client)
    await talking.receive(HELLO, now_s=0)
    client.close("seat.replaced")
    await talking.receive('{"type": "media.want"}', now_s=0)
    assert room.handled == []


@pytest.mark.parametrize(
    "text", ['{"type": "media.want"}', '{"type": "media.answer", "peer": "p", "sdp": "v=0"}']
)
async def test_what_costs_a_handshake_is_rationed_apart_from_the_rest(text: str) -> None:
    room, client = TestRoom(), RecordingClient()
    talking = conversation(room, client)
    await talking.receive(HELLO, now_s=0)
    for _ in range(6):
        await talking.receive(text, now_s=0)
    assert len(room.handled) == 5
    refused = client.sent[-1]
    assert isinstance(refused, Error)
    assert (refused.code, refused.retry) == ("media.rate", True)
    await talking.receive('{"type": "clock.ping", "client_ms": 1}', now_s=0)
    assert len(room.handled) == 6
    await talking.receive(text, now_s=1)
    assert len(room.handled) == 7


async def test_offers_and_answers_have_a_ration_each() -> None:
    room, client = TestRoom(), RecordingClient()
    talking = conversation(room, client)
    await talking.receive(HELLO, now_s=0)
    for _ in range(5):
        await talking.receive('{"type": "media.want"}', now_s=0)
        await talking.receive('{"type": "media.answer", "peer": "p", "sdp": "v=0"}', now_s=0)
    assert "media.rate" not in codes(client)


GESTURES = [
    {"type": "hand.raise", "raised": True},
    {"type": "camera.state", "on": True},
    {"type": "audio.want", "on": True},
    {"type": "freeze", "id": "order-0001", "captured_at_ns": "7"},
    {"type": "text.allow", "text": 3},
    {"type": "lookout.override"},
]


@pytest.mark.parametrize("gesture", GESTURES, ids=lambda gesture: gesture["type"])
async def test_what_costs_everybody_or_the_record_something_is_rationed(
    gesture: dict[str, object],
) -> None:
    room, client = TestRoom(), RecordingClient()
    talking = await talking_operator(room, client)
    for _ in range(12):
        await talking.receive(json.dumps(gesture), now_s=0)
    assert len(room.handled) == 5
    assert codes(client) == ["ws.rate"] * 7
    refused = client.sent[-1]
    assert isinstance(refused, Error) and refused.id == gesture.get("id", "")
    await talking.receive(json.dumps(gesture), now_s=1)
    assert len(room.handled) == 6


async def test_a_mute_is_never_refused_for_its_number() -> None:
    room, client = TestRoom(), RecordingClient()
    talking = await talking_operator(room, client)
    for number in range(100):
        voice = {"type": "voice.state", "microphone": True, "muted": number % 2 == 1}
        await talking.receive(json.dumps(voice), now_s=0)
    assert (len(room.handled), codes(client)) == (100, [])


SEATED = json.dumps({"type": "clock.ping", "client_ms": 1})
POINTER = json.dumps({"type": "pointer", "x": 0.5, "y": 0.5})
STROKE = json.dumps({"type": "stroke", "id": "stroke-1", "tool": "pen", "start": 0, "points": []})
MARK = json.dumps({"type": "mark.remove", "id": "order-0001", "mark": "mark-0001"})


async def talking_operator(room: TestRoom, client: RecordingClient) -> Conversation:
    talking = conversation(room, client)
    await talking.receive(HELLO, now_s=0)
    talking.seat = replace(SEAT, role=Role.OPERATOR)
    return talking


async def talking_expert(room: TestRoom, client: RecordingClient) -> Conversation:
    talking = conversation(room, client)
    await talking.receive(HELLO, now_s=0)
    talking.seat = replace(SEAT, role=Role.EXPERT)
    return talking


@pytest.mark.parametrize(
    ("text", "kind", "most"), [(POINTER, "pointer", 60), (STROKE, "stroke", 40)]
)
async def test_too_many_passing_messages_are_ignored_and_counted(
    text: str, kind: str, most: int
) -> None:
    room, client = TestRoom(), RecordingClient()
    talking = await talking_expert(room, client)
    for _ in range(most + 7):
        await talking.receive(text, now_s=0)
    assert (len(room.handled), codes(client), talking.ignored) == (most, [], {kind: 7})
    await talking.receive(text, now_s=1)
    assert len(room.handled) == most + 1


async def test_passing_messages_leave_the_ration_of_the_others_alone() -> None:
    room, client = TestRoom(), RecordingClient()
    talking = await talking_expert(room, client)
    for text, times in ((POINTER, 60), (STROKE, 40), (SEATED, BURST - 1)):  # and hello
        for _ in range(times):
            await talking.receive(text, now_s=0)
    assert (len(room.handled), codes(client)) == (100 + BURST - 1, [])
    await talking.receive(SEATED, now_s=0)
    assert codes(client) == ["ws.rate"]


async def test_a_flood_of_passing_messages_is_refused_unread() -> None:
    room, client = TestRoom(), RecordingClient()
    talking = await talking_expert(room, client)
    for _ in range(int(ALL_BURST)):
        await talking.receive(POINTER, now_s=0)
    assert codes(client) == ["ws.rate"]  # hello was one of them


async def test_who_may_not_point_is_told_so() -> None:
    room, client = TestRoom(), RecordingClient()
    talking = conversation(room, client)
    await talking.receive(HELLO, now_s=0)
    await talking.receive(POINTER, now_s=0)
    assert (codes(client), room.handled) == (["right.denied"], [])


async def test_a_refusal_names_the_kept_message(monkeypatch: pytest.MonkeyPatch) -> None:
    room, client = TestRoom(), RecordingClient()
    talking = await talking_expert(room, client)

    async def refuse(seat_id: str, message: object) -> None:
        raise BadInput("board.malformed", "No.")

    monkeypatch.setattr(room, "handle", refuse)
    for text in (MARK, STROKE, SEATED):
        await talking.receive(text, now_s=0)
    told = [message.id for message in client.sent if isinstance(message, Error)]
    assert told == ["order-0001", "", ""]
