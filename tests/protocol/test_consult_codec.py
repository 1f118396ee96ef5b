from typing import get_args

import pytest
from hypothesis import given

from streaming.domain import consult_events as log
from streaming.domain.board import Mark
from streaming.domain.consult import (
    ConsentBasis,
    MarkKind,
    ProbeAmount,
    ProbeAnswer,
    ProbeDirection,
    ProbeMove,
)
from streaming.domain.consult_log import ConsultLog
from streaming.protocol import consult_messages as wire
from streaming.protocol.consult_codec import (
    KEPT,
    command_of,
    event_json,
    event_message,
    event_of_json,
    state_message,
)
from streaming.protocol.messages import CLIENT_MESSAGE, SERVER_MESSAGE
from tests.domain.consult_orders import marks

MARK = Mark("mark-0001", MarkKind.ARROW, (0.1, 0.2, 0.3, 1.0), 2**62, "c-1", "")
EVENTS: list[log.Event] = [
    log.MarkAdded(MARK),
    log.MarksRemoved(("mark-0001", "mark-0002")),
    log.Frozen("consult-1", 2**62),
    log.Unfrozen(),
    log.Suggested("suggest-01", ProbeMove.SLIDE, ProbeDirection.TOWARD_FEET, ProbeAmount.A_LITTLE),
    log.Replied("suggest-01", ProbeAnswer.CANNOT),
    log.ConsentGiven(ConsentBasis.TREATMENT, teaching=False),
    log.ConsentWithdrawn(),
    log.LeadGiven(""),
]
MESSAGES = """
{"type": "mark.add", "id": "order-01", "mark": {"id": "mark-0001", "kind": "arrow",
 "points": [0.1, 0.2, 0.3, 1], "captured_at_ns": "4611686018427387904", "still": "c-1"}}
{"type": "mark.remove", "id": "order-01", "mark": "mark-0001"}
{"type": "board.clear", "id": "order-01", "scope": "mine"}
{"type": "board.clear", "id": "order-01", "scope": "all"}
{"type": "freeze", "id": "order-01", "captured_at_ns": "5"}
{"type": "unfreeze", "id": "order-01"}
{"type": "probe.suggest", "id": "order-01", "move": "fan", "direction": "toward_head"}
{"type": "probe.reply", "id": "order-01", "suggestion": "suggest-01", "answer": "seen"}
{"type": "consent.give", "id": "order-01", "basis": "patient", "teaching": true}
{"type": "consent.withdraw", "id": "order-01"}
{"type": "lead.give", "id": "order-01", "participant": "expert-1"}
"""
COMMANDS: list[log.Command] = [
    log.AddMark(MARK),
    log.RemoveMark("mark-0001"),
    log.ClearBoard(everything=False),
    log.ClearBoard(everything=True),
    log.FreezeFrame(5),
    log.GoOn(),
    log.Suggest(ProbeMove.FAN, ProbeDirection.TOWARD_HEAD, ProbeAmount.MODERATE),
    log.Reply("suggest-01", ProbeAnswer.SEEN),
    log.GiveConsent(ConsentBasis.PATIENT, teaching=True),
    log.WithdrawConsent(),
    log.GiveLead("expert-1"),
]


def test_every_kept_message_is_a_command() -> None:
    texts = MESSAGES.strip().replace("\n ", " ").splitlines()
    messages = [CLIENT_MESSAGE.validate_json(text) for text in texts]
    assert [command_of(message) for message in messages] == COMMANDS  # type: ignore[arg-type]
    assert {type(message) for message in messages} == KEPT
    assert {type(command) for command in COMMANDS} == set(get_args(log.Command))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.kind))
def test_every_event_comes_back_from_disk_as_it_was(event: log.Event) -> None:
    assert event_of_json(event_json(event)) == event


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event.kind))
def test_every_event_is_told_in_a_message(event: log.Event) -> None:
    message = event_message("consult", log.Entry(3, "order-01", "expert-1", 9, event, 7))
    assert (message.seq, message.id, message.by, message.at_ns) == (3, "order-01", "expert-1", 7)
    assert message.event.kind == event.kind
    assert SERVER_MESSAGE.validate_json(message.model_dump_json()) == message


def test_no_event_is_forgotten_here() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(log.Event))


@given(marks())
def test_coordinates_survive_disk_exactly(mark: Mark) -> None:
    assert event_of_json(event_json(log.MarkAdded(mark))) == log.MarkAdded(mark)


@pytest.mark.parametrize("text", ["", "{}", '{"kind": "of_a_later_release"}', '{"kind": "frozen"}'])
def test_an_unknown_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        event_of_json(text)


def test_the_state_says_all_that_the_log_comes_to() -> None:
    told = [event for event in EVENTS if event.kind not in ("marks_removed", "unfrozen")]
    known = ConsultLog(
        "consult",
        (
            log.Entry(seq, f"order-{seq:04}", "expert-1", 0, event)
            for seq, event in enumerate(told, 1)
        ),
    )
    message = state_message(known.state, handled=known.handled("expert-1"))
    assert SERVER_MESSAGE.validate_json(message.model_dump_json()) == message
    assert (message.seq, message.lead, message.consent) == (len(told), "", None)
    assert [drawn.mark.id for drawn in message.marks] == ["mark-0001"]
    assert message.freeze == wire.FreezeState(
        still="consult-1", by="expert-1", captured_at_ns=2**62
    )
    assert message.suggestions[0].answer is ProbeAnswer.CANNOT
    assert message.handled == [f"order-{seq:04}" for seq in range(1, len(told) + 1)]


def test_consent_is_in_the_state() -> None:
    given = log.ConsentGiven(ConsentBasis.TREATMENT, teaching=True)
    known = ConsultLog("consult", [log.Entry(1, "order-01", "operator", 0, given)])
    assert state_message(known.state, handled=[]).consent == wire.ConsentState(
        basis=ConsentBasis.TREATMENT, teaching=True
    )
