"""Pieces that the OpenAPI description is put together from."""

from typing import Any

Json = dict[str, Any]


def json_content(model: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}


def answer(description: str, content: Json | None = None) -> Json:
    return {"description": description} | ({"content": content} if content else {})


def errors(**descriptions: str) -> Json:
    return {
        status.removeprefix("s"): answer(text, json_content("Problem"))
        for status, text in descriptions.items()
    }


def problems(**descriptions: str) -> Json:
    """RFC 9457, for WHEP."""
    schema = {
        "allOf": [
            {"$ref": "#/components/schemas/Problem"},
            {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            },
        ]
    }
    return {
        status.removeprefix("s"): answer(text, {"application/problem+json": {"schema": schema}})
        for status, text in descriptions.items()
    }


def path_parameter(name: str, **schema: Any) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", **schema},
    }
