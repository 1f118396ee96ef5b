"""/api/seats and /api/tickets: an invitation becomes a seat, a seat mints tickets."""

import time
from http import HTTPStatus

import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from streaming.domain.access import NotAuthenticated, Seating, invitation_id
from streaming.domain.session import Role, Seat
from streaming.protocol.wire import PlainText
from streaming.signaling.bodies import (
    cookie_name,
    read_json,
    require_own_origin,
    seat_cookies,
)
from streaming.signaling.entries import ENTRIES
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import RequestError

COOKIE_MAX_AGE_S = 90 * 86_400
TICKET_LIFETIME_S = 30

log = structlog.get_logger()


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SeatRequest(_Body):
    invite: str = Field(min_length=16, max_length=128)
    name: PlainText = Field(default="", max_length=60)
    """How the others see this participant; a person's own name or function, never a patient's."""


class SeatInfo(_Body):
    id: str
    role: Role
    room: str
    name: str
    admitted: bool
    """False in the lobby, until somebody in the room lets them in."""
    verified: bool
    """Behind the seat is an account of this site."""

    @classmethod
    def of(cls, seat: Seat) -> "SeatInfo":
        return cls(
            id=seat.id,
            role=seat.role,
            room=seat.room,
            name=seat.name,
            admitted=seat.admitted,
            verified=seat.verified,
        )


class TicketRequest(_Body):
    role: Role


class TicketInfo(_Body):
    ticket: str
    expires_in_s: int = TICKET_LIFETIME_S


async def take_seat(request: web.Request) -> web.Response:
    deps = request.app[DEPS]
    body = await read_json(request, SeatRequest)
    seating = await deps.seats.redeem(
        body.invite,
        name=body.name.strip(),
        cookies=seat_cookies(request),
        now_s=int(time.time()),
    )
    if seating.is_new:
        seat = seating.seat
        deps.audit.record(
            "seat.taken",
            seat=seat.id,
            role=seat.role.value,
            room=seat.room,
            invite=invitation_id(body.invite),
        )
        log.info("seat taken", seat=seat.id, role=seat.role.value, room=seat.room)
    status = HTTPStatus.CREATED if seating.is_new else HTTPStatus.OK
    return seat_response(seating, status)


async def show_seat(request: web.Request) -> web.Response:
    return seat_response(await seating_of(request, _role(request)), HTTPStatus.OK)


async def leave_seat(request: web.Request) -> web.Response:
    require_own_origin(request, absent_ok=True)
    deps, role = request.app[DEPS], _role(request)
    cookie = request.cookies.get(cookie_name(role), "")
    seat = await deps.seats.leave(cookie, now_s=int(time.time()))
    deps.audit.record("seat.revoked", seat=seat.id, role=seat.role.value, room=seat.room)
    if (room := deps.rooms.get(seat.room)) is not None:
        room.remove(seat.id)
    response = web.Response(status=HTTPStatus.NO_CONTENT)
    response.del_cookie(cookie_name(role), path="/", secure=True, httponly=True, samesite="Strict")
    return response


async def issue_ticket(request: web.Request) -> web.Response:
    body = await read_json(request, TicketRequest)
    seating = await seating_of(request, body.role)
    ticket = request.app[DEPS].tickets.issue(seating.seat, now_s=time.monotonic())
    response = web.json_response(
        TicketInfo(ticket=ticket).model_dump(mode="json"), status=HTTPStatus.CREATED
    )
    set_seat_cookie(response, seating)
    return response


async def seating_of(request: web.Request, role: Role) -> Seating:
    """The browser's seat of that role.

    Raises:
        NotAuthenticated: ``seat.unknown`` or ``seat.revoked``.
    """
    cookie = request.cookies.get(cookie_name(role), "")
    seating = await request.app[DEPS].seats.seat(cookie, now_s=int(time.time()))
    if seating.seat.role is not role:
        raise NotAuthenticated("seat.unknown", "This browser has no seat of that role here.")
    request.app[ENTRIES].remember(cookie)
    return seating


def _role(request: web.Request) -> Role:
    try:
        return Role(request.match_info["role"])
    except ValueError:
        raise RequestError(
            HTTPStatus.NOT_FOUND, "request.not_found", "There is no such role."
        ) from None


def seat_response(seating: Seating, status: HTTPStatus) -> web.Response:
    response = web.json_response(SeatInfo.of(seating.seat).model_dump(mode="json"), status=status)
    set_seat_cookie(response, seating)
    return response


def set_seat_cookie(response: web.Response, seating: Seating) -> None:
    if seating.cookie is not None:
        response.set_cookie(
            cookie_name(seating.seat.role),
            seating.cookie,
            max_age=COOKIE_MAX_AGE_S,
            path="/",
            secure=True,
            httponly=True,
            samesite="Strict",
        )
