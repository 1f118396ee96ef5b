"""Every page in every state against axe-core, and by keyboard alone."""

from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize, expect

from streaming.capture.demo_screen import SIZE
from streaming.domain.mask import Rectangle
from tests.chromium import OpenPage
from tests.web_client.scene import Scene, Set
from tests.web_client.scenes import SCENES, draw, reset

AXE = Path(__file__).parents[2] / "web-client" / "node_modules" / "axe-core" / "axe.min.js"
VIEWPORT: ViewportSize = {"width": 1024, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1920, "height": 1080}

RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}"""


PRESS_AT_ONCE = """new MutationObserver((_, observer) => {
  if (!document.querySelector("[data-testid=scanner-video]")) return;
  observer.disconnect();
  dispatchEvent(new KeyboardEvent("keydown", { key: "i" }));
}).observe(document, { childList: true, subtree: true });"""

CLOSE_AND_ASK_AGAIN = """(dialog) => {
  dialog.close();
  dispatchEvent(new KeyboardEvent("keydown", { key: "?" }));
  return new Promise((resolve) => setTimeout(resolve, 100));
}"""

GLOVED = (
    "cart-live",
    "cart-preflight",
    "cart-ringing",
    "cart-knock",
    "cart-people",
    "cart-camera",
    "cart-more",
    "cart-keys",
    "cart-left",
    "cart-guided",
    "cart-consent",
    "cart-agreed",
    "cart-ending",
    "cart-black",
    "cart-ended",
    "cart-refused",
)

SMALLEST_SIDES = """() => Object.fromEntries([...document.querySelectorAll("button")].map(
  (button) => {
    const { width, height } = button.getBoundingClientRect();
    return [button.ariaLabel ?? button.innerText, Math.min(width, height)];
  }))"""


async def violations(page: Page) -> list[str]:
    """axe is loaded past the page's own policy, which allows no script but its own."""
    await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(RUN_AXE)
    return found


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_axe_finds_nothing(scene_set: Set, open_page: OpenPage, scene: Scene) -> None:
    scene.before(scene_set)
    page = await open_page(await scene.link(scene_set), viewport=VIEWPORT)
    await page.locator("h1, h2").first.wait_for()
    await scene.act(page, scene_set)
    for size in (VIEWPORT, PHONE, WIDE):
        await page.set_viewport_size(size)
        assert await violations(page) == [], size


async def test_a_key_is_heard_as_soon_as_the_page_is_there(
    scene_set: Set, open_page: OpenPage
) -> None:
    scene = next(scene for scene in SCENES if scene.name == "expert-live")
    page = await open_page("about:blank", viewport=VIEWPORT)
    await page.add_init_script(PRESS_AT_ONCE)
    await page.goto(await scene.link(scene_set))
    await expect(page.get_by_test_id("drawer")).to_be_visible()


async def test_the_list_of_keys_opens_again_as_soon_as_it_was_closed(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await _open(scene_set, open_page, "expert-keys")
    dialog = page.get_by_role("dialog", name="Keys")
    await dialog.evaluate(CLOSE_AND_ASK_AGAIN)
    await expect(dialog).to_be_visible()


async def test_an_expert_needs_no_mouse(scene_set: Set, open_page: OpenPage) -> None:
    page = await _open(scene_set, open_page, "expert-live")
    await page.keyboard.press("i")
    await expect(page.get_by_test_id("drawer")).to_be_visible()
    await page.keyboard.press("i")
    await expect(page.get_by_test_id("drawer")).to_be_hidden()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


async def test_the_operator_ends_the_session_by_keyboard(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await _open(scene_set, open_page, "cart-live")
    await page.get_by_role("button", name="End").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Keep going")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alertdialog")).to_be_hidden()
    await page.get_by_role("button", name="End").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Keep going")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("The session has ended")).to_be_visible()


async def test_a_mask_is_drawn_moved_and_confirmed_by_keyboard(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.setup.link(), viewport=VIEWPORT)
    await page.get_by_role("button", name="Rectangle").press("Enter")
    shape = page.get_by_role("button", name="Area 1: Rectangle")
    await shape.focus()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Shift+ArrowDown")
    corner = page.get_by_role("button", name="Area 1, bottom right")
    await corner.focus()
    await page.keyboard.press("Shift+ArrowRight")
    await page.get_by_role("textbox", name="Name").fill("By hand")
    await page.get_by_role("checkbox").press("Space")
    await page.get_by_role("button", name="Let these areas leave").press("Enter")
    await expect(page.get_by_text("The mask is in force")).to_be_visible()
    confirmed = scene_set.setup.desk.confirmed
    assert [(p.name, p.size, p.mm_per_pixel) for p in confirmed] == [("By hand", SIZE, None)]
    assert confirmed[0].regions == (Rectangle(254, 164, 1042, 596),)


async def test_the_operators_targets_are_big_enough_for_a_gloved_finger(
    scene_set: Set, open_page: OpenPage
) -> None:
    for name in GLOVED:
        reset(scene_set)
        page = await _open(scene_set, open_page, name)
        sizes: dict[str, float] = await page.evaluate(SMALLEST_SIDES)
        assert {text: side for text, side in sizes.items() if side < 64} == {}, name


async def test_a_change_after_agreeing_asks_again(scene_set: Set, open_page: OpenPage) -> None:
    page = await open_page(await scene_set.setup.link(), viewport=VIEWPORT)
    await draw(page, scene_set)
    await page.get_by_role("checkbox").check()
    await expect(page.get_by_role("button", name="Let these areas leave")).to_be_enabled()
    await page.get_by_role("button", name="Area 1: ").focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("checkbox")).not_to_be_checked()
    await expect(page.get_by_role("button", name="Let these areas leave")).to_be_disabled()


async def _open(scene_set: Set, open_page: OpenPage, name: str) -> Page:
    scene = next(scene for scene in SCENES if scene.name == name)
    scene.before(scene_set)
    page = await open_page(await scene.link(scene_set), viewport=VIEWPORT)
    await page.locator("h1, h2").first.wait_for()
    await scene.act(page, scene_set)
    return page
