"""What is asked of the probe hand, on the cart and on the pad of who asks."""

from playwright.async_api import expect

from streaming.domain.consult import ProbeAnswer
from streaming.domain.consult_events import Reply
from streaming.domain.session import Role
from streaming.protocol.consult_messages import ProbeReply
from tests.chromium import OpenPage
from tests.web_client.board_scenes import picture
from tests.web_client.room_scenes import OPERATOR, SLIDE, guided
from tests.web_client.scene import Set
from tests.web_client.test_pages import count, until
from tests.web_client.test_room import cart, expert, heard

GERMAN = {"locale": "de-AT"}

FAKE_VOICES = """(() => {
  const voice = (lang, localService) => ({ lang, localService, default: false, name: lang });
  const voices = [voice("de-DE", false), voice("de-AT", true), voice("en-US", true)];
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices,
    addEventListener() {},
    cancel() {},
    speak({ text, voice }) { if (text) window.said.push([text, voice.lang, voice.localService]); },
  }});
})()"""


async def test_a_suggestion_is_spoken_by_a_voice_of_the_device_and_answered(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    room.consult.begin(leader="ito")
    page = await open_page("about:blank", **GERMAN)
    await page.add_init_script(FAKE_VOICES)
    await page.goto(await scene_set.node.link(Role.OPERATOR))
    await picture(page)
    asked = room.consult.act_as("ito", SLIDE)
    coach = page.get_by_test_id("coach")
    await expect(coach).to_contain_text("Zum Kopf des Patienten schieben, ein wenig")
    await expect(coach.locator("svg text").first).to_have_text("Kopf")
    await until(room, lambda: count(room, ProbeReply) == 1)
    await coach.get_by_role("button", name="Fertig").click()
    await until(room, lambda: count(room, ProbeReply) == 2)
    replies = heard(scene_set, ProbeReply)
    assert [(r.suggestion, r.answer) for r in replies if isinstance(r, ProbeReply)] == [
        (asked, ProbeAnswer.SEEN),
        (asked, ProbeAnswer.DONE),
    ]
    await expect(coach).to_be_hidden()
    said = await page.evaluate("window.said")
    assert said == [["Zum Kopf des Patienten schieben, ein wenig", "de-AT", True]]


async def test_a_suggestion_goes_with_who_asked_for_it(scene_set: Set, open_page: OpenPage) -> None:
    guided(scene_set)
    page = await cart(scene_set, open_page)
    await expect(page.get_by_test_id("coach")).to_contain_text("Dr. Ito asks")
    scene_set.node.room.gather(OPERATOR)
    await expect(page.get_by_test_id("coach")).to_be_hidden()


async def test_a_suggestion_that_nobody_answers_lapses(scene_set: Set, open_page: OpenPage) -> None:
    guided(scene_set)
    page = await open_page("about:blank")
    await page.clock.install()
    await page.goto(await scene_set.node.link(Role.OPERATOR))
    await expect(page.get_by_test_id("coach")).to_be_visible()
    await page.clock.fast_forward("01:01")
    await expect(page.get_by_test_id("coach")).to_be_hidden()


async def test_that_a_suggestion_was_shown_is_not_said_to_be_an_answer(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await expert(scene_set, open_page)
    (seat,) = room.seat_ids
    room.consult.suggest_as(seat, "suggested-1", SLIDE)
    await expect(page.get_by_test_id("probe-sent")).to_contain_text("Sent")
    room.consult.act_as("op", Reply("suggested-1", ProbeAnswer.SEEN))
    await expect(page.get_by_test_id("probe-sent")).to_contain_text("Shown")


async def test_a_suggestion_never_covers_the_picture(scene_set: Set, open_page: OpenPage) -> None:
    guided(scene_set)
    for width, height in ((390, 844), (844, 390), (1024, 768), (1920, 1080)):
        page = await cart(scene_set, open_page, viewport={"width": width, "height": height})
        coach = await page.get_by_test_id("coach").bounding_box()
        stage = await page.locator(".stage").bounding_box()
        done = await page.get_by_role("button", name="Done").bounding_box()
        assert coach is not None and stage is not None and done is not None
        beside = coach["x"] >= stage["x"] + stage["width"] - 1
        below = coach["y"] >= stage["y"] + stage["height"] - 1
        assert beside or below, (width, height)
        assert done["y"] + done["height"] <= height, (width, height)
