"""Between the messages of a consult and the values of its log; and the log's lines as JSON."""

from typing import Annotated, get_args

from pydantic import Discriminator, TypeAdapter

from streaming.domain import consult_events as log
from streaming.domain.board import Mark
from streaming.domain.consult_state import ConsultState
from streaming.protocol import consult_messages as wire
from streaming.protocol.wire import Message

KeptMessage = (
    wire.MarkAdd
    | wire.MarkRemove
    | wire.BoardClear
    | wire.Freeze
    | wire.Unfreeze
    | wire.ProbeSuggest
    | wire.ProbeReply
    | wire.ConsentGive
    | wire.ConsentWithdraw
    | wire.LeadGive
)
KEPT: frozenset[type[Message]] = frozenset(get_args(KeptMessage))

_EVENT: TypeAdapter[log.Event] = TypeAdapter(Annotated[log.Event, Discriminator("kind")])
_HAPPENING: TypeAdapter[wire.Happening] = TypeAdapter(wire.Happening)


def event_json(event: log.Event) -> str:
    """One line, without anything of the order that led to it."""
    return _EVENT.dump_json(event).decode()


def event_of_json(text: str) -> log.Event:
    """Raises:
    ValueError: this release knows no such event.
    """
    return _EVENT.validate_json(text)


def command_of(message: KeptMessage) -> log.Command:
    match message:
        case wire.MarkAdd(mark=mark):
            return log.AddMark(
                Mark(
                    id=mark.id,
                    kind=mark.kind,
                    points=tuple(mark.points),
                    captured_at_ns=mark.captured_at_ns,
                    still=mark.still,
                    text=mark.text,
                )
            )
        case wire.MarkRemove(mark=name):
            return log.RemoveMark(name)
        case wire.BoardClear(scope=scope):
            return log.ClearBoard(everything=scope == "all")
        case wire.Freeze(captured_at_ns=captured_at_ns):
            return log.FreezeFrame(captured_at_ns)
        case wire.Unfreeze():
            return log.GoOn()
        case wire.ProbeSuggest(move=move, direction=direction, amount=amount):
            return log.Suggest(move, direction, amount)
        case wire.ProbeReply(suggestion=suggestion, answer=answer):
            return log.Reply(suggestion, answer)
        case wire.ConsentGive(basis=basis, teaching=teaching):
            return log.GiveConsent(basis, teaching)
        case wire.ConsentWithdraw():
            return log.WithdrawConsent()
        case wire.LeadGive(participant=participant):
            return log.GiveLead(participant)


def event_message(consult: str, entry: log.Entry) -> wire.ConsultEvent:
    return wire.ConsultEvent(
        consult=consult,
        seq=entry.seq,
        id=entry.id,
        by=entry.by,
        at_ns=entry.at_ns,
        event=_HAPPENING.validate_python(entry.event, from_attributes=True),
    )


def state_message(state: ConsultState, *, handled: list[str]) -> wire.ConsultState:
    freeze, consent = state.freeze, state.consent
    return wire.ConsultState(
        consult=state.consult,
        seq=state.seq,
        lead=state.lead,
        marks=[
            wire.DrawnMark(by=drawn.by, mark=_mark_message(drawn.mark))
            for drawn in state.board.marks.values()
        ],
        suggestions=[
            wire.SuggestionState.model_validate(known, from_attributes=True)
            for known in state.suggestions
        ],
        freeze=wire.FreezeState.model_validate(freeze, from_attributes=True) if freeze else None,
        consent=(
            wire.ConsentState.model_validate(consent, from_attributes=True) if consent else None
        ),
        handled=handled,
    )


def _mark_message(mark: Mark) -> wire.Mark:
    return wire.Mark.model_validate(mark, from_attributes=True)
