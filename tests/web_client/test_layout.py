"""What fits where: nothing is cut off, covered or out of reach, on a phone as on a wide screen."""

import re
import time

import pytest
from playwright.async_api import Page, expect

from streaming.domain.board import Mark
from streaming.domain.consult import MarkKind
from streaming.domain.consult_events import AddMark, FreezeFrame
from streaming.domain.session import Role
from tests.chromium import OpenPage
from tests.web_client.board_scenes import SCALED, mark, open_drawer, picture
from tests.web_client.room_scenes import ITO, OPERATOR, STUDENT, SUMMARY, ended
from tests.web_client.scene import Set

SIZES = ((390, 844), (844, 390), (1024, 768), (1920, 1080))

SPILLS = """() => {
  const page = document.documentElement;
  const inside = [...document.querySelectorAll("[data-testid=drawer], [data-testid=tools], .dock")];
  return [page.scrollHeight > innerHeight, page.scrollWidth > innerWidth,
    ...inside.map((each) => each.scrollWidth > each.clientWidth)];
}"""

OVER_2_S = re.compile(r"^([2-9]|\d\d)\d{3}\.")

TELL_TONES = """window.OscillatorNode = class extends OscillatorNode {
  constructor(...given) { super(...given); document.documentElement.dataset.tones = "some"; }
};"""


async def shown(
    scene_set: Set, open_page: OpenPage, *, size: tuple[int, int], role: Role = Role.EXPERT
) -> Page:
    width, height = size
    phone = min(size) < 500
    page = await open_page(
        await scene_set.node.link(role),
        viewport={"width": width, "height": height},
        has_touch=phone,
        is_mobile=phone,
    )
    await picture(page)
    return page


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_of_the_experts_page_spills(
    scene_set: Set, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await shown(scene_set, open_page, size=size)
    if not await page.get_by_test_id("drawer").is_visible():
        await page.get_by_role("button", name="Guide").click()
    await expect(page.get_by_test_id("probe-pad")).to_be_visible()
    assert not any(await page.evaluate(SPILLS))
    for name in ("Pointer", "Caliper", "Undo", "Clear mine", "Clear all"):
        await expect(page.get_by_role("button", name=name).first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_words_of_a_mark_are_never_cut(
    scene_set: Set, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = await shown(scene_set, open_page, size=size)
    text = "The septum looks thickened here"
    scene_set.node.room.consult.act_as(
        "ito", mark("edge", MarkKind.LABEL, 0.94, 0.5, still="", text=text)
    )
    words = await page.locator("[data-mark='label'] .words").bounding_box()
    board = await page.get_by_test_id("board").bounding_box()
    assert words is not None and board is not None
    assert words["x"] >= board["x"]
    assert words["x"] + words["width"] <= board["x"] + board["width"]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_nothing_lies_on_a_frozen_picture_and_nothing_warns_of_its_age(
    scene_set: Set, open_page: OpenPage, size: tuple[int, int]
) -> None:
    room = scene_set.node.room
    page = await shown(scene_set, open_page, size=size)
    room.consult.act_as("ito", FreezeFrame(time.monotonic_ns()))
    ribbon, frozen = page.get_by_test_id("freeze-ribbon"), page.get_by_test_id("frozen-picture")
    room.late_ms = 3_400
    room.pictures.paused = True
    badge = page.get_by_test_id("latency-badge")
    await expect(badge).to_have_attribute("data-behind-ms", OVER_2_S)
    below, above = await ribbon.bounding_box(), await frozen.bounding_box()
    assert below is not None and above is not None
    assert below["y"] >= above["y"] + above["height"]
    await expect(page.get_by_test_id("stale-banner")).to_have_count(0)
    await expect(page.get_by_test_id("motion-warning")).to_have_count(0)
    await expect(page.locator("main.stage")).to_have_attribute("data-freshness", "unknown")


async def test_a_live_mark_fades_and_measures_nothing_any_more(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await shown(scene_set, open_page, size=(1024, 768))
    await expect(page.get_by_test_id("latency-badge")).to_contain_text("s behind")
    room.show(source=SCALED)
    points = (0.4, 0.7, 0.55, 0.78)
    for name, ago_s in (("old", 40), ("new", 0)):
        drawn_ns = time.monotonic_ns() - ago_s * 1_000_000_000
        mark = Mark(f"mark-{name}", MarkKind.CALIPER, points, drawn_ns)
        room.consult.act_as("ito", AddMark(mark))
    await expect(page.get_by_test_id("caliper-length")).to_have_count(1)
    old = page.locator("[data-faded='true']")
    await expect(old).to_have_count(1)
    await expect(old.locator("title")).to_contain_text("ago")
    await expect(page.locator("[data-faded='false'] [data-testid=caliper-length]")).to_be_visible()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EXPERT])
async def test_a_raised_hand_is_seen_and_heard(
    scene_set: Set, open_page: OpenPage, role: Role
) -> None:
    room = scene_set.node.room
    calm = STUDENT.model_copy(update={"hand": False})
    room.gather(OPERATOR, ITO, calm)
    page = await open_page("about:blank", viewport={"width": 1024, "height": 768})
    await page.add_init_script(TELL_TONES)
    await page.goto(await scene_set.node.link(role))
    await picture(page)
    await page.mouse.click(500, 300)
    await expect(page.locator("html")).not_to_have_attribute("data-tones", "some")
    room.gather(OPERATOR, ITO, STUDENT)
    if role is Role.OPERATOR:
        await expect(page.get_by_test_id("watchers")).to_contain_text("Student 1 raises a hand")
    else:
        await expect(page.get_by_role("img", name="Student 1 raises a hand")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-tones", "some")


async def test_the_panel_is_opened_by_what_it_is_for(scene_set: Set, open_page: OpenPage) -> None:
    page = await shown(scene_set, open_page, size=(1024, 768))
    await page.get_by_role("button", name="Guide").click()
    await expect(page.get_by_test_id("probe-pad")).to_be_visible()
    await open_drawer(page)
    await expect(page.get_by_role("heading", name="Connection")).to_be_attached()


async def test_the_end_says_that_stills_were_kept_and_how_they_go(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await shown(scene_set, open_page, size=(1024, 768), role=Role.OPERATOR)
    room.show(state="ended")
    room.say(SUMMARY)
    await expect(page.get_by_test_id("recording")).to_contain_text("Stills kept")
    await expect(page.get_by_test_id("kept-stills")).to_contain_text("whoever runs Sonopair")
    room.say(SUMMARY.model_copy(update={"consent": ""}))
    await expect(page.get_by_test_id("recording")).to_have_text("No picture kept")
    await expect(page.get_by_text("no picture was kept")).to_be_visible()


async def test_a_long_end_pushes_the_panel_over_nothing(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await shown(scene_set, open_page, size=(390, 844))
    await expect(page.get_by_test_id("drawer")).to_be_visible()
    ended(scene_set)
    scene_set.node.room.say(SUMMARY)
    await expect(page.get_by_text("Who was here")).to_be_attached()
    panel = await page.get_by_test_id("drawer").bounding_box()
    dock = await page.locator(".dock").bounding_box()
    assert panel is not None and dock is not None
    assert panel["y"] + panel["height"] <= dock["y"] + 1
    assert panel["height"] > 100
