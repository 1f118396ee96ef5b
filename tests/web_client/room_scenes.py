"""The room's life: calls, the lobby, people, invitations, consent, guidance, the end, accounts."""

import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from streaming.domain.call import CallEvent
from streaming.domain.consult import (
    ConsentBasis,
    ProbeAmount,
    ProbeAnswer,
    ProbeDirection,
    ProbeMove,
)
from streaming.domain.consult_events import GiveConsent, Reply, Suggest
from streaming.domain.encounter import Side
from streaming.domain.session import Role
from streaming.protocol.messages import (
    CallState,
    EncounterState,
    Participant,
    SessionSummary,
    VoiceSpeaking,
)
from streaming.protocol.people_messages import Attendance
from tests.web_client.board_scenes import link, picture
from tests.web_client.encounters import CASE
from tests.web_client.scene import Scene, Set

OPERATOR = Participant(
    id="op", role=Role.OPERATOR, name="Operator", present=True, microphone=True, verified=True
)
ITO = Participant(
    id="ito", role=Role.EXPERT, name="Dr. Ito", present=True, microphone=True, verified=True
)
STUDENT = Participant(id="ob1", role=Role.OBSERVER, name="Student 1", present=True, hand=True)
PHONE = Participant(id="cam", role=Role.CAMERA, name="Probe camera", present=True)
KNOCKING = Participant(id="lee", role=Role.EXPERT, name="Dr. Lee", present=True, admitted=False)
SUMMARY = SessionSummary(
    seconds=1_284,
    attendance=[
        Attendance(name="Operator", role=Role.OPERATOR, seconds=1_284),
        Attendance(name="Dr. Ito", role=Role.EXPERT, seconds=1_190),
        Attendance(name="Student 1", role=Role.OBSERVER, seconds=640),
    ],
    frames=38_412,
    marks=17,
    stills=3,
    suggestions=9,
    profile="Demo scanner",
    consent="patient",
)
SLIDE = Suggest(ProbeMove.SLIDE, ProbeDirection.TOWARD_HEAD, ProbeAmount.A_LITTLE)
FAN = Suggest(ProbeMove.FAN, ProbeDirection.TOWARD_FEET, ProbeAmount.MODERATE)
ROTATE = Suggest(ProbeMove.ROTATE, ProbeDirection.CLOCKWISE, ProbeAmount.A_LITTLE)
FAN_RIGHT = Suggest(ProbeMove.FAN, ProbeDirection.TOWARD_PATIENTS_RIGHT, ProbeAmount.MODERATE)
SWEEP_LEFT = Suggest(ProbeMove.SWEEP, ProbeDirection.TOWARD_PATIENTS_LEFT, ProbeAmount.A_LOT)
PASSWORD = "four words about nothing"


def since(seconds: float) -> int:
    return time.monotonic_ns() - int(seconds * 1e9)


def call(state: str, *, for_s: float = 0, reached: int = 2, by: str = "op") -> CallState:
    return CallState.model_validate(
        {"state": state, "by": by, "since_ns": since(for_s), "reached": reached}
    )


def alone(scene_set: Set) -> None:
    scene_set.node.room.gather(OPERATOR)


def peopled(scene_set: Set) -> None:
    scene_set.node.room.gather(OPERATOR, ITO, STUDENT, PHONE, players=1)


def _calling(state: str, *, for_s: float, reached: int = 2) -> Callable[[Set], None]:
    def before(scene_set: Set) -> None:
        alone(scene_set)
        scene_set.node.room.also.append(call(state, for_s=for_s, reached=reached))

    return before


def _answered_and_left(scene_set: Set) -> None:
    scene_set.node.room.gather(OPERATOR, ITO.model_copy(update={"present": False}))
    scene_set.node.room.also.append(call("accepted", by="ito"))


def _knocked(scene_set: Set) -> None:
    scene_set.node.room.gather(OPERATOR, ITO, KNOCKING)


def _in_lobby(scene_set: Set) -> None:
    scene_set.node.room.lobby = True


def guided(scene_set: Set) -> None:
    """The third suggestion is open; the operator did one and couldn't do the other."""
    consult = scene_set.node.room.consult
    consult.begin(leader="ito")
    for command, answer in ((FAN, ProbeAnswer.DONE), (ROTATE, ProbeAnswer.CANNOT)):
        asked = consult.act_as("ito", command)
        consult.act_as("op", Reply(asked, answer))
    consult.act_as("ito", SLIDE)


def _asked(command: Suggest) -> Callable[[Set], None]:
    def before(scene_set: Set) -> None:
        scene_set.node.room.consult.begin(leader="ito")
        scene_set.node.room.consult.act_as("ito", command)

    return before


def _agreed(scene_set: Set) -> None:
    scene_set.node.room.consult.act_as("op", GiveConsent(ConsentBasis.PATIENT, teaching=True))


def _chosen(scene_set: Set) -> None:
    scene_set.node.room.also.append(EncounterState(case=CASE, side=Side.LEFT))


def ended(scene_set: Set) -> None:
    scene_set.node.room.also.append(SUMMARY)
    scene_set.node.room.show(state="ended")


def _opens(*names: str) -> Callable[[Page, Set], Awaitable[None]]:
    """Presses the buttons of these names, one after the other."""

    async def act(page: Page, _: Set) -> None:
        await picture(page)
        for name in names:
            await page.get_by_role("button", name=name).first.click()

    return act


async def _nobody_inside(scene_set: Set) -> str:
    scene_set.node.room.gather()
    return await scene_set.node.link(Role.EXPERT)


async def naming_link(scene_set: Set) -> str:
    """As an invitation into the lobby is sent."""
    return f"{await scene_set.node.link(Role.EXPERT)}&ask=name"


async def _keys_of_cart(page: Page, _: Set) -> None:
    await picture(page)
    await page.keyboard.press("?")
    await page.get_by_role("dialog", name="Keys").wait_for()


async def _shows_code(page: Page, scene_set: Set) -> None:
    await _opens("Camera")(page, scene_set)
    await page.get_by_test_id("invite").wait_for()


async def _invites(page: Page, scene_set: Set) -> None:
    await _opens("People", "Invite an expert")(page, scene_set)
    await page.get_by_test_id("invite").wait_for()


async def _asks_somebody(page: Page, scene_set: Set) -> None:
    await picture(page)
    scene_set.node.room.say(VoiceSpeaking(participants=["ito"]))
    if not await page.get_by_test_id("drawer").is_visible():
        await page.keyboard.press("i")
    await page.locator("summary", has_text="Dr. Ito").click()
    await page.get_by_role("button", name="Remove").first.click()


async def _turned_away(page: Page, scene_set: Set) -> None:
    await page.get_by_test_id("lobby").wait_for()
    room = scene_set.node.room
    for seat in room.seat_ids:
        await scene_set.node.seats.end(seat)
        room.remove(seat)
    await page.get_by_test_id("not-admitted").wait_for()


async def _writes(page: Page, _: Set) -> None:
    await picture(page)
    if not await page.get_by_test_id("drawer").is_visible():
        await page.keyboard.press("i")
    await page.get_by_role("textbox", name="Notes").fill("Four chamber: septum first.")


async def sign_in(page: Page, scene_set: Set, *roles: Role) -> None:
    """With a one-time password, which is then changed."""
    login, password = await scene_set.node.sign_up(*roles)
    await page.get_by_label("Name").fill(login)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name="Save and go on").click()
    await page.get_by_role("heading", name="Rooms").wait_for()


async def _works(page: Page, scene_set: Set) -> None:
    scene_set.node.calls.step("demo", CallEvent.END, by="")
    await sign_in(page, scene_set, Role.EXPERT, Role.OPERATOR)
    await page.get_by_test_id("no-calls").wait_for()


async def _rung(page: Page, scene_set: Set) -> None:
    await _works(page, scene_set)
    await page.get_by_role("switch", name="On call").click()
    scene_set.node.calls.step("demo", CallEvent.RING, by="op")
    await page.get_by_test_id("call").wait_for()


async def _must_change(page: Page, scene_set: Set) -> None:
    login, password = await scene_set.node.sign_up(Role.EXPERT)
    await page.get_by_label("Name").fill(login)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_label("New password").wait_for()


async def _mistypes(page: Page, _: Set) -> None:
    await page.get_by_label("Name").fill("ito")
    await page.get_by_label("Password").fill("not this one, surely")
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("alert").wait_for()


async def login_link(scene_set: Set) -> str:
    return f"{scene_set.node.origin}/login"


_CART, _EXPERT, _OBSERVER = (link(role) for role in (Role.OPERATOR, Role.EXPERT, Role.OBSERVER))

ROOM_SCENES = (
    Scene("cart-preflight", _CART, alone),
    Scene("cart-alone", _CART, alone, _opens("Go on without calling")),
    Scene("cart-ringing", _CART, _calling("ringing", for_s=12)),
    Scene("cart-ringing-nobody", _CART, _calling("ringing", for_s=4, reached=0)),
    Scene("cart-unanswered", _CART, _calling("unanswered", for_s=3)),
    Scene("cart-knock", _CART, _knocked),
    Scene("cart-people", _CART, peopled, _opens("People")),
    Scene("cart-invite", _CART, act=_invites),
    Scene("cart-camera", _CART, act=_shows_code),
    Scene("cart-more", _CART, act=_opens("More")),
    Scene("cart-patient", _CART, _chosen, _opens("Patient")),
    Scene("expert-case", _EXPERT, _chosen),
    Scene("cart-keys", _CART, act=_keys_of_cart),
    Scene("cart-left", _CART, _answered_and_left),
    Scene("cart-guided", _CART, guided),
    Scene("cart-fanned", _CART, _asked(FAN_RIGHT)),
    Scene("cart-swept", _CART, _asked(SWEEP_LEFT)),
    Scene("cart-consent", _CART, act=_opens("Consent")),
    Scene("cart-agreed", _CART, _agreed, _opens("Consent")),
    Scene("cart-summary", _CART, ended),
    Scene("expert-ringing", _EXPERT, _calling("ringing", for_s=7)),
    Scene("expert-knock", _EXPERT, _knocked),
    Scene("expert-asks", _EXPERT, peopled, _asks_somebody),
    Scene("expert-summary", _EXPERT, ended),
    Scene("observer-notes", _OBSERVER, peopled, _writes),
    Scene("lobby-naming", naming_link, _in_lobby),
    Scene("lobby-waiting", _EXPERT, _in_lobby),
    Scene("lobby-empty", _nobody_inside, _in_lobby),
    Scene("lobby-refused", _EXPERT, _in_lobby, _turned_away),
    Scene("login-empty", login_link),
    Scene("login-mistyped", login_link, act=_mistypes),
    Scene("login-change", login_link, act=_must_change),
    Scene("worklist-quiet", login_link, act=_works),
    Scene("worklist-ringing", login_link, act=_rung),
)
