"""/api/turn: a seat gets what its browser needs to use the TURN server."""

import time

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from streaming.domain.errors import NotAllowed
from streaming.domain.session import Role
from streaming.domain.turn import RelayPolicy
from streaming.signaling.bodies import read_own_json
from streaming.signaling.ports import DEPS
from streaming.signaling.seats import seating_of, set_seat_cookie


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnRequest(_Body):
    role: Role


class TurnInfo(_Body):
    """``urls`` are for ``RTCIceServer``, ``policy`` for ``iceTransportPolicy``. The credentials
    begin something new for ``ttl_s`` seconds. Without a TURN server ``urls`` is empty."""

    urls: tuple[str, ...] = ()
    username: str = ""
    credential: str = ""
    ttl_s: int = 0
    policy: RelayPolicy = RelayPolicy.ALL


async def issue_relay_access(request: web.Request) -> web.Response:
    """Raises:
    NotAuthenticated: ``seat.unknown``.
    NotAllowed: ``lobby.waiting``: whoever isn't let in has no media to relay.
    """
    body = await read_own_json(request, TurnRequest)
    seating = await seating_of(request, body.role)
    if not seating.seat.admitted:
        raise NotAllowed("lobby.waiting", "Nobody has let you in yet.", fix="wait a moment")
    relay = request.app[DEPS].relay
    info = TurnInfo()
    if relay is not None:
        access = relay.access(seating.seat.id, now_s=int(time.time()))
        info = TurnInfo(
            urls=access.urls,
            username=access.username,
            credential=access.credential,
            ttl_s=access.ttl_s,
            policy=access.policy,
        )
    response = web.json_response(info.model_dump(mode="json"))
    set_seat_cookie(response, seating)
    return response
