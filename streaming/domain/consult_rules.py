"""What may happen next in a consult: pure decisions, apart from carrying them out.

``check`` needs nothing but the command: what it refuses is a mistake of the client. ``decide``
asks how things stand; what it refuses may just have been overtaken by what somebody else did.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from streaming.domain.board import DECIMALS, MAX_BOARD_POINTS, MAX_MARKS, Mark
from streaming.domain.consult import DIRECTIONS
from streaming.domain.consult_events import (
    AddMark,
    ClearBoard,
    Command,
    ConsentGiven,
    ConsentWithdrawn,
    Event,
    FreezeFrame,
    Frozen,
    GiveConsent,
    GiveLead,
    GoOn,
    LeadGiven,
    MarkAdded,
    MarksRemoved,
    Order,
    RemoveMark,
    Replied,
    Reply,
    Suggest,
    Suggested,
    Unfrozen,
    WithdrawConsent,
)
from streaming.domain.consult_state import ConsultState
from streaming.domain.errors import BadInput, LimitReached, NotAllowed, SonopairError
from streaming.domain.session import Role

MAX_EVENTS = 20_000
"""Of one consult. The operator can change consent and the lead beyond it."""

MAX_EVENTS_OF_SEAT = 5_000
"""Of one seat in it, but the operator's: nobody uses up what is for all."""

KEPT_FOR_OPERATOR = 2_000
"""The last of them."""


class Overtaken(SonopairError):
    """Not possible as things stand now, though it may have been when it was sent."""


class LogFull(LimitReached):
    """A limit of the consult. Trying again won't help."""

    retry = False


@dataclass(frozen=True, slots=True)
class Around:
    """The room: ``experts`` are those who are there, who came first at the front; ``members`` are
    all who may come back by themselves."""

    experts: Sequence[str] = ()
    members: frozenset[str] = frozenset()


def check(command: Command) -> None:
    """Raises:
    BadInput: ``board.malformed``, ``probe.direction``.
    """
    match command:
        case AddMark(mark=mark) if not mark.is_well_formed:
            raise BadInput(
                "board.malformed",
                f"This isn't how a {mark.kind} is made.",
                fix="two points, but a pen stroke 1 to 512 and a label one with its text",
            )
        case Suggest(move=move, direction=direction) if direction not in DIRECTIONS[move]:
            raise BadInput(
                "probe.direction",
                f"The probe can't {move} {direction.replace('_', ' ')}.",
                fix="choose a direction that suits the move",
            )


def decide(state: ConsultState, order: Order, around: Around) -> Event:
    """The event that ``order``, which ``check`` accepted, leads to.

    Raises:
        Overtaken, NotAllowed, LogFull: nothing changes.
    """
    match order.command:
        case GiveConsent(basis=basis, teaching=teaching):
            return ConsentGiven(basis, teaching)
        case WithdrawConsent():
            if state.consent is None:
                raise Overtaken("consent.none", "There is no consent to withdraw.")
            return ConsentWithdrawn()
        case GiveLead(participant=participant):
            if order.role is not Role.OPERATOR:
                _require_space(state, order)
            return _give_lead(state, order, around, participant)
        case _:
            _require_space(state, order)
            return _decide_on_picture(state, order)


def settle_lead(state: ConsultState, around: Around, *, before: str = "") -> Event | None:
    """What the node does about the lead by itself: whoever has it keeps it as long as they may
    come back; else ``before``, if they are there, or the expert who came first. None: nothing."""
    if state.lead in around.members:
        return None
    chosen = before if before in around.experts else next(iter(around.experts), "")
    return LeadGiven(chosen) if chosen != state.lead else None


def _decide_on_picture(state: ConsultState, order: Order) -> Event:
    match order.command:
        case AddMark(mark=mark):
            return _add(state, mark)
        case RemoveMark(mark=name):
            return _remove(state, order, name)
        case ClearBoard(everything=everything):
            return _clear(state, order, everything=everything)
        case FreezeFrame(captured_at_ns=captured_at_ns):
            return Frozen(state.next_still, captured_at_ns)
        case GoOn():
            if state.freeze is None:
                raise Overtaken("freeze.none", "The picture isn't frozen.")
            return Unfrozen()
        case Suggest(move=move, direction=direction, amount=amount):
            if state.lead != order.by:
                raise Overtaken(
                    "probe.not_lead",
                    "Only the expert who leads guides the probe.",
                    fix="ask for the lead",
                )
            return Suggested(order.id, move, direction, amount)
        case Reply(suggestion=name, answer=answer):
            if all(known.id != name for known in state.suggestions):
                raise Overtaken("probe.unknown", "This suggestion is long past.")
            return Replied(name, answer)
        case command:
            raise AssertionError(f"{type(command).__name__} was decided before")


def _require_space(state: ConsultState, order: Order) -> None:
    if order.role is Role.OPERATOR:
        is_full = state.seq >= MAX_EVENTS
    else:
        used = state.asked.get(order.by, 0)
        is_full = used >= MAX_EVENTS_OF_SEAT or state.seq >= MAX_EVENTS - KEPT_FOR_OPERATOR
    if is_full:
        raise LogFull(
            "consult.full",
            "Too much has happened in this session.",
            fix="end the session and start a new one",
        )


def _add(state: ConsultState, mark: Mark) -> Event:
    if mark.id in state.board.marks:
        raise Overtaken("board.twice", "This mark is on the picture already.")
    if mark.still and mark.still not in state.stills:
        raise Overtaken("board.still", "The still this was drawn on isn't there any more.")
    if not state.board.has_room_for(mark):
        raise LogFull(
            "board.full",
            f"More than {MAX_MARKS} marks or {MAX_BOARD_POINTS:,} points don't fit.",
            fix="clear marks that aren't needed",
        )
    points = tuple(round(coordinate, DECIMALS) for coordinate in mark.points)
    return MarkAdded(replace(mark, points=points))


def _remove(state: ConsultState, order: Order, name: str) -> Event:
    drawn = state.board.marks.get(name)
    if drawn is None:
        raise Overtaken("board.gone", "This mark isn't there any more.")
    if drawn.by != order.by and not _may_clear_all(state, order):
        raise NotAllowed("board.not_yours", "This mark is somebody else's.", fix="ask the lead")
    return MarksRemoved((name,))


def _clear(state: ConsultState, order: Order, *, everything: bool) -> Event:
    if everything and not _may_clear_all(state, order):
        raise Overtaken(
            "board.not_lead",
            "Only the operator and the expert who leads clear everything.",
            fix="clear your own marks, or ask for the lead",
        )
    return MarksRemoved(tuple(state.board.marks) if everything else state.board.of(order.by))


def _may_clear_all(state: ConsultState, order: Order) -> bool:
    return order.role is Role.OPERATOR or order.by == state.lead


def _give_lead(state: ConsultState, order: Order, around: Around, to: str) -> Event:
    """An expert may take it while whoever has it isn't there."""
    takes = order.by == to and order.role is Role.EXPERT and state.lead not in around.experts
    if not (order.role is Role.OPERATOR or order.by == state.lead or takes):
        raise Overtaken(
            "lead.not_yours",
            "The lead is somebody else's to give.",
            fix="ask who leads, or the operator",
        )
    if to not in around.experts:
        raise Overtaken("lead.absent", "Only an expert who is here can lead.")
    return LeadGiven(to)
