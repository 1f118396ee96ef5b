"""The part of the OpenAPI description about whose visit it is."""

from streaming.signaling.encounters import EncounterInfo, EncounterRequest
from streaming.signaling.openapi_parts import Json, answer, errors, json_content, path_parameter

MODELS = (EncounterInfo, EncounterRequest)

PATHS: Json = {
    "/api/rooms/{room}/encounter": {
        "post": {
            "summary": "Choose the patient; everybody is told a case code instead",
            "parameters": [path_parameter("room")],
            "security": [{"seat_operator": []}],
            "requestBody": {"required": True, "content": json_content("EncounterRequest")},
            "responses": {
                "201": answer("what everybody in the room is told", json_content("EncounterInfo")),
                **errors(
                    s400="malformed, or no record number",
                    s401="no operator's seat in this room",
                    s403="another site's page",
                    s409="no picture is shown yet",
                    s413="too large",
                    s415="not JSON",
                    s429="too many requests",
                    s503="the records can't be used",
                ),
            },
        }
    },
}
