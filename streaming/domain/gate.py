"""The release gate: a finished clip leaves this site only after it was looked through for text.

A table, where a missing key is an illegal transition. Nothing releases a clip by itself but a scan
that found nothing in a clip that a scan can be trusted with.
"""

from dataclasses import dataclass
from enum import StrEnum

from streaming.domain.errors import SonopairError
from streaming.domain.mask import Rectangle


class GateState(StrEnum):
    """``CHECKING``: owner and room may play it, nobody else. ``RELEASED``: may leave.
    ``QUARANTINED``: its owner alone sees it, until a person decides. ``DISCARDED``: final."""

    CHECKING = "checking"
    RELEASED = "released"
    QUARANTINED = "quarantined"
    DISCARDED = "discarded"


class GateEvent(StrEnum):
    """``PASSED`` and ``HELD`` are a scan's; the others are a person's. A redrawn clip has new
    boxes blacked out, and is scanned as if it were new."""

    PASSED = "passed"
    HELD = "held"
    APPROVED = "approved"
    REDRAWN = "redrawn"
    DISCARDED = "discarded"


class IllegalGateEvent(SonopairError):
    """The event isn't possible in this state: a mistake of the caller."""


TRANSITIONS: dict[tuple[GateState, GateEvent], GateState] = {
    (GateState.CHECKING, GateEvent.PASSED): GateState.RELEASED,
    (GateState.CHECKING, GateEvent.HELD): GateState.QUARANTINED,
    (GateState.CHECKING, GateEvent.DISCARDED): GateState.DISCARDED,
    (GateState.QUARANTINED, GateEvent.APPROVED): GateState.RELEASED,
    (GateState.QUARANTINED, GateEvent.REDRAWN): GateState.CHECKING,
    (GateState.QUARANTINED, GateEvent.DISCARDED): GateState.DISCARDED,
}


def transition(state: GateState, event: GateEvent) -> GateState:
    """Raises:
    IllegalGateEvent: ``gate.illegal`` when the table has no such row.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalGateEvent(
            "gate.illegal", f"'{event}' isn't possible while the clip is {state}"
        ) from None


@dataclass(frozen=True, slots=True)
class Finding:
    """Text in a clip: the box around it in pixels, and the first and last time it was seen.

    What it says is never kept: it may be a name.
    """

    place: Rectangle
    begins_s: float
    ends_s: float
    score: float


HELD_STILL_S = 0.4
"""From the first to the last picture of one of the scan's windows of half a second."""
SHORTEST_S = 0.5
"""In less there is nothing to tell motion by; a single picture is such a clip."""


class Reason(StrEnum):
    """Why a clip is a person's to decide."""

    TEXT = "text"
    COLOUR = "colour"
    """Colour or power Doppler, over which text is found less surely."""
    HELD_STILL = "held_still"
    """Where nothing moves, text and tissue can't be told apart by their motion."""
    UNREADABLE = "unreadable"
    """Not every picture could be decoded and looked at, or they change their size."""
    OTHER_STREAMS = "other_streams"
    """Beside its pictures the file holds what isn't looked at: sound, captions, a second video."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan saw of one clip. ``left`` counts boxes that were read as a scanner's own words;
    ``still_s`` is how long the picture stood still at a stretch, at most."""

    pictures: int
    duration_s: float
    findings: tuple[Finding, ...]
    left: int
    coloured: bool
    still_s: float
    damaged: bool = False
    other_streams: bool = False

    def reasons(self) -> tuple[Reason, ...]:
        """None of them: the clip may leave."""
        said = {
            Reason.TEXT: bool(self.findings),
            Reason.COLOUR: self.coloured,
            Reason.HELD_STILL: self.still_s >= HELD_STILL_S or self.duration_s < SHORTEST_S,
            Reason.UNREADABLE: self.damaged or self.pictures == 0,
            Reason.OTHER_STREAMS: self.other_streams,
        }
        return tuple(reason for reason, holds in said.items() if holds)

    def event(self) -> GateEvent:
        return GateEvent.HELD if self.reasons() else GateEvent.PASSED
