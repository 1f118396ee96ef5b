"""The part of the OpenAPI description about calls for an expert."""

from streaming.signaling.openapi_parts import Json, answer, errors, json_content, path_parameter
from streaming.signaling.worklist import Calling, DutyRequest, Worklist

MODELS = (Calling, DutyRequest, Worklist)
_SESSION: list[Json] = [{"session": []}]
_SAID = {"s401": "nobody is signed in", "s403": "no expert, or a password is due"}
_CHANGED = _SAID | {
    "s400": "malformed",
    "s403": "no expert, a password is due, or another site's page",
    "s413": "too large",
    "s415": "not JSON",
    "s429": "too many requests",
    "s503": "the records can't be used",
}


def _body(model: str) -> Json:
    return {"required": True, "content": json_content(model)}


PATHS: Json = {
    "/api/worklist": {
        "get": {
            "summary": "Which rooms call for an expert",
            "security": _SESSION,
            "responses": {
                "200": answer("the calls", json_content("Worklist")),
                **errors(**(_SAID | {"s503": "the records can't be used"})),
            },
        }
    },
    "/api/worklist/events": {
        "get": {
            "summary": "The same as server-sent events, anew at every change",
            "security": _SESSION,
            "parameters": [
                {
                    "name": "audible",
                    "in": "query",
                    "description": "false: no ring is heard there, so it isn't counted as reached",
                    "schema": {"type": "boolean", "default": True},
                }
            ],
            "responses": {
                "200": answer(
                    "each `data` is a Worklist",
                    {"text/event-stream": {"schema": {"type": "string"}}},
                ),
                **errors(
                    **(_SAID | {"s429": "open too often", "s503": "the records can't be used"})
                ),
            },
        }
    },
    "/api/worklist/duty": {
        "post": {
            "summary": "Go on duty, or off",
            "security": _SESSION,
            "requestBody": _body("DutyRequest"),
            "responses": {
                "200": answer("the worklist", json_content("Worklist")),
                **errors(**_CHANGED),
            },
        }
    },
    "/api/worklist/{room}/accept": {
        "post": {
            "parameters": [path_parameter("room")],
            "summary": "Answer a room's call: its ringing ends, and a seat is taken",
            "security": _SESSION,
            "requestBody": _body("Nothing"),
            "responses": {
                "200": answer("the seat this browser holds", json_content("SeatInfo")),
                "201": answer("the new seat", json_content("SeatInfo")),
                **errors(**(_CHANGED | {"s404": "no such room"})),
            },
        },
    },
}
