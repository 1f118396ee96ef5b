"""/api/rooms/{room}/stills/{still}.png: a freeze's lossless picture, for who is in the room."""

import time
from http import HTTPStatus

from aiohttp import web

from streaming.domain.access import NotAuthenticated
from streaming.domain.errors import NotAllowed
from streaming.domain.session import PEOPLE, Seat
from streaming.signaling.bodies import seat_cookies
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import RequestError


async def show_still(request: web.Request) -> web.Response:
    room = request.match_info["room"]
    await _require_seat(request, room)
    shelf = request.app[DEPS].stills.get(room)
    png = await shelf.still_png(request.match_info["still"]) if shelf else None
    if png is None:
        raise RequestError(HTTPStatus.NOT_FOUND, "still.gone", "This still isn't here any more.")
    return web.Response(body=png, content_type="image/png", headers={"Cache-Control": "no-store"})


async def _require_seat(request: web.Request, room: str) -> Seat:
    """Raises:
    NotAuthenticated: ``seat.unknown``: no person's seat of this room is in the cookies.
    NotAllowed: ``lobby.waiting``: it wasn't admitted yet.
    """
    seats = request.app[DEPS].seats
    waiting = False
    for cookie in seat_cookies(request):
        try:
            seat = (await seats.seat(cookie, now_s=int(time.time()))).seat
        except NotAuthenticated:
            continue
        if seat.room == room and seat.role in PEOPLE:
            if seat.admitted:
                return seat
            waiting = True
    if waiting:
        raise NotAllowed("lobby.waiting", "Nobody has let you in yet.", fix="wait a moment")
    raise NotAuthenticated("seat.unknown", "This browser has no seat in this room.")
