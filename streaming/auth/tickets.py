"""One-time tickets that open a WebSocket: in memory, 30 seconds, single use."""

from dataclasses import dataclass

from streaming.auth.tokens import digest, random_secret
from streaming.domain.access import NotAuthenticated
from streaming.domain.errors import LimitReached
from streaming.domain.session import Seat

LIFETIME_S = 30
MAX_OPEN = 10_000
"""Tickets that may wait to be used at once; beyond it none are issued until some expire."""


@dataclass(frozen=True, slots=True)
class _Open:
    seat: Seat
    expires_at_s: float


class Tickets:
    """``now_s`` is a monotonic clock's, in seconds."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}

    def issue(self, seat: Seat, *, now_s: float) -> str:
        """Raises:
        LimitReached: ``ticket.limit`` when ``MAX_OPEN`` tickets wait to be used.
        """
        if len(self._open) >= MAX_OPEN:
            self._open = {k: v for k, v in self._open.items() if v.expires_at_s > now_s}
        if len(self._open) >= MAX_OPEN:
            raise LimitReached("ticket.limit", "Too many people are joining at once.")
        ticket = random_secret()
        self._open[digest(ticket)] = _Open(seat, now_s + LIFETIME_S)
        return ticket

    def redeem(self, ticket: str, *, now_s: float) -> Seat:
        """The ticket's seat; the ticket is used up.

        Raises:
            NotAuthenticated: ``ticket.unknown``: never issued, used already, or expired. One code,
                so that a stranger learns nothing.
        """
        entry = self._open.pop(digest(ticket), None)
        if entry is None or entry.expires_at_s <= now_s:
            raise NotAuthenticated(
                "ticket.unknown",
                "This ticket was used already, has expired or was never issued.",
                fix="take a new ticket with POST /api/tickets",
            )
        return entry.seat
