"""The OpenAPI 3.1 description of every route; a test compares it with the router."""

from pydantic.json_schema import models_json_schema

from streaming.domain.session import SEAT_ROLES
from streaming.signaling import openapi_accounts, openapi_encounters, openapi_worklist
from streaming.signaling.openapi_parts import (
    Json,
    answer,
    errors,
    json_content,
    path_parameter,
    problems,
)
from streaming.signaling.problems import Problem
from streaming.signaling.seats import SeatInfo, SeatRequest, TicketInfo, TicketRequest
from streaming.signaling.turn import TurnInfo, TurnRequest

_MODELS = (
    *(Problem, SeatInfo, SeatRequest, TicketInfo, TicketRequest),
    *(TurnInfo, TurnRequest),
    *openapi_accounts.MODELS,
    *openapi_encounters.MODELS,
    *openapi_worklist.MODELS,
)
_SEAT_COOKIES = [role.value for role in SEAT_ROLES]


def openapi_document(version: str) -> Json:
    _, schemas = models_json_schema(
        [(model, "validation") for model in _MODELS],
        ref_template="#/components/schemas/{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sonopair node",
            "version": version,
            "summary": "Accounts, seats, tickets, WHEP and operations of a tele-ultrasound node",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            **_PAGES,
            **_SEATS,
            **openapi_accounts.PATHS,
            **openapi_worklist.PATHS,
            **_TURN,
            **_SOCKET,
            **_STILLS,
            **openapi_encounters.PATHS,
            **_WHEP,
            **_OPERATIONS,
        },
        "components": {"schemas": schemas["$defs"], "securitySchemes": _SECURITY},
    }


_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_CERTIFICATE = {"application/x-x509-ca-cert": {"schema": {"type": "string"}}}
_HTML = {"text/html": {"schema": {"type": "string"}}}
_SDP = {"application/sdp": {"schema": {"type": "string", "maxLength": 65_536}}}
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_ANY_SEAT: list[Json] = [{f"seat_{role}": []} for role in _SEAT_COOKIES]

_SECURITY: Json = {
    **{
        f"seat_{role}": {"type": "apiKey", "in": "cookie", "name": f"__Host-sonopair-{role}"}
        for role in _SEAT_COOKIES
    },
    "grant": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "metrics_token": {"type": "http", "scheme": "bearer"},
    **openapi_accounts.SECURITY,
}


def _page(summary: str) -> Json:
    return {
        "get": {
            "summary": summary,
            "security": [],
            "responses": {
                "200": answer("the page", _HTML),
                "503": answer("the web client isn't built", _TEXT),
            },
        }
    }


_PAGES: Json = {
    "/": _page("Where to go from here"),
    "/cart": _page("The operator's page"),
    "/expert": _page("The expert's page"),
    "/observer": _page("The observer's page"),
    "/camera": _page("The page of a camera that films the probe hand"),
    "/login": _page("Where people sign in"),
    "/worklist": _page("Rooms to take a seat in, and who calls"),
    "/ca.crt": {
        "get": {
            "summary": "The local authority's certificate, for phones to trust",
            "security": [],
            "responses": {
                "200": answer("the certificate", _CERTIFICATE),
                **errors(s404="the node has no authority of its own"),
            },
        }
    },
    "/assets/{path}": {
        "get": {
            "summary": "Scripts, styles and images, named by their hash",
            "parameters": [path_parameter("path")],
            "security": [],
            "responses": {"200": answer("the file"), **errors(s404="no such file")},
        }
    },
}

_ROLE = path_parameter("role", enum=_SEAT_COOKIES)

_SEATS: Json = {
    "/api/seats": {
        "post": {
            "summary": "Redeem an invitation for a seat",
            "description": "Sets the seat's cookie. A browser that already holds a seat in the "
            "invitation's room and role keeps it, and the invitation isn't used up.",
            "security": [],
            "requestBody": {"required": True, "content": json_content("SeatRequest")},
            "responses": {
                "200": answer("the seat this browser already holds", json_content("SeatInfo")),
                "201": answer("a new seat", json_content("SeatInfo")),
                **errors(
                    s400="malformed",
                    s401="unknown, expired or used invitation",
                    s403="another site's page",
                    s413="too large",
                    s415="not JSON",
                    s429="too many requests",
                    s503="the records can't be used now",
                ),
            },
        }
    },
    "/api/seats/{role}": {
        "get": {
            "summary": "The seat this browser holds",
            "parameters": [_ROLE],
            "security": _ANY_SEAT,
            "responses": {
                "200": answer("the seat", json_content("SeatInfo")),
                **errors(s401="no seat", s404="no such role", s503="the records can't be used"),
            },
        },
        "delete": {
            "summary": "Give the seat up; its sockets and media end",
            "parameters": [_ROLE],
            "security": _ANY_SEAT,
            "responses": {
                "204": answer("revoked"),
                **errors(
                    s401="no seat",
                    s403="another site's page",
                    s404="no such role",
                    s503="the records can't be used",
                ),
            },
        },
    },
    "/api/tickets": {
        "post": {
            "summary": "A one-time ticket that opens a WebSocket within 30 s",
            "security": _ANY_SEAT,
            "requestBody": {"required": True, "content": json_content("TicketRequest")},
            "responses": {
                "201": answer("a ticket", json_content("TicketInfo")),
                **errors(
                    s400="malformed",
                    s401="no seat",
                    s403="another site's page",
                    s413="too large",
                    s415="not JSON",
                    s429="too many requests",
                    s503="the records can't be used",
                ),
            },
        }
    },
}

_TURN: Json = {
    "/api/turn": {
        "post": {
            "summary": "Short-lived credentials for the TURN server",
            "description": "Without a TURN server `urls` is empty.",
            "security": _ANY_SEAT,
            "requestBody": {"required": True, "content": json_content("TurnRequest")},
            "responses": {
                "200": answer("what a peer connection needs", json_content("TurnInfo")),
                **errors(
                    s400="malformed",
                    s401="no seat",
                    s403="another site's page, or not admitted yet",
                    s413="too large",
                    s415="not JSON",
                    s429="too many requests",
                    s503="the records can't be used",
                ),
            },
        }
    },
}

_SOCKET: Json = {
    "/api/ws": {
        "get": {
            "summary": "The WebSocket; its messages are in docs/protocol.schema.json",
            "security": [],
            "responses": {
                "101": answer("switching to WebSocket"),
                **errors(
                    s403="another site's page", s426="no upgrade asked for", s503="too many sockets"
                ),
            },
        }
    },
    "/api/openapi.json": {
        "get": {
            "summary": "This document",
            "security": [],
            "responses": {"200": answer("OpenAPI 3.1", _OBJECT)},
        }
    },
}

_ROOM = path_parameter("room")

_STILLS: Json = {
    "/api/rooms/{room}/stills/{still}.png": {
        "get": {
            "summary": "The lossless picture of a freeze",
            "parameters": [_ROOM, path_parameter("still")],
            "security": _ANY_SEAT,
            "responses": {
                "200": answer(
                    "the masked picture",
                    {"image/png": {"schema": {"type": "string", "contentEncoding": "binary"}}},
                ),
                **errors(
                    s401="no seat in this room",
                    s403="not admitted yet",
                    s404="no such still, or not any more",
                    s503="the records can't be used",
                ),
            },
        }
    },
}
_PREFLIGHT = {"204": answer("what may be asked here, for pages of other sites")}

_WHEP: Json = {
    "/whep/{room}": {
        "post": {
            "summary": "Start a player (WHEP)",
            "parameters": [_ROOM],
            "security": [{"grant": []}],
            "requestBody": {"required": True, "content": _SDP},
            "responses": {
                "201": {
                    "description": "the SDP answer",
                    "content": _SDP,
                    "headers": {
                        "Location": {"schema": {"type": "string"}, "description": "the player"},
                        "ETag": {"schema": {"type": "string"}},
                    },
                },
                **problems(
                    s400="the offer can't be used",
                    s401="no valid grant",
                    s403="the grant is for another room",
                    s404="no such room",
                    s409="not possible in the session's state",
                    s413="too large",
                    s415="not SDP",
                    s429="too many players",
                    s503="not possible now",
                ),
            },
        },
        "options": {
            "summary": "Preflight",
            "parameters": [_ROOM],
            "security": [],
            "responses": _PREFLIGHT,
        },
    },
    "/whep/{room}/{player}": {
        "delete": {
            "summary": "End a player",
            "parameters": [_ROOM, path_parameter("player")],
            "security": [],
            "responses": {"200": answer("ended"), **problems(s404="it has ended already")},
        },
        "options": {
            "summary": "Preflight",
            "parameters": [_ROOM, path_parameter("player")],
            "security": [],
            "responses": _PREFLIGHT,
        },
    },
}

_OPERATIONS: Json = {
    "/healthz": {
        "get": {
            "summary": "The process runs",
            "security": [],
            "responses": {"200": answer("status and version", _OBJECT)},
        }
    },
    "/readyz": {
        "get": {
            "summary": "New people can be taken in",
            "security": [],
            "responses": {
                "200": answer("ready", _OBJECT),
                "503": answer("not ready, with the problems", _OBJECT),
            },
        }
    },
    "/metrics": {
        "get": {
            "summary": "Prometheus metrics; without a configured token on loopback only",
            "security": [{"metrics_token": []}, {}],
            "responses": {"200": answer("metrics", _TEXT), **errors(s403="not for you")},
        }
    },
}
