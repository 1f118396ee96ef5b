"""A room's life on its pages: calls, the door, invitations, consent, guidance, the end."""

import cv2
import numpy as np
import pytest
from playwright.async_api import Page, expect

from streaming.domain.call import CallEvent
from streaming.domain.consult import ConsentBasis
from streaming.domain.session import Role
from streaming.protocol.consult_messages import ConsentGive, ConsentWithdraw, LeadGive
from streaming.protocol.messages import (
    CallAccept,
    CallCancel,
    CallRing,
    ClockPing,
    HandRaise,
    LobbyAdmit,
    MediaWant,
    SeatKick,
    VoiceMute,
)
from tests.chromium import OpenPage
from tests.web_client.board_scenes import picture
from tests.web_client.room_scenes import (
    ITO,
    KNOCKING,
    OPERATOR,
    STUDENT,
    SUMMARY,
    alone,
    call,
    naming_link,
    peopled,
    sign_in,
)
from tests.web_client.scene import Set
from tests.web_client.test_pages import count, until


def heard(scene_set: Set, kind: type) -> list[object]:
    return [m for m in scene_set.node.room.received if isinstance(m, kind)]


async def cart(scene_set: Set, open_page: OpenPage, **options: object) -> Page:
    page = await open_page(await scene_set.node.link(Role.OPERATOR), **options)
    await picture(page)
    return page


async def expert(scene_set: Set, open_page: OpenPage) -> Page:
    page = await open_page(
        await scene_set.node.link(Role.EXPERT), viewport={"width": 1280, "height": 800}
    )
    await picture(page)
    return page


async def test_the_operator_calls_with_one_tap_and_can_take_it_back(
    scene_set: Set, open_page: OpenPage
) -> None:
    alone(scene_set)
    room = scene_set.node.room
    page = await cart(scene_set, open_page)
    await page.get_by_role("button", name="Call expert").click()
    await until(room, lambda: count(room, CallRing) == 1)
    room.say(call("ringing", for_s=4))
    await expect(page.get_by_test_id("prompt")).to_contain_text("Calling an expert 0:0")
    await expect(page.get_by_test_id("prompt")).to_contain_text("2 experts")
    await page.get_by_role("button", name="Cancel").click()
    await until(room, lambda: count(room, CallCancel) == 1)
    room.say(call("unanswered"))
    await expect(page.get_by_role("button", name="Call again")).to_be_visible()
    room.gather(OPERATOR, ITO)
    await expect(page.get_by_test_id("watchers")).to_contain_text("Dr. Ito")


async def test_the_operator_can_call_again_whatever_became_of_the_answer(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    room.gather(OPERATOR)
    room.also.append(call("accepted", by="ito"))
    page = await cart(scene_set, open_page)
    prompt = page.get_by_test_id("prompt")
    await expect(prompt).to_contain_text("is coming")
    await expect(prompt.get_by_role("button", name="Call again")).to_be_enabled()
    room.gather(OPERATOR, ITO)
    await expect(page.get_by_test_id("watchers")).to_contain_text("Dr. Ito")
    room.gather(OPERATOR, ITO.model_copy(update={"present": False}))
    await expect(prompt).to_contain_text("Dr. Ito has left")
    await prompt.get_by_role("button", name="Call again").click()
    await until(room, lambda: count(room, CallRing) == 1)


async def test_what_an_observer_sees_is_not_hidden_from_the_operator(
    scene_set: Set, open_page: OpenPage
) -> None:
    alone(scene_set)
    page = await cart(scene_set, open_page)
    await expect(page.get_by_role("heading", name="Getting ready")).to_be_visible()
    scene_set.node.room.gather(OPERATOR, STUDENT)
    await expect(page.get_by_role("heading", name="Getting ready")).to_be_hidden()
    await expect(page.get_by_role("button", name="Call expert")).to_be_visible()


async def test_a_reload_does_not_ask_for_the_checks_again(
    scene_set: Set, open_page: OpenPage
) -> None:
    alone(scene_set)
    page = await cart(scene_set, open_page)
    await expect(page.get_by_role("heading", name="Getting ready")).to_be_visible()
    await page.get_by_role("button", name="Go on without calling").click()
    await page.reload()
    await expect(page.get_by_role("button", name="End")).to_be_visible()
    await expect(page.get_by_role("heading", name="Getting ready")).to_be_hidden()


async def test_an_expert_in_the_room_accepts_a_call(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    room.also.append(call("ringing", for_s=2))
    page = await expert(scene_set, open_page)
    await page.get_by_role("button", name="Accept").click()
    await until(room, lambda: count(room, CallAccept) == 1)
    room.say(call("accepted", by="ito"))
    await expect(page.get_by_test_id("ring-banner")).to_be_hidden()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EXPERT])
async def test_who_knocks_is_let_in_or_refused(
    scene_set: Set, open_page: OpenPage, role: Role
) -> None:
    room = scene_set.node.room
    room.gather(OPERATOR, ITO, KNOCKING)
    page = await (cart if role is Role.OPERATOR else expert)(scene_set, open_page)
    await expect(page.get_by_text("a guest")).to_be_visible()
    await page.get_by_role("button", name="Let in").click()
    await until(room, lambda: count(room, LobbyAdmit) == 1)
    await page.get_by_role("button", name="Refuse").click()
    await until(room, lambda: count(room, SeatKick) == 1)
    assert heard(scene_set, LobbyAdmit) == [LobbyAdmit(participant="lee")]
    assert heard(scene_set, SeatKick) == [SeatKick(participant="lee")]


async def test_the_lobby_shows_nothing_until_one_is_admitted(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    room.lobby = True
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await expect(page.get_by_role("heading", name="Waiting to be let in")).to_be_visible()
    assert await page.locator("video").count() == 0
    pings = count(room, ClockPing)
    await until(room, lambda: count(room, ClockPing) > pings)
    assert count(room, MediaWant) == 0
    room.lobby = False
    room.drop_sockets()
    await picture(page)


async def test_the_lobby_of_an_empty_room_says_so(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    room.lobby = True
    room.gather()
    page = await open_page(await scene_set.node.link(Role.EXPERT))
    await expect(page.get_by_role("heading", name="Nobody is there yet")).to_be_visible()


async def test_a_guest_says_how_they_are_called_before_they_knock(
    scene_set: Set, open_page: OpenPage
) -> None:
    scene_set.node.room.lobby = True
    page = await open_page(await naming_link(scene_set))
    await page.get_by_label("Your name or function").fill(" Cardiology on call ")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("lobby")).to_contain_text("Cardiology on call is at the door")


async def test_a_link_into_the_lobby_asks_for_a_name(scene_set: Set, open_page: OpenPage) -> None:
    page = await cart(scene_set, open_page)
    await page.get_by_role("button", name="People").click()
    await page.get_by_role("button", name="Invite an expert").click()
    link = await page.get_by_test_id("invite").get_attribute("data-link")
    assert link is not None and link.endswith("&ask=name")


async def test_people_are_muted_led_and_removed_only_after_a_second_tap(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    peopled(scene_set)
    page = await expert(scene_set, open_page)
    await page.locator("summary", has_text="Dr. Ito").click()
    asks = page.locator("details[open]")
    await asks.get_by_role("button", name="Mute").click()
    await until(room, lambda: count(room, VoiceMute) == 1)
    await asks.get_by_role("button", name="Hand over the lead").click()
    await until(room, lambda: count(room, LeadGive) == 1)
    await expect(page.locator("summary", has_text="Dr. Ito")).to_contain_text("Leads")
    await asks.get_by_role("button", name="Remove").click()
    await asks.get_by_role("button", name="Keep").click()
    assert count(room, SeatKick) == 0
    await asks.get_by_role("button", name="Remove").click()
    await asks.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    await until(room, lambda: count(room, SeatKick) == 1)


async def test_an_observers_hand_and_notes(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await open_page(await scene_set.node.link(Role.OBSERVER))
    await picture(page)
    await page.get_by_role("button", name="Raise hand").click()
    await until(room, lambda: count(room, HandRaise) == 1)
    await page.keyboard.press("i")
    await page.get_by_role("textbox", name="Notes").fill("septum")
    sent = list(room.received)
    await page.reload()
    await picture(page)
    await page.keyboard.press("i")
    await expect(page.get_by_role("textbox", name="Notes")).to_have_value("septum")
    assert "septum" not in str(sent)
    assert await page.evaluate("!JSON.stringify(localStorage).includes('septum')")


async def test_the_cart_is_worked_by_keys_and_pedal(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    room.consult.begin()
    page = await cart(scene_set, open_page)
    await page.keyboard.press("m")
    await expect(page.get_by_role("button", name="Mute", exact=True)).to_be_visible()
    await page.keyboard.press("m")
    await expect(page.get_by_role("button", name="Unmute")).to_be_visible()
    await page.keyboard.down("t")
    await expect(page.get_by_test_id("talking")).to_be_visible()
    await page.keyboard.up("t")
    await expect(page.get_by_test_id("talking")).to_be_hidden()
    await expect(page.get_by_test_id("latency-badge")).to_contain_text("s behind")
    await page.keyboard.press("Space")
    await expect(page.locator("footer").get_by_role("button", name="Go on")).to_be_visible()
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    await expect(keys).to_contain_text("Hold T")
    await page.keyboard.press("Escape")
    await expect(keys).to_be_hidden()
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Another key or pedal").click()
    await page.keyboard.press("F8")
    await expect(page.get_by_text("Push to talk: hold")).to_contain_text("F8")
    await page.keyboard.press("Escape")
    await page.keyboard.down("F8")
    await expect(page.get_by_test_id("talking")).to_be_visible()
    await page.keyboard.up("F8")


async def test_consent_is_one_tap_shown_and_withdrawn(scene_set: Set, open_page: OpenPage) -> None:
    room = scene_set.node.room
    page = await cart(scene_set, open_page)
    await expect(page.get_by_test_id("recording")).to_have_text("Not recorded")
    await page.get_by_role("button", name="Consent").click()
    await expect(page.get_by_role("heading", name="Keep frozen pictures")).to_be_visible()
    await expect(page.get_by_test_id("clips-unavailable")).to_contain_text("t recorded by this")
    await page.get_by_role("checkbox", name="Teaching too").check()
    await page.get_by_role("button", name="Unable; treatment basis").click()
    await until(room, lambda: count(room, ConsentGive) == 1)
    (given,) = heard(scene_set, ConsentGive)
    assert isinstance(given, ConsentGive)
    assert (given.basis, given.teaching) == (ConsentBasis.TREATMENT, True)
    await expect(page.get_by_test_id("consent-given")).to_contain_text("reviewed within 24 hours")
    await page.get_by_role("button", name="Withdraw the consent").click()
    await until(room, lambda: count(room, ConsentWithdraw) == 1)
    await expect(page.get_by_role("button", name="The patient agrees")).to_be_visible()


async def test_a_phone_reads_the_code_and_gets_in(scene_set: Set, open_page: OpenPage) -> None:
    page = await cart(scene_set, open_page, device_scale_factor=2)
    await page.get_by_role("button", name="Camera").click()
    invite = page.get_by_test_id("invite")
    await invite.wait_for()
    link = await read_code(page)
    assert link == await invite.get_attribute("data-link")
    phone = await open_page(link)
    await expect(phone.get_by_role("button", name="Start the camera")).to_be_visible()


async def read_code(page: Page) -> str:
    """As a phone's camera does: it looks again, nearer and farther, until it can read."""
    shot = await page.locator("svg.qr").screenshot()
    image = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    for scale in (1.0, 2.0, 3.0, 1.5, 0.75):
        seen = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for reader in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()):
            if text := reader.detectAndDecode(seen)[0]:
                return text
    return ""


async def test_the_end_tells_what_was_sent_and_who_saw_it(
    scene_set: Set, open_page: OpenPage
) -> None:
    room = scene_set.node.room
    page = await cart(scene_set, open_page)
    room.show(state="ended")
    room.say(SUMMARY)
    told = page.get_by_test_id("ended")
    for words in ("21:24", "38,412", "17", "Demo scanner", "The patient agreed", "Dr. Ito"):
        await expect(told).to_contain_text(words)
    await page.get_by_role("button", name="Start a new session").click()
    await expect(told).to_be_hidden()


async def test_a_call_rings_on_the_worklist_and_leads_into_the_room(
    scene_set: Set, open_page: OpenPage
) -> None:
    node = scene_set.node
    page = await open_page(f"{node.origin}/worklist")
    await page.wait_for_url("**/login")
    await sign_in(page, scene_set, Role.EXPERT)
    assert node.calls.on_duty == 0
    await page.get_by_role("switch", name="On call").click()
    await expect(page.get_by_role("switch", name="On call")).to_be_checked()
    assert node.calls.on_duty == 1
    node.calls.step("demo", CallEvent.RING, by="op")
    await expect(page.get_by_test_id("call")).to_contain_text("demo is calling")
    await expect(page).to_have_title("(1) Calling · Worklist · Sonopair")
    await page.get_by_role("button", name="Answer").click()
    await page.wait_for_url("**/expert")
    await picture(page)
    assert node.calls.calls() == []


async def test_signing_out_leads_back_to_the_door(scene_set: Set, open_page: OpenPage) -> None:
    page = await open_page(f"{scene_set.node.origin}/login")
    await sign_in(page, scene_set, Role.OPERATOR)
    await page.get_by_role("button", name="Open the cart").click()
    await page.wait_for_url("**/cart")
    await page.goto(f"{scene_set.node.origin}/worklist")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login")
    await page.goto(f"{scene_set.node.origin}/cart")
    await expect(page.get_by_text("You need an invitation")).to_be_visible()
