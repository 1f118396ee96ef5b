"""What a consult's log comes to: the fold of its events. The same events give the same state."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from streaming.domain.board import Board, Drawn
from streaming.domain.consult import (
    ConsentBasis,
    ProbeAmount,
    ProbeAnswer,
    ProbeDirection,
    ProbeMove,
)
from streaming.domain.consult_events import (
    ConsentGiven,
    ConsentWithdrawn,
    Entry,
    Frozen,
    LeadGiven,
    MarkAdded,
    MarksRemoved,
    Replied,
    Suggested,
    Unfrozen,
)

MAX_SUGGESTIONS = 50
"""Remembered: the newest. An answer to an older one is refused."""

MAX_STILLS = 64
"""Of the newest freezes: marks may be drawn on their stills, also when all have moved on."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    id: str
    by: str
    move: ProbeMove
    direction: ProbeDirection
    amount: ProbeAmount
    answer: ProbeAnswer | None = None


@dataclass(frozen=True, slots=True)
class Freeze:
    still: str
    by: str
    captured_at_ns: int


@dataclass(frozen=True, slots=True)
class Consent:
    basis: ConsentBasis
    teaching: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there were, those since removed too."""

    marks: int = 0
    stills: int = 0
    suggestions: int = 0


@dataclass(frozen=True, slots=True)
class ConsultState:
    """After the first ``seq`` events of ``consult``. ``lead`` is a seat, or empty."""

    consult: str
    seq: int = 0
    lead: str = ""
    board: Board = field(default_factory=Board)
    suggestions: tuple[Suggestion, ...] = ()
    freeze: Freeze | None = None
    stills: tuple[str, ...] = ()
    consent: Consent | None = None
    tally: Tally = Tally()
    asked: Mapping[str, int] = field(default_factory=dict)
    """How many of the events each seat asked for; the node itself is the empty one."""

    @property
    def next_still(self) -> str:
        """Name of the still of a freeze that would come next; no client had a say in it."""
        return f"{self.consult}-{self.seq + 1}"


def apply(state: ConsultState, entry: Entry) -> ConsultState:
    """Raises:
    ValueError: ``entry`` isn't the next one: the log has a gap.
    """
    if entry.seq != state.seq + 1:
        raise ValueError(f"entry {entry.seq} can't follow {state.seq}")
    asked = {**state.asked, entry.by: state.asked.get(entry.by, 0) + 1}
    return replace(_apply_event(state, entry), seq=entry.seq, asked=asked)


def fold(consult: str, entries: tuple[Entry, ...]) -> ConsultState:
    return reduce(apply, entries, ConsultState(consult))


def _apply_event(state: ConsultState, entry: Entry) -> ConsultState:
    tally = state.tally
    match entry.event:
        case MarkAdded(mark=mark):
            board = state.board.with_mark(Drawn(entry.by, mark))
            return replace(state, board=board, tally=replace(tally, marks=tally.marks + 1))
        case MarksRemoved(marks=marks):
            return replace(state, board=state.board.without(marks))
        case Frozen(still=still, captured_at_ns=captured_at_ns):
            return replace(
                state,
                freeze=Freeze(still, entry.by, captured_at_ns),
                stills=(*state.stills, still)[-MAX_STILLS:],
                tally=replace(tally, stills=tally.stills + 1),
            )
        case Unfrozen():
            return replace(state, freeze=None)
        case Suggested() as event:
            made = Suggestion(event.suggestion, entry.by, event.move, event.direction, event.amount)
            return replace(
                state,
                suggestions=(*state.suggestions, made)[-MAX_SUGGESTIONS:],
                tally=replace(tally, suggestions=tally.suggestions + 1),
            )
        case Replied(suggestion=name, answer=answer):
            answered = (
                replace(one, answer=answer) if one.id == name else one for one in state.suggestions
            )
            return replace(state, suggestions=tuple(answered))
        case ConsentGiven(basis=basis, teaching=teaching):
            return replace(state, consent=Consent(basis, teaching))
        case ConsentWithdrawn():
            return replace(state, consent=None)
        case LeadGiven(participant=participant):
            return replace(state, lead=participant)
