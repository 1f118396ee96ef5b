"""What everybody in a room may know of whose visit it is."""

from typing import Literal

from streaming.domain.encounter import Side
from streaming.protocol.wire import Message


class EncounterState(Message):
    """Sent after ``welcome`` and whenever it changes. ``case`` is random and says nothing of the
    patient; empty: none was chosen. The record number is never in a message: the operator's page
    sends it over HTTPS (``POST /api/rooms/{room}/encounter``)."""

    type: Literal["encounter.state"] = "encounter.state"
    case: str
    side: Side
