"""The states of the probe camera's page, and of voice, sound and the second view on the others."""

import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from streaming.domain.session import Role
from streaming.protocol.messages import CameraNow, SessionState, VoiceMuted
from tests.web_client.scene import Scene, Set

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


def seat_link(role: Role) -> Callable[[Set], Awaitable[str]]:
    async def link(scene_set: Set) -> str:
        return await scene_set.node.link(role)

    return link


async def film_from_cart(page: Page, scene_set: Set) -> None:
    """The cart's own camera becomes the second view."""
    await page.get_by_role("button", name="Camera", exact=True).click()
    await page.get_by_role("button", name="Use this device").click()
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    scene_set.node.room.say(CameraNow(participant=only_seat(scene_set)))
    await expect(page.get_by_test_id("camera-video")).to_have_js_property("readyState", 4)


def _view(name: str) -> Callable[[Page, Set], Awaitable[None]]:
    async def act(page: Page, scene_set: Set) -> None:
        await film_from_cart(page, scene_set)
        await page.get_by_role("button", name=name).click()

    return act


async def _coming(page: Page, scene_set: Set) -> None:
    await page.locator('[data-stage="picture"]').wait_for()
    scene_set.node.room.say(CameraNow(participant="a phone that isn't heard of yet"))
    await page.get_by_test_id("second-view").wait_for()


async def open_microphone(page: Page, _: Set) -> None:
    await page.get_by_role("button", name="Turn mic on").click()
    await page.get_by_role("button", name="Mute", exact=True).wait_for()


async def _muted(page: Page, scene_set: Set) -> None:
    await open_microphone(page, scene_set)
    scene_set.node.room.say(VoiceMuted(by="ito"))
    await page.get_by_test_id("toast").wait_for()


async def _sound_check(page: Page, scene_set: Set) -> None:
    await open_microphone(page, scene_set)
    await page.get_by_role("button", name="Microphone and speaker").click()
    await page.get_by_text("You can be heard").wait_for()


async def _no_microphone(page: Page, _: Set) -> None:
    await page.evaluate(NOT_ALLOWED)
    await page.get_by_role("button", name="Turn mic on").click()
    await page.get_by_role("button", name="No mic").click()
    await page.get_by_test_id("microphone-help").wait_for()


def _scanner_sound(scene_set: Set) -> None:
    scene_set.node.room.show(source={"audio": True})


async def _listen(page: Page, _: Set) -> None:
    await page.get_by_role("button", name="Scanner sound").click()


_CART, _EXPERT = seat_link(Role.OPERATOR), seat_link(Role.EXPERT)

MEDIA_SCENES = (
    Scene("camera-start", camera_link),
    Scene("camera-shown", camera_link, act=film),
    Scene("camera-outdone", camera_link, act=_outdone),
    Scene("camera-reconnecting", camera_link, act=_reconnecting),
    Scene("camera-denied", camera_link, act=_denied),
    Scene("camera-insecure", camera_link, act=_insecure),
    Scene("camera-ended", camera_link, act=_end),
    Scene("cart-view-corner", _CART, act=_view("Probe camera small")),
    Scene("cart-view-side", _CART, act=_view("Side by side")),
    Scene("cart-view-swap", _CART, act=_view("Probe camera large")),
    Scene("expert-view-coming", _EXPERT, act=_coming),
    Scene("cart-voice", _CART, act=open_microphone),
    Scene("cart-voice-muted", _CART, act=_muted),
    Scene("cart-voice-denied", _CART, act=_no_microphone),
    Scene("expert-voice", _EXPERT, act=open_microphone),
    Scene("expert-sound-check", _EXPERT, act=_sound_check),
    Scene("expert-scanner-sound", _EXPERT, _scanner_sound, _listen),
)
