from collections.abc import Callable

import pytest

from streaming.domain.encounter import Encounter, Patient, Side
from streaming.domain.errors import SonopairError
from streaming.domain.session import Role, Seat, SessionState
from streaming.protocol.encounter_messages import EncounterState
from streaming.protocol.messages import ServerMessage
from streaming.workflow.live.encounter import NO_CASE, EncounterDesk
from streaming.workflow.live.people import People

PATIENT = Patient("MRN-4711882", "Okafor")


class Records:
    """Two patients' worth of case codes; ``meanwhile`` happens while the disk is waited for."""

    def __init__(self) -> None:
        self.over: list[str] = []
        self.begun = 0
        self.meanwhile: Callable[[], None] = lambda: None

    async def begin(self, patient: Patient, *, room: str, side: Side, now_s: int) -> Encounter:
        self.begun += 1
        self.meanwhile()
        return Encounter(f"CASE-{self.begun}", side, room, now_s)

    def ended(self, case: str, *, at_s: int) -> None:
        self.over.append(case)


class Screen:
    def __init__(self) -> None:
        self.told: list[ServerMessage] = []

    def send(self, message: ServerMessage) -> None:
        self.told.append(message)

    def send_passing(self, message: ServerMessage, *, key: str = "") -> bool:
        return True

    def close(self, code: str) -> None: ...


class Audit:
    def __init__(self) -> None:
        self.rows: list[tuple[str, dict[str, object]]] = []

    def record(self, event: str, **facts: str | int | float | bool) -> None:
        self.rows.append((event, dict(facts)))


class Here:
    def __init__(self, current: Encounter | None = None) -> None:
        self.people = People(changed=lambda: None)
        self.records, self.audit = Records(), Audit()
        self.desk = EncounterDesk(
            "echo-1",
            people=self.people,
            records=self.records,
            audit=self.audit,
            current=current,
            utc_s=lambda: 7.5,
        )

    def comes(self, role: Role, *, admitted: bool = True) -> Screen:
        member = self.people.admit(Seat(role.value, "echo-1", role, "", admitted=admitted))
        member.client = screen = Screen()
        if admitted:
            self.desk.entered(member)
        return screen


@pytest.fixture
def here() -> Here:
    return Here()


def first(side: Side = Side.LEFT) -> EncounterState:
    return EncounterState(case="CASE-1", side=side)


@pytest.mark.parametrize("state", [SessionState.WAITING, SessionState.INTERRUPTED])
async def test_before_the_picture_is_up_nobody_is_chosen(here: Here, state: SessionState) -> None:
    here.desk.session_is(state)
    with pytest.raises(SonopairError) as refused:
        await here.desk.choose("op", PATIENT, Side.LEFT)
    assert (refused.value.code, here.records.begun) == ("encounter.no_picture", 0)


async def test_everybody_who_takes_part_is_told_case_and_side_and_nothing_else(here: Here) -> None:
    people = [here.comes(role) for role in (Role.OPERATOR, Role.EXPERT, Role.OBSERVER)]
    others = [here.comes(Role.CAMERA)]
    here.desk.session_is(SessionState.LIVE)
    await here.desk.choose("op", PATIENT, Side.LEFT)
    assert [screen.told for screen in people] == [[first()]] * 3
    assert [screen.told for screen in others] == [[]]
    assert here.desk.case == "CASE-1"


async def test_who_waits_at_the_door_is_told_nothing(here: Here) -> None:
    waiting = here.comes(Role.EXPERT, admitted=False)
    here.desk.session_is(SessionState.LIVE)
    await here.desk.choose("op", PATIENT, Side.LEFT)
    assert waiting.told == []


async def test_who_comes_later_is_told_too(here: Here) -> None:
    here.desk.session_is(SessionState.LIVE)
    await here.desk.choose("op", PATIENT, Side.NONE)
    assert here.comes(Role.EXPERT).told == [first(Side.NONE)]


async def test_choosing_again_puts_a_mistake_right(here: Here) -> None:
    here.desk.session_is(SessionState.LIVE)
    await here.desk.choose("op", PATIENT, Side.LEFT)
    expert = here.comes(Role.EXPERT)
    await here.desk.choose("op", Patient("4712"), Side.RIGHT)
    assert expert.told[-1] == EncounterState(case="CASE-2", side=Side.RIGHT)
    assert here.audit.rows[-1][1]["before"] == "CASE-1"


async def test_it_ends_with_the_session(here: Here) -> None:
    here.desk.session_is(SessionState.LIVE)
    await here.desk.choose("op", PATIENT, Side.LEFT)
    expert = here.comes(Role.EXPERT)
    here.desk.session_is(SessionState.ENDED)
    assert expert.told[-1] == NO_CASE
    assert (here.records.over, here.desk.case) == (["CASE-1"], "")
    assert here.comes(Role.OBSERVER).told == []


async def test_a_session_that_ends_meanwhile_gets_no_patient(here: Here) -> None:
    here.desk.session_is(SessionState.LIVE)
    here.records.meanwhile = lambda: here.desk.session_is(SessionState.ENDED)
    with pytest.raises(SonopairError):
        await here.desk.choose("op", PATIENT, Side.LEFT)
    assert (here.records.over, here.desk.case) == (["CASE-1"], "")


def test_a_restart_of_the_node_keeps_it() -> None:
    here = Here(Encounter("CASE-1", Side.LEFT, "echo-1", 5))
    assert here.comes(Role.EXPERT).told == [first()]


async def test_what_is_on_record_names_nobody(here: Here) -> None:
    here.desk.session_is(SessionState.LIVE)
    await here.desk.choose("op", PATIENT, Side.LEFT)
    assert here.audit.rows == [
        (
            "encounter.chosen",
            {"room": "echo-1", "seat": "op", "case": "CASE-1", "side": "left", "before": ""},
        )
    ]
