"""Whose visit it is, with one case code for everybody."""

from collections.abc import Callable

from streaming.domain.encounter import Encounter, Patient, Side
from streaming.protocol.encounter_messages import EncounterState

CASE = "K7Q-X3M"


class CannedEncounters:
    """Implements ``signaling.ports.Encounters``; ``tell`` reaches everybody in the room."""

    def __init__(self, tell: Callable[[EncounterState], None]) -> None:
        self._tell = tell
        self.chosen: list[tuple[Patient, Side]] = []

    async def choose(self, seat_id: str, patient: Patient, side: Side) -> Encounter:
        self.chosen.append((patient, side))
        self._tell(EncounterState(case=CASE, side=side))
        return Encounter(CASE, side, "demo", 0)
