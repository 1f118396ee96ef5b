from dataclasses import replace
from itertools import product

import pytest

from streaming.domain.gate import (
    TRANSITIONS,
    Finding,
    GateEvent,
    GateState,
    IllegalGateEvent,
    Reason,
    Scan,
    transition,
)
from streaming.domain.mask import Rectangle

CLEAN = Scan(pictures=300, duration_s=10, findings=(), left=0, coloured=False, still_s=0)
TEXT = Finding(Rectangle(10, 10, 90, 30), 0.0, 1.0, 0.9)


@pytest.mark.parametrize(("state", "event"), list(product(GateState, GateEvent)))
def test_what_the_table_lacks_is_illegal(state: GateState, event: GateEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert transition(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(IllegalGateEvent) as caught:
            transition(state, event)
        assert caught.value.code == "gate.illegal"


def test_nothing_is_released_but_by_a_scan_or_a_person() -> None:
    ways = {key for key, state in TRANSITIONS.items() if state is GateState.RELEASED}
    assert ways == {
        (GateState.CHECKING, GateEvent.PASSED),
        (GateState.QUARANTINED, GateEvent.APPROVED),
    }


def test_a_redrawn_clip_is_checked_again() -> None:
    assert transition(GateState.QUARANTINED, GateEvent.REDRAWN) is GateState.CHECKING


def test_a_clean_moving_grey_clip_passes() -> None:
    assert CLEAN.reasons() == ()
    assert CLEAN.event() is GateEvent.PASSED


@pytest.mark.parametrize(
    ("scan", "reason"),
    [
        (replace(CLEAN, findings=(TEXT,)), Reason.TEXT),
        (replace(CLEAN, coloured=True), Reason.COLOUR),
        (replace(CLEAN, still_s=0.47), Reason.HELD_STILL),
        (replace(CLEAN, pictures=1, duration_s=0.033), Reason.HELD_STILL),
        (replace(CLEAN, damaged=True), Reason.UNREADABLE),
        (replace(CLEAN, pictures=0), Reason.UNREADABLE),
        (replace(CLEAN, other_streams=True), Reason.OTHER_STREAMS),
    ],
)
def test_each_reason_alone_holds_a_clip(scan: Scan, reason: Reason) -> None:
    assert scan.reasons() == (reason,)
    assert scan.event() is GateEvent.HELD
