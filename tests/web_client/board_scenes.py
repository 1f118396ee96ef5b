"""The board over the picture, its freezes, and the expert's probe pad."""

import time
from collections.abc import Awaitable, Callable
from functools import cache

import cv2
from playwright.async_api import Page

from streaming.capture.demo_screen import DemoScreen, demo_profile_toml
from streaming.domain.board import Mark
from streaming.domain.consult import MarkKind, ProbeAmount, ProbeAnswer, ProbeDirection, ProbeMove
from streaming.domain.consult_events import AddMark, FreezeFrame, Reply, Suggest
from streaming.domain.profile import parse_profile
from streaming.domain.session import Role
from streaming.picture.masking import Masker
from streaming.protocol.consult_messages import Stroke
from tests.web_client.scene import Scene, Set

SCALED = {"mm_per_pixel": 0.21}
WAVE = tuple(v for i in range(24) for v in (0.42 + i * 0.006, 0.44 + 0.03 * ((i % 8) - 4) / 4))


def link(role: Role) -> Callable[[Set], Awaitable[str]]:
    async def made(scene_set: Set) -> str:
        return await scene_set.node.link(role)

    return made


@cache
def still_png() -> bytes:
    """A masked picture of the demo's screen, as lossless as a worker sends it."""
    screen = DemoScreen(source_id="still")
    screen.open()
    try:
        while (frame := screen.read(1.0)) is None:
            pass
    finally:
        screen.close()
    masked = Masker(parse_profile(demo_profile_toml())).mask(frame)
    done, png = cv2.imencode(".png", cv2.cvtColor(masked.planes, cv2.COLOR_YUV2BGR_I420))
    assert done
    return png.tobytes()


def mark(name: str, kind: MarkKind, *points: float, still: str = "", text: str = "") -> AddMark:
    return AddMark(Mark(f"mark-{name}", kind, points, 0, still, text))


def draw_marks(scene_set: Set, still: str = "") -> None:
    consult = scene_set.node.room.consult
    for actor, command in (
        ("ito", mark("pen", MarkKind.PEN, *WAVE, still=still)),
        ("op", mark("arrow", MarkKind.ARROW, 0.66, 0.66, 0.58, 0.56, still=still)),
        ("ito", mark("ellipse", MarkKind.ELLIPSE, 0.33, 0.3, 0.43, 0.45, still=still)),
        ("ito", mark("caliper", MarkKind.CALIPER, 0.4, 0.7, 0.55, 0.78, still=still)),
        ("ito", mark("label", MarkKind.LABEL, 0.6, 0.3, still=still, text="Popliteal vein")),
    ):
        consult.act_as(actor, command)


async def picture(page: Page) -> None:
    await page.locator('[data-stage="picture"]').wait_for(state="attached")
    await page.wait_for_function(
        "document.querySelector('[data-testid=scanner-video]').videoWidth > 0"
    )


async def drawn(page: Page, scene_set: Set) -> None:
    await picture(page)
    scene_set.node.room.show(source=SCALED)
    draw_marks(scene_set)
    await page.locator('[data-mark="label"]').wait_for()


async def _pointed(page: Page, scene_set: Set) -> None:
    await drawn(page, scene_set)
    consult = scene_set.node.room.consult
    consult.point_as("ito", 0.5, 0.5)
    consult.point_as("op", 0.3, 0.6)
    consult.draw_as("ito", Stroke(id="laser-01", tool="laser", start=0, points=list(WAVE)))
    await page.locator("[data-pointer='Operator']").wait_for()


async def frozen(page: Page, scene_set: Set) -> None:
    await picture(page)
    scene_set.node.room.consult.act_as("ito", FreezeFrame(time.monotonic_ns()))
    await page.get_by_test_id("freeze-ribbon").wait_for()


async def _frozen_still(page: Page, scene_set: Set) -> None:
    consult = scene_set.node.room.consult
    consult.png = still_png()
    await frozen(page, scene_set)
    await page.locator('[data-held="still"]').wait_for()
    draw_marks(scene_set, consult.log.state.stills[-1])
    await page.locator('[data-mark="label"]').wait_for()


async def _own_freeze(page: Page, _: Set) -> None:
    await picture(page)
    await page.keyboard.press("Space")
    await page.get_by_test_id("freeze-ribbon").wait_for()


async def _doubted(page: Page, scene_set: Set) -> None:
    await _label(page, scene_set)
    await page.get_by_role("textbox", name="Label").fill("Mrs. Okafor 12.04.1955")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("label-doubt").wait_for()


async def _label(page: Page, _: Set) -> None:
    await picture(page)
    await page.keyboard.press("b")
    await page.get_by_test_id("board").click()
    await page.get_by_role("textbox", name="Label").fill("Valve")


async def open_drawer(page: Page) -> None:
    if not await page.get_by_test_id("drawer").is_visible():
        await page.keyboard.press("i")
    await page.get_by_test_id("drawer").wait_for()


async def _guided(page: Page, scene_set: Set) -> None:
    await picture(page)
    await open_drawer(page)
    consult = scene_set.node.room.consult
    (seat,) = scene_set.node.room.seat_ids
    answers = (ProbeAnswer.DONE, ProbeAnswer.CANNOT, None)
    for index, answer in enumerate(answers):
        name = f"suggest-{index}"
        consult.suggest_as(
            seat, name, Suggest(ProbeMove.SLIDE, ProbeDirection.TOWARD_HEAD, ProbeAmount.A_LITTLE)
        )
        if answer is not None:
            consult.act_as("op", Reply(name, answer))
    await page.get_by_test_id("probe-sent").wait_for()


def _led_by_another(scene_set: Set) -> None:
    scene_set.node.room.consult.begin(leader="ito")


async def _not_leading(page: Page, _: Set) -> None:
    await picture(page)
    await open_drawer(page)
    await page.get_by_test_id("probe-blocked").wait_for()


async def _marking(page: Page, _: Set) -> None:
    await picture(page)
    await page.get_by_role("button", name="Mark", exact=True).click()
    await page.get_by_test_id("board").click()
    await page.locator('[data-mark="arrow"]').wait_for()


CART, EXPERT, OBSERVER = (link(role) for role in (Role.OPERATOR, Role.EXPERT, Role.OBSERVER))

BOARD_SCENES = (
    Scene("expert-board", EXPERT, act=_pointed),
    Scene("expert-label", EXPERT, act=_label),
    Scene("expert-doubt", EXPERT, act=_doubted),
    Scene("expert-ownfreeze", EXPERT, act=_own_freeze),
    Scene("expert-together", EXPERT, act=frozen),
    Scene("expert-still", EXPERT, act=_frozen_still),
    Scene("expert-guiding", EXPERT, act=_guided),
    Scene("expert-notleading", EXPERT, _led_by_another, act=_not_leading),
    Scene("observer-board", OBSERVER, act=_pointed),
    Scene("cart-board", CART, act=_pointed),
    Scene("cart-marking", CART, act=_marking),
    Scene("cart-still", CART, act=_frozen_still),
)
