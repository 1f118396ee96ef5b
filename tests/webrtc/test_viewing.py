"""A real viewer (aiortc) sees real pictures."""

from collections.abc import Callable

import pytest

from streaming.domain.frame import Codec
from streaming.workflow.live.ports import SdpError
from tests.webrtc.stage import media_port, showing
from tests.webrtc.viewer import are_consecutive, join, viewer


def without_h264(sdp: str) -> str:
    """As a browser without H.264 would answer."""
    gone = ("96", "97")
    lines = []
    for line in sdp.split("\r\n"):
        if line.startswith("m=video"):
            line = " ".join(part for part in line.split(" ") if part not in gone)
        if not any(
            line.startswith(f"a={kind}:{number} ")
            for number in gone
            for kind in ("rtpmap", "fmtp", "rtcp-fb")
        ):
            lines.append(line)
    return "\r\n".join(lines)


@pytest.mark.parametrize(
    ("alter", "codec"), [(str, Codec.H264), (without_h264, Codec.VP8)], ids=["h264", "vp8"]
)
async def test_pictures_arrive_whole_and_in_order(
    alter: Callable[[str], str], codec: Codec
) -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        answer = await watching.answer(await room.peer.create_offer())
        await room.peer.accept_answer(alter(answer))
        assert (await room.until_connected()).codec is codec
        await watching.until_shown(30)
        assert are_consecutive(watching.numbers)
        assert watching.numbers[0] == 0


async def test_a_player_that_offers_sees_pictures() -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await watching.take(await room.peer.answer_offer(await watching.offer()))
        await watching.until_shown(10)
        assert are_consecutive(watching.numbers)


async def test_viewers_share_one_port_and_see_their_own_streams() -> None:
    async with (
        media_port() as port,
        showing(port) as one,
        showing(port) as other,
        viewer() as left,
        viewer() as right,
    ):
        await join(one, left)
        await join(other, right)
        await left.until_shown(10)
        await right.until_shown(10)
        assert are_consecutive(left.numbers)
        assert are_consecutive(right.numbers)


async def test_the_anchor_is_the_first_frame_and_never_moves() -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        assert room.sender is not None
        await watching.until_shown(5)
        anchor = room.sender.anchor
        assert anchor is not None
        assert anchor.captured_at_ns == room.captured_at_ns[0]
        await watching.until_shown(5)
        assert room.sender.anchor == anchor


async def test_the_figures_count_what_was_sent() -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        assert set(room.peer.stats().values()) == {0.0}
        await join(room, watching)
        await watching.until_shown(60)
        figures = room.peer.stats()
        assert figures["packets"] >= 60
        assert figures["bytes"] > 60 * 100
        assert 0 < figures["rtt_ms"] < 1_000


async def test_closing_is_told_once_and_the_viewer_notices() -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        await watching.until_shown(1)
        room.peer.close()
        room.peer.close()
        assert room.ends == ["peer.closed"]
        with pytest.raises(SdpError):
            await room.peer.accept_answer("")
        assert room.ends == ["peer.closed"]


async def test_a_viewer_that_says_goodbye_is_gone_at_once() -> None:
    async with media_port() as port, showing(port) as room:
        async with viewer() as watching:
            await join(room, watching)
            await watching.until_shown(1)
        await room.until(lambda: bool(room.ends))
        assert room.ends == ["peer.left"]


async def test_closing_the_port_ends_every_peer() -> None:
    async with media_port() as port, showing(port) as room, viewer() as watching:
        await join(room, watching)
        await port.close()
        assert room.ends == ["peer.closed"]
