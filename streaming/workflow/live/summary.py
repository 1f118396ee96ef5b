"""What people are told when a session ends: how long it was, who was there, what was done."""

from collections import Counter
from collections.abc import Iterable

from streaming.protocol.people_messages import SessionSummary
from streaming.workflow.live.attendance import Attendance
from streaming.workflow.live.desk import Desk


def summary(
    desks: Iterable[Desk],
    *,
    attendance: Attendance,
    players: int,
    frames: int,
    profile: str,
    now_ns: int,
) -> SessionSummary:
    """``players`` and ``frames`` of the whole session."""
    counts: Counter[str] = Counter()
    facts = {"consent": ""}
    for desk in desks:
        counts.update(desk.counts())
        facts |= desk.facts()
    return SessionSummary(
        seconds=attendance.seconds(now_ns),
        attendance=attendance.entries(now_ns),
        players=players,
        frames=frames,
        marks=counts["marks"],
        stills=counts["stills"],
        suggestions=counts["suggestions"],
        profile=profile,
        consent=facts["consent"],
    )
