"""What may be asked of a consult's log, and what happened in it.

An event is named, on disk and on the wire, by its ``kind``: an older log must stay readable, so a
kind is never given another meaning.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from streaming.domain.board import Mark
from streaming.domain.consult import (
    ConsentBasis,
    ProbeAmount,
    ProbeAnswer,
    ProbeDirection,
    ProbeMove,
)
from streaming.domain.session import Role

# ---- asked -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddMark:
    mark: Mark


@dataclass(frozen=True, slots=True)
class RemoveMark:
    mark: str


@dataclass(frozen=True, slots=True)
class ClearBoard:
    """``everything``, or only what the sender drew."""

    everything: bool


@dataclass(frozen=True, slots=True)
class FreezeFrame:
    captured_at_ns: int


@dataclass(frozen=True, slots=True)
class GoOn:
    """Ends a freeze."""


@dataclass(frozen=True, slots=True)
class Suggest:
    move: ProbeMove
    direction: ProbeDirection
    amount: ProbeAmount


@dataclass(frozen=True, slots=True)
class Reply:
    suggestion: str
    answer: ProbeAnswer


@dataclass(frozen=True, slots=True)
class GiveConsent:
    basis: ConsentBasis
    teaching: bool


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    pass


@dataclass(frozen=True, slots=True)
class GiveLead:
    participant: str


Command: TypeAlias = (
    AddMark
    | RemoveMark
    | ClearBoard
    | FreezeFrame
    | GoOn
    | Suggest
    | Reply
    | GiveConsent
    | WithdrawConsent
    | GiveLead
)


@dataclass(frozen=True, slots=True)
class Order:
    """A command of seat ``by``, who chose ``id``."""

    id: str
    by: str
    role: Role
    command: Command


# ---- happened --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MarkAdded:
    mark: Mark
    kind: Literal["mark_added"] = "mark_added"


@dataclass(frozen=True, slots=True)
class MarksRemoved:
    marks: tuple[str, ...]
    kind: Literal["marks_removed"] = "marks_removed"


@dataclass(frozen=True, slots=True)
class Frozen:
    still: str
    captured_at_ns: int
    kind: Literal["frozen"] = "frozen"


@dataclass(frozen=True, slots=True)
class Unfrozen:
    kind: Literal["unfrozen"] = "unfrozen"


@dataclass(frozen=True, slots=True)
class Suggested:
    suggestion: str
    move: ProbeMove
    direction: ProbeDirection
    amount: ProbeAmount
    kind: Literal["suggested"] = "suggested"


@dataclass(frozen=True, slots=True)
class Replied:
    suggestion: str
    answer: ProbeAnswer
    kind: Literal["replied"] = "replied"


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    basis: ConsentBasis
    teaching: bool
    kind: Literal["consent_given"] = "consent_given"


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    kind: Literal["consent_withdrawn"] = "consent_withdrawn"


@dataclass(frozen=True, slots=True)
class LeadGiven:
    """Empty: nobody has it."""

    participant: str
    kind: Literal["lead_given"] = "lead_given"


Event: TypeAlias = (
    MarkAdded
    | MarksRemoved
    | Frozen
    | Unfrozen
    | Suggested
    | Replied
    | ConsentGiven
    | ConsentWithdrawn
    | LeadGiven
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``seq`` counts from 1 without a gap. ``id`` and ``by`` are the order's,
    both empty where the node acted by itself. ``at_ms`` is UTC, since 1970; ``at_ns`` is the same
    moment in this run's monotonic clock, and 0 once the entry was read from disk."""

    seq: int
    id: str
    by: str
    at_ms: int
    event: Event
    at_ns: int = 0
