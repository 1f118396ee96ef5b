"""Pointing, drawing, freezing and guiding, in a real Chromium over real pictures."""

import re
import time
from dataclasses import replace
from typing import TypeVar

from playwright.async_api import Locator, Page, expect

from streaming.domain.board import Drawn
from streaming.domain.consult import MarkKind, ProbeAnswer, ProbeDirection, ProbeMove
from streaming.domain.consult_events import AddMark, FreezeFrame, Reply
from streaming.domain.session import Role
from streaming.protocol.consult_messages import Freeze, MarkAdd, Pointer, ProbeSuggest, Stroke
from tests.chromium import OpenPage
from tests.web_client.board_scenes import SCALED, draw_marks, mark, open_drawer, picture, still_png
from tests.web_client.consult import CannedConsult
from tests.web_client.room import CannedRoom
from tests.web_client.scene import Set
from tests.web_client.test_pages import until

VIEWPORT = {"width": 1024, "height": 768}
CLEAR_ALL = re.compile("^Clear all")
CLEAR_NOW = re.compile("^Sure")
T = TypeVar("T")


async def opened(scene_set: Set, open_page: OpenPage, role: Role = Role.EXPERT) -> Page:
    page = await open_page(await scene_set.node.link(role), viewport=VIEWPORT)
    await picture(page)
    await expect(page.get_by_test_id("board")).to_be_visible()
    return page


def board(page: Page) -> Locator:
    return page.get_by_test_id("board")


async def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the 16:9 picture is on the page."""
    box = await board(page).bounding_box()
    assert box is not None
    scale = min(box["width"] / 1280, box["height"] / 720)
    left = box["x"] + (box["width"] - 1280 * scale) / 2
    top = box["y"] + (box["height"] - 720 * scale) / 2
    return left + x * 1280 * scale, top + y * 720 * scale


async def drag(page: Page, *points: tuple[float, float]) -> None:
    await page.mouse.move(*await place(page, *points[0]))
    await page.mouse.down()
    for point in points[1:]:
        await page.mouse.move(*await place(page, *point), steps=8)
    await page.mouse.up()


def of_kind(room: CannedRoom, kind: type[T]) -> list[T]:
    return [message for message in room.received if isinstance(message, kind)]


def marks(consult: CannedConsult) -> list[Drawn]:
    return list(consult.log.state.board.marks.values())


async def test_where_one_points_is_told_in_the_pictures_coordinates(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await page.mouse.move(*await place(page, 0.25, 0.75))
    await until(room, lambda: bool(of_kind(room, Pointer)))
    pointer = of_kind(room, Pointer)[-1]
    assert pointer.visible
    assert abs(pointer.x - 0.25) < 0.01 and abs(pointer.y - 0.75) < 0.01
    await page.mouse.move(2, 2)
    await until(room, lambda: not of_kind(room, Pointer)[-1].visible)


async def test_others_pointers_carry_their_names_until_they_leave(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await opened(scene_set, open_page, Role.OBSERVER)
    scene_set.node.room.consult.point_as("ito", 0.5, 0.5)
    pointer = page.locator("[data-pointer='Dr. Ito']")
    await expect(pointer).to_be_visible()
    box = await pointer.locator("circle").last.bounding_box()
    x, y = await place(page, 0.5, 0.5)
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - x) < 2 and abs(box["y"] + box["height"] / 2 - y) < 2


async def test_a_stroke_is_seen_while_it_is_drawn_and_kept_on_its_frame(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await until(room, lambda: bool(room.received))
    before_ns = time.monotonic_ns()
    await page.keyboard.press("d")
    await drag(page, (0.4, 0.4), (0.5, 0.6), (0.6, 0.4))
    await until(room, lambda: bool(marks(room.consult)))
    await expect(page.locator("[data-mark='pen'][data-pending='false']")).to_be_visible()
    (drawn,) = marks(room.consult)
    assert drawn.mark.kind is MarkKind.PEN and drawn.mark.count > 5
    assert abs(drawn.mark.captured_at_ns - before_ns) < 20_000_000_000
    strokes = of_kind(room, Stroke)
    assert {stroke.id for stroke in strokes} == {drawn.mark.id}
    assert not any(stroke.done for stroke in strokes)


async def test_a_mark_waits_for_the_frame_it_was_drawn_on(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await expect(page.get_by_test_id("latency-badge")).to_contain_text("s behind")
    room.pictures.paused = True
    later = mark("later", MarkKind.ARROW, 0.2, 0.2, 0.4, 0.4)
    ahead_ns = time.monotonic_ns() + 1_000_000_000
    room.consult.act_as("ito", AddMark(replace(later.mark, captured_at_ns=ahead_ns)))
    room.consult.act_as("ito", mark("first", MarkKind.ELLIPSE, 0.2, 0.2, 0.4, 0.4))
    await expect(page.locator("[data-mark='ellipse']")).to_be_visible()
    await expect(page.locator("[data-mark='arrow']")).to_have_count(0)
    room.pictures.paused = False
    await expect(page.locator("[data-mark='arrow']")).to_be_visible()


async def test_a_caliper_by_two_taps_measures_only_with_a_scale(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await page.keyboard.press("c")
    await page.mouse.click(*await place(page, 0.25, 0.5))
    await page.mouse.click(*await place(page, 0.75, 0.5))
    await expect(page.locator("[data-mark='caliper']")).to_be_visible()
    await expect(page.get_by_test_id("caliper-length")).to_have_count(0)
    await expect(page.get_by_test_id("scale-hint")).to_be_visible()
    room.show(source=SCALED)
    await expect(page.get_by_test_id("caliper-length")).to_contain_text("cm")
    words = await page.get_by_test_id("caliper-length").text_content() or ""
    assert abs(float(words.split()[0]) - 640 * 0.21 / 10) < 0.2


async def test_a_label_is_typed_where_it_stands(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await page.keyboard.press("b")
    await page.mouse.click(*await place(page, 0.5, 0.5))
    await page.keyboard.type("deep vein")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-mark='label']")).to_contain_text("deep vein")
    (drawn,) = marks(room.consult)
    assert drawn.mark.text == "deep vein"


async def test_drawing_needs_no_mouse_and_undo_takes_ones_own_newest(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    room.consult.act_as("ito", mark("hers", MarkKind.ELLIPSE, 0.2, 0.2, 0.4, 0.4))
    await page.keyboard.press("a")
    await board(page).focus()
    await page.keyboard.press("Enter")
    for _ in range(5):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await until(room, lambda: len(marks(room.consult)) == 2)
    arrow = marks(room.consult)[-1].mark
    assert arrow.kind is MarkKind.ARROW
    assert arrow.points == (0.5, 0.5, 0.6, 0.5)
    await page.keyboard.press("u")
    await until(room, lambda: len(marks(room.consult)) == 1)
    assert marks(room.consult)[0].by == "ito"


async def test_a_laser_stroke_fades_and_is_never_kept(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await page.keyboard.press("l")
    await drag(page, (0.4, 0.4), (0.6, 0.6))
    await until(room, lambda: any(stroke.done for stroke in of_kind(room, Stroke)))
    await expect(page.locator("[data-stroke='laser']")).to_have_count(0)
    assert marks(room.consult) == []


async def test_shift_holds_a_laser_stroke(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await page.keyboard.press("l")
    await page.keyboard.down("Shift")
    await drag(page, (0.4, 0.4), (0.6, 0.6))
    touches = len(of_kind(room, Stroke))
    await until(room, lambda: len(of_kind(room, Stroke)) >= touches + 6)
    assert not any(stroke.done for stroke in of_kind(room, Stroke))
    await expect(page.locator("[data-stroke='laser']")).to_have_count(1)
    await page.keyboard.up("Shift")
    await until(room, lambda: of_kind(room, Stroke)[-1].done)
    await expect(page.locator("[data-stroke='laser']")).to_have_count(0)


async def test_what_is_refused_comes_back_and_the_reason_is_said(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    room.consult.act_as("ito", mark("hers", MarkKind.ELLIPSE, 0.2, 0.2, 0.4, 0.4))
    clear = page.get_by_role("button", name=CLEAR_ALL)
    await clear.click()
    room.consult.lead_silently("ito")
    await page.get_by_role("button", name=CLEAR_NOW).click()
    await expect(page.get_by_test_id("toast")).to_have_attribute("data-code", "board.not_lead")
    await expect(page.locator("[data-mark='ellipse']")).to_be_visible()


async def test_who_does_not_lead_is_told_who_does(scene_set: Set, open_page: OpenPage) -> None:
    scene_set.node.room.consult.begin(leader="ito")
    page = await opened(scene_set, open_page)
    await open_drawer(page)
    await expect(page.get_by_test_id("probe-blocked")).to_contain_text("Dr. Ito leads")
    await expect(page.get_by_role("button", name="Rock", exact=True)).to_be_disabled()
    await expect(page.get_by_role("button", name=CLEAR_ALL)).to_have_count(0)


async def test_what_was_drawn_as_the_line_broke_arrives_once(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    room.consult.deaf = True
    await page.keyboard.press("a")
    await drag(page, (0.3, 0.3), (0.6, 0.6))
    await expect(page.locator("[data-mark='arrow'][data-pending='true']")).to_be_visible()
    await until(room, lambda: len(of_kind(room, MarkAdd)) == 1)
    room.consult.deaf = False
    room.drop_sockets()
    await until(room, lambda: len(marks(room.consult)) == 1)
    await expect(page.locator("[data-mark='arrow'][data-pending='false']")).to_be_visible()
    first, again = of_kind(room, MarkAdd)
    assert first == again


async def test_freezing_together_holds_a_frame_at_once_and_then_the_still(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    room.consult.png = still_png()
    page = await opened(scene_set, open_page)
    await expect(page.get_by_test_id("latency-badge")).to_contain_text("s behind")
    room.consult.deaf = True
    await page.keyboard.press("Shift+Space")
    frozen = page.get_by_test_id("frozen-picture")
    await expect(frozen).to_have_attribute("data-held", "frame")
    (freeze,) = of_kind(room, Freeze)
    assert 0 < time.monotonic_ns() - freeze.captured_at_ns < 20_000_000_000
    room.consult.deaf = False
    (seat,) = room.seat_ids
    await room.handle(seat, freeze)
    await expect(frozen).to_have_attribute("data-held", "still")
    still = room.consult.log.state.stills[-1]
    await page.keyboard.press("e")
    await drag(page, (0.4, 0.4), (0.6, 0.6))
    await until(room, lambda: bool(marks(room.consult)))
    (drawn,) = marks(room.consult)
    assert (drawn.mark.still, drawn.mark.captured_at_ns) == (still, freeze.captured_at_ns)
    await page.get_by_role("button", name="Go on").click()
    await until(room, lambda: room.consult.log.state.freeze is None)
    await expect(page.locator("[data-mark='ellipse']")).to_have_count(0)
    await expect(frozen).to_have_count(0)


async def test_a_still_that_fails_leaves_the_frame_and_says_so(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page, Role.OBSERVER)
    await expect(page.get_by_test_id("latency-badge")).to_contain_text("s behind")
    room.consult.act_as("ito", FreezeFrame(time.monotonic_ns()))
    ribbon = page.get_by_test_id("freeze-ribbon")
    await expect(ribbon).to_contain_text("Frozen together by Dr. Ito")
    await expect(ribbon).to_contain_text("no longer kept")
    await expect(page.get_by_test_id("frozen-picture")).to_have_attribute("data-held", "frame")
    await expect(ribbon.get_by_role("button")).to_have_count(0)


async def test_who_comes_late_sees_the_still_and_never_a_wrong_frame(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    room.consult.act_as("ito", FreezeFrame(time.monotonic_ns() - 60_000_000_000))
    page = await opened(scene_set, open_page)
    frozen = page.get_by_test_id("frozen-picture")
    await expect(frozen).to_contain_text("be shown here")
    room.consult.png = still_png()
    room.drop_sockets()
    await expect(frozen).to_have_attribute("data-held", "still")


async def test_a_freeze_for_oneself_is_told_to_nobody_and_not_pointed_at(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await page.keyboard.press("Space")
    await expect(page.get_by_test_id("freeze-ribbon")).to_contain_text("Frozen for you")
    await expect(page.get_by_test_id("latency-badge")).to_have_text("Not live")
    told = len(of_kind(room, Pointer))
    await page.keyboard.press("d")
    await drag(page, (0.4, 0.4), (0.6, 0.6))
    await page.keyboard.press("Space")
    await expect(page.get_by_test_id("freeze-ribbon")).to_have_count(0)
    await drag(page, (0.4, 0.4), (0.6, 0.6))
    await until(room, lambda: len(marks(room.consult)) == 1)
    assert of_kind(room, Freeze) == []
    visible = [pointer for pointer in of_kind(room, Pointer)[told:] if pointer.visible]
    assert len(of_kind(room, MarkAdd)) == 1 and len(visible) <= 2


async def test_space_freezes_also_right_after_a_move_was_sent_with_the_mouse(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await open_drawer(page)
    send = page.get_by_role("button", name="Send: ").first
    await send.click()
    await page.keyboard.press("Space")
    await expect(page.get_by_test_id("freeze-ribbon")).to_contain_text("Frozen for you")
    assert len(of_kind(room, ProbeSuggest)) == 1
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await send.focus()
    await page.keyboard.press("Space")
    await until(room, lambda: len(of_kind(room, ProbeSuggest)) == 2)


async def test_nobody_points_at_an_old_picture(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    room.late_ms = 3_400
    page = await opened(scene_set, open_page)
    await expect(page.get_by_test_id("stale-banner")).to_be_visible()
    await expect(page.get_by_role("button", name="Pen")).to_be_disabled()
    room.consult.point_as("ito", 0.5, 0.5)
    draw_marks(scene_set)
    await expect(page.locator("[data-mark='label']")).to_be_visible()
    await expect(page.locator("[data-pointer]")).to_have_count(0)


async def test_an_observer_sees_everything_and_sends_nothing(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page, Role.OBSERVER)
    draw_marks(scene_set)
    await expect(page.locator("[data-mark]")).to_have_count(5)
    await expect(page.get_by_test_id("tools")).to_have_count(0)
    await drag(page, (0.4, 0.4), (0.6, 0.6))
    for key in ("d", "u", "Shift+Space", "Space"):
        await page.keyboard.press(key)
    await expect(page.get_by_test_id("freeze-ribbon")).to_contain_text("Frozen for you")
    sent = [*of_kind(room, Pointer), *of_kind(room, Stroke), *of_kind(room, MarkAdd)]
    assert sent == [] and of_kind(room, Freeze) == []


async def test_the_operator_points_by_a_tap_and_marks_without_dragging(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page, Role.OPERATOR)
    await page.mouse.click(*await place(page, 0.6, 0.6))
    await until(room, lambda: any(pointer.visible for pointer in of_kind(room, Pointer)))
    await page.get_by_role("button", name="Mark", exact=True).click()
    await page.mouse.click(*await place(page, 0.6, 0.6))
    await until(room, lambda: bool(marks(room.consult)))
    (drawn,) = marks(room.consult)
    assert drawn.mark.kind is MarkKind.ARROW
    assert abs(drawn.mark.points[2] - 0.6) < 0.01 and abs(drawn.mark.points[3] - 0.6) < 0.01


async def test_the_hand_is_guided_by_keyboard_and_answers(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await opened(scene_set, open_page)
    await open_drawer(page)
    pad = page.get_by_test_id("probe-pad")
    await pad.get_by_role("button", name="Slide", exact=True).focus()
    for key in ("4", "-", "ArrowUp"):
        await page.keyboard.press(key)
    await until(room, lambda: bool(room.consult.log.state.suggestions))
    (asked,) = room.consult.log.state.suggestions
    assert (asked.move, asked.direction) == (ProbeMove.FAN, ProbeDirection.TOWARD_HEAD)
    sent = page.get_by_test_id("probe-sent")
    await expect(sent).to_contain_text(
        re.compile("Fan: handle toward the patient.s head, a little")
    )
    room.consult.act_as("op", Reply(asked.id, ProbeAnswer.CANNOT))
    await expect(sent).to_contain_text("Can")
