"""Real Chromiums hear each other: its fake microphone beeps, an analyser looks for the beep."""

import asyncio
from typing import Any

from playwright.async_api import Page

from streaming.protocol import messages as wire
from tests.chromium import OpenPage
from tests.webrtc.stage import LIMIT_S, eventually, media_port
from tests.webrtc.voice_page import VoiceRoom, voice_room

OPEN = wire.VoiceState(microphone=True, muted=False)
BEEP = 0.05
"""Amplitude; the beep has about 0.3, and what isn't a beep is digital silence."""


async def speaking(room: VoiceRoom, open_page: OpenPage, name: str) -> Page:
    page = await open_page(f"{room.url}#{name}")
    await page.wait_for_function("window.pc.connectionState === 'connected'")
    await room.tell(name, OPEN)
    return page


async def until_heard(page: Page, lane: str) -> None:
    await page.wait_for_function(f"(window.loudest['{lane}'] || 0) > {BEEP}")


async def reported(page: Page, kind: str, figure: str, *, at_least: float) -> list[Any]:
    """The page's statistics of ``kind`` once ``figure`` is in them and high enough."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            found: list[Any] = await page.evaluate("kind => stats(kind, 'audio')", kind)
            if found and found[0].get(figure, -1) >= at_least:
                return found
            await asyncio.sleep(0.05)


def lane_of(room: VoiceRoom, seat: str) -> str:
    return f"lane{room.lanes.index(seat)}"


async def test_two_pages_hear_each_other_and_not_themselves(open_page: OpenPage) -> None:
    async with media_port() as port, voice_room(port) as room:
        operator = await speaking(room, open_page, "operator")
        expert = await speaking(room, open_page, "expert")
        await eventually(lambda: {"op", "ex"} <= set(room.lanes))
        await until_heard(operator, lane_of(room, "ex"))
        await until_heard(expert, lane_of(room, "op"))
        own = lane_of(room, "op")
        assert await operator.evaluate(f"window.loudest['{own}'] || 0") == 0
        (heard,) = await operator.evaluate("stats('inbound-rtp', 'audio')")
        assert heard["packetsLost"] == 0
        assert room.clients["expert"].last(wire.VoiceSpeaking).participants


async def test_a_speaker_gets_reports_with_a_round_trip_time(open_page: OpenPage) -> None:
    async with media_port() as port, voice_room(port) as room:
        expert = await speaking(room, open_page, "expert")
        (report,) = await reported(expert, "remote-inbound-rtp", "roundTripTime", at_least=0)
        assert (report["packetsLost"], report["fractionLost"]) == (0, 0)


async def test_who_was_muted_is_not_heard_whatever_the_page_sends(open_page: OpenPage) -> None:
    async with media_port() as port, voice_room(port) as room:
        await speaking(room, open_page, "operator")
        await speaking(room, open_page, "expert")
        await eventually(lambda: room.peer_stats("operator")["voice_out"] > 5)
        await room.tell("operator", wire.VoiceMute(participant="ex"))
        heard = room.peer_stats("operator")["voice_out"]
        arrived = room.peer_stats("expert")["voice_in"]
        await eventually(lambda: room.peer_stats("expert")["voice_in"] > arrived + 10)
        assert room.peer_stats("operator")["voice_out"] == heard


async def test_an_observer_that_sends_all_the_same_is_not_heard(open_page: OpenPage) -> None:
    async with media_port() as port, voice_room(port) as room:
        operator = await speaking(room, open_page, "operator")
        observer = await open_page(f"{room.url}#observer")
        await reported(observer, "outbound-rtp", "packetsSent", at_least=20)
        await eventually(lambda: room.peer_stats("observer")["refused"] > 20)
        await until_heard(observer, lane_of(room, "op"))
        assert room.peer_stats("observer")["voice_in"] == 0
        assert set(room.lanes) == {"op", ""}
        assert await operator.evaluate("Math.max(0, ...Object.values(window.loudest))") == 0


async def test_the_scanners_sound_is_heard_on_its_own_line_by_who_wants_it(
    open_page: OpenPage,
) -> None:
    async with media_port() as port, voice_room(port) as room, asyncio.TaskGroup() as tasks:
        sound = tasks.create_task(room.sound())
        observer = await open_page(f"{room.url}#observer")
        await observer.wait_for_function("window.pc.connectionState === 'connected'")
        assert room.peer_stats("observer")["voice_out"] == 0
        await room.tell("observer", wire.AudioWant(on=True))
        await until_heard(observer, "doppler")
        sound.cancel()
