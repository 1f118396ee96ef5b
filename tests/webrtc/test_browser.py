"""A real Chromium shows what the port sends."""

from playwright.async_api import Page

from streaming.domain.frame import Codec
from tests.chromium import OpenPage
from tests.webrtc.bare_page import bare_page
from tests.webrtc.stage import media_port, showing


async def until_shown(page: Page, count: int) -> list[int]:
    await page.wait_for_function("count => window.numbers.length >= count", arg=count)
    numbers: list[int] = await page.evaluate("window.numbers")
    return numbers


async def test_the_node_offers_and_chromium_shows_a_moving_picture(open_page: OpenPage) -> None:
    async with media_port() as port, showing(port) as room, bare_page(room) as url:
        page = await open_page(url)
        numbers = await until_shown(page, 30)
        assert room.sender is not None
        assert room.sender.codec is Codec.H264
        assert len(set(numbers)) >= 20
        assert sorted(numbers) == numbers


async def test_chromium_offers_as_a_whep_player_and_shows_a_moving_picture(
    open_page: OpenPage,
) -> None:
    async with media_port() as port, showing(port) as room, bare_page(room) as url:
        numbers = await until_shown(await open_page(url + "#whep"), 30)
        assert len(set(numbers)) >= 20


async def test_timestamps_in_the_browser_name_the_capture_time(open_page: OpenPage) -> None:
    async with media_port() as port, showing(port) as room, bare_page(room) as url:
        page = await open_page(url)
        await until_shown(page, 10)
        seen = await page.evaluate("({number: window.numbers.at(-1), rtp: window.rtpTimestamp})")
        assert room.sender is not None
        anchor = room.sender.anchor
        assert anchor is not None
        ticks = (seen["rtp"] - anchor.rtp_timestamp) % 2**32
        captured_at_ns = room.captured_at_ns[seen["number"]]
        assert ticks == (captured_at_ns - anchor.captured_at_ns) * 9 // 100_000
