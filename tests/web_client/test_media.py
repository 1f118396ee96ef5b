"""Voice, scanner sound, probe camera and second view on the pages, in a real Chromium."""

import asyncio

import pytest
from playwright.async_api import Locator, Page, expect

from streaming.domain.session import Role
from streaming.protocol.messages import CameraNow, VoiceMuted
from streaming.protocol.people_messages import AudioWant, CameraState, VoiceState
from tests.chromium import OpenPage
from tests.web_client.media_scenes import (
    camera_link,
    film,
    film_from_cart,
    only_seat,
    open_microphone,
    start_camera,
)
from tests.web_client.room import CannedRoom
from tests.web_client.scene import Set

OPENED = VoiceState(microphone=True, muted=False)
MUTED = VoiceState(microphone=True, muted=True)

COUNT_REQUESTS = """
window.requests = 0;
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (...how) => { window.requests += 1; return ask(...how); };
"""


async def told(room: CannedRoom, *, last: VoiceState | CameraState | AudioWant) -> None:
    """Until the newest message of the kind is ``last``."""
    async with asyncio.timeout(20):
        while said(room, type(last))[-1:] != [last]:
            room.heard.clear()
            await room.heard.wait()


def said(room: CannedRoom, kind: type) -> list[object]:
    return [message for message in room.received if isinstance(message, kind)]


@pytest.fixture
async def expert(scene_set: Set, open_page: OpenPage) -> Page:
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await page.locator('[data-stage="picture"]').wait_for(state="attached")
    return page


async def test_the_room_is_told_when_one_is_heard_and_when_not(
    scene_set: Set, expert: Page
) -> None:
    room = scene_set.node.room
    await told(room, last=VoiceState(microphone=False, muted=True))
    await open_microphone(expert, scene_set)
    await told(room, last=OPENED)
    await expert.get_by_role("button", name="Mute", exact=True).click()
    await told(room, last=MUTED)
    await expert.get_by_role("button", name="Unmute").click()
    await told(room, last=OPENED)


async def test_one_is_heard_while_the_talk_key_is_down(scene_set: Set, expert: Page) -> None:
    room = scene_set.node.room
    await expert.keyboard.down("t")
    await told(room, last=OPENED)
    await expect(expert.get_by_test_id("talking")).to_be_visible()
    await expert.keyboard.up("t")
    await told(room, last=MUTED)
    await expect(expert.get_by_role("button", name="Unmute")).to_be_visible()


async def test_a_pedal_can_be_the_talk_key(scene_set: Set, expert: Page) -> None:
    await expert.get_by_role("button", name="Microphone and speaker").click()
    await expert.get_by_role("button", name="Another key or pedal").click()
    await expect(expert.get_by_role("button", name="Press a key or the pedal")).to_be_visible()
    await expert.keyboard.press("F9")
    await expect(expert.get_by_text("Push to talk: hold F9")).to_be_visible()
    await expert.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expert.keyboard.down("F9")
    await told(scene_set.node.room, last=OPENED)


async def test_who_is_muted_by_somebody_is_told_and_can_unmute(
    scene_set: Set, expert: Page
) -> None:
    room = scene_set.node.room
    await open_microphone(expert, scene_set)
    room.say(VoiceMuted(by="ito"))
    await expect(expert.get_by_test_id("toast")).to_contain_text("Dr. Ito muted you")
    await told(room, last=MUTED)
    await expert.get_by_role("button", name="Unmute").click()
    await told(room, last=OPENED)


async def test_a_new_socket_and_a_reload_tell_the_room_again(scene_set: Set, expert: Page) -> None:
    room = scene_set.node.room
    await open_microphone(expert, scene_set)
    await told(room, last=OPENED)
    room.received.clear()
    room.drop_sockets()
    await told(room, last=OPENED)
    room.received.clear()
    await expert.reload()
    await told(room, last=OPENED)


async def test_speaking_into_a_muted_microphone_is_noticed(scene_set: Set, expert: Page) -> None:
    await open_microphone(expert, scene_set)
    await expert.get_by_role("button", name="Mute", exact=True).click()
    await expect(expert.get_by_test_id("unheard")).to_be_visible()


async def test_the_sound_check_sees_a_voice_and_asks_after_two_notes(
    scene_set: Set, expert: Page
) -> None:
    await expert.get_by_role("button", name="Microphone and speaker").click()
    await expert.get_by_role("button", name="Turn the microphone on").click()
    await expect(expert.get_by_text("You can be heard")).to_be_visible()
    await expert.get_by_role("button", name="Play two notes").click()
    await expert.get_by_role("button", name="Yes").click()
    await expect(expert.get_by_text("You hear the room")).to_be_visible()


async def test_the_end_takes_microphone_and_camera_away(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    await open_microphone(page, scene_set)
    await film_from_cart(page, scene_set)
    room.show(state="ended")
    await told(room, last=VoiceState(microphone=False, muted=True))
    await told(room, last=CameraState(on=False))
    await expect(page.get_by_test_id("second-view")).to_have_count(0)


async def test_an_observer_is_never_asked_for_a_microphone(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page("about:blank")
    await page.add_init_script(COUNT_REQUESTS)
    await page.goto(await scene_set.node.link(Role.OBSERVER))
    await page.locator('[data-stage="picture"]').wait_for(state="attached")
    await page.keyboard.down("t")
    await page.get_by_role("button", name="Microphone and speaker").click()
    await expect(page.get_by_role("heading", name="Speaker")).to_be_visible()
    await expect(page.get_by_role("heading", name="Microphone")).to_have_count(0)
    assert await page.evaluate("window.requests") == 0
    assert said(scene_set.node.room, VoiceState) == []


async def test_the_scanners_sound_is_asked_for_by_each_for_themselves(
    scene_set: Set, expert: Page
) -> None:
    room = scene_set.node.room
    await expect(expert.get_by_role("button", name="Scanner sound")).to_have_count(0)
    room.show(source={"audio": True})
    await expert.get_by_role("button", name="Scanner sound").click()
    await told(room, last=AudioWant(on=True))
    room.received.clear()
    room.drop_sockets()
    await told(room, last=AudioWant(on=True))
    await expert.get_by_role("button", name="Scanner sound").click()
    await told(room, last=AudioWant(on=False))


async def test_a_camera_says_whether_the_room_sees_it(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await open_page(await camera_link(scene_set))
    await start_camera(page, scene_set)
    await told(room, last=CameraState(on=True))
    await page.locator('[data-filming="connecting"]').wait_for()
    room.say(CameraNow(participant=only_seat(scene_set)))
    await page.locator('[data-filming="shown"]').wait_for()
    room.received.clear()
    room.say(CameraNow(participant="another"))
    await page.get_by_role("button", name="Show this one").click()
    await told(room, last=CameraState(on=True))
    await page.get_by_role("button", name="Stop").click()
    await told(room, last=CameraState(on=False))
    await expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


async def test_a_camera_page_that_is_closed_takes_its_picture_away(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await camera_link(scene_set))
    await start_camera(page, scene_set)
    await told(scene_set.node.room, last=CameraState(on=True))
    await page.close()
    await told(scene_set.node.room, last=CameraState(on=False))


async def test_a_camera_films_on_through_a_broken_socket(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await open_page(await camera_link(scene_set))
    await film(page, scene_set)
    room.received.clear()
    room.drop_sockets()
    await told(room, last=CameraState(on=True))
    room.say(CameraNow(participant=only_seat(scene_set)))
    await page.locator('[data-filming="shown"]').wait_for()


async def test_the_views_change_with_one_tap_and_are_remembered(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(await scene_set.node.link(Role.OPERATOR))
    await film_from_cart(page, scene_set)
    views, scanner, camera = (
        page.locator(".views"),
        page.get_by_test_id("scanner-video"),
        page.get_by_test_id("camera-video"),
    )
    assert await _width(camera) < await _width(scanner)
    await page.get_by_role("button", name="Probe camera large").click()
    await expect(views).to_have_attribute("data-view", "swap")
    assert await _width(camera) > await _width(scanner)
    await page.reload()
    await page.locator('[data-stage="picture"]').wait_for(state="attached")
    scene_set.node.room.say(CameraNow(participant="a phone"))
    await expect(views).to_have_attribute("data-view", "swap")
    scene_set.node.room.say(CameraNow(participant=""))
    await expect(views).to_have_attribute("data-view", "none")


async def test_the_second_view_hides_nothing_that_is_said_of_the_picture(
    scene_set: Set, open_page: OpenPage
) -> None:
    page = await open_page(
        await scene_set.node.link(Role.EXPERT), viewport={"width": 844, "height": 390}
    )
    scene_set.node.room.late_ms = 1_400
    await page.get_by_test_id("voice-only").wait_for()
    scene_set.node.room.say(CameraNow(participant="a phone"))
    pane = await page.get_by_test_id("second-view").bounding_box()
    assert pane is not None
    for said_of_it in ("latency-badge", "voice-only"):
        chip = await page.get_by_test_id(said_of_it).bounding_box()
        assert chip is not None
        assert chip["x"] + chip["width"] <= pane["x"], said_of_it


async def _width(locator: Locator) -> float:
    box = await locator.bounding_box()
    assert box is not None
    return box["width"]
