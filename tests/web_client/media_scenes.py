"""The states of the probe camera's page, and of voice, sound and the second view on the others."""

import time

from playwright.async_api import Page, expect

from streaming.domain.session import Role
from streaming.protocol.messages import CameraNow, SessionState
from tests.web_client.scene import Scene, Set, nothing

NOT_ALLOWED = """() => {
  navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("as the test wants it", "NotAllowedError"));
}"""
NO_HTTPS = "() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"


async def camera_link(scene_set: Set) -> str:
    """An invitation for a phone that films the probe hand."""
    node = scene_set.node
    invite = await node.seats.create_invite(
        room="demo", role=Role.CAMERA, uses=1, lifetime_s=3_600, now_s=int(time.time())
    )
    return f"{node.origin}/camera#invite={invite}"


def only_seat(scene_set: Set) -> str:
    """Of the one page that is open."""
    (seat,) = scene_set.node.room.seat_ids
    return seat


async def start_camera(page: Page, _: Set) -> None:
    await page.get_by_role("button", name="Start the camera").click()
    preview = page.get_by_test_id("preview")
    await preview.wait_for()
    await expect(preview).to_have_js_property("readyState", 4)


async def film(page: Page, scene_set: Set) -> None:
    """It films and the room has taken it."""
    await start_camera(page, scene_set)
    scene_set.node.room.say(CameraNow(participant=only_seat(scene_set)))
    await page.locator('[data-filming="shown"]').wait_for()


async def _outdone(page: Page, scene_set: Set) -> None:
    await start_camera(page, scene_set)
    scene_set.node.room.say(CameraNow(participant="another"))
    await page.locator('[data-filming="outdone"]').wait_for()


async def _reconnecting(page: Page, scene_set: Set) -> None:
    await film(page, scene_set)
    await page.route("**/api/**", lambda route: route.abort())
    await page.context.set_offline(True)
    await page.locator('[data-filming="reconnecting"]').wait_for()


async def _denied(page: Page, _: Set) -> None:
    await page.evaluate(NOT_ALLOWED)
    await page.get_by_role("button", name="Start the camera").click()
    await page.get_by_test_id("camera-help").wait_for()


async def _insecure(page: Page, _: Set) -> None:
    await page.evaluate(NO_HTTPS)
    await page.get_by_role("button", name="Start the camera").click()
    await page.get_by_test_id("camera-help").wait_for()


async def _end(page: Page, scene_set: Set) -> None:
    await film(page, scene_set)
    scene_set.node.room.say(SessionState(state="ended", participants=[]))
    await page.get_by_text("The session has ended").wait_for()


MEDIA_SCENES = (
    Scene("camera-start", camera_link),
    Scene("camera-shown", camera_link, act=film),
    Scene("camera-outdone", camera_link, act=_outdone),
    Scene("camera-reconnecting", camera_link, act=_reconnecting),
    Scene("camera-denied", camera_link, act=_denied),
    Scene("camera-insecure", camera_link, act=_insecure),
    Scene("camera-ended", camera_link, nothing, _end),
)
