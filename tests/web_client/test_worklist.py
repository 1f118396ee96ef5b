"""The worklist's ring, in a browser that keeps a page silent until it is tapped, as most do."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Page, expect

from streaming.domain.call import CallEvent
from streaming.domain.session import Role
from tests.chromium import OpenPage, pages_of, running_chromium
from tests.web_client.node import Node
from tests.web_client.room_scenes import sign_in
from tests.web_client.scene import Set
from tests.web_client.test_accessibility import violations

# Chrome on Android has the permission, and throws. The page is in the background.
ONLY_WORKERS_NOTIFY = """
  window.Notification = class {
    static permission = "granted";
    constructor() { window.tried = true; throw new TypeError("Illegal constructor"); }
  };
  Object.defineProperty(document, "hidden", { get: () => true });
"""


@pytest.fixture(scope="module")
def silent_chromium() -> Iterator[str]:
    with running_chromium("--autoplay-policy=document-user-activation-required") as address:
        yield address


@pytest.fixture
async def open_silent(silent_chromium: str) -> AsyncIterator[OpenPage]:
    async with pages_of(silent_chromium) as open_one:
        yield open_one


async def on_call(node: Node, page: Page, scene_set: Set) -> None:
    await page.goto(f"{node.origin}/login")
    await sign_in(page, scene_set, Role.EXPERT)
    await page.get_by_role("switch", name="On call").click()
    await expect(page.get_by_role("switch", name="On call")).to_be_checked()


async def untouched(page: Page) -> Page:
    """The same worklist in a new tab, which nobody has tapped; the first is closed."""
    fresh = await page.context.new_page()
    await fresh.goto(page.url)
    await page.close()
    return fresh


async def reached(node: Node, count: int) -> None:
    """The node hears of it when the stream is opened anew, or its tab has gone."""
    while node.calls.on_duty != count:
        await node.duty_changed()


async def test_a_page_that_nobody_tapped_says_that_it_cannot_ring(
    scene_set: Set, open_silent: OpenPage
) -> None:
    node = scene_set.node
    page = await open_silent("about:blank")
    await on_call(node, page, scene_set)
    await expect(page.get_by_test_id("silent")).to_be_hidden()
    await reached(node, 1)
    fresh = await untouched(page)
    await expect(fresh.get_by_role("switch", name="On call")).to_be_checked()
    silent = fresh.get_by_role("button", name="Tap so that it can ring")
    await expect(silent).to_be_visible()
    assert await violations(fresh) == []
    await reached(node, 0)
    await silent.click()
    await expect(silent).to_be_hidden()
    await reached(node, 1)


async def test_a_browser_in_which_pages_cannot_notify_still_shows_the_call(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page("about:blank")
    await page.add_init_script(ONLY_WORKERS_NOTIFY)
    await on_call(scene_set.node, page, scene_set)
    scene_set.node.calls.step("demo", CallEvent.RING, by="op")
    await expect(page.get_by_test_id("call")).to_be_visible()
    await page.wait_for_function("window.tried")
    await expect(page.get_by_role("button", name="Answer")).to_be_enabled()
