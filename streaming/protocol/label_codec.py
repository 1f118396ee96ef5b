"""A label's findings as messages to its author."""

from collections.abc import Sequence

from streaming.domain.free_text import Finding
from streaming.protocol.label_messages import FoundText, LabelDoubt
from streaming.protocol.messages import Error


def label_doubt(order_id: str, text: str, found: Sequence[Finding]) -> LabelDoubt:
    parts = [FoundText(kind=one.kind, text=text[one.start : one.end]) for one in found]
    return LabelDoubt(id=order_id, found=parts)


def label_refused(order_id: str) -> Error:
    return Error(
        code="label.identifies",
        message="This may say who the patient is.",
        fix="leave it out, or confirm that it names nobody",
        id=order_id,
    )
