"""A phone films the probe hand: a real demo, the camera's page, and everybody who watches."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.chromium import OpenPage
from tests.e2e.demo import Demo, running_demo
from tests.e2e.picture import await_frames

WIDE = {"width": 1280, "height": 900}

INVITE = """async (role) => {
  const answer = await fetch("api/invites", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ role, seat: "operator", uses: 1, lifetime_s: 600 }),
  });
  return (await answer.json()).invite;
}"""

FRAMES_GO_ON = """(video) => new Promise((resolve) => {
  let left = 5;
  const next = () => (--left ? video.requestVideoFrameCallback(next) : resolve(video.videoWidth));
  video.requestVideoFrameCallback(next);
})"""


@dataclass(frozen=True)
class Watched:
    demo: Demo
    operator: Page
    expert: Page
    observer: Page
    open_page: OpenPage

    async def phone(self) -> Page:
        """A camera's page that films."""
        invite = await self.operator.evaluate(INVITE, "camera")
        origin = self.operator.url.removesuffix("/cart")
        page = await self.open_page(f"{origin}/camera#invite={invite}", viewport=WIDE)
        await page.get_by_role("button", name="Start the camera").click()
        return page


@pytest.fixture
async def watched(open_page: OpenPage, tmp_path: Path) -> AsyncIterator[Watched]:
    async with running_demo(tmp_path) as demo:
        urls = (demo.cart_url, demo.expert_url, demo.observer_url)
        pages = [await open_page(url, viewport=WIDE) for url in urls]
        for page in pages:
            await await_frames(page)
        operator, expert, observer = pages
        yield Watched(demo, operator, expert, observer, open_page)


def camera_video(page: Page) -> Locator:
    return page.get_by_test_id("second-view").get_by_test_id("camera-video")


async def films_for_the_room(page: Page) -> None:
    await page.locator('[data-filming="shown"]').wait_for()


async def test_everybody_sees_what_a_phone_films_until_it_stops(watched: Watched) -> None:
    phone = await watched.phone()
    await films_for_the_room(phone)
    for page in (watched.operator, watched.expert, watched.observer):
        assert await camera_video(page).evaluate(FRAMES_GO_ON) > 0
        await expect(page.get_by_test_id("latency-badge")).to_contain_text("s behind")
    await phone.get_by_role("button", name="Stop").click()
    for page in (watched.operator, watched.expert, watched.observer):
        await expect(page.get_by_test_id("second-view")).to_have_count(0)


async def test_the_newest_camera_is_the_rooms_and_an_older_one_can_take_it_back(
    watched: Watched,
) -> None:
    first = await watched.phone()
    await films_for_the_room(first)
    second = await watched.phone()
    await films_for_the_room(second)
    await first.locator('[data-filming="outdone"]').wait_for()
    assert await camera_video(watched.expert).evaluate(FRAMES_GO_ON) > 0
    await first.get_by_role("button", name="Show this one").click()
    await films_for_the_room(first)
    await second.locator('[data-filming="outdone"]').wait_for()
    assert await camera_video(watched.expert).evaluate(FRAMES_GO_ON) > 0


async def test_a_camera_that_is_reloaded_films_again_after_one_tap(watched: Watched) -> None:
    phone = await watched.phone()
    await films_for_the_room(phone)
    await phone.reload()
    await phone.get_by_role("button", name="Start the camera").click()
    await films_for_the_room(phone)
    assert await camera_video(watched.observer).evaluate(FRAMES_GO_ON) > 0


async def test_the_carts_own_camera_serves_where_no_phone_is(watched: Watched) -> None:
    cart = watched.operator
    await cart.get_by_role("button", name="Camera", exact=True).click()
    await cart.get_by_role("button", name="Use this device").click()
    await cart.get_by_role("dialog").get_by_role("button", name="Close").click()
    assert await camera_video(watched.expert).evaluate(FRAMES_GO_ON) > 0
    await expect(cart.get_by_text("Your camera")).to_be_visible()
