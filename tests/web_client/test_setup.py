"""The set-up page's proposal, over a demo scanner that moves, in Chromium."""

from typing import Any

from playwright.async_api import Page, expect

from streaming.domain.mask import Polygon
from tests.chromium import OpenPage
from tests.web_client.scene import Set
from tests.web_client.scenes import draw

VIEWPORT: Any = {"width": 1024, "height": 768}
ONE_TAP = "Nothing does: let it leave"


async def opened(scene_set: Set, open_page: OpenPage, *, moving: bool) -> Page:
    scene_set.setup.desk.moving = moving
    return await open_page(await scene_set.setup.link(), viewport=VIEWPORT)


async def test_proposal_comes_by_itself_and_one_tap_confirms_it(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await opened(scene_set, open_page, moving=True)
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await page.get_by_role("button", name=ONE_TAP).click(timeout=30_000)
    await expect(page.get_by_text("The mask is in force")).to_be_visible()
    (confirmed,) = scene_set.setup.desk.confirmed
    (region,) = confirmed.regions
    assert isinstance(region, Polygon) and len(region.points) >= 8
    assert confirmed.name == "Scanner, 1280 × 720"


async def test_adjusted_proposal_asks_for_the_word_and_can_be_taken_back(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await opened(scene_set, open_page, moving=True)
    await expect(page.get_by_role("button", name=ONE_TAP)).to_be_enabled(timeout=30_000)
    await page.get_by_role("button", name="Area 1: ").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("button", name=ONE_TAP)).to_have_count(0)
    await expect(page.get_by_role("checkbox")).not_to_be_checked()
    await expect(page.get_by_role("button", name="Let these areas leave")).to_be_disabled()
    await page.keyboard.press("Control+z")
    await expect(page.get_by_role("button", name=ONE_TAP)).to_be_enabled()
    await page.keyboard.press("Control+z")
    await expect(page.get_by_text("Draw around the ultrasound picture only")).to_be_visible()
    assert scene_set.setup.desk.confirmed == []


async def test_frozen_scanner_is_told_what_to_do_and_looked_at_again(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await opened(scene_set, open_page, moving=False)
    await expect(page.get_by_text("proposal.frozen")).to_be_visible(timeout=30_000)
    await expect(page.get_by_text("Unfreeze the scanner")).to_be_visible()
    scene_set.setup.desk.moving = True
    await page.locator("body").press("l")
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect(page.get_by_role("button", name=ONE_TAP)).to_be_enabled(timeout=30_000)


async def test_drawing_by_hand_ends_the_look(scene_set: Set, open_page: OpenPage) -> None:
    page = await opened(scene_set, open_page, moving=True)
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await draw(page, scene_set)
    await expect(page.get_by_role("progressbar")).to_have_count(0)
    await expect(page.get_by_role("button", name="Area 1: Rectangle")).to_be_visible()
    await expect(page.get_by_role("button", name="Propose")).to_be_enabled()
