"""/api/invites: who has a seat brings others into the same room."""

import time
from http import HTTPStatus

from aiohttp import web
from pydantic import Field

from streaming.domain.access import INVITES, NotAuthenticated, invitation_id, may_pass_the_lobby
from streaming.domain.errors import LimitReached, NotAllowed, SonopairError
from streaming.domain.session import Role, Seat
from streaming.signaling.bodies import cookie_name, read_own_json
from streaming.signaling.ports import DEPS
from streaming.signaling.sessions import Body
from streaming.signaling.throttle import Throttle

INVITES_PER_S = 1 / 30
INVITES_BURST = 10
"""Of one seat."""

MAX_USES = 50
MIN_LIFETIME_S = 60
MAX_LIFETIME_S = 86_400

INVITE_RATIONS = web.AppKey("invite_rations", Throttle)


def new_rations() -> Throttle:
    return Throttle(rate_per_s=INVITES_PER_S, burst=INVITES_BURST)


class InviteRequest(Body):
    """``lobby``: whoever enters by it waits to be admitted; without it, all but cameras do.
    ``seat`` says which of the browser's seats invites; without it, the operator's, else the
    expert's."""

    role: Role
    uses: int = Field(default=1, ge=1, le=MAX_USES)
    lifetime_s: int = Field(default=3_600, ge=MIN_LIFETIME_S, le=MAX_LIFETIME_S)
    lobby: bool | None = None
    seat: Role | None = None


class InviteInfo(Body):
    """``invite`` is the secret that belongs into a link's fragment; it is told this once."""

    invite: str
    room: str
    role: Role
    uses: int
    lobby: bool
    expires_in_s: int


class InviteRevocation(Body):
    role: Role
    seat: Role | None = None


class Revoked(Body):
    """How many invitations gave seats and don't any more."""

    invites: int


async def create_invite(request: web.Request) -> web.Response:
    body = await read_own_json(request, InviteRequest)
    deps = request.app[DEPS]
    seat = await _inviting_seat(request, body.seat, role=body.role)
    if not request.app[INVITE_RATIONS].take(seat.id, now_s=time.monotonic()):
        raise LimitReached("invite.rate", "This seat made many invitations.", fix="wait a minute")
    lobby = body.role is not Role.CAMERA if body.lobby is None else body.lobby
    if not lobby and not may_pass_the_lobby(seat, body.role):
        raise NotAllowed(
            "invite.lobby",
            "Without an account you invite people to the lobby only.",
            fix="leave lobby out, and let them in when they come",
        )
    secret = await deps.seats.create_invite(
        room=seat.room,
        role=body.role,
        uses=body.uses,
        lifetime_s=body.lifetime_s,
        now_s=int(time.time()),
        lobby=lobby,
        made_by_seat=seat.id,
    )
    deps.audit.record(
        "invite.created",
        invite=invitation_id(secret),
        room=seat.room,
        role=body.role.value,
        uses=body.uses,
        lobby=lobby,
        seat=seat.id,
    )
    answer = InviteInfo(
        invite=secret,
        room=seat.room,
        role=body.role,
        uses=body.uses,
        lobby=lobby,
        expires_in_s=body.lifetime_s,
    )
    return web.json_response(answer.model_dump(mode="json"), status=HTTPStatus.CREATED)


async def revoke_invites(request: web.Request) -> web.Response:
    body = await read_own_json(request, InviteRevocation)
    deps = request.app[DEPS]
    seat = await _inviting_seat(request, body.seat, role=body.role)
    spent = await deps.seats.spend_invites(room=seat.room, role=body.role)
    deps.audit.record(
        "invites.revoked", room=seat.room, role=body.role.value, invites=spent, seat=seat.id
    )
    return web.json_response(Revoked(invites=spent).model_dump())


async def _inviting_seat(request: web.Request, which: Role | None, *, role: Role) -> Seat:
    """The browser's seat that invites ``role``.

    Raises:
        NotAuthenticated: ``seat.unknown``.
        NotAllowed: ``invite.denied``: not by such a seat, or it waits in the lobby itself.
    """
    missing: SonopairError | None = None
    for own in INVITES if which is None else [which]:
        cookie = request.cookies.get(cookie_name(own), "")
        try:
            seat = (await request.app[DEPS].seats.seat(cookie, now_s=int(time.time()))).seat
        except NotAuthenticated as error:
            missing = error
            continue
        if seat.role is own:
            break
    else:
        raise missing or NotAuthenticated("seat.unknown", "This browser has no seat here.")
    if role not in INVITES.get(seat.role, frozenset()) or not seat.admitted:
        raise NotAllowed("invite.denied", f"The {seat.role} may not invite the role {role}.")
    return seat
