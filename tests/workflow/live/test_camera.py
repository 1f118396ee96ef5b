"""The room's second view at the room's ports."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from streaming.domain.frame import Codec
from streaming.domain.session import Role, Seat
from streaming.protocol import messages as wire
from streaming.workflow.live.camera import CameraDesk
from streaming.workflow.live.room import LiveRoom
from tests.relay.film_packets import Camera
from tests.workflow.live.surroundings import (
    EXPERT,
    OPERATOR,
    FakeClient,
    FakeNode,
    FakePeer,
    opened,
    watch,
)

PHONE = Seat("ph", "r", Role.CAMERA, "Camera")


@asynccontextmanager
async def filmed() -> AsyncIterator[tuple[LiveRoom, FakeNode]]:
    async with opened() as (room, node):
        room.add(CameraDesk("r", people=room.people, audit=node, clock_ns=node.clock_ns))
        yield room, node


async def enter(room: LiveRoom, node: FakeNode, seat: Seat) -> tuple[FakeClient, FakePeer]:
    client = await watch(room, seat)
    return client, node.peers[-1]


async def film(room: LiveRoom, seat: Seat, *, on: bool = True) -> None:
    await room.handle(seat.id, wire.CameraState(on=on))


def now(client: FakeClient) -> str:
    return client.last(wire.CameraNow).participant


def show(peer: FakePeer, codec: Codec = Codec.H264) -> None:
    """One picture, which is a key frame."""
    for packet in Camera(codec).picture(keyframe=True):
        peer.events.film(packet)


async def test_a_phone_is_seen_by_everybody_once_it_says_that_it_films() -> None:
    async with filmed() as (room, node):
        operator, cart = await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        show(phone)
        assert cart.sink.packets == []
        await film(room, PHONE)
        assert now(operator) == "ph"
        show(phone)
        expert, desk = await enter(room, node, EXPERT)
        assert now(expert) == "ph"
        assert desk.sink.packets == cart.sink.packets
        assert len(cart.sink.packets) == 3
        assert node.audit.count("camera.now") == 1


async def test_the_newest_camera_is_the_rooms_and_the_older_one_isnt_seen() -> None:
    async with filmed() as (room, node):
        operator, cart = await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        _, expert = await enter(room, node, EXPERT)
        await film(room, PHONE)
        await film(room, OPERATOR)
        assert now(operator) == "op"
        show(phone)
        assert expert.sink.packets == []
        show(cart)
        assert len(expert.sink.packets) == 3


async def test_who_films_isnt_sent_their_own_picture_until_another_does() -> None:
    async with filmed() as (room, node):
        _, cart = await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        await film(room, OPERATOR)
        show(cart)
        assert cart.sink.packets == []
        await film(room, PHONE)
        show(phone)
        assert len(cart.sink.packets) == 3


async def test_when_a_camera_stops_the_one_before_is_back() -> None:
    async with filmed() as (room, node):
        operator, _ = await enter(room, node, OPERATOR)
        await enter(room, node, PHONE)
        await film(room, OPERATOR)
        await film(room, PHONE)
        await film(room, PHONE, on=False)
        assert now(operator) == "op"
        await film(room, OPERATOR, on=False)
        assert now(operator) == ""


async def test_to_say_again_that_one_films_changes_nothing() -> None:
    async with filmed() as (room, node):
        operator, _ = await enter(room, node, OPERATOR)
        await film(room, OPERATOR)
        told = len(operator.messages)
        await film(room, OPERATOR)
        assert len(operator.messages) == told


async def test_a_camera_whose_connection_broke_is_the_rooms_again_once_it_is_back() -> None:
    async with filmed() as (room, node):
        operator, cart = await enter(room, node, OPERATOR)
        client, phone = await enter(room, node, PHONE)
        await film(room, PHONE)
        phone.close()
        assert now(operator) == ""
        await room.handle("ph", wire.MediaWant())
        offer = client.last(wire.MediaOffer)
        assert now(operator) == ""
        await room.handle("ph", wire.MediaAnswer(peer=offer.peer, sdp="fine"))
        assert now(operator) == "ph"
        show(node.peers[-1])
        assert len(cart.sink.packets) == 3


async def test_a_page_that_was_loaded_anew_doesnt_film_until_it_says_so() -> None:
    async with filmed() as (room, node):
        operator, _ = await enter(room, node, OPERATOR)
        await enter(room, node, PHONE)
        await film(room, PHONE)
        client, _ = await enter(room, node, PHONE)
        assert now(operator) == now(client) == ""


async def test_a_seat_that_was_ended_films_no_more() -> None:
    async with filmed() as (room, node):
        operator, cart = await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        await film(room, PHONE)
        room.remove("ph")
        assert now(operator) == ""
        show(phone)
        assert cart.sink.packets == []


async def test_the_session_ends_for_cameras_too() -> None:
    async with filmed() as (room, node):
        operator, _ = await enter(room, node, OPERATOR)
        await enter(room, node, PHONE)
        await film(room, PHONE)
        await room.handle("op", wire.SessionEnd())
        assert now(operator) == ""


async def test_whoever_wants_a_key_frame_gets_it_of_the_camera_that_films() -> None:
    async with filmed() as (room, node):
        _, cart = await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        await film(room, PHONE)
        show(phone)
        node.skip_s(1)
        before = phone.film_keyframes
        cart.events.camera_keyframe_wanted()
        assert (phone.film_keyframes, cart.film_keyframes) == (before + 1, 0)


@pytest.mark.parametrize("late", [False, True], ids=["was there", "came later"])
async def test_who_cant_show_the_cameras_video_is_told(late: bool) -> None:
    async with filmed() as (room, node):
        await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        await film(room, PHONE)
        if late:
            show(phone, Codec.VP8)
        client = FakeClient()
        room.attach(EXPERT, client)
        await room.handle("ex", wire.MediaWant())
        node.peers[-1].sink.codecs = (Codec.H264,)
        offer = client.last(wire.MediaOffer)
        await room.handle("ex", wire.MediaAnswer(peer=offer.peer, sdp="fine"))
        show(phone, Codec.VP8)
        show(phone, Codec.VP8)
        errors = [m.code for m in client.messages if isinstance(m, wire.Error)]
        assert errors == ["camera.codec"]
        assert node.peers[-1].sink.packets == []


async def test_figures_tell_of_the_camera() -> None:
    async with filmed() as (room, node):
        await enter(room, node, OPERATOR)
        _, phone = await enter(room, node, PHONE)
        assert room.figures()["camera_on"] == 0
        await film(room, PHONE)
        show(phone)
        figures = room.figures()
        assert (figures["camera_on"], figures["camera_viewers"]) == (1, 1)
        assert figures["camera_packets"] == 3
