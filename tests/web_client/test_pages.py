"""What the pages do, in a real Chromium, with real pictures, as the room changes under them."""

import asyncio
from collections.abc import Callable

from playwright.async_api import Page, expect

from streaming.domain.session import Role
from streaming.protocol.messages import MediaReport, MediaWant, SessionEnd
from tests.chromium import OpenPage
from tests.web_client.room import CannedRoom
from tests.web_client.scene import Set
from tests.web_client.scenes import since

BADGE = "latency-badge"


async def watching(page: Page, stage: str = "picture") -> None:
    await page.locator(f'[data-stage="{stage}"]').wait_for(state="attached")


async def until(room: CannedRoom, met: Callable[[], bool]) -> None:
    """Until the room was told what ``met`` looks for."""
    async with asyncio.timeout(20):
        while not met():
            room.heard.clear()
            await room.heard.wait()


def count(room: CannedRoom, kind: type) -> int:
    return sum(isinstance(message, kind) for message in room.received)


async def test_an_invitation_leaves_the_address_and_a_reload_keeps_the_seat(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    assert page.url == f"{scene_set.node.origin}/expert"
    await page.reload()
    await watching(page)
    await page.goto(scene_set.node.origin)
    await page.get_by_role("link", name="Back to demo").click()
    await watching(page)


async def test_the_badge_says_how_old_the_moving_picture_is(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    badge = page.get_by_test_id(BADGE)
    await expect(badge).to_contain_text("s behind")
    behind_ms = float(await badge.get_attribute("data-behind-ms") or "nan")
    assert -50 < behind_ms < 2_000
    assert await badge.get_attribute("data-source") == "live"
    video = page.get_by_test_id("scanner-video")
    assert await video.evaluate("video => [video.videoWidth, video.videoHeight]") == [1280, 720]


async def test_the_room_hears_what_the_viewer_sees(scene_set: Set, open_page: OpenPage) -> None:
    await open_page(await scene_set.node.link(Role.OBSERVER))
    room = scene_set.node.room

    def seen() -> bool:
        reports = [m for m in room.received if isinstance(m, MediaReport)]
        return any(r.behind_ms is not None and r.fps > 5 for r in reports)

    await until(room, seen)


async def test_a_stalled_picture_stays_visible_and_grows_old(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    scene_set.node.room.pictures.paused = True
    await expect(page.get_by_test_id("motion-warning")).to_be_visible()
    await expect(page.get_by_test_id("stale-banner")).to_be_visible()
    await expect(page.get_by_test_id("scanner-video")).to_have_css("opacity", "1")
    behind_ms = float(await page.get_by_test_id(BADGE).get_attribute("data-behind-ms") or "nan")
    assert behind_ms >= 2_000
    scene_set.node.room.pictures.paused = False
    await expect(page.get_by_test_id("stale-banner")).to_be_hidden()


async def test_no_packets_bring_a_new_connection(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    room.pictures.paused = True
    await until(room, lambda: count(room, MediaWant) >= 2)
    room.pictures.paused = False
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden()
    await expect(page.get_by_test_id(BADGE)).to_contain_text("s behind")


async def test_failed_media_comes_back_by_itself(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    first = room.peer_ids()
    await room.fail_media(retry=True)
    await until(room, lambda: count(room, MediaWant) >= 2)
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden()
    assert room.peer_ids() != first


async def test_a_no_to_media_is_said_and_can_be_tried_again(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    await scene_set.node.room.fail_media(retry=False)
    await page.get_by_role("button", name="Try again").click()
    await watching(page)


async def test_a_restarted_server_needs_no_click(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    wanted = count(room, MediaWant)
    room.server = "run-2"
    room.drop_sockets()
    await until(room, lambda: count(room, MediaWant) > wanted)
    await expect(page.get_by_test_id("reconnecting")).to_be_hidden()
    await watching(page)


async def test_a_lost_socket_keeps_a_picture_that_still_flows(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    peers, wanted, reports = room.peer_ids(), count(room, MediaWant), count(room, MediaReport)
    room.drop_sockets()
    await until(room, lambda: count(room, MediaReport) > reports + 1)
    assert (room.peer_ids(), count(room, MediaWant)) == (peers, wanted)
    await watching(page)


async def test_a_second_tab_takes_the_seat_and_the_first_can_take_it_back(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    second = await page.context.new_page()
    await second.goto(page.url)
    await watching(second)
    await page.get_by_role("button", name="Use here").click()
    await watching(page)
    await expect(second.get_by_role("button", name="Use here")).to_be_visible()


async def test_a_lost_source_is_never_shown_as_a_picture(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await watching(page)
    room.show(source={"source": "no_signal", "since_ns": since(63)}, state="interrupted")
    await expect(page.get_by_test_id("no-signal-time")).to_have_text("1:03")
    await expect(page.get_by_test_id("no-signal-time")).to_have_text("1:05")
    assert await page.get_by_test_id(BADGE).get_attribute("data-behind-ms") == ""
    room.show(source={"source": "frozen", "since_ns": since(12)}, state="live")
    await expect(page.get_by_test_id("frozen")).to_contain_text("0:12")


async def test_the_cart_opens_the_set_up_page_in_a_tab(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    room.show(source={"mask": "black", "mask_code": "mask.unconfirmed", "profile": ""})
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    async with page.context.expect_page() as opening:
        await page.get_by_role("button", name="Set up the mask").click()
    setup = await opening.value
    await expect(setup.get_by_role("heading", name="What may leave this scanner?")).to_be_visible()
    assert "token" not in setup.url
    await expect(page.get_by_test_id("setup-link").get_by_role("link")).to_be_visible()


async def test_a_worker_that_refuses_set_up_is_said_so(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    room.setup_link = None
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    await watching(page)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Set up the mask").click()
    await expect(page.get_by_test_id("toast")).to_have_attribute("data-code", "setup.unavailable")


async def test_ending_can_be_taken_back_and_undone(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    await watching(page)
    await page.get_by_role("button", name="End").click()
    await page.get_by_role("button", name="Keep going").click()
    assert count(room, SessionEnd) == 0
    await page.get_by_role("button", name="End").click()
    await until(room, lambda: count(room, SessionEnd) == 1)
    await page.get_by_role("button", name="Start a new session").click()
    await watching(page)


async def test_a_browser_without_a_codec_is_told_what_to_do(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page("about:blank")
    await page.add_init_script(
        "RTCRtpReceiver.getCapabilities = () => ({ codecs: [], headerExtensions: [] })"
    )
    await page.goto(await scene_set.node.link(Role.EXPERT))
    await expect(page.get_by_text("play the picture")).to_be_visible()
    assert count(scene_set.node.room, MediaWant) == 0
