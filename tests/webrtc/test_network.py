"""Loss, a moving viewer, a viewer that vanishes: over a relay between two real ends."""

import pytest

from streaming.webrtc import peer
from tests.chromium import OpenPage
from tests.webrtc.bare_page import bare_page
from tests.webrtc.lossy_relay import every, lossy_relay
from tests.webrtc.stage import Room, media_port, showing
from tests.webrtc.test_browser import until_shown
from tests.webrtc.viewer import Viewer, are_consecutive, viewer


async def join_behind(relay_offer: str, room: Room, watching: Viewer) -> None:
    await room.peer.accept_answer(await watching.answer(relay_offer))
    await room.until_connected()


async def test_lost_packets_are_repaired() -> None:
    async with (
        media_port() as port,
        lossy_relay(port.port) as relay,
        showing(port) as room,
        viewer() as watching,
    ):
        relay.loses = every(10)
        await join_behind(relay.behind(await room.peer.create_offer()), room, watching)
        await watching.until_shown(60)
        assert relay.lost > 5
        assert are_consecutive(watching.numbers)
        figures = room.peer.stats()
        assert figures["nacks"] >= figures["retransmitted"] > 0


async def test_chromium_gets_lost_packets_again_and_needs_no_key_frame(
    open_page: OpenPage,
) -> None:
    async with media_port() as port, lossy_relay(port.port) as relay, showing(port) as room:
        relay.loses = every(10)
        async with bare_page(room, rewrite=relay.behind) as url:
            page = await open_page(url)
            await until_shown(page, 60)
        assert relay.lost > 5
        assert room.peer.stats()["retransmitted"] > 0
        assert room.keyframes_wanted == 0


async def test_a_viewer_that_moved_is_followed_and_gets_a_key_frame(open_page: OpenPage) -> None:
    async with media_port() as port, lossy_relay(port.port) as relay, showing(port) as room:
        async with bare_page(room, rewrite=relay.behind) as url:
            page = await open_page(url)
            shown = len(await until_shown(page, 10))
            wanted = room.keyframes_wanted
            await relay.move()
            await room.until(lambda: room.keyframes_wanted > wanted)
            await until_shown(page, shown + 60)
        assert room.ends == []


async def test_a_viewer_without_a_picture_asks_for_a_key_frame(open_page: OpenPage) -> None:
    async with media_port() as port, lossy_relay(port.port) as relay, showing(port) as room:
        # Losing media and repairs for a while leaves nothing to decode with.
        relay.loses = every(1)
        async with bare_page(room, rewrite=relay.behind) as url:
            page = await open_page(url)
            await room.until(lambda: relay.lost > 30)
            relay.loses = lambda _: False
            await room.until(lambda: room.keyframes_wanted > 0)
            await until_shown(page, 10)
        assert room.peer.stats()["plis"] > 0


async def test_a_viewer_that_vanishes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "SILENCE_NS", 1_500_000_000)
    async with (
        media_port() as port,
        lossy_relay(port.port) as relay,
        showing(port) as room,
        viewer() as watching,
    ):
        await join_behind(relay.behind(await room.peer.create_offer()), room, watching)
        await watching.until_shown(3)
        relay.cut = True
        await room.until(lambda: bool(room.ends))
        assert room.ends == ["peer.silent"]


async def test_a_peer_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "CONNECT_TIMEOUT_S", 0.05)
    async with media_port() as port:
        room = Room()
        room.peer = port.create_peer(room)
        await room.until(lambda: bool(room.ends))
        assert room.ends == ["peer.not_connected"]
