"""/api/login, /api/logout and /api/me: a name and a password become a session behind a cookie."""

import time
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from streaming.domain.account import Account, SignedIn
from streaming.domain.errors import NotAllowed, SonopairError
from streaming.domain.session import Role, Seat
from streaming.signaling.bodies import (
    SESSION_COOKIE,
    cookie_name,
    read_own_json,
    seat_cookies,
    session_cookie,
)
from streaming.signaling.entries import ENTRIES
from streaming.signaling.hosts import HOSTS
from streaming.signaling.ports import DEPS

COOKIE_MAX_AGE_S = 12 * 3_600

KNOWN_COOKIE = "__Host-sonopair-known"
"""Tells a browser in which somebody signed in before from those of strangers who guess."""

KNOWN_COOKIE_MAX_AGE_S = 90 * 86_400

log = structlog.get_logger()


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Nothing(Body):
    pass


class LoginOptions(Body):
    """``oidc``: people may sign in with an OpenID provider, at /api/oidc/start."""

    oidc: bool


class LoginRequest(Body):
    login: str = Field(max_length=256)
    password: str = Field(max_length=1_024)


class PasswordRequest(Body):
    old: str = Field(max_length=1_024)
    new: str = Field(max_length=1_024)


class Me(Body):
    """Whoever ``must_change`` their password may do nothing else before."""

    id: str
    login: str
    name: str
    roles: Sequence[Role]
    must_change: bool

    @classmethod
    def of(cls, account: Account) -> "Me":
        return cls(
            id=account.id,
            login=account.login,
            name=account.name,
            roles=sorted(account.roles),
            must_change=account.must_change,
        )


async def login_options(request: web.Request) -> web.Response:
    options = LoginOptions(oidc=request.app[DEPS].sign_on is not None)
    return web.json_response(options.model_dump())


async def login(request: web.Request) -> web.Response:
    body = await read_own_json(request, LoginRequest)
    signed_in = await request.app[DEPS].sessions.sign_in(
        body.login,
        body.password,
        host=request.app[HOSTS].of(request),
        cookie=session_cookie(request),
        known=request.cookies.get(KNOWN_COOKIE, ""),
        now_s=int(time.time()),
        tick_s=time.monotonic(),
    )
    log.info("signed in", account=signed_in.account.id, by="password")
    response = await _alone(request, signed_in)
    if signed_in.known is not None:
        _set_cookie(response, KNOWN_COOKIE, signed_in.known, max_age=KNOWN_COOKIE_MAX_AGE_S)
    return response


async def logout(request: web.Request) -> web.Response:
    """The session ends, and every seat that the account took in this browser."""
    await read_own_json(request, Nothing)
    deps = request.app[DEPS]
    signed_in = await signed_in_of(request, unfinished_ok=True)
    response = web.Response(status=HTTPStatus.NO_CONTENT)
    left = await deps.seats.leave_as(
        signed_in.account, seat_cookies(request), now_s=int(time.time())
    )
    _have_left(request, response, left)
    await deps.sessions.sign_out(signed_in)
    delete_cookie(response, SESSION_COOKIE)
    return response


async def show_me(request: web.Request) -> web.Response:
    """Whoever comes back from an identity provider asks this first: cookies of seats aren't sent
    along on the way back itself."""
    return await _alone(request, await signed_in_of(request, unfinished_ok=True))


async def change_password(request: web.Request) -> web.Response:
    body = await read_own_json(request, PasswordRequest)
    deps, now_s = request.app[DEPS], int(time.time())
    signed_in = await signed_in_of(request, unfinished_ok=True)
    changed = await deps.sessions.change_password(
        signed_in,
        old=body.old,
        new=body.new,
        host=request.app[HOSTS].of(request),
        keep_seats=await _own_seats(request, now_s=now_s),
        now_s=now_s,
        tick_s=time.monotonic(),
    )
    return _me_response(changed)


async def signed_in_of(
    request: web.Request, *, role: Role | None = None, unfinished_ok: bool = False
) -> SignedIn:
    """Who asks, by the session's cookie; with ``role`` they must have it.

    Raises:
        NotAuthenticated: ``session.unknown``.
        NotAllowed: ``account.password_due``: their password must be changed first, unless
            ``unfinished_ok``; ``account.denied``: they don't have the role.
    """
    cookie = session_cookie(request)
    signed_in = await request.app[DEPS].sessions.signed_in(cookie, now_s=int(time.time()))
    request.app[ENTRIES].remember(cookie)
    if signed_in.account.must_change and not unfinished_ok:
        raise NotAllowed(
            "account.password_due",
            "The one-time password must be changed first.",
            fix="set a password of your own",
        )
    if role is not None and role not in signed_in.account.roles:
        raise NotAllowed("account.denied", f"This is for accounts with the role {role}.")
    return signed_in


def set_session_cookie(response: web.Response, signed_in: SignedIn) -> None:
    if signed_in.cookie is not None:
        _set_cookie(response, SESSION_COOKIE, signed_in.cookie, max_age=COOKIE_MAX_AGE_S)


def _set_cookie(response: web.Response, name: str, value: str, *, max_age: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def delete_cookie(response: web.Response, name: str) -> None:
    response.del_cookie(name, path="/", secure=True, httponly=True, samesite="Strict")


async def _alone(request: web.Request, signed_in: SignedIn) -> web.Response:
    """Seats that another account left in this browser end: they aren't this person's."""
    response = _me_response(signed_in)
    left = await request.app[DEPS].seats.leave_of_others(
        signed_in.account, seat_cookies(request), now_s=int(time.time())
    )
    _have_left(request, response, left)
    return response


def _have_left(request: web.Request, response: web.Response, seats: Sequence[Seat]) -> None:
    deps = request.app[DEPS]
    for seat in seats:
        deps.audit.record("seat.revoked", seat=seat.id, role=seat.role.value, room=seat.room)
        if (room := deps.rooms.get(seat.room)) is not None:
            room.remove(seat.id)
        delete_cookie(response, cookie_name(seat.role))


def _me_response(signed_in: SignedIn) -> web.Response:
    response = web.json_response(Me.of(signed_in.account).model_dump(mode="json"))
    set_session_cookie(response, signed_in)
    return response


async def _own_seats(request: web.Request, *, now_s: int) -> list[str]:
    """Ids of the seats that this browser holds."""
    seats = []
    for cookie in seat_cookies(request):
        try:
            seats.append((await request.app[DEPS].seats.seat(cookie, now_s=now_s)).seat.id)
        except SonopairError:
            continue
    return seats
