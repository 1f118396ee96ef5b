"""A label that may say who the patient is, in a real Chromium."""

from playwright.async_api import Page, expect

from streaming.protocol.consult_messages import MarkAdd
from tests.chromium import OpenPage
from tests.web_client.scene import Set
from tests.web_client.test_board import marks, opened, place

TEXT = "Mrs. Okafor 12.04.1955"


async def doubted(scene_set: Set, open_page: OpenPage) -> Page:
    page = await opened(scene_set, open_page)
    await page.keyboard.press("b")
    await page.mouse.click(*await place(page, 0.5, 0.5))
    await page.keyboard.type(TEXT)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("label-doubt")).to_contain_text("12.04.1955: a date")
    await expect(page.get_by_test_id("toast")).to_have_count(0)
    return page


async def test_left_out_it_is_gone_and_was_never_kept(scene_set: Set, open_page: OpenPage) -> None:
    page = await doubted(scene_set, open_page)
    await page.get_by_role("button", name="Leave it out").click()
    await expect(page.get_by_test_id("label-doubt")).to_have_count(0)
    await expect(page.locator("[data-mark='label']")).to_have_count(0)
    assert marks(scene_set.node.room.consult) == []


async def test_confirmed_it_stands_where_it_was_put(scene_set: Set, open_page: OpenPage) -> None:
    page = await doubted(scene_set, open_page)
    await page.get_by_role("button", name="It names nobody").click()
    await expect(page.locator("[data-mark='label']")).to_contain_text(TEXT)
    (drawn,) = marks(scene_set.node.room.consult)
    assert drawn.mark.text == TEXT
    asked = [m for m in scene_set.node.room.received if isinstance(m, MarkAdd)]
    assert [message.confirmed for message in asked] == [False, True]


async def test_the_button_beside_a_label_puts_it(scene_set: Set, open_page: OpenPage) -> None:
    page = await opened(scene_set, open_page)
    await page.keyboard.press("b")
    await page.mouse.click(*await place(page, 0.5, 0.5))
    await page.keyboard.type("septum")
    await page.get_by_role("button", name="Put", exact=True).click()
    await expect(page.locator("[data-mark='label']")).to_contain_text("septum")
    (drawn,) = marks(scene_set.node.room.consult)
    assert abs(drawn.mark.points[0] - 0.5) < 0.01
