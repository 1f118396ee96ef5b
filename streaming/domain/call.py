"""Calling an expert, as a state machine: a table, where a missing key changes nothing."""

from enum import StrEnum


class CallState(StrEnum):
    IDLE = "idle"
    RINGING = "ringing"
    ACCEPTED = "accepted"
    UNANSWERED = "unanswered"


class CallEvent(StrEnum):
    RING = "ring"
    CANCEL = "cancel"
    ACCEPT = "accept"
    EXPIRE = "expire"
    END = "end"
    """The session ended."""


TRANSITIONS: dict[tuple[CallState, CallEvent], CallState] = {
    (CallState.IDLE, CallEvent.RING): CallState.RINGING,
    (CallState.ACCEPTED, CallEvent.RING): CallState.RINGING,
    (CallState.UNANSWERED, CallEvent.RING): CallState.RINGING,
    (CallState.RINGING, CallEvent.CANCEL): CallState.IDLE,
    (CallState.RINGING, CallEvent.ACCEPT): CallState.ACCEPTED,
    (CallState.RINGING, CallEvent.EXPIRE): CallState.UNANSWERED,
    (CallState.UNANSWERED, CallEvent.ACCEPT): CallState.ACCEPTED,
    (CallState.UNANSWERED, CallEvent.CANCEL): CallState.IDLE,
    (CallState.RINGING, CallEvent.END): CallState.IDLE,
    (CallState.ACCEPTED, CallEvent.END): CallState.IDLE,
    (CallState.UNANSWERED, CallEvent.END): CallState.IDLE,
}


def next_state(state: CallState, event: CallEvent) -> CallState | None:
    """None when the event changes nothing: two who do the same at once both mean well."""
    return TRANSITIONS.get((state, event))
