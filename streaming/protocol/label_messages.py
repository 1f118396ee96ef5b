"""What is said about a label that isn't kept yet."""

from typing import Literal

from streaming.domain.free_text import FindingKind
from streaming.protocol.wire import Message


class FoundText(Message):
    """``text`` is the part of the label; ``known``: the site knows it of a patient."""

    kind: FindingKind
    text: str


class LabelDoubt(Message):
    """To the author of the ``mark.add`` ``id`` alone: its text may say who the patient is, so
    nothing was kept. ``error`` ``label.identifies`` follows. Sent again with ``confirmed`` it is
    kept."""

    type: Literal["label.doubt"] = "label.doubt"
    id: str
    found: list[FoundText]
