"""A real browser films, others see it: packets go through the node untouched."""

from itertools import pairwise

import pytest

from streaming.domain.frame import Codec
from tests.chromium import OpenPage
from tests.webrtc.camera_page import camera_room, only, until_from, until_shown
from tests.webrtc.lossy_relay import every, lossy_relay
from tests.webrtc.stage import media_port


def forward(numbers: list[int]) -> bool:
    """Each picture is newer than the one before (by less than half the circle of 128)."""
    return all(0 < (b - a) % 128 < 64 for a, b in pairwise(numbers))


@pytest.mark.parametrize("codec", list(Codec))
async def test_viewers_see_what_a_phone_films(open_page: OpenPage, codec: Codec) -> None:
    async with media_port() as port, camera_room(port, rewrite=only(codec)) as (room, url):
        await open_page(f"{url}/phone")
        early = await open_page(f"{url}/viewer")
        assert forward(await until_shown(early, 20))
        late = await open_page(f"{url}/viewer")
        assert forward(await until_shown(late, 20))
        assert {packet.codec for packet in room.packets} == {codec}
        assert await late.evaluate("window.size") == [640, 480]
        assert all(not participant.ends for participant in room.participants)


async def test_the_picture_goes_on_with_another_camera_in_another_codec(
    open_page: OpenPage,
) -> None:
    codec = Codec.H264

    def rewrite(sdp: str) -> str:
        return only(codec)(sdp) if "a=recvonly" in sdp else sdp

    async with media_port() as port, camera_room(port, rewrite=rewrite) as (room, url):
        await open_page(f"{url}/phone#0")
        viewer = await open_page(f"{url}/viewer")
        await until_from(viewer, 0)
        for number, codec in ((1, Codec.VP8), (0, Codec.H264)):
            await open_page(f"{url}/phone#{number}")
            await until_from(viewer, number)
            assert forward([shown & 127 for shown in await until_shown(viewer, 20)])
            assert room.relay.codec is codec
        received = await viewer.evaluate("window.stats('inbound-rtp')")
        assert received["packetsLost"] == 0


async def test_a_camera_that_leaves_and_comes_back_is_seen_again(open_page: OpenPage) -> None:
    async with media_port() as port, camera_room(port) as (_, url):
        phone = await open_page(f"{url}/phone#0")
        viewer = await open_page(f"{url}/viewer")
        await until_from(viewer, 0)
        await phone.goto(f"{url}/viewer")
        await open_page(f"{url}/phone#1")
        await until_from(viewer, 1)


async def test_what_is_lost_on_either_way_is_repaired(open_page: OpenPage) -> None:
    """Each tenth packet of the camera's and each tenth of a viewer's, neither of whom notices."""
    async with media_port() as port, lossy_relay(port.port) as up, lossy_relay(port.port) as down:
        relays = iter((up, down))
        up.loses_back, down.loses = every(10), every(10)
        async with camera_room(port, rewrite=lambda sdp: next(relays).behind(sdp)) as (room, url):
            phone = await open_page(f"{url}/phone")
            viewer = await open_page(f"{url}/viewer")
            assert forward(await until_shown(viewer, 90))
            filmed = await phone.evaluate("window.stats('outbound-rtp')")
            shown = await viewer.evaluate("window.stats('inbound-rtp')")
            assert filmed["retransmittedPacketsSent"] > 0
            assert room.retransmitted > 0
            assert shown["framesDropped"] == 0
