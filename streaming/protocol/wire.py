"""What all messages have in common."""

from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


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

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls, also those that turn text around, lone surrogates, and ends of lines. Source: Unicode
Standard Annex 44, 5.7.1."""

_JOINERS = "\u200c\u200d"
"""Without them Persian, the scripts of India and many emoji can't be written."""


def _plain(text: str) -> str:
    if any(category(sign) in _UNSEEN and sign not in _JOINERS for sign in text):
        raise ValueError("has characters that can't be seen")
    return text


PlainText = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$"), AfterValidator(_plain)]
"""What a person may write to others."""

SeatId = Annotated[str, Field(min_length=1, max_length=64)]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
