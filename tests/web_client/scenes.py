"""Every state of every page, by name: how to bring it about and what to do on the page."""

import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from streaming.domain.session import Role
from streaming.protocol.messages import Error
from tests.web_client.board_scenes import BOARD_SCENES
from tests.web_client.lookout_scenes import LOOKOUT_SCENES
from tests.web_client.media_scenes import MEDIA_SCENES
from tests.web_client.room import OTHERS
from tests.web_client.room_scenes import ROOM_SCENES
from tests.web_client.scene import Scene, Set


def reset(scene_set: Set) -> None:
    room = scene_set.node.room
    room.late_ms = 0
    room.pictures.every = 1
    room.pictures.black = False
    room.pictures.paused = False
    room.setup_link = scene_set.setup.link
    room.consult.begin()
    room.lobby = False
    room.also.clear()
    room.gather(*OTHERS)
    room.show(source={}, state="live")


def since(seconds: float) -> int:
    return time.monotonic_ns() - int(seconds * 1e9)


def _link(role: Role) -> Callable[[Set], Awaitable[str]]:
    async def link(scene_set: Set) -> str:
        return await scene_set.node.link(role)

    return link


def _page(path: str) -> Callable[[Set], Awaitable[str]]:
    async def link(scene_set: Set) -> str:
        return scene_set.node.origin + path

    return link


async def _setup_moving(scene_set: Set) -> str:
    scene_set.setup.desk.moving = True
    return await scene_set.setup.link()


async def _looking(page: Page, _: Set) -> None:
    await page.get_by_role("progressbar").wait_for()


async def proposed(page: Page, _: Set) -> None:
    await page.get_by_role("button", name="Nothing does: let it leave").wait_for()


async def _setup(scene_set: Set) -> str:
    scene_set.setup.desk.moving = False
    return await scene_set.setup.link()


def _no_signal(scene_set: Set) -> None:
    scene_set.node.room.show(
        source={"source": "no_signal", "since_ns": since(4)}, state="interrupted"
    )


def _starting(scene_set: Set) -> None:
    scene_set.node.room.show(source={"source": "starting", "profile": ""}, state="waiting")


def _frozen(scene_set: Set) -> None:
    scene_set.node.room.show(source={"source": "frozen", "since_ns": since(12)})


def _black(scene_set: Set) -> None:
    scene_set.node.room.pictures.black = True
    scene_set.node.room.show(
        source={
            "mask": "black",
            "mask_code": "mask.unconfirmed",
            "mask_detail": "Nobody has confirmed yet what of this scanner's picture may leave.",
            "profile": "",
        }
    )


def _late(milliseconds: int) -> Callable[[Set], None]:
    def before(scene_set: Set) -> None:
        scene_set.node.room.late_ms = milliseconds

    return before


def _slow(scene_set: Set) -> None:
    scene_set.node.room.pictures.every = 3


def _ended(scene_set: Set) -> None:
    scene_set.node.room.show(state="ended")


async def _lose_signal(page: Page, scene_set: Set) -> None:
    await page.locator('[data-stage="picture"]').wait_for()
    _no_signal(scene_set)
    await page.wait_for_timeout(400)


async def _lose_server(page: Page, _: Set) -> None:
    await page.locator('[data-stage="picture"]').wait_for()
    await page.route("**/api/**", lambda route: route.abort())
    await page.context.set_offline(True)
    await page.get_by_test_id("reconnecting").wait_for()


async def _take_elsewhere(page: Page, _: Set) -> None:
    second = await page.context.new_page()
    await second.goto(page.url)
    await second.get_by_test_id("latency-badge").wait_for()
    await page.get_by_role("button", name="Use here").wait_for()
    await page.bring_to_front()


async def _refuse(page: Page, scene_set: Set) -> None:
    await page.locator('[data-stage="picture"]').wait_for()
    scene_set.node.room.say(
        Error(
            code="setup.unavailable",
            message="The capture worker doesn't answer.",
            fix="Try again in a moment.",
        )
    )
    await page.get_by_test_id("toast").wait_for()


async def _end(page: Page, _: Set) -> None:
    await page.get_by_role("button", name="End").click()


async def _details(page: Page, _: Set) -> None:
    if not await page.get_by_test_id("drawer").is_visible():
        await page.keyboard.press("i")
    await page.wait_for_timeout(1_200)


async def _keys(page: Page, _: Set) -> None:
    await page.keyboard.press("?")
    await page.get_by_role("dialog", name="Keys").wait_for()


async def draw(page: Page, _: Set) -> None:
    """One rectangle over the cine and a name."""
    canvas = page.get_by_test_id("setup-canvas")
    picture = await canvas.locator("img").bounding_box()
    assert picture is not None

    def at(x: float, y: float) -> tuple[float, float]:
        return picture["x"] + x * picture["width"], picture["y"] + y * picture["height"]

    await page.mouse.move(*at(0.21, 0.13))
    await page.mouse.down()
    await page.mouse.move(*at(0.5, 0.5))
    await page.mouse.move(*at(0.79, 0.91))
    await page.mouse.up()
    await page.get_by_role("textbox", name="Name").fill("Demo scanner, 720p")


async def _preview(page: Page, scene_set: Set) -> None:
    await draw(page, scene_set)
    await page.get_by_role("button", name="Preview").click()
    await page.evaluate("scrollTo(0, 0)")


async def _polygon(page: Page, scene_set: Set) -> None:
    await page.get_by_role("button", name="Polygon").click()
    picture = await page.get_by_test_id("setup-canvas").locator("img").bounding_box()
    assert picture is not None
    for x, y in ((0.48, 0.14), (0.55, 0.14), (0.8, 0.65), (0.5, 0.92)):
        await page.mouse.click(
            picture["x"] + x * picture["width"], picture["y"] + y * picture["height"]
        )


async def _confirm(page: Page, scene_set: Set) -> None:
    await draw(page, scene_set)
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Let these areas leave").click()
    await page.get_by_role("heading", name="The mask is in force").wait_for()


_CART, _EXPERT, _OBSERVER = (_link(role) for role in (Role.OPERATOR, Role.EXPERT, Role.OBSERVER))

SCENES = (
    Scene("home-empty", _page("/")),
    Scene("cart-live", _CART),
    Scene("cart-starting", _CART, _starting),
    Scene("cart-black", _CART, _black),
    Scene("cart-nosignal-first", _CART, _no_signal),
    Scene("cart-nosignal", _CART, act=_lose_signal),
    Scene("cart-ending", _CART, act=_end),
    Scene("cart-ended", _CART, _ended),
    Scene("cart-refused", _CART, act=_refuse),
    Scene("expert-live", _EXPERT),
    Scene("expert-details", _EXPERT, act=_details),
    Scene("expert-keys", _EXPERT, act=_keys),
    Scene("expert-frozen", _EXPERT, _frozen),
    Scene("expert-nosignal", _EXPERT, _no_signal),
    Scene("expert-black", _EXPERT, _black),
    Scene("expert-late", _EXPERT, _late(700)),
    Scene("expert-voiceonly", _EXPERT, _late(1_400)),
    Scene("expert-stale", _EXPERT, _late(3_400)),
    Scene("expert-slow", _EXPERT, _slow),
    Scene("expert-reconnecting", _EXPERT, act=_lose_server),
    Scene("expert-replaced", _EXPERT, act=_take_elsewhere),
    Scene("expert-uninvited", _page("/expert")),
    Scene("expert-badinvite", _page("/expert#invite=never-was-one-0000000000")),
    Scene("observer-details", _OBSERVER, act=_details),
    Scene("observer-ended", _OBSERVER, _ended),
    Scene("setup-empty", _setup),
    Scene("setup-looking", _setup_moving, act=_looking),
    Scene("setup-proposed", _setup_moving, act=proposed),
    Scene("setup-drawn", _setup, act=draw),
    Scene("setup-polygon", _setup, act=_polygon),
    Scene("setup-preview", _setup, act=_preview),
    Scene("setup-confirmed", _setup, act=_confirm),
    *MEDIA_SCENES,
    *LOOKOUT_SCENES,
    *BOARD_SCENES,
    *ROOM_SCENES,
)
