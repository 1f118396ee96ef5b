"""/api/rooms: from an account to a seat, which stays the one way into a room."""

import time
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from aiohttp import web

from streaming.domain.access import Seating
from streaming.domain.account import SignedIn
from streaming.domain.session import Role
from streaming.signaling.bodies import read_own_json, seat_cookies
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import RequestError
from streaming.signaling.seats import seat_response
from streaming.signaling.sessions import Body, signed_in_of

log = structlog.get_logger()


class RoomInfo(Body):
    name: str


class RoomList(Body):
    rooms: Sequence[RoomInfo]


class RoomSeatRequest(Body):
    role: Role


async def list_rooms(request: web.Request) -> web.Response:
    await signed_in_of(request)
    names = sorted(request.app[DEPS].rooms)
    answer = RoomList(rooms=[RoomInfo(name=name) for name in names])
    return web.json_response(answer.model_dump())


async def take_seat(request: web.Request) -> web.Response:
    body = await read_own_json(request, RoomSeatRequest)
    signed_in = await signed_in_of(request)
    return seated(await seat_of_account(request, signed_in, role=body.role))


async def seat_of_account(request: web.Request, signed_in: SignedIn, *, role: Role) -> Seating:
    """A seat in the room that the address names; one that this browser already holds is kept.

    Raises:
        RequestError: ``room.unknown``.
        NotAllowed: ``seat.role``.
        NotAuthenticated: ``session.unknown``: it ended meanwhile.
    """
    deps, room = request.app[DEPS], request.match_info["room"]
    if room not in deps.rooms:
        raise RequestError(HTTPStatus.NOT_FOUND, "room.unknown", "There is no such room.")
    seating = await deps.seats.take(
        signed_in, room=room, role=role, cookies=seat_cookies(request), now_s=int(time.time())
    )
    if seating.is_new:
        seat, account_id = seating.seat, signed_in.account.id
        deps.audit.record(
            "seat.taken",
            seat=seat.id,
            role=seat.role.value,
            room=room,
            account=account_id,
        )
        log.info("seat taken", seat=seat.id, role=seat.role.value, room=room)
    return seating


def seated(seating: Seating) -> web.Response:
    return seat_response(seating, HTTPStatus.CREATED if seating.is_new else HTTPStatus.OK)
