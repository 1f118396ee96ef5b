"""Text in the picture, as the pages show it, in a real Chromium."""

import asyncio

from playwright.async_api import expect

from streaming.domain.session import Role
from streaming.protocol.lookout_messages import LookoutOverride, TextAllow
from streaming.protocol.wire import Message
from tests.chromium import OpenPage
from tests.web_client.lookout_scenes import LABEL, NAME, covered, watched
from tests.web_client.room import CannedRoom
from tests.web_client.scene import Set


async def told(room: CannedRoom, message: Message) -> None:
    async with asyncio.timeout(20):
        while message not in room.received:
            room.heard.clear()
            await room.heard.wait()


async def test_the_operator_shows_one_text_and_keeps_the_other_covered(
    scene_set: Set, open_page: OpenPage
) -> None:
    covered(NAME, LABEL)(scene_set)
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    await expect(page.get_by_test_id("covered")).to_have_text("Text covered in 2 places")
    await page.get_by_role("button", name="Keep covered").click()
    await page.get_by_role("button", name="Show it").click()
    await told(scene_set.node.room, TextAllow(text=LABEL.id))
    covered(NAME)(scene_set)
    await expect(page.get_by_test_id("covered")).to_have_text("Text covered")
    await expect(page.get_by_role("button", name="Show it")).to_have_count(0)


async def test_a_viewer_sees_that_it_is_covered_and_isnt_asked(
    scene_set: Set, open_page: OpenPage
) -> None:
    covered(NAME)(scene_set)
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await expect(page.get_by_test_id("covered")).to_be_visible()
    await expect(page.locator(".covered-texts rect")).to_have_count(1)
    await expect(page.get_by_role("button", name="Show it")).to_have_count(0)


async def test_the_operator_may_show_a_picture_that_nothing_checks(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    await page.locator('[data-stage="picture"]').wait_for(state="attached")
    watched("blind")(scene_set)
    await page.get_by_role("button", name="Show it without the check").click()
    await told(scene_set.node.room, LookoutOverride())
    watched("overridden")(scene_set)
    await expect(page.get_by_test_id("lookout")).to_have_text("Not checked for text")


async def test_what_is_asked_lies_where_the_text_is(scene_set: Set, open_page: OpenPage) -> None:
    covered(NAME)(scene_set)
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    place = page.locator(".covered-texts rect.asked")
    await place.wait_for()
    box = await place.bounding_box()
    video = await page.get_by_test_id("scanner-video").bounding_box()
    assert box is not None and video is not None
    middle = (box["x"] + box["width"] / 2 - video["x"]) / video["width"]
    assert abs(middle - (NAME.x + NAME.width / 2)) < 0.02
