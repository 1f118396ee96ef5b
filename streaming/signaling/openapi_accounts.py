"""The part of the OpenAPI description about accounts: sessions, accounts, rooms, invitations."""

from typing import Any

from streaming.signaling.account_seats import RoomList, RoomSeatRequest
from streaming.signaling.accounts import AccountChange, AccountInfo, AccountList, AccountRequest
from streaming.signaling.invites import InviteInfo, InviteRequest, InviteRevocation, Revoked
from streaming.signaling.openapi_parts import Json, answer, errors, json_content, path_parameter
from streaming.signaling.sessions import LoginOptions, LoginRequest, Me, Nothing, PasswordRequest

MODELS = (
    *(AccountChange, AccountInfo, AccountList, AccountRequest, InviteInfo, InviteRequest),
    *(InviteRevocation, LoginOptions, LoginRequest, Me, Nothing, PasswordRequest, Revoked),
    *(RoomList, RoomSeatRequest),
)
SECURITY: Json = {"session": {"type": "apiKey", "in": "cookie", "name": "__Host-sonopair-session"}}
_SESSION: list[Json] = [{"session": []}]
_INVITERS: list[Json] = [{"seat_operator": []}, {"seat_expert": []}]
_ADMIN = {"s403": "no admin, a password is due, or another site's page"}


def _post(
    summary: str, *, body: str, security: list[Json], responses: Json, **further: str
) -> Json:
    """A POST from the node's own pages; ``further`` are errors of its own."""
    said = {
        "s400": "malformed, or it can't be",
        "s403": "not allowed, or another site's page",
        "s413": "too large",
        "s415": "not JSON",
        "s429": "too many requests",
        "s503": "the records can't be used",
    }
    return {
        "summary": summary,
        "security": security,
        "requestBody": {"required": True, "content": json_content(body)},
        "responses": {**responses, **errors(**(said | further))},
    }


def _get(summary: str, model: str, **problems: str) -> Json:
    said = {"s401": "nobody is signed in", "s503": "the records can't be used"}
    return {
        "summary": summary,
        "security": _SESSION,
        "responses": {"200": answer(summary, json_content(model)), **errors(**(said | problems))},
    }


_SIGNED_OUT = {"s401": "nobody is signed in"}

_SESSIONS: Json = {
    "/api/login": {
        "get": {
            "summary": "How people may sign in",
            "security": [],
            "responses": {"200": answer("the ways", json_content("LoginOptions"))},
        },
        "post": _post(
            "Sign in with a name and a password; sets the session's cookie",
            body="LoginRequest",
            security=[],
            responses={"200": answer("who signed in", json_content("Me"))},
            s401="name or password is wrong",
            s429="it failed too often; Retry-After says how long to wait",
        ),
    },
    "/api/logout": {
        "post": _post(
            "Sign out; seats that the account took in this browser end as well",
            body="Nothing",
            security=_SESSION,
            responses={"204": answer("signed out")},
            **_SIGNED_OUT,
        )
    },
    "/api/me": {"get": _get("Who is signed in", "Me")},
    "/api/me/password": {
        "post": _post(
            "Change the password; the account's other sessions end",
            body="PasswordRequest",
            security=_SESSION,
            responses={"200": answer("changed", json_content("Me"))},
            **_SIGNED_OUT,
        )
    },
}

_HTML: Json = {"text/html": {"schema": {"type": "string"}}}

_OIDC: Json = {
    "/api/oidc/start": {
        "get": {
            "summary": "To the identity provider; sets a cookie to come back with",
            "security": [],
            "responses": {
                "303": answer("the provider's page"),
                "503": answer("the provider doesn't answer, as a page", _HTML),
                **errors(s404="the node has no identity provider", s429="too many requests"),
            },
        }
    },
    "/api/oidc/callback": {
        "get": {
            "summary": "Back from the identity provider; sets the session's cookie",
            "description": "Only the provider knows what goes into its query.",
            "security": [],
            "responses": {
                "303": answer("the worklist"),
                "401": answer("not signed in, as a page", _HTML),
                "403": answer("no role here, or the account is disabled, as a page", _HTML),
                "503": answer("the provider doesn't answer, as a page", _HTML),
                **errors(s404="the node has no identity provider", s429="too many requests"),
            },
        }
    },
}

_ACCOUNTS: Json = {
    "/api/accounts": {
        "get": _get("Every account, for admins", "AccountList", s403="no admin"),
        "post": _post(
            "Add an account; its one-time password is in this answer alone",
            body="AccountRequest",
            security=_SESSION,
            responses={"201": answer("added", json_content("AccountInfo"))},
            **_SIGNED_OUT | _ADMIN,
        ),
    },
    "/api/accounts/{id}": {
        "patch": {
            "parameters": [path_parameter("id")],
            **_post(
                "Change an account; what is left out stays",
                body="AccountChange",
                security=_SESSION,
                responses={"200": answer("as it is now", json_content("AccountInfo"))},
                **_SIGNED_OUT | _ADMIN,
            ),
        }
    },
}

_ROOMS: Json = {
    "/api/rooms": {"get": _get("The node's rooms", "RoomList", s403="a password is due")},
    "/api/rooms/{room}/seats": {
        "post": {
            "parameters": [path_parameter("room")],
            **_post(
                "Take a seat with the account's right to it; sets the seat's cookie",
                body="RoomSeatRequest",
                security=_SESSION,
                responses={
                    "200": answer("the seat this browser already holds", json_content("SeatInfo")),
                    "201": answer("a new seat", json_content("SeatInfo")),
                },
                **_SIGNED_OUT,
                s403="the account's roles don't give it, or a password is due",
                s404="no such room",
            ),
        }
    },
}

_INVITES: Json = {
    "/api/invites": {
        "post": _post(
            "Invite somebody to the room of one's own seat",
            body="InviteRequest",
            security=_INVITERS,
            responses={
                "201": answer("the secret, told once", json_content("InviteInfo")),
            },
            s401="no seat",
            s403="not by this seat, or another site's page",
        )
    },
    "/api/invites/revoke": {
        "post": _post(
            "Take the room's invitations of one role back; seats stay",
            body="InviteRevocation",
            security=_INVITERS,
            responses={"200": answer("how many there were", json_content("Revoked"))},
            s401="no seat",
            s403="not by this seat, or another site's page",
        )
    },
}

PATHS: dict[str, Any] = {**_SESSIONS, **_OIDC, **_ACCOUNTS, **_ROOMS, **_INVITES}
