"""Messages of the consult: what is pointed at, drawn, asked, frozen and agreed to.

Two kinds. *Passing* ones (``pointer``, ``stroke``) are shown at once and forgotten: the newest
counts, and they are dropped for whoever can't keep up. *Kept* ones change the consult's log: each
carries an ``id`` made by its sender, is put in order by the node, written down, and only then comes
back to everybody, its sender too, as ``consult.event`` with a ``seq``: that is the
acknowledgement. Sending a kept message again with the same ``id`` changes nothing and is
acknowledged again, so after a reconnect a client sends whatever wasn't acknowledged.

Coordinates are normalised to the encoded picture (0 … 1, origin top-left) and flat:
x0, y0, x1, y1, …
"""

from typing import Annotated, Literal

from pydantic import Field

from streaming.domain.consult import (
    ConsentBasis,
    MarkKind,
    ProbeAmount,
    ProbeAnswer,
    ProbeDirection,
    ProbeMove,
)
from streaming.protocol.wire import Id, Message, Nanoseconds, PlainText, SeatId

MAX_POINTS = 512
MAX_TEXT = 60

Coordinate = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[list[Coordinate], Field(min_length=2, max_length=2 * MAX_POINTS)]
StillId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,32}$")]
"""Empty: drawn on the moving picture."""


class Mark(Message):
    """``captured_at_ns`` is the frame it was drawn on; it is shown from that frame on. With
    ``still`` it belongs to that still and to nothing else. ``text`` is a label's."""

    id: Id
    kind: MarkKind
    points: Points
    captured_at_ns: Nanoseconds
    still: StillId = ""
    text: PlainText = Field(default="", max_length=MAX_TEXT)


# ---- client to node, passing -----------------------------------------------------------------


class Pointer(Message):
    """Where this participant points; at most 60 a second. Not ``visible``: it left the picture."""

    type: Literal["pointer"] = "pointer"
    x: Coordinate
    y: Coordinate
    visible: bool = True


class Stroke(Message):
    """A stroke while it is drawn: ``points`` continue what was sent before at point ``start``.

    ``tool`` ``laser`` fades 2 s after its last point and is never kept; the others are replaced by
    the ``mark.add`` of the same ``id``. ``done``: nothing follows (a laser stroke ended, or a mark
    was given up).
    """

    type: Literal["stroke"] = "stroke"
    id: Id
    tool: Literal["laser", "pen", "arrow", "ellipse", "caliper"]
    start: int = Field(ge=0, le=MAX_POINTS)
    points: Annotated[list[Coordinate], Field(max_length=2 * MAX_POINTS)]
    still: StillId = ""
    done: bool = False


# ---- client to node, kept --------------------------------------------------------------------


class MarkAdd(Message):
    """``confirmed``: its author has seen what ``label.doubt`` found in its text, and it names
    nobody."""

    type: Literal["mark.add"] = "mark.add"
    id: Id
    mark: Mark
    confirmed: bool = False


class MarkRemove(Message):
    """Undo, or erase: one's own mark; who may clear all may remove everybody's."""

    type: Literal["mark.remove"] = "mark.remove"
    id: Id
    mark: Id


class BoardClear(Message):
    """``all`` needs the lead or the operator."""

    type: Literal["board.clear"] = "board.clear"
    id: Id
    scope: Literal["mine", "all"]


class Freeze(Message):
    """Freeze together: everybody sees the frame of ``captured_at_ns``, soon as a lossless still."""

    type: Literal["freeze"] = "freeze"
    id: Id
    captured_at_ns: Nanoseconds


class Unfreeze(Message):
    type: Literal["unfreeze"] = "unfreeze"
    id: Id


class ProbeSuggest(Message):
    """By the lead only; the operator hears one voice. ``direction`` must suit ``move``."""

    type: Literal["probe.suggest"] = "probe.suggest"
    id: Id
    move: ProbeMove
    direction: ProbeDirection
    amount: ProbeAmount = ProbeAmount.MODERATE


class ProbeReply(Message):
    """By the operator."""

    type: Literal["probe.reply"] = "probe.reply"
    id: Id
    suggestion: Id
    answer: ProbeAnswer


class ConsentGive(Message):
    """By the operator, before anything is recorded. ``teaching`` is a consent of its own."""

    type: Literal["consent.give"] = "consent.give"
    id: Id
    basis: ConsentBasis
    teaching: bool = False


class ConsentWithdraw(Message):
    type: Literal["consent.withdraw"] = "consent.withdraw"
    id: Id


class LeadGive(Message):
    """Hand the lead to another expert: by the lead or the operator. An expert may also take it
    (``participant`` is the sender) while the lead isn't present."""

    type: Literal["lead.give"] = "lead.give"
    id: Id
    participant: SeatId


# ---- node to client --------------------------------------------------------------------------


class Pointed(Message):
    type: Literal["pointed"] = "pointed"
    participant: SeatId
    x: float
    y: float
    visible: bool


class Stroked(Message):
    """``stroke`` of a participant."""

    type: Literal["stroked"] = "stroked"
    participant: SeatId
    id: Id
    tool: Literal["laser", "pen", "arrow", "ellipse", "caliper"]
    start: int
    points: list[float]
    still: StillId
    done: bool


class MarkAdded(Message):
    kind: Literal["mark_added"] = "mark_added"
    mark: Mark


class MarksRemoved(Message):
    """One by ``mark.remove``, several by ``board.clear``."""

    kind: Literal["marks_removed"] = "marks_removed"
    marks: list[Id]


class Frozen(Message):
    """``still`` names the still to come, as ``still.ready``, and marks drawn on it."""

    kind: Literal["frozen"] = "frozen"
    still: StillId
    captured_at_ns: Nanoseconds


class Unfrozen(Message):
    kind: Literal["unfrozen"] = "unfrozen"


class Suggested(Message):
    kind: Literal["suggested"] = "suggested"
    suggestion: Id
    move: ProbeMove
    direction: ProbeDirection
    amount: ProbeAmount


class Replied(Message):
    kind: Literal["replied"] = "replied"
    suggestion: Id
    answer: ProbeAnswer


class ConsentGiven(Message):
    kind: Literal["consent_given"] = "consent_given"
    basis: ConsentBasis
    teaching: bool


class ConsentWithdrawn(Message):
    kind: Literal["consent_withdrawn"] = "consent_withdrawn"


class LeadGiven(Message):
    """Empty when the lead left and no expert is there."""

    kind: Literal["lead_given"] = "lead_given"
    participant: str


Happening = Annotated[
    MarkAdded
    | MarksRemoved
    | Frozen
    | Unfrozen
    | Suggested
    | Replied
    | ConsentGiven
    | ConsentWithdrawn
    | LeadGiven,
    Field(discriminator="kind"),
]


class ConsultEvent(Message):
    """Something that happened and is kept. ``seq`` counts up by one within ``consult``; ``id`` is
    that of the message it answers; ``by`` is a seat, or empty for the node."""

    type: Literal["consult.event"] = "consult.event"
    consult: str
    seq: int
    id: str
    by: str
    at_ns: Nanoseconds
    """When it was accepted, node clock of ``welcome.server``; 0 if an earlier run accepted it."""
    event: Happening


class DrawnMark(Message):
    by: str
    mark: Mark


class SuggestionState(Message):
    id: Id
    by: str
    move: ProbeMove
    direction: ProbeDirection
    amount: ProbeAmount
    answer: ProbeAnswer | None


class FreezeState(Message):
    still: StillId
    by: str
    captured_at_ns: Nanoseconds


class ConsentState(Message):
    basis: ConsentBasis
    teaching: bool


class ConsultState(Message):
    """All that the log comes to, after ``welcome`` and when a new consult begins: events up to
    ``seq`` are in it. ``handled`` are the ids of the receiver's own messages that were accepted
    lately, so that it knows what needn't be sent again."""

    type: Literal["consult.state"] = "consult.state"
    consult: str
    seq: int
    lead: str
    marks: list[DrawnMark]
    suggestions: list[SuggestionState]
    freeze: FreezeState | None
    consent: ConsentState | None
    handled: list[Id]


class StillReady(Message):
    """The lossless PNG of a freeze, to be fetched with the seat's cookie from ``path``."""

    type: Literal["still.ready"] = "still.ready"
    still: StillId
    path: str
    width: int
    height: int
    captured_at_ns: Nanoseconds


class StillFailed(Message):
    """There will be no still; the frozen video frame stays."""

    type: Literal["still.failed"] = "still.failed"
    still: StillId
    code: str
    message: str
