"""/whep: a stranger's player watches a room. Source: draft-ietf-wish-whep; RFC 9725 for WHIP.

Pages of any site may use it, since it takes a bearer token and never a cookie.
"""

import time
from http import HTTPStatus

import structlog
from aiohttp import web

from streaming.domain.access import NotAuthenticated
from streaming.signaling.bodies import read_sdp
from streaming.signaling.ports import DEPS
from streaming.signaling.problems import Handler, RequestError
from streaming.workflow.live.ports import LiveRoomPort

log = structlog.get_logger()

ENDPOINT = "/whep/{room}"
RESOURCE = "/whep/{room}/{player}"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@web.middleware
async def allow_every_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outside ``contain_errors``, so that a page can read errors as well."""
    response = await handler(request)
    if request.path.startswith("/whep/"):
        response.headers.update(_CORS)
    return response


async def start_player(request: web.Request) -> web.Response:
    deps, name = request.app[DEPS], request.match_info["room"]
    issued_at_s = deps.grants.accept(_bearer(request), room=name, now_s=int(time.time()))
    room = _room(request)
    offer = await read_sdp(request)
    # Last, so that nothing is waited for between it and the player's entry in the room.
    revoked_at_s = (await deps.seats.players_revoked()).get(name)
    if revoked_at_s is not None and issued_at_s <= revoked_at_s:
        raise NotAuthenticated(
            "grant.revoked", "Grants of that time were revoked.", fix="ask for a new grant"
        )
    player, answer = await room.whep_offer(offer)
    deps.audit.record("player.started", room=name)
    log.info("player started", room=name)
    return web.Response(
        status=HTTPStatus.CREATED,
        text=answer,
        content_type="application/sdp",
        headers={"Location": f"{request.path}/{player}", "ETag": f'"{player}"'},
    )


async def end_player(request: web.Request) -> web.Response:
    if not await _room(request).whep_end(request.match_info["player"]):
        raise RequestError(HTTPStatus.NOT_FOUND, "player.unknown", "This player has ended.")
    name = request.match_info["room"]
    request.app[DEPS].audit.record("players.ended", room=name, players=1, code="player.left")
    return web.Response(status=HTTPStatus.OK)


async def preflight(request: web.Request) -> web.Response:
    is_endpoint = "player" not in request.match_info
    methods = "POST, OPTIONS" if is_endpoint else "DELETE, OPTIONS"
    headers = {
        "Allow": methods,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "600",
    }
    if is_endpoint:
        headers["Accept-Post"] = "application/sdp"
    return web.Response(status=HTTPStatus.NO_CONTENT, headers=headers)


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated(
            "grant.missing", "A grant is needed.", fix="send Authorization: Bearer GRANT"
        )
    return token.strip()


def _room(request: web.Request) -> LiveRoomPort:
    room = request.app[DEPS].rooms.get(request.match_info["room"])
    if room is None:
        raise RequestError(HTTPStatus.NOT_FOUND, "room.unknown", "There is no such room.")
    return room
