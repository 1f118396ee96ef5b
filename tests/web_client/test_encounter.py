"""The operator chooses the patient; everybody sees a case code."""

from datetime import date

from playwright.async_api import expect

from streaming.domain.encounter import Patient, Side
from streaming.domain.session import Role
from streaming.protocol.encounter_messages import EncounterState
from tests.chromium import OpenPage
from tests.web_client.board_scenes import picture
from tests.web_client.encounters import CASE
from tests.web_client.scene import Set

NUMBER = "MRN-4711882"


async def test_the_operator_chooses_and_everybody_sees_case_and_side(
    scene_set: Set, open_page: OpenPage
) -> None:
    node = scene_set.node
    cart = await open_page(await node.link(Role.OPERATOR))
    expert = await open_page(await node.link(Role.EXPERT))
    await picture(cart)
    await picture(expert)
    await cart.get_by_role("button", name="Patient").click()
    await cart.get_by_label("Record number").fill(NUMBER)
    await cart.get_by_label("Left").check()
    await cart.get_by_label("Name").fill("Okafor")
    await cart.get_by_label("Date of birth").fill("1955-04-12")
    await cart.get_by_role("button", name="Choose").click()
    for page in (cart, expert):
        await expect(page.get_by_test_id("case")).to_have_text(f"Case {CASE}, left")
    assert node.encounters.chosen == [(Patient(NUMBER, "Okafor", date(1955, 4, 12)), Side.LEFT)]
    assert NUMBER not in await cart.content() + await expert.content()


async def test_when_it_is_over_nothing_of_it_is_shown(scene_set: Set, open_page: OpenPage) -> None:
    node = scene_set.node
    expert = await open_page(await node.link(Role.EXPERT))
    await picture(expert)
    node.room.say(EncounterState(case=CASE, side=Side.NONE))
    await expect(expert.get_by_test_id("case")).to_have_text(f"Case {CASE}")
    node.room.say(EncounterState(case="", side=Side.NONE))
    await expect(expert.get_by_test_id("case")).to_have_count(0)


async def test_before_the_picture_is_up_nobody_is_chosen(
    scene_set: Set, open_page: OpenPage
) -> None:
    node = scene_set.node
    node.room.show(source={"source": "starting"}, state="waiting")
    cart = await open_page(await node.link(Role.OPERATOR))
    await cart.get_by_role("button", name="Patient").click()
    await expect(cart.get_by_role("button", name="Choose")).to_be_disabled()
