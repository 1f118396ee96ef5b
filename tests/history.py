"""Checks a consult's history: what clients sent and saw, against the log that is on disk.

It knows the protocol (docs/protocol.md, "The consult") and nothing of how a node keeps it: clients
fold events by a fold of their own. ``History.check`` fails if

- an acknowledged message isn't in the log, is in it twice, or under another sender;
- the log has a gap, or something in it that nobody sent;
- two sockets saw different events at one place, or a socket saw a gap or a place out of turn;
- a socket was told a state, or came to one by its events, that isn't what the log comes to there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from streaming.protocol import consult_messages as wire
from streaming.protocol.messages import ConsultEvent, ConsultState

Logs: TypeAlias = Mapping[str, Sequence[ConsultEvent]]
"""By consult: its lines as they are told."""


@dataclass
class Socket:
    """One connection of a seat: what came over it, in order."""

    seat: str
    seen: list[ConsultState | ConsultEvent] = field(default_factory=list)


@dataclass
class History:
    sent: dict[str, str] = field(default_factory=dict)
    """Sender of each kept message, by its id."""
    sockets: list[Socket] = field(default_factory=list)

    def check(self, logs: Logs) -> None:
        for consult, lines in logs.items():
            self._check_log(consult, lines)
        for socket in self.sockets:
            self._check_socket(socket, logs)

    def _check_log(self, consult: str, lines: Sequence[ConsultEvent]) -> None:
        assert [line.seq for line in lines] == list(range(1, len(lines) + 1)), "a gap in the log"
        ids = [line.id for line in lines if line.id]
        assert len(ids) == len(set(ids)), "a message is in the log twice"
        for line in lines:
            assert line.consult == consult
            assert line.by == self.sent.get(line.id, ""), "nobody sent this"

    def _check_socket(self, socket: Socket, logs: Logs) -> None:
        model: ConsultState | None = None
        for message in socket.seen:
            if isinstance(message, ConsultState):
                told = come_to(message.consult, logs[message.consult][: message.seq])
                assert same(message, told), "told another state than the log's"
                model = message
                continue
            assert model is not None and model.consult == message.consult, "an event too early"
            line = logs[message.consult][message.seq - 1]
            assert at_zero(message) == at_zero(line), "saw another event than the log's"
            if message.seq <= model.seq:
                assert message.by == socket.seat, "somebody else's acknowledgement, once more"
            else:
                model = follow(model, message)
        if model is not None:
            reached = come_to(model.consult, logs[model.consult][: model.seq])
            assert same(model, reached), "came to another state than the log's"


def at_zero(event: ConsultEvent) -> ConsultEvent:
    return event.model_copy(update={"at_ns": 0})


def same(one: ConsultState, other: ConsultState) -> bool:
    return one.model_copy(update={"handled": []}) == other.model_copy(update={"handled": []})


def come_to(consult: str, lines: Sequence[ConsultEvent]) -> ConsultState:
    state = ConsultState(
        consult=consult,
        seq=0,
        lead="",
        marks=[],
        suggestions=[],
        freeze=None,
        consent=None,
        handled=[],
    )
    for line in lines:
        state = follow(state, line)
    return state


def follow(state: ConsultState, line: ConsultEvent) -> ConsultState:
    """As a client does."""
    assert line.seq == state.seq + 1, "a gap, or out of turn"
    return state.model_copy(update={"seq": line.seq, **_change(state, line)})


def _change(state: ConsultState, line: ConsultEvent) -> dict[str, object]:
    match line.event:
        case wire.MarkAdded(mark=mark):
            return {"marks": [*state.marks, wire.DrawnMark(by=line.by, mark=mark)]}
        case wire.MarksRemoved(marks=names):
            return {"marks": [drawn for drawn in state.marks if drawn.mark.id not in names]}
        case wire.Frozen(still=still, captured_at_ns=captured_at_ns):
            freeze = wire.FreezeState(still=still, by=line.by, captured_at_ns=captured_at_ns)
            return {"freeze": freeze}
        case wire.Unfrozen():
            return {"freeze": None}
        case wire.Suggested() as event:
            made = wire.SuggestionState(
                id=event.suggestion,
                by=line.by,
                move=event.move,
                direction=event.direction,
                amount=event.amount,
                answer=None,
            )
            return {"suggestions": [*state.suggestions, made][-50:]}
        case wire.Replied(suggestion=name, answer=answer):
            answered = [
                known.model_copy(update={"answer": answer}) if known.id == name else known
                for known in state.suggestions
            ]
            return {"suggestions": answered}
        case wire.ConsentGiven(basis=basis, teaching=teaching):
            return {"consent": wire.ConsentState(basis=basis, teaching=teaching)}
        case wire.ConsentWithdrawn():
            return {"consent": None}
        case wire.LeadGiven(participant=participant):
            return {"lead": participant}
