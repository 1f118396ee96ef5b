"""Messages about text that was found in the picture."""

from typing import Literal

from pydantic import Field

from streaming.protocol.wire import Message


class TextAllow(Message):
    """Operator only: this covered text identifies nobody; show it."""

    type: Literal["text.allow"] = "text.allow"
    text: int = Field(ge=1, lt=1 << 53)


class LookoutOverride(Message):
    """Operator only: show the picture though nothing looks for text in it any more."""

    type: Literal["lookout.override"] = "lookout.override"


class CoveredText(Message):
    """Where text was found and is blacked out, in shares of the picture's sides; never what."""

    id: int
    x: float
    y: float
    width: float
    height: float
