"""What the HTTP server needs of the rest, as plain values and ports; put together in ``app``."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from aiohttp import web

from streaming.domain.access import Seating
from streaming.domain.account import Account, SignedIn
from streaming.domain.encounter import Encounter, Patient, Side
from streaming.domain.session import Role, Seat
from streaming.domain.turn import RelayAccess
from streaming.workflow.live.calls import CallBoard
from streaming.workflow.live.ports import AuditSink, LiveRoomPort


class Seats(Protocol):
    """Implemented by ``auth.seats.SeatBook``; times are seconds since 1970, UTC."""

    async def redeem(
        self, invite: str, *, name: str, cookies: Collection[str], now_s: int
    ) -> Seating: ...

    async def seat(self, cookie: str, *, now_s: int) -> Seating: ...

    async def holds(self, cookie: str, *, now_s: int) -> bool: ...

    async def leave(self, cookie: str, *, now_s: int) -> Seat: ...

    async def take(
        self, signed_in: SignedIn, *, room: str, role: Role, cookies: Collection[str], now_s: int
    ) -> Seating: ...

    async def leave_as(
        self, account: Account, cookies: Collection[str], *, now_s: int
    ) -> Sequence[Seat]: ...

    async def leave_of_others(
        self, account: Account, cookies: Collection[str], *, now_s: int
    ) -> Sequence[Seat]: ...

    async def create_invite(
        self,
        *,
        room: str,
        role: Role,
        uses: int,
        lifetime_s: int,
        now_s: int,
        lobby: bool,
        made_by_seat: str,
    ) -> str: ...

    async def spend_invites(self, *, room: str, role: Role) -> int: ...

    async def revoked(self, seat_ids: Collection[str], *, now_s: int) -> frozenset[str]: ...

    async def players_revoked(self) -> Mapping[str, int]: ...


class Tickets(Protocol):
    """Implemented by ``auth.tickets.Tickets``; times are monotonic seconds."""

    def issue(self, seat: Seat, *, now_s: float) -> str: ...

    def redeem(self, ticket: str, *, now_s: float) -> Seat: ...


class Grants(Protocol):
    """Implemented by ``auth.grants.Grants``; times are seconds since 1970, UTC."""

    def accept(self, token: str, *, room: str, now_s: int) -> int: ...


class Accounts(Protocol):
    """Implemented by ``auth.accounts.AccountBook``; times are seconds since 1970, UTC."""

    async def accounts(self) -> Sequence[Account]: ...

    async def add(
        self, *, login: str, name: str, roles: Collection[Role], now_s: int
    ) -> tuple[Account, str]: ...

    async def change(
        self,
        account_id: str,
        *,
        name: str | None,
        roles: Collection[Role] | None,
        disabled: bool | None,
    ) -> Account: ...

    async def reset_password(self, account_id: str, *, now_s: int) -> str: ...


class Sessions(Protocol):
    """Implemented by ``auth.sessions.SessionBook``; ``now_s`` is in seconds since 1970, UTC,
    ``tick_s`` a monotonic clock's."""

    async def sign_in(
        self,
        login: str,
        password: str,
        *,
        host: str,
        cookie: str,
        known: str,
        now_s: int,
        tick_s: float,
    ) -> SignedIn: ...

    async def open(self, account: Account, *, cookie: str, now_s: int) -> SignedIn: ...

    async def signed_in(self, cookie: str, *, now_s: int) -> SignedIn: ...

    async def holds(self, cookie: str, *, now_s: int) -> bool: ...

    async def sign_out(self, signed_in: SignedIn) -> None: ...

    async def change_password(
        self,
        signed_in: SignedIn,
        *,
        old: str,
        new: str,
        host: str,
        keep_seats: Collection[str],
        now_s: int,
        tick_s: float,
    ) -> SignedIn: ...


class SignOn(Protocol):
    """Implemented by ``auth.oidc.SignOn``; ``now_s`` is in seconds since 1970, UTC."""

    async def start(self, *, now_s: int) -> tuple[str, str]:
        """Where the browser goes, and the cookie that it comes back with."""

    async def finish(self, cookie: str, answer: Mapping[str, str], *, now_s: int) -> Account:
        """Who came back with ``answer`` in the address."""


class Relay(Protocol):
    """Implemented by ``auth.turn.Relay``; ``now_s`` is in seconds since 1970, UTC."""

    def access(self, participant: str, *, now_s: int) -> RelayAccess: ...


class Stills(Protocol):
    """Implemented by ``workflow.live.consult.ConsultDesk``."""

    async def still_png(self, still: str) -> bytes | None: ...


class Encounters(Protocol):
    """Implemented by ``workflow.live.encounter.EncounterDesk``."""

    async def choose(self, seat_id: str, patient: Patient, side: Side) -> Encounter: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """``origins`` are compared as text with a browser's ``Origin`` (``https://echo.example.org``).
    ``not_ready`` names what keeps the node from taking new people, with a sentence each; empty
    when ready. With an empty ``metrics_token`` /metrics answers on loopback only, and tells
    ``media_figures`` beside the rooms'. ``trusted_proxies`` are addresses and networks whose
    ``X-Forwarded-For`` is believed."""

    rooms: Mapping[str, LiveRoomPort]
    seats: Seats
    accounts: Accounts
    sessions: Sessions
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
    sign_on: SignOn | None = None
    calls: CallBoard = field(default_factory=lambda: CallBoard(clock_ns=time.monotonic_ns))
    stills: Mapping[str, Stills] = field(default_factory=dict)
    """By room."""
    encounters: Mapping[str, Encounters] = field(default_factory=dict)
    """By room."""
    authority: Path | None = None
    """The certificate of a local authority that phones may fetch and trust."""
    relay: Relay | None = None
    """The TURN server that participants may use."""


DEPS = web.AppKey("deps", Deps)
