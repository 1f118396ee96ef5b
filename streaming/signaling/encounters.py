"""/api/rooms/{room}/encounter: the operator says whose visit it is.

A record number comes in here and nowhere else. It isn't logged, not answered, and told to nobody.
"""

import time
from datetime import date
from http import HTTPStatus

from aiohttp import web
from pydantic import Field

from streaming.domain.access import NotAuthenticated
from streaming.domain.encounter import MAX_RECORD_NUMBER, Patient, Side, require_record_number
from streaming.domain.session import Role
from streaming.signaling.bodies import cookie_name, read_own_json
from streaming.signaling.ports import DEPS
from streaming.signaling.sessions import Body

MAX_NAME = 120


class EncounterRequest(Body):
    """Name and date of birth are only kept to find them in free text, and may be left out."""

    record_number: str = Field(min_length=1, max_length=MAX_RECORD_NUMBER, repr=False)
    side: Side = Side.NONE
    name: str = Field(default="", max_length=MAX_NAME, repr=False)
    born: date | None = Field(default=None, repr=False)


class EncounterInfo(Body):
    case: str
    side: Side


async def choose_patient(request: web.Request) -> web.Response:
    room = request.match_info["room"]
    body = await read_own_json(request, EncounterRequest)
    seat_id = await _operators_seat(request, room)
    desk = request.app[DEPS].encounters.get(room)
    if desk is None:
        raise NotAuthenticated("seat.unknown", "This browser has no seat in this room.")
    number = require_record_number(body.record_number)
    encounter = await desk.choose(seat_id, Patient(number, body.name.strip(), body.born), body.side)
    info = EncounterInfo(case=encounter.case, side=encounter.side)
    return web.json_response(
        info.model_dump(), status=HTTPStatus.CREATED, headers={"Cache-Control": "no-store"}
    )


async def _operators_seat(request: web.Request, room: str) -> str:
    """Raises:
    NotAuthenticated: ``seat.unknown``: no admitted operator's seat of this room is in the cookies.
    """
    cookie = request.cookies.get(cookie_name(Role.OPERATOR), "")
    seat = (await request.app[DEPS].seats.seat(cookie, now_s=int(time.time()))).seat
    if seat.room != room or seat.role is not Role.OPERATOR or not seat.admitted:
        raise NotAuthenticated("seat.unknown", "This browser has no seat in this room.")
    return seat.id
