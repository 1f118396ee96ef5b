"""A consult session as a state machine: a table, where a missing key is an illegal transition."""

from dataclasses import dataclass
from enum import StrEnum

from streaming.domain.errors import SonopairError


class Role(StrEnum):
    """What a seat or an account may do (``auth.rights``).

    An observer can only receive. A camera is a device, not a person: it films the probe hand and
    may do nothing else. Reviewers and admins are accounts; they take no seat of their own kind.
    """

    OPERATOR = "operator"
    EXPERT = "expert"
    OBSERVER = "observer"
    CAMERA = "camera"
    REVIEWER = "reviewer"
    ADMIN = "admin"


SEAT_ROLES = (Role.OPERATOR, Role.EXPERT, Role.OBSERVER, Role.CAMERA)
PEOPLE = (Role.OPERATOR, Role.EXPERT, Role.OBSERVER)
"""Roles of those who take part in a consult as persons."""


class SessionState(StrEnum):
    """``WAITING``: no picture has been seen yet. ``LIVE``: pictures arrive. ``INTERRUPTED``: they
    arrived once and don't now. ``ENDED``: the operator ended it; nothing is sent any more."""

    WAITING = "waiting"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    ENDED = "ended"


class SessionEvent(StrEnum):
    PICTURE = "picture"
    NO_PICTURE = "no_picture"
    END = "end"
    RESTART = "restart"


class IllegalTransition(SonopairError):
    """The event isn't possible in this state: a mistake of the caller."""


TRANSITIONS: dict[tuple[SessionState, SessionEvent], SessionState] = {
    (SessionState.WAITING, SessionEvent.PICTURE): SessionState.LIVE,
    (SessionState.WAITING, SessionEvent.NO_PICTURE): SessionState.WAITING,
    (SessionState.WAITING, SessionEvent.END): SessionState.ENDED,
    (SessionState.LIVE, SessionEvent.PICTURE): SessionState.LIVE,
    (SessionState.LIVE, SessionEvent.NO_PICTURE): SessionState.INTERRUPTED,
    (SessionState.LIVE, SessionEvent.END): SessionState.ENDED,
    (SessionState.INTERRUPTED, SessionEvent.PICTURE): SessionState.LIVE,
    (SessionState.INTERRUPTED, SessionEvent.NO_PICTURE): SessionState.INTERRUPTED,
    (SessionState.INTERRUPTED, SessionEvent.END): SessionState.ENDED,
    (SessionState.ENDED, SessionEvent.PICTURE): SessionState.ENDED,
    (SessionState.ENDED, SessionEvent.NO_PICTURE): SessionState.ENDED,
    (SessionState.ENDED, SessionEvent.RESTART): SessionState.WAITING,
}


def transition(state: SessionState, event: SessionEvent) -> SessionState:
    """Raises:
    IllegalTransition: ``session.illegal`` when the table has no such row.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransition(
            "session.illegal", f"'{event}' isn't possible while the session is {state}"
        ) from None


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room, kept across reloads and restarts.

    ``id`` is random (128 bits, URL-safe) and is all that logs and messages call a participant;
    ``name`` is shown to the others ("Operator", "Expert 2") and is never a patient's. Who isn't
    ``admitted`` waits in the lobby: seen by name, and shown nothing. ``verified``: behind the seat
    is an account of this site, not just an invitation.
    """

    id: str
    room: str
    role: Role
    name: str
    admitted: bool = True
    verified: bool = False
