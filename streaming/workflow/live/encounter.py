"""Whose visit this is: chosen by the operator once the picture is up, told to nobody but as a case
code with a side."""

import time
from collections.abc import Callable
from typing import Protocol

from streaming.domain.encounter import Encounter, Patient, Side
from streaming.domain.errors import SonopairError
from streaming.domain.session import SessionState
from streaming.protocol.encounter_messages import EncounterState
from streaming.workflow.live.desk import Desk
from streaming.workflow.live.people import Member, People
from streaming.workflow.live.ports import AuditSink

NO_CASE = EncounterState(case="", side=Side.NONE)


class SiteRecords(Protocol):
    """Implemented by ``store.site_map.SiteMap``."""

    async def begin(self, patient: Patient, *, room: str, side: Side, now_s: int) -> Encounter:
        """A new one, which ends the room's last. Raises ``StoreError``."""

    def ended(self, case: str, *, at_s: int) -> None:
        """Keep that it is over, without waiting for the disk; never raises."""


class EncounterDesk(Desk):
    """``current`` is an encounter that a restart of the node interrupted. It ends with the session:
    the next one begins without a patient."""

    def __init__(
        self,
        room: str,
        *,
        people: People,
        records: SiteRecords,
        audit: AuditSink,
        current: Encounter | None = None,
        utc_s: Callable[[], float] = time.time,
    ) -> None:
        self._room = room
        self._people = people
        self._records = records
        self._audit = audit
        self._current = current
        self._utc_s = utc_s
        self._session = SessionState.WAITING

    @property
    def case(self) -> str:
        """The current case code; empty: no patient was chosen."""
        return self._current.case if self._current else ""

    async def choose(self, seat_id: str, patient: Patient, side: Side) -> Encounter:
        """By the operator in ``seat_id``. Choosing again puts a mistake right: the case before has
        ended then, and everybody is told the new one.

        Raises:
            SonopairError: ``encounter.no_picture``: it is known too early whose picture would come.
            StoreError: the site map can't be used.
        """
        self._require_picture()
        before = self._current
        encounter = await self._records.begin(
            patient, room=self._room, side=side, now_s=int(self._utc_s())
        )
        if self._session is SessionState.ENDED:  # meanwhile
            self._records.ended(encounter.case, at_s=int(self._utc_s()))
            self._require_picture()
        self._current = encounter
        self._audit.record(
            "encounter.chosen",
            room=self._room,
            seat=seat_id,
            case=encounter.case,
            side=side.value,
            before=before.case if before else "",
        )
        self._tell_everybody()
        return encounter

    # ---- Desk --------------------------------------------------------------------------------

    def entered(self, member: Member) -> None:
        if member.takes_part and self._current is not None:
            member.tell(self._state())

    def session_is(self, state: SessionState) -> None:
        self._session = state
        if state is SessionState.ENDED and self._current is not None:
            self._records.ended(self._current.case, at_s=int(self._utc_s()))
            self._current = None
            self._tell_everybody()

    def _require_picture(self) -> None:
        if self._session is not SessionState.LIVE:
            raise SonopairError(
                "encounter.no_picture",
                "A patient is chosen once the scanner's picture is shown, never before.",
                fix="wait for the picture, and see that it is this patient's",
            )

    def _state(self) -> EncounterState:
        if self._current is None:
            return NO_CASE
        return EncounterState(case=self._current.case, side=self._current.side)

    def _tell_everybody(self) -> None:
        for member in self._people.inside():
            if member.takes_part:
                member.tell(self._state())
