"""What the HTTP server needs of the rest, as plain values and ports; put together in ``app``."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web

from streaming.domain.access import Seating
from streaming.domain.session import Role, Seat
from streaming.workflow.live.ports import AuditSink, LiveRoomPort


class Seats(Protocol):
    """Implemented by ``auth.seats.SeatBook``; times are seconds since 1970, UTC."""

    async def redeem(
        self, invite: str, *, name: str, cookies: Collection[str], now_s: int
    ) -> Seating: ...

    async def seat(self, cookie: str, *, now_s: int) -> Seating: ...

    async def holds(self, cookie: str, *, now_s: int) -> bool: ...

    async def leave(self, cookie: str, *, now_s: int) -> Seat: ...

    async def revoked(self, seat_ids: Collection[str]) -> frozenset[str]: ...

    async def players_revoked(self) -> Mapping[str, int]: ...


class Tickets(Protocol):
    """Implemented by ``auth.tickets.Tickets``; times are monotonic seconds."""

    def issue(self, seat: Seat, *, now_s: float) -> str: ...

    def redeem(self, ticket: str, *, now_s: float) -> Seat: ...


class Grants(Protocol):
    """Implemented by ``auth.grants.Grants``; times are seconds since 1970, UTC."""

    def accept(self, token: str, *, room: str, now_s: int) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """``origins`` are compared as text with a browser's ``Origin`` (``https://echo.example.org``).
    ``not_ready`` names what keeps the node from taking new people, with a sentence each; empty
    when ready. With an empty ``metrics_token`` /metrics answers on loopback only, and tells
    ``media_figures`` beside the rooms'. ``trusted_proxies`` are addresses and networks whose
    ``X-Forwarded-For`` is believed."""

    rooms: Mapping[str, LiveRoomPort]
    seats: Seats
    tickets: Tickets
    grants: Grants
    may_send: Callable[[Role, str], bool]
    audit: AuditSink
    origins: frozenset[str]
    webdist: Path
    version: str
    metrics_token: str = ""
    not_ready: Callable[[], Mapping[str, str]] = dict
    media_figures: Callable[[], Mapping[str, float]] = dict
    trusted_proxies: tuple[str, ...] = ()


DEPS = web.AppKey("deps", Deps)
