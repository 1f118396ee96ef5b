"""What all messages have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


def _nanoseconds(value: int) -> str:
    return str(value)


Nanoseconds = Annotated[
    int,
    Field(ge=0, lt=1 << 63),
    PlainSerializer(_nanoseconds, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,19}$"}),
]
"""A string of digits in both directions: it exceeds 2^53, which is as far as a browser counts."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,32}$")]
"""Made by whoever starts something; random, so that no two ever meet."""

SeatId = Annotated[str, Field(min_length=1, max_length=64)]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
